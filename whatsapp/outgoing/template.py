"""A declared template filled with values: the `template` object of the POST, and the words as the phone shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from whatsapp.declare import BODY_LIMIT, PLACEHOLDER, URL_LIMIT, Button, DeclaredTemplate, QuickReply, UrlButton
from whatsapp.outgoing.files import Document
from whatsapp.outgoing.parameters import ContentError, clean_parameter, fits

# Meta's pages disagree (128, 256): the smaller holds in both.
PAYLOAD_LIMIT = 128


@dataclass(frozen=True)
class TemplateMessage:
    """Values are cleaned when this is made (see clean_parameter). Raises ContentError for what cannot be sent.

    `url_suffix`: the rest of the address for the one URL button with a variable, or {label: rest} for several.
    `payloads`: what the quick replies answer with, in their order; each must be given when any is.
    """

    template: DeclaredTemplate
    language: str
    variables: Mapping[str, str]
    url_suffix: str | Mapping[str, str] | None = None
    payloads: Sequence[str] = field(default_factory=tuple)
    document: Document | None = None
    type = "template"

    def __post_init__(self) -> None:
        self._check_names()
        if (self.document is not None) != (self.template.bodies[self.language].file is not None):
            raise ContentError(f"{self.template.name} takes a document exactly when its header declares one.")
        fits("The filled text", self.display_body(), BODY_LIMIT)
        quick = [button for button in self.buttons if isinstance(button, QuickReply)]
        if self.payloads and len(self.payloads) != len(quick):
            raise ContentError(
                f"{self.template.name} has {len(quick)} quick replies, but {len(self.payloads)} payloads are given."
            )
        for payload in self.payloads:
            fits("A quick reply's payload", payload, PAYLOAD_LIMIT)
        for button in self.buttons:
            if isinstance(button, UrlButton) and button.dynamic:
                fits("The button's address", button.full(self._suffix(button)), URL_LIMIT)

    def _check_names(self) -> None:
        wanted, given = set(self.template.variables), set(self.variables)
        if wanted != given:
            missing, extra = ", ".join(sorted(wanted - given)), ", ".join(sorted(given - wanted))
            parts = [f"missing {missing}" if missing else "", f"unknown {extra}" if extra else ""]
            raise ContentError(f"The values for {self.template.name} do not fit: {'; '.join(filter(None, parts))}.")

    @property
    def buttons(self) -> tuple[Button, ...]:
        return self.template.bodies[self.language].buttons

    def values(self) -> list[str]:
        return [clean_parameter(name, str(self.variables[name])) for name in self.template.variables]

    def fields(self) -> dict[str, Any]:
        language = {"code": self.language, "policy": "deterministic"}
        components = list(self._components())
        return {"name": self.template.name, "language": language} | ({"components": components} if components else {})

    def _components(self) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = []
        if self.document is not None:
            header = {"type": "document", "document": self.document.fields()}
            parts.append({"type": "header", "parameters": [header]})
        if self.template.variables:
            parts.append({"type": "body", "parameters": [{"type": "text", "text": value} for value in self.values()]})
        payloads = iter(self.payloads)
        for index, button in enumerate(self.buttons):
            parameter = self._parameter(button, payloads)
            if parameter:
                kind = "quick_reply" if isinstance(button, QuickReply) else "url"
                parts.append({"type": "button", "sub_type": kind, "index": str(index), "parameters": [parameter]})
        return parts

    def _parameter(self, button: Button, payloads: Any) -> dict[str, str] | None:
        if isinstance(button, QuickReply):
            return {"type": "payload", "payload": next(payloads)} if self.payloads else None
        return {"type": "text", "text": self._suffix(button)} if button.dynamic else None

    def _suffix(self, button: UrlButton) -> str:
        given = self.url_suffix
        suffix = given.get(button.text, "") if isinstance(given, Mapping) else given or ""
        if not suffix:
            raise ContentError(f"The button “{button.text}” of {self.template.name} needs the rest of its address.")
        return quote(suffix, safe="/?&=%#:~!$'()*+,;@-._")

    def display_body(self) -> str:
        values = self.values()
        return PLACEHOLDER.sub(lambda found: values[int(found[1]) - 1], self.template.bodies[self.language].body)

    def display(self) -> str:
        text = self.template.bodies[self.language]
        labels = " ".join(f"[{button.text}]" for button in text.buttons)
        header = self.document.display() if self.document else text.header
        return "\n".join(filter(None, (header, self.display_body(), text.footer, labels)))
