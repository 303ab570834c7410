"""What Meta would say to a template, while it is being written: every rule that it breaks, and what to think over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from whatsapp.declare import PLACEHOLDER, Button, QuickReply, TemplateText, UncheckedTemplate, UrlButton, problems
from whatsapp.models import TemplateDraft

STOPS, ADVICE = "stops", "advice"
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff]")
_SHORTENERS = ("bit.ly", "tinyurl.com", "t.co", "goo.gl", "rb.gy", "cutt.ly", "is.gd")
# Words for which Meta counts a utility template as marketing, at several times the price.
_SELLING = re.compile(
    r"\b(offers?|discounts?|sale|deals?|coupons?|promo\w*|buy|shop now|free|limited time|exclusive|\d+ ?% off)\b|"
    r"ऑफ़?र|छूट|सेल|मुफ़?्त|कूपन|खरीदें",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Finding:
    """`weight` is "stops" (Meta refuses it) or "advice"."""

    part: str
    sentence: str
    weight: str = STOPS


def template_of(draft: TemplateDraft) -> UncheckedTemplate:
    """The draft as a declaration, however unfinished."""
    buttons = tuple(_button(button) for button in draft.buttons)
    text = TemplateText(draft.body, draft.header, draft.footer, buttons)
    return UncheckedTemplate(
        name=draft.name,
        category=draft.category,
        bodies={draft.language: text},
        variables=tuple(draft.variables),
        examples={draft.language: list(draft.examples)},
    )


def _button(button: dict[str, Any]) -> Button:
    if button.get("type") == "URL":
        return UrlButton(str(button.get("text", "")), str(button.get("url", "")), str(button.get("example", "")))
    return QuickReply(str(button.get("text", "")))


def findings(draft: TemplateDraft) -> list[Finding]:
    """What stops it first, then advice. Pure."""
    where = f"in {draft.language}, "
    broken = [Finding(part, _tidy(sentence, where)) for part, sentence in problems(template_of(draft))]
    return [*broken, *_more(draft), *_advice(draft)]


def _tidy(sentence: str, where: str) -> str:
    words = sentence.removeprefix(where)
    return f"{words[:1].upper()}{words[1:]}."


def _more(draft: TemplateDraft) -> Iterator[Finding]:
    """Rules that the code's own templates never come near."""
    if _EMOJI.search(draft.header):
        yield Finding("header", _("The header may hold no emoji."))
    for button in draft.buttons:
        label, url = str(button.get("text", "")), str(button.get("url", ""))
        if _EMOJI.search(label) or "\n" in label:
            yield Finding(
                "buttons", _("The label “%(label)s” may hold neither emoji nor a line break.") % {"label": label}
            )
        if any(f"//{shortener}/" in url for shortener in _SHORTENERS):
            yield Finding("buttons", _("Meta refuses shortened links: give the whole address."))


def _advice(draft: TemplateDraft) -> Iterator[Finding]:
    selling = _SELLING.search(f"{draft.header} {draft.body} {draft.footer}")
    if draft.category == "UTILITY" and selling:
        words = _("“%(word)s” reads like marketing: Meta may count the template so, at several times the price.")
        yield Finding("body", words % {"word": selling[0]}, ADVICE)
    if draft.category == "MARKETING" and not re.search(r"\bstop\b|बंद", draft.footer, re.IGNORECASE):
        yield Finding("footer", _("Say in the footer how to stop: fewer people will block the number."), ADVICE)
    if any(button.get("type") == "URL" and str(button.get("url", "")).endswith("{{1}}") for button in draft.buttons):
        yield Finding("buttons", _("A link with a variable cannot be filled in by a bulk send or the inbox."), ADVICE)


def filled(draft: TemplateDraft) -> str:
    """The body with its examples, as far as there are any."""

    def value(found: re.Match[str]) -> str:
        number = int(found[1])
        example = draft.examples[number - 1] if number <= len(draft.examples) else ""
        return str(example) or found[0]

    return PLACEHOLDER.sub(value, draft.body)
