"""Templates are declared in code, beside the words that use them, and checked by Meta's rules when imported.

A template that Meta would refuse must not reach a deployment: each rule broken raises DeclarationError, naming the
template, the language and the fix. Placeholders are positional, as Meta writes them: {{1}}, {{2}}, ...; `variables`
gives the positions their names. With `parameter_format=NAMED` the words hold the names themselves: {{dish}}.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from whatsapp import part_rules
from whatsapp.outgoing.parameters import ContentError, clean_parameter
from whatsapp.part_rules import (
    BODY_LIMIT,
    BUTTON_LIMIT,
    FOOTER_LIMIT,
    HEADER_LIMIT,
    LABEL_LIMIT,
    URL_LIMIT,
    Problem,
    unless,
)
from whatsapp.template_parts import (
    NAMED,
    NAMED_PLACEHOLDER,
    PLACEHOLDER,
    POSITIONAL,
    Button,
    CopyCode,
    ExampleFile,
    FlowButton,
    PhoneButton,
    QuickReply,
    TemplateText,
    UrlButton,
)

__all__ = [
    "ASK_STAFF",
    "AUTHENTICATION",
    "BODY_LIMIT",
    "BUTTON_LIMIT",
    "CATEGORIES",
    "FOOTER_LIMIT",
    "HEADER_LIMIT",
    "LABEL_LIMIT",
    "MARKETING",
    "NAMED",
    "PLACEHOLDER",
    "POSITIONAL",
    "RESEND",
    "TTL_RANGE",
    "URL_LIMIT",
    "UTILITY",
    "Button",
    "CopyCode",
    "DeclarationError",
    "DeclaredTemplate",
    "ExampleFile",
    "FlowButton",
    "PhoneButton",
    "QuickReply",
    "TemplateText",
    "UncheckedTemplate",
    "UrlButton",
    "check",
    "problems",
]  # fmt: skip

UTILITY, MARKETING, AUTHENTICATION = "UTILITY", "MARKETING", "AUTHENTICATION"
CATEGORIES = (UTILITY, MARKETING, AUTHENTICATION)
RESEND, ASK_STAFF = "resend", "ask_staff"
_NAME = re.compile(r"^[a-z0-9_]{1,512}$")
_VARIABLE = re.compile(r"^[a-z][a-z0-9_]*$")
_LANGUAGE = re.compile(r"^[a-z]{2,3}(_[A-Z]{2})?$")
TTL_RANGE = {AUTHENTICATION: (30, 900), UTILITY: (30, 43_200), MARKETING: (43_200, 2_592_000)}


class DeclarationError(ValueError):
    """A declared template breaks one of Meta's rules."""


@dataclass(frozen=True)
class DeclaredTemplate:
    """One template in all its languages. Raises DeclarationError when constructed against Meta's rules.

    `examples` maps a language to {variable: example}, or to the examples in the order of `variables`; the one of
    `header_variable` (the header's only one) comes last. `unknown_policy` says what to do when Meta's answer to a send
    was lost and no status proves it: send again (a second copy does no harm) or ask staff. `ttl_seconds`: Meta drops
    what it could not deliver in that time.
    """

    name: str
    category: str
    bodies: Mapping[str, TemplateText]
    variables: tuple[str, ...] = ()
    examples: Mapping[str, Mapping[str, str] | Sequence[str]] = field(default_factory=dict)
    unknown_policy: str = ASK_STAFF
    ttl_seconds: int | None = None
    parameter_format: str = POSITIONAL
    header_variable: str = ""

    def __post_init__(self) -> None:
        check(self)

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def values_wanted(self) -> tuple[str, ...]:
        """Everything that a message gives a value for: the body's variables, then the header's."""
        return (*self.variables, *filter(None, (self.header_variable,)))

    def example(self, language: str) -> list[str]:
        """Example values in the order of `values_wanted`."""
        given = self.examples.get(language, ())
        if isinstance(given, Mapping):
            return [given.get(name, "") for name in self.values_wanted]
        return list(given)

    @property
    def takes_file(self) -> bool:
        return any(text.file is not None for text in self.bodies.values())

    @property
    def words_suffice(self) -> bool:
        """Are the values of its variables, and the rests of its addresses, all that a message must bring?"""
        buttons = [button for text in self.bodies.values() for button in text.buttons]
        apart = any(isinstance(button, CopyCode | FlowButton) for button in buttons)
        return not apart and not any(text.header_varies for text in self.bodies.values())

    def fill_body(self, language: str, values: Mapping[str, str]) -> str:
        """The body with the values by name; all must be there."""
        words = self.bodies[language].body
        if self.parameter_format == NAMED:
            return NAMED_PLACEHOLDER.sub(lambda found: values[found[1]], words)
        return PLACEHOLDER.sub(lambda found: values[self.variables[int(found[1]) - 1]], words)

    def fill_header(self, language: str, value: str) -> str:
        return re.sub(r"\{\{\w+\}\}", lambda _found: value, self.bodies[language].header)

    def components(self, language: str, handle: str = "") -> list[dict[str, Any]]:
        """The components as Meta's create call wants them. `handle`: of the uploaded example file."""
        text, samples = self.bodies[language], dict(zip(self.values_wanted, self.example(language), strict=False))
        body: dict[str, Any] = {"type": "BODY", "text": text.body}
        if self.variables:
            body["example"] = self._sample("body_text", self.variables, samples)
        parts = [*self._header(text, samples, handle), body]
        if text.footer:
            parts.append({"type": "FOOTER", "text": text.footer})
        if text.buttons:
            parts.append({"type": "BUTTONS", "buttons": [button.component() for button in text.buttons]})
        return parts

    def _header(self, text: TemplateText, samples: Mapping[str, str], handle: str) -> list[dict[str, Any]]:
        if text.file is not None:
            example = {"example": {"header_handle": [handle]}} if handle else {}
            return [{"type": "HEADER", "format": text.file.format, **example}]
        if text.location:
            return [{"type": "HEADER", "format": "LOCATION"}]
        if not text.header:
            return []
        names = (self.header_variable,) if self.header_variable else ()
        example = {"example": self._sample("header_text", names, samples)} if names else {}
        return [{"type": "HEADER", "format": "TEXT", "text": text.header, **example}]

    def _sample(self, key: str, names: Sequence[str], samples: Mapping[str, str]) -> dict[str, Any]:
        """The examples of body or header, in the form of the parameter format."""
        values = [samples.get(name, "") for name in names]
        if self.parameter_format == NAMED:
            named = [{"param_name": name, "example": value} for name, value in zip(names, values, strict=True)]
            return {f"{key}_named_params": named}
        return {key: [values] if key == "body_text" else values}


@dataclass(frozen=True)
class UncheckedTemplate(DeclaredTemplate):
    """One that is still being written: `problems` says what keeps it from Meta."""

    def __post_init__(self) -> None:
        """Nothing: it may break every rule while somebody types."""

    def __hash__(self) -> int:
        return hash(self.name)


def check(template: DeclaredTemplate) -> None:
    """Raises DeclarationError at the first rule that the template breaks."""
    for _part, sentence in problems(template):
        raise DeclarationError(f"Template {template.name}: {sentence}.")


def problems(template: DeclaredTemplate) -> Iterator[Problem]:
    """Every rule of Meta's that it breaks, as (part, sentence); part is name, category, header, body, footer, buttons
    or examples."""
    yield from _whole(template)
    for language, text in template.bodies.items():
        where = f"in {language}, "
        known = bool(_LANGUAGE.match(language))
        yield from unless(known, "name", f"{where}the code must look like en, hi or en_US")
        yield from part_rules.of_text(text, where)
        yield from _header_variable(template, text, where)
        yield from _variables(template, text, where)
        yield from _examples(template, language, where)
        yield from part_rules.of_buttons(text, where)
    yield from _alike(template)


def _whole(template: DeclaredTemplate) -> Iterator[Problem]:
    yield from unless(bool(_NAME.match(template.name)), "name", "the name may hold only a-z, 0-9 and _, at most 512")
    category = template.category in CATEGORIES
    yield from unless(category, "category", f"the category must be one of {', '.join(CATEGORIES)}")
    policy = template.unknown_policy in (RESEND, ASK_STAFF)
    yield from unless(policy, "name", "unknown_policy is resend or ask_staff")
    yield from unless(bool(template.bodies), "body", "there must be at least one language")
    known = template.parameter_format in (POSITIONAL, NAMED)
    yield from unless(known, "body", "parameter_format is POSITIONAL or NAMED")
    if template.parameter_format == NAMED:
        named = all(map(_VARIABLE.match, template.values_wanted))
        yield from unless(named, "body", "a named variable may hold only a-z, 0-9 and _, and begins with a letter")
    yield from _ttl(template)


def _ttl(template: DeclaredTemplate) -> Iterator[Problem]:
    if template.ttl_seconds is not None and template.category in TTL_RANGE:
        low, high = TTL_RANGE[template.category]
        fits = low <= template.ttl_seconds <= high
        yield from unless(fits, "category", f"ttl_seconds must lie between {low} and {high}")


def _alike(template: DeclaredTemplate) -> Iterator[Problem]:
    """A send is put together for the template, whatever the language: all must take the same parts."""
    texts = template.bodies.values()
    shapes = {tuple(type(button) for button in text.buttons) for text in texts}
    yield from unless(len(shapes) <= 1, "buttons", "all languages must have the same buttons in the same order")
    files = {text.file.format if text.file else "" for text in texts}
    yield from unless(len(files) <= 1, "header", "all languages must carry a file of the same kind, or none")
    yield from unless(
        len({text.location for text in texts}) <= 1, "header", "all languages must carry a place, or none"
    )


def _header_variable(template: DeclaredTemplate, text: TemplateText, where: str) -> Iterator[Problem]:
    name = template.header_variable if template.parameter_format == NAMED else "1"
    wanted = f"{{{{{name}}}}}" if template.header_variable else ""
    found = text.header.count("{{")
    if not wanted:
        yield from unless(not found, "header", f"{where}the header may hold no variable without a header_variable")
        return
    fits = found == 1 and wanted in text.header
    yield from unless(fits, "header", f"{where}the header must use {wanted} once")


def _variables(template: DeclaredTemplate, text: TemplateText, where: str) -> Iterator[Problem]:
    body, every = text.body.strip(), template.values_wanted
    yield from unless(len(set(every)) == len(every), "body", "the variables must have different names")
    named = template.parameter_format == NAMED
    pattern = NAMED_PLACEHOLDER if named else PLACEHOLDER
    found = pattern.findall(text.body)
    wanted = list(template.variables) if named else [str(n) for n in range(1, len(template.variables) + 1)]
    yield from unless(
        set(found) == set(wanted) and body.count("{{") == len(found),
        "body",
        f"{where}the body must use exactly {', '.join(f'{{{{{name}}}}}' for name in wanted) or 'no placeholder'}",
    )
    yield from unless(not body.startswith("{{"), "body", f"{where}the body may not start with a variable")
    end = f"{where}the body may not end with a variable: put words after it"
    yield from unless(not body.endswith("}}"), "body", end)
    apart = not re.search(r"\}\}\s*\{\{", body)
    yield from unless(apart, "body", f"{where}two variables may not touch each other")
    words = len(pattern.sub(" ", body).split())
    enough = not found or words > 2 * len(found)
    yield from unless(enough, "body", f"{where}too many variables for so few words (Meta's 2388293)")


def _examples(template: DeclaredTemplate, language: str, where: str) -> Iterator[Problem]:
    values, names = template.example(language), template.values_wanted
    if len(values) != len(names) or not all(values):
        yield "examples", f"{where}each variable needs an example: {', '.join(names)}"
        return
    try:
        cleaned = [clean_parameter(name, value) for name, value in zip(names, values, strict=True)]
    except ContentError as error:
        yield "examples", f"{where}{str(error).rstrip('.')}"
        return
    same = cleaned == values
    yield from unless(same, "examples", f"{where}the examples may hold no line break, tab or long run of spaces")
