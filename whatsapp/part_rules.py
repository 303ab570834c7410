"""Meta's rules for the parts of one language: words, header, buttons. Each broken one as (part, sentence)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from whatsapp.template_parts import (
    NAMED_PLACEHOLDER,
    PLACEHOLDER,
    CopyCode,
    FlowButton,
    PhoneButton,
    QuickReply,
    TemplateText,
    UrlButton,
)

BODY_LIMIT, HEADER_LIMIT, FOOTER_LIMIT, LABEL_LIMIT, URL_LIMIT = 1024, 60, 60, 25, 2000
BUTTON_LIMIT, CODE_LIMIT = 10, 20
#: Of each kind at most so many; of quick replies as many as there may be buttons.
MOST = {UrlButton: (2, "URL buttons"), PhoneButton: (1, "phone button"), CopyCode: (1, "button with a code"),
        FlowButton: (1, "button with a form")}  # fmt: skip
#: A header's file, as Meta takes it.
HEADER_FILES = frozenset({"image/jpeg", "image/png", "video/mp4", "video/3gpp", "application/pdf"})
_PHONE = re.compile(r"^\+[1-9]\d{6,18}$")

Problem = tuple[str, str]


def unless(holds: bool, part: str, sentence: str) -> Iterator[Problem]:
    if not holds:
        yield part, sentence


def of_text(text: TemplateText, where: str) -> Iterator[Problem]:
    """Lengths and marks of header, body and footer."""
    long = 0 < len(text.body) <= BODY_LIMIT
    yield from unless(long, "body", f"{where}the body must have 1 to {BODY_LIMIT} characters")
    yield from unless(len(text.footer) <= FOOTER_LIMIT, "footer", f"{where}the footer may have at most {FOOTER_LIMIT}")
    yield from unless("{{" not in text.footer, "footer", f"{where}the footer may hold no variable")
    for part, words in (("header", text.header), ("footer", text.footer)):
        yield from unless("\n" not in words, part, f"{where}the {part} must be one line")
    spaced = "\n\n\n" not in text.body
    yield from unless(spaced, "body", f"{where}the body may hold at most one empty line in a row")
    yield from _header(text, where)


def _header(text: TemplateText, where: str) -> Iterator[Problem]:
    yield from unless(len(text.header) <= HEADER_LIMIT, "header", f"{where}the header may have at most {HEADER_LIMIT}")
    one = sum(map(bool, (text.header, text.file, text.location))) <= 1
    yield from unless(one, "header", f"{where}the header is either words, or a document, picture or film, or a place")
    bare = NAMED_PLACEHOLDER.sub("", PLACEHOLDER.sub("", text.header))
    yield from unless(not set("*_~`") & set(bare), "header", f"{where}the header may hold no formatting marks")
    if text.file is not None:
        known = text.file.mime_type in HEADER_FILES
        yield from unless(known, "header", f"{where}Meta takes no {text.file.mime_type} in a header")


def of_buttons(text: TemplateText, where: str) -> Iterator[Problem]:
    """Numbers, labels, order, and what each kind needs."""
    labels = [button.text for button in text.buttons]
    yield from unless(len(labels) <= BUTTON_LIMIT, "buttons", f"{where}there may be at most {BUTTON_LIMIT} buttons")
    for kind, count in Counter(type(button) for button in text.buttons).items():
        most, words = MOST.get(kind, (BUTTON_LIMIT, ""))
        yield from unless(count <= most or not words, "buttons", f"{where}there may be at most {most} {words}")
    yield from unless(len(set(labels)) == len(labels), "buttons", f"{where}two buttons have the same label")
    for label in labels:
        fits = 0 < len(label) <= LABEL_LIMIT
        yield from unless(fits, "buttons", f"{where}the label “{label}” must have 1 to {LABEL_LIMIT}")
        yield from unless("{{" not in label, "buttons", f"{where}a label may hold no variable")
    kinds = [isinstance(button, QuickReply) for button in text.buttons]
    changes = sum(before != after for before, after in pairwise(kinds))
    yield from unless(changes <= 1, "buttons", f"{where}the quick replies must stand together")
    for button in text.buttons:
        yield from _button(button, where)


def _button(button: object, where: str) -> Iterator[Problem]:
    match button:
        case UrlButton():
            yield from _url(button, where)
        case PhoneButton(number=number):
            fits = bool(_PHONE.match(number))
            yield from unless(fits, "buttons", f"{where}“{number}” is no number like +919812345678")
        case CopyCode(example=example):
            fits = bool(example.strip()) and len(example) <= CODE_LIMIT
            yield from unless(fits, "buttons", f"{where}the example of the code must have 1 to {CODE_LIMIT}")
        case FlowButton(flow_id=flow_id):
            yield from unless(flow_id.isdigit(), "buttons", f"{where}“{flow_id}” is no id of a form")


def _url(button: UrlButton, where: str) -> Iterator[Problem]:
    fixed, web = button.url.removesuffix("{{1}}"), button.url.startswith(("https://", "http://"))
    long = len(button.url) <= URL_LIMIT
    yield from unless(web, "buttons", f"{where}“{button.url}” is no web address")
    yield from unless(long, "buttons", f"{where}an address may have at most {URL_LIMIT} characters")
    yield from unless("{{" not in fixed, "buttons", f"{where}an address takes one variable, {{{{1}}}}, at its end")
    yield from unless("//wa.me/" not in fixed, "buttons", f"{where}Meta refuses wa.me addresses in buttons")
    given = not button.dynamic or bool(button.example)
    yield from unless(given, "buttons", f"{where}“{button.text}” needs an example of its rest")
