"""Templates are declared in code, beside the words that use them, and checked by Meta's rules when imported.

A template that Meta would refuse must not reach a deployment: each rule broken raises DeclarationError, naming the
template, the language and the fix. Placeholders are positional, as Meta writes them: {{1}}, {{2}}, ...; `variables`
gives the positions their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
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
class ExampleFile:
    """What Meta's reviewers see where each message carries its own PDF. Uploaded when the template is made."""

    name: str
    path: Path
    mime_type: str = "application/pdf"


@dataclass(frozen=True)
class TemplateText:
    """The words of one language. Header and footer carry no variables. `file`: the header is a document instead."""

    body: str
    header: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    file: ExampleFile | None = None

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

    @property
    def takes_file(self) -> bool:
        return any(text.file is not None for text in self.bodies.values())

    def components(self, language: str, handle: str = "") -> list[dict[str, Any]]:
        """The components as Meta's create call wants them. `handle`: of the uploaded example file."""
        text = self.bodies[language]
        body: dict[str, Any] = {"type": "BODY", "text": text.body}
        if self.variables:
            body["example"] = {"body_text": [self.example(language)]}
        parts = [*_header(text, handle), body]
        if text.footer:
            parts.append({"type": "FOOTER", "text": text.footer})
        if text.buttons:
            parts.append({"type": "BUTTONS", "buttons": [button.component() for button in text.buttons]})
        return parts


def _header(text: TemplateText, handle: str) -> list[dict[str, Any]]:
    if text.file is not None:
        example = {"example": {"header_handle": [handle]}} if handle else {}
        return [{"type": "HEADER", "format": "DOCUMENT", **example}]
    return [{"type": "HEADER", "format": "TEXT", "text": text.header}] if text.header else []


@dataclass(frozen=True)
class UncheckedTemplate(DeclaredTemplate):
    """One that is still being written: `problems` says what keeps it from Meta."""

    def __post_init__(self) -> None:
        """Nothing: it may break every rule while somebody types."""

    def __hash__(self) -> int:
        return hash(self.name)


Problem = tuple[str, str]


def check(template: DeclaredTemplate) -> None:
    """Raises DeclarationError at the first rule that the template breaks."""
    for _part, sentence in problems(template):
        raise DeclarationError(f"Template {template.name}: {sentence}.")


def problems(template: DeclaredTemplate) -> Iterator[Problem]:
    """Every rule of Meta's that it breaks, as (part, sentence); part is name, category, header, body, footer, buttons
    or examples."""
    yield from _unless(bool(_NAME.match(template.name)), "name", "the name may hold only a-z, 0-9 and _, at most 512")
    yield from _unless(
        template.category in CATEGORIES, "category", f"the category must be one of {', '.join(CATEGORIES)}"
    )
    policy = template.unknown_policy in (RESEND, ASK_STAFF)
    yield from _unless(policy, "name", "unknown_policy is resend or ask_staff")
    yield from _unless(bool(template.bodies), "body", "there must be at least one language")
    yield from _ttl(template)
    for language, text in template.bodies.items():
        where = f"in {language}, "
        known = bool(_LANGUAGE.match(language))
        yield from _unless(known, "name", f"{where}the code must look like en, hi or en_US")
        yield from _text(text, where)
        yield from _variables(template, text, where)
        yield from _examples(template, language, where)
        yield from _buttons(text, where)
    shapes = {tuple(type(button) for button in text.buttons) for text in template.bodies.values()}
    yield from _unless(len(shapes) <= 1, "buttons", "all languages must have the same buttons in the same order")
    files = {text.file is not None for text in template.bodies.values()}
    yield from _unless(len(files) <= 1, "header", "all languages must carry a document, or none")


def _unless(holds: bool, part: str, sentence: str) -> Iterator[Problem]:
    if not holds:
        yield part, sentence


def _ttl(template: DeclaredTemplate) -> Iterator[Problem]:
    if template.ttl_seconds is not None and template.category in TTL_RANGE:
        low, high = TTL_RANGE[template.category]
        fits = low <= template.ttl_seconds <= high
        yield from _unless(fits, "category", f"ttl_seconds must lie between {low} and {high}")


def _text(text: TemplateText, where: str) -> Iterator[Problem]:
    long = 0 < len(text.body) <= BODY_LIMIT
    yield from _unless(long, "body", f"{where}the body must have 1 to {BODY_LIMIT} characters")
    yield from _unless(len(text.header) <= HEADER_LIMIT, "header", f"{where}the header may have at most {HEADER_LIMIT}")
    yield from _unless(len(text.footer) <= FOOTER_LIMIT, "footer", f"{where}the footer may have at most {FOOTER_LIMIT}")
    one = not (text.header and text.file)
    yield from _unless(one, "header", f"{where}the header is either words or a document")
    for part, words in (("header", text.header), ("footer", text.footer)):
        yield from _unless("{{" not in words, part, f"{where}the {part} may hold no variable")
        yield from _unless("\n" not in words, part, f"{where}the {part} must be one line")
    plain = not set("*_~`") & set(text.header)
    yield from _unless(plain, "header", f"{where}the header may hold no formatting marks")
    spaced = "\n\n\n" not in text.body
    yield from _unless(spaced, "body", f"{where}the body may hold at most one empty line in a row")


def _variables(template: DeclaredTemplate, text: TemplateText, where: str) -> Iterator[Problem]:
    count, body = len(template.variables), text.body.strip()
    yield from _unless(len(set(template.variables)) == count, "body", "the variables must have different names")
    wanted = set(range(1, count + 1))
    yield from _unless(
        set(text.positions) == wanted and body.count("{{") == len(text.positions),
        "body",
        f"{where}the body must use exactly {', '.join(f'{{{{{n}}}}}' for n in sorted(wanted)) or 'no placeholder'}",
    )
    yield from _unless(not body.startswith("{{"), "body", f"{where}the body may not start with a variable")
    yield from _unless(
        not body.endswith("}}"), "body", f"{where}the body may not end with a variable: put words after it"
    )
    apart = not re.search(r"\}\}\s*\{\{", body)
    yield from _unless(apart, "body", f"{where}two variables may not touch each other")
    words = len(PLACEHOLDER.sub(" ", body).split())
    enough = not text.positions or words > 2 * len(text.positions)
    yield from _unless(enough, "body", f"{where}too many variables for so few words (Meta's 2388293)")


def _examples(template: DeclaredTemplate, language: str, where: str) -> Iterator[Problem]:
    values = template.example(language)
    if len(values) != len(template.variables) or not all(values):
        yield "examples", f"{where}each variable needs an example: {', '.join(template.variables)}"
        return
    try:
        cleaned = [clean_parameter(name, value) for name, value in zip(template.variables, values, strict=True)]
    except ContentError as error:
        yield "examples", f"{where}{str(error).rstrip('.')}"
        return
    same = cleaned == values
    yield from _unless(same, "examples", f"{where}the examples may hold no line break, tab or long run of spaces")


def _buttons(text: TemplateText, where: str) -> Iterator[Problem]:
    labels = [button.text for button in text.buttons]
    urls = [button for button in text.buttons if isinstance(button, UrlButton)]
    few, few_urls = len(labels) <= BUTTON_LIMIT, len(urls) <= URL_BUTTON_LIMIT
    yield from _unless(few, "buttons", f"{where}there may be at most {BUTTON_LIMIT} buttons")
    yield from _unless(few_urls, "buttons", f"{where}there may be at most {URL_BUTTON_LIMIT} URL buttons")
    yield from _unless(len(set(labels)) == len(labels), "buttons", f"{where}two buttons have the same label")
    for label in labels:
        fits = 0 < len(label) <= LABEL_LIMIT
        yield from _unless(fits, "buttons", f"{where}the label “{label}” must have 1 to {LABEL_LIMIT}")
        yield from _unless("{{" not in label, "buttons", f"{where}a label may hold no variable")
    kinds = [isinstance(button, QuickReply) for button in text.buttons]
    changes = sum(before != after for before, after in pairwise(kinds))
    yield from _unless(changes <= 1, "buttons", f"{where}the quick replies must stand together")
    for button in urls:
        yield from _url(button, where)


def _url(button: UrlButton, where: str) -> Iterator[Problem]:
    fixed, web = button.url.removesuffix("{{1}}"), button.url.startswith(("https://", "http://"))
    long = len(button.url) <= URL_LIMIT
    yield from _unless(web, "buttons", f"{where}“{button.url}” is no web address")
    yield from _unless(long, "buttons", f"{where}an address may have at most {URL_LIMIT} characters")
    yield from _unless("{{" not in fixed, "buttons", f"{where}an address takes one variable, {{{{1}}}}, at its end")
    yield from _unless("//wa.me/" not in fixed, "buttons", f"{where}Meta refuses wa.me addresses in buttons")
    given = not button.dynamic or bool(button.example)
    yield from _unless(given, "buttons", f"{where}“{button.text}” needs an example of its rest")
