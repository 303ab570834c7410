"""Templates are declared in code, beside the words that use them, and checked by Meta's rules when imported.

A template that Meta would refuse must not reach a deployment: each rule broken raises DeclarationError, naming the
template, the language and the fix. Placeholders are positional, as Meta writes them: {{1}}, {{2}}, ...; `variables`
gives the positions their names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from whatsapp.outgoing.parameters import ContentError, clean_parameter

UTILITY, MARKETING, AUTHENTICATION = "UTILITY", "MARKETING", "AUTHENTICATION"
CATEGORIES = (UTILITY, MARKETING, AUTHENTICATION)
RESEND, ASK_STAFF = "resend", "ask_staff"
PLACEHOLDER = re.compile(r"\{\{(\d+)\}\}")
_NAME = re.compile(r"^[a-z0-9_]{1,512}$")
_LANGUAGE = re.compile(r"^[a-z]{2,3}(_[A-Z]{2})?$")
BODY_LIMIT, HEADER_LIMIT, FOOTER_LIMIT, LABEL_LIMIT, URL_LIMIT = 1024, 60, 60, 25, 2000
BUTTON_LIMIT, URL_BUTTON_LIMIT = 10, 2
TTL_RANGE = {AUTHENTICATION: (30, 900), UTILITY: (30, 43_200), MARKETING: (43_200, 2_592_000)}


class DeclarationError(ValueError):
    """A declared template breaks one of Meta's rules."""


@dataclass(frozen=True)
class QuickReply:
    """A button that answers with the payload given at send time."""

    text: str

    def component(self) -> dict[str, Any]:
        return {"type": "QUICK_REPLY", "text": self.text}


@dataclass(frozen=True)
class UrlButton:
    """A button that opens `url`. With a `{{1}}` at its end the rest comes at send time; `example` is such a rest."""

    text: str
    url: str
    example: str = ""

    @property
    def dynamic(self) -> bool:
        return self.url.endswith("{{1}}")

    def full(self, suffix: str) -> str:
        return self.url.removesuffix("{{1}}") + suffix

    def component(self) -> dict[str, Any]:
        example = {"example": [self.full(self.example)]} if self.dynamic else {}
        return {"type": "URL", "text": self.text, "url": self.url, **example}


Button = QuickReply | UrlButton


@dataclass(frozen=True)
class TemplateText:
    """The words of one language. Header and footer carry no variables."""

    body: str
    header: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()

    @property
    def positions(self) -> list[int]:
        return [int(number) for number in PLACEHOLDER.findall(self.body)]


@dataclass(frozen=True)
class DeclaredTemplate:
    """One template in all its languages. Raises DeclarationError when constructed against Meta's rules.

    `examples` maps a language to {variable: example}, or to the examples in the order of `variables`.
    `unknown_policy` says what to do when Meta's answer to a send was lost and no status proves it: send again (a
    second copy does no harm) or ask staff. `ttl_seconds`: Meta drops what it could not deliver in that time.
    """

    name: str
    category: str
    bodies: Mapping[str, TemplateText]
    variables: tuple[str, ...] = ()
    examples: Mapping[str, Mapping[str, str] | Sequence[str]] = field(default_factory=dict)
    unknown_policy: str = ASK_STAFF
    ttl_seconds: int | None = None

    def __post_init__(self) -> None:
        check(self)

    def __hash__(self) -> int:
        return hash(self.name)

    def example(self, language: str) -> list[str]:
        """Example values in the order of the variables."""
        given = self.examples.get(language, ())
        if isinstance(given, Mapping):
            return [given.get(name, "") for name in self.variables]
        return list(given)

    def components(self, language: str) -> list[dict[str, Any]]:
        """The components as Meta's create call wants them."""
        text = self.bodies[language]
        body: dict[str, Any] = {"type": "BODY", "text": text.body}
        if self.variables:
            body["example"] = {"body_text": [self.example(language)]}
        parts: list[dict[str, Any]] = [{"type": "HEADER", "format": "TEXT", "text": text.header}] if text.header else []
        parts.append(body)
        if text.footer:
            parts.append({"type": "FOOTER", "text": text.footer})
        if text.buttons:
            parts.append({"type": "BUTTONS", "buttons": [button.component() for button in text.buttons]})
        return parts


def check(template: DeclaredTemplate) -> None:
    """Raises DeclarationError at the first rule that the template breaks."""
    _require(template, bool(_NAME.match(template.name)), "the name may hold only a-z, 0-9 and _, at most 512")
    _require(template, template.category in CATEGORIES, f"the category must be one of {', '.join(CATEGORIES)}")
    _require(template, template.unknown_policy in (RESEND, ASK_STAFF), "unknown_policy is resend or ask_staff")
    _require(template, bool(template.bodies), "there must be at least one language")
    _check_ttl(template)
    for language, text in template.bodies.items():
        where = f"in {language}, "
        _require(template, bool(_LANGUAGE.match(language)), f"{where}the code must look like en, hi or en_US")
        _check_text(template, text, where)
        _check_variables(template, text, where)
        _check_examples(template, language, where)
        _check_buttons(template, text, where)
    shapes = {tuple(type(button) for button in text.buttons) for text in template.bodies.values()}
    _require(template, len(shapes) == 1, "all languages must have the same buttons in the same order")


def _require(template: DeclaredTemplate, holds: bool, sentence: str) -> None:
    if not holds:
        raise DeclarationError(f"Template {template.name}: {sentence}.")


def _check_ttl(template: DeclaredTemplate) -> None:
    if template.ttl_seconds is not None:
        low, high = TTL_RANGE[template.category]
        _require(template, low <= template.ttl_seconds <= high, f"ttl_seconds must lie between {low} and {high}")


def _check_text(template: DeclaredTemplate, text: TemplateText, where: str) -> None:
    _require(template, 0 < len(text.body) <= BODY_LIMIT, f"{where}the body must have 1 to {BODY_LIMIT} characters")
    _require(template, len(text.header) <= HEADER_LIMIT, f"{where}the header may have at most {HEADER_LIMIT}")
    _require(template, len(text.footer) <= FOOTER_LIMIT, f"{where}the footer may have at most {FOOTER_LIMIT}")
    for part, words in (("header", text.header), ("footer", text.footer)):
        _require(template, "{{" not in words, f"{where}the {part} may hold no variable")
        _require(template, "\n" not in words, f"{where}the {part} must be one line")
    _require(template, not set("*_~`") & set(text.header), f"{where}the header may hold no formatting marks")
    _require(template, "\n\n\n" not in text.body, f"{where}the body may hold at most one empty line in a row")


def _check_variables(template: DeclaredTemplate, text: TemplateText, where: str) -> None:
    count, body = len(template.variables), text.body.strip()
    _require(template, len(set(template.variables)) == count, "the variables must have different names")
    wanted = set(range(1, count + 1))
    _require(
        template,
        set(text.positions) == wanted and body.count("{{") == len(text.positions),
        f"{where}the body must use exactly {', '.join(f'{{{{{n}}}}}' for n in sorted(wanted)) or 'no placeholder'}",
    )
    _require(template, not body.startswith("{{"), f"{where}the body may not start with a variable")
    _require(template, not body.endswith("}}"), f"{where}the body may not end with a variable: put words after it")
    _require(template, not re.search(r"\}\}\s*\{\{", body), f"{where}two variables may not touch each other")
    words = len(PLACEHOLDER.sub(" ", body).split())
    _require(template, words > 2 * len(text.positions), f"{where}too many variables for so few words (Meta's 2388293)")


def _check_examples(template: DeclaredTemplate, language: str, where: str) -> None:
    values = template.example(language)
    _require(
        template,
        len(values) == len(template.variables) and all(values),
        f"{where}each variable needs an example: {', '.join(template.variables)}",
    )
    try:
        cleaned = [clean_parameter(name, value) for name, value in zip(template.variables, values, strict=True)]
    except ContentError as error:
        raise DeclarationError(f"Template {template.name}: {where}{error}") from error
    _require(template, cleaned == values, f"{where}the examples may hold no line break, tab or long run of spaces")


def _check_buttons(template: DeclaredTemplate, text: TemplateText, where: str) -> None:
    labels = [button.text for button in text.buttons]
    urls = [button for button in text.buttons if isinstance(button, UrlButton)]
    _require(template, len(labels) <= BUTTON_LIMIT, f"{where}there may be at most {BUTTON_LIMIT} buttons")
    _require(template, len(urls) <= URL_BUTTON_LIMIT, f"{where}there may be at most {URL_BUTTON_LIMIT} URL buttons")
    _require(template, len(set(labels)) == len(labels), f"{where}two buttons have the same label")
    for label in labels:
        _require(template, 0 < len(label) <= LABEL_LIMIT, f"{where}the label “{label}” must have 1 to {LABEL_LIMIT}")
        _require(template, "{{" not in label, f"{where}a label may hold no variable")
    kinds = [isinstance(button, QuickReply) for button in text.buttons]
    changes = sum(before != after for before, after in pairwise(kinds))
    _require(template, changes <= 1, f"{where}the quick replies must stand together")
    for button in urls:
        _check_url(template, button, where)


def _check_url(template: DeclaredTemplate, button: UrlButton, where: str) -> None:
    fixed = button.url.removesuffix("{{1}}")
    _require(template, button.url.startswith(("https://", "http://")), f"{where}“{button.url}” is no web address")
    _require(template, len(button.url) <= URL_LIMIT, f"{where}an address may have at most {URL_LIMIT} characters")
    _require(template, "{{" not in fixed, f"{where}an address takes one variable, {{{{1}}}}, at its end")
    _require(template, "//wa.me/" not in fixed, f"{where}Meta refuses wa.me addresses in buttons")
    _require(
        template, not button.dynamic or bool(button.example), f"{where}“{button.text}” needs an example of its rest"
    )
