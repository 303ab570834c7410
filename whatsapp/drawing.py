"""A message as the phone draws it: header, body, footer, buttons, file, place. Pure; words are escaped in the end.

What was sent is drawn from what is stored with it, so that a template which changed since shows its old words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from whatsapp.declare import CopyCode, FlowButton, PhoneButton, TemplateText, UrlButton
from whatsapp.formatting import html
from whatsapp.models import Message
from whatsapp.payloads import ContactsReceived, FormAnswered, ListPicked, LocationReceived, OrderReceived, event_of

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "prs"})
REPLY, LINK, LIST, CALL, COPY, FORM = "↩", "↗", "☰", "✆", "⧉", "▤"
MARKS = {UrlButton: LINK, PhoneButton: CALL, CopyCode: COPY, FlowButton: FORM}
PLACE = "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=17/{0}/{1}"


@dataclass(frozen=True)
class Drawn:
    """`buttons` are (mark, label); `lines` are rows under the body: of a list, an order, contact cards."""

    body: SafeString | str = ""
    header: str = ""
    footer: str = ""
    buttons: Sequence[tuple[str, str]] = ()
    lines: Sequence[str] = field(default_factory=tuple)
    link: str = ""
    direction: str = "auto"


def direction(language: str) -> str:
    """For the `dir` of a bubble: a template's language decides; free text decides by its own first letter."""
    base = language.replace("-", "_").split("_")[0]
    return "rtl" if base in RIGHT_TO_LEFT else "ltr" if base else "auto"


def draw(message: Message, texts: Mapping[tuple[str, str], TemplateText]) -> Drawn:
    """`texts`: the templates' words by (name, language), for the shape of what was sent."""
    if message.erased_at is not None:
        return Drawn(
            _("Its words were removed on %(day)s: their time was over, or the person was erased.")
            % {"day": f"{message.erased_at:%d %b %Y}"}
        )
    if message.direction == Message.Direction.IN:
        return _received(message)
    if message.type == "template":
        return _template(message, texts.get((message.template_name, message.language)))
    if message.type == "interactive":
        return _interactive(message.payload.get("interactive") or {})
    return Drawn(html(message.text))


def draw_text(text: TemplateText, body: str, language: str) -> Drawn:
    """A template that was not sent yet, with its body filled."""
    return Drawn(html(body), _header(text), text.footer, _buttons(text), direction=direction(language))


def _header(text: TemplateText) -> str:
    """What stands above the words: a file and a place come with each message."""
    if text.location:
        return _("📍 The message's place")
    if text.file is None:
        return text.header
    words = {"IMAGE": _("🖼 The message's picture"), "VIDEO": _("▶ The message's film")}
    return words.get(text.file.format) or _("📄 The message's document")


def _buttons(text: TemplateText) -> list[tuple[str, str]]:
    return [(MARKS.get(type(button), REPLY), button.text) for button in text.buttons]


def _template(message: Message, text: TemplateText | None) -> Drawn:
    if text is None:
        return Drawn(html(message.text), direction=direction(message.language))
    body = message.text
    if text.header_varies:
        above, _end, body = body.partition("\n")
        return Drawn(html(_cut(body, text)), above, text.footer, _buttons(text), direction=direction(message.language))
    if text.header:
        body = body.removeprefix(f"{text.header}\n")
    return draw_text(text, _cut(body, text), message.language)


def _cut(body: str, text: TemplateText) -> str:
    labels = " ".join(f"[{button.text}]" for button in text.buttons)
    for tail in (labels, text.footer):
        if tail:
            body = body.removesuffix(f"\n{tail}")
    return body


def _interactive(part: Mapping[str, Any]) -> Drawn:
    action = part.get("action") or {}
    words = {name: str((part.get(name) or {}).get("text", "")) for name in ("header", "body", "footer")}
    document = (part.get("header") or {}).get("document") or {}
    words["header"] = words["header"] or str(document.get("filename", ""))
    rows: list[str] = []
    match part.get("type"):
        case "button":
            buttons = [(REPLY, str(button["reply"]["title"])) for button in action.get("buttons", ())]
        case "list":
            buttons = [(LIST, str(action.get("button", "")))]
            rows = [str(row["title"]) for section in action.get("sections", ()) for row in section.get("rows", ())]
        case "cta_url":
            buttons = [(LINK, str((action.get("parameters") or {}).get("display_text", "")))]
        case "order_details":
            buttons = [(LINK, "Review and pay")]
        case "location_request_message":
            buttons = [(LINK, "Send location")]
        case _:
            buttons = []
    return Drawn(html(words["body"]), words["header"], words["footer"], buttons, rows)


def _received(message: Message) -> Drawn:
    match event_of(message.payload):
        case LocationReceived(latitude=latitude, longitude=longitude, name=name, address=address):
            lines = tuple(filter(None, (name, address)))
            return Drawn(f"{latitude:.5f}, {longitude:.5f}", lines=lines, link=PLACE.format(latitude, longitude))
        case ContactsReceived(cards=cards):
            return Drawn(lines=tuple(_card(card) for card in cards))
        case OrderReceived(items=items, text=text):
            return Drawn(html(text), lines=tuple(_item(item) for item in items))
        case FormAnswered(response=response):
            answers = response.items() if isinstance(response, Mapping) else [("", response)]
            return Drawn(lines=tuple(f"{name}: {value}".strip(": ") for name, value in answers))
        case ListPicked(title=title, description=description):
            return Drawn(html(title), lines=(description,) if description else ())
    return Drawn(html(message.text))


def _card(card: Mapping[str, Any]) -> str:
    phones = ", ".join(str(phone.get("phone", "")) for phone in card.get("phones") or () if isinstance(phone, Mapping))
    name = card.get("name") or {}
    return f"{name.get('formatted_name', '') if isinstance(name, Mapping) else ''} {phones}".strip()


def _item(item: Mapping[str, Any]) -> str:
    return f"{item.get('quantity', '')} × {item.get('product_retailer_id', '')}"
