"""A declared template filled with values: the `template` object of the POST, and the words as the phone shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from whatsapp.declare import (
    BODY_LIMIT,
    HEADER_LIMIT,
    NAMED,
    URL_LIMIT,
    Button,
    CopyCode,
    DeclaredTemplate,
    FlowButton,
    QuickReply,
    UrlButton,
)
from whatsapp.outgoing.files import Document, Image, Video
from whatsapp.outgoing.parameters import ContentError, clean_parameter, fits
from whatsapp.outgoing.plain import Location
from whatsapp.part_rules import CODE_LIMIT

# Meta's pages disagree (128, 256): the smaller holds in both.
PAYLOAD_LIMIT = 128
HeaderFile = Document | Image | Video


@dataclass(frozen=True)
class Extras:
    """What few templates take: the place of the header, the code that a button copies, and the form's reference, which
    comes back with its answer, with what fills its first screen."""

    place: Location | None = None
    code: str = ""
    flow_token: str = ""
    flow_data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TemplateMessage:
    """Values are cleaned when this is made (see clean_parameter). Raises ContentError for what cannot be sent.

    `url_suffix`: the rest of the address for the one URL button with a variable, or {label: rest} for several.
    `payloads`: what the quick replies answer with, in their order; each must be given when any is. `document`: the
    file of the header, also when it is a picture or a film.
    """

    template: DeclaredTemplate
    language: str
    variables: Mapping[str, str]
    url_suffix: str | Mapping[str, str] | None = None
    payloads: Sequence[str] = field(default_factory=tuple)
    document: HeaderFile | None = None
    extras: Extras = field(default_factory=Extras)
    type = "template"

    def __post_init__(self) -> None:
        self._check_names()
        self._check_header()
        fits("The filled text", self.display_body(), BODY_LIMIT)
        quick = [button for button in self.buttons if isinstance(button, QuickReply)]
        if self.payloads and len(self.payloads) != len(quick):
            raise ContentError(
                f"{self.template.name} has {len(quick)} quick replies, but {len(self.payloads)} payloads are given."
            )
        for payload in self.payloads:
            fits("A quick reply's payload", payload, PAYLOAD_LIMIT)
        for button in self.buttons:
            self._check_button(button)

    def _check_names(self) -> None:
        wanted, given = set(self.template.values_wanted), set(self.variables)
        if wanted != given:
            missing, extra = ", ".join(sorted(wanted - given)), ", ".join(sorted(given - wanted))
            parts = [f"missing {missing}" if missing else "", f"unknown {extra}" if extra else ""]
            raise ContentError(f"The values for {self.template.name} do not fit: {'; '.join(filter(None, parts))}.")

    def _check_header(self) -> None:
        text = self.template.bodies[self.language]
        wanted = text.file.format.lower() if text.file else ""
        given = self.document.type if self.document else ""
        if given != wanted:
            raise ContentError(
                f"{self.template.name} takes a {wanted or given} exactly when its header declares one:"
                f" it declares {wanted or 'none'}, and {given or 'none'} is given."
            )
        if (self.extras.place is not None) != text.location:
            raise ContentError(f"{self.template.name} takes a place exactly when its header declares one.")
        if self.template.header_variable:
            fits("The filled header", self.display_header(), HEADER_LIMIT)

    def _check_button(self, button: Button) -> None:
        if isinstance(button, UrlButton) and button.dynamic:
            fits("The button's address", button.full(self._suffix(button)), URL_LIMIT)
        if isinstance(button, CopyCode):
            fits("The code to copy", self.extras.code, CODE_LIMIT)

    @property
    def buttons(self) -> tuple[Button, ...]:
        return self.template.bodies[self.language].buttons

    def values(self) -> list[str]:
        """The body's, in their order."""
        return [self._value(name) for name in self.template.variables]

    def _value(self, name: str) -> str:
        return clean_parameter(name, str(self.variables[name]))

    def fields(self) -> dict[str, Any]:
        language = {"code": self.language, "policy": "deterministic"}
        components = list(self._components())
        return {"name": self.template.name, "language": language} | ({"components": components} if components else {})

    def _components(self) -> Iterator[dict[str, Any]]:
        header = self._header()
        if header:
            yield {"type": "header", "parameters": [header]}
        if self.template.variables:
            yield {"type": "body", "parameters": [self._text(name) for name in self.template.variables]}
        payloads = iter(self.payloads)
        for index, button in enumerate(self.buttons):
            if filled := self._filled(button, payloads):
                kind, parameter = filled
                yield {"type": "button", "sub_type": kind, "index": str(index), "parameters": [parameter]}

    def _header(self) -> dict[str, Any] | None:
        if self.document is not None:
            # A caption has no place in a header: the body is the words beside the file.
            source = {key: value for key, value in self.document.fields().items() if key != "caption"}
            return {"type": self.document.type, self.document.type: source}
        if self.extras.place is not None:
            return {"type": "location", "location": self.extras.place.fields()}
        return self._text(self.template.header_variable) if self.template.header_variable else None

    def _text(self, name: str) -> dict[str, str]:
        named = {"parameter_name": name} if self.template.parameter_format == NAMED else {}
        return {"type": "text", **named, "text": self._value(name)}

    def _filled(self, button: Button, payloads: Iterator[str]) -> tuple[str, dict[str, Any]] | None:
        """What a button needs at send time; a number to call needs nothing."""
        match button:
            case QuickReply() if self.payloads:
                return "quick_reply", {"type": "payload", "payload": next(payloads)}
            case UrlButton(dynamic=True):
                return "url", {"type": "text", "text": self._suffix(button)}
            case CopyCode():
                return "copy_code", {"type": "coupon_code", "coupon_code": self.extras.code}
            case FlowButton() if self.extras.flow_token or self.extras.flow_data:
                data = {"flow_action_data": dict(self.extras.flow_data)} if self.extras.flow_data else {}
                return "flow", {"type": "action", "action": {"flow_token": self.extras.flow_token or "unused", **data}}
        return None

    def _suffix(self, button: UrlButton) -> str:
        given = self.url_suffix
        suffix = given.get(button.text, "") if isinstance(given, Mapping) else given or ""
        if not suffix:
            raise ContentError(f"The button “{button.text}” of {self.template.name} needs the rest of its address.")
        return quote(suffix, safe="/?&=%#:~!$'()*+,;@-._")

    def display_body(self) -> str:
        return self.template.fill_body(self.language, {name: self._value(name) for name in self.template.variables})

    def display_header(self) -> str:
        if self.document or self.extras.place:
            return (self.document or self.extras.place).display()  # type: ignore[union-attr]
        name = self.template.header_variable
        header = self.template.bodies[self.language].header
        return self.template.fill_header(self.language, self._value(name)) if name else header

    def display(self) -> str:
        text = self.template.bodies[self.language]
        labels = " ".join(f"[{button.text}]" for button in text.buttons)
        return "\n".join(filter(None, (self.display_header(), self.display_body(), text.footer, labels)))
