"""Interactive messages: reply buttons, lists, a link, a flow, a location request, an order. Limits are Meta's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whatsapp.simulator.core import orders, params

Shown = dict[str, Any]
MediaReader = Callable[[str, dict[str, Any]], Shown]

BODY_LONGEST = 1024
LIST_BODY_LONGEST = 4096
KINDS = (
    "button", "list", "cta_url", "flow", "location_request_message", "request_contact_info", "order_details",
    "order_status",
)  # fmt: skip


def read_interactive(source: Shown, read_media: MediaReader) -> Shown:
    """Check an interactive object and return its drawing; raises GraphError (131008, 131009, 100)."""
    kind = params.take(str, source, "type", "interactive")
    params.one_of(KINDS, kind, "interactive['type']")
    action = params.take(dict, source, "action", "interactive")
    body = params.take(dict, source, "body", "interactive")
    longest = LIST_BODY_LONGEST if kind == "list" else BODY_LONGEST
    shown: Shown = {"body": params.text(body, "text", "interactive['body']", longest), "interactive": kind}
    shown |= _header(source, kind, read_media) | _footer(source)
    return shown | _ACTIONS[kind](action)


def _header(source: Shown, kind: str, read_media: MediaReader) -> Shown:
    header = source.get("header")
    if header is None:
        return {}
    params.of_kind(dict, header, "interactive['header']")
    allowed = ("text",) if kind in ("list", "flow") else ("text", "image", "video", "document")
    type_ = params.one_of(allowed, params.take(str, header, "type", "interactive['header']"), "header['type']")
    if type_ == "text":
        return {"header": {"type": "text", "text": params.text(header, "text", "interactive['header']", 60)}}
    drawn = read_media(type_, params.take(dict, header, type_, "interactive['header']"))
    return {"header": {"type": type_, "media": drawn["media"]}}


def _footer(source: Shown) -> Shown:
    footer = source.get("footer")
    if footer is None:
        return {}
    of = params.of_kind(dict, footer, "interactive['footer']")
    return {"footer": params.text(of, "text", "interactive['footer']", 60)}


def _buttons(action: Shown) -> Shown:
    buttons = params.take(list, action, "buttons", "interactive['action']")
    if not 1 <= len(buttons) <= 3:
        raise params.bad_value("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
    drawn = [_button(button, f"interactive['action']['buttons'][{at}]") for at, button in enumerate(buttons)]
    for key, what in (("id", "ids"), ("text", "titles")):
        if len({button[key] for button in drawn}) < len(drawn):
            raise params.bad_value(f"Duplicate button {what} are not allowed.")
    return {"buttons": drawn}


def _button(button: Any, where: str) -> Shown:
    params.of_kind(dict, button, where)
    params.one_of(("reply",), button.get("type"), f"{where}['type']")
    reply = params.take(dict, button, "reply", where)
    title = params.label(reply, "title", f"{where}['reply']", 20, "Button title")
    return {"type": "reply", "text": title, "id": params.label(reply, "id", f"{where}['reply']", 256, "Button id")}


def _list(action: Shown) -> Shown:
    opener = params.label(action, "button", "interactive['action']", 20, "List button")
    sections = params.take(list, action, "sections", "interactive['action']")
    if not 1 <= len(sections) <= 10:
        raise params.bad_value("Invalid sections count. Min allowed sections: 1, Max allowed sections: 10")
    drawn = [_section(section, at, len(sections) > 1) for at, section in enumerate(sections)]
    rows = [row["id"] for section in drawn for row in section["rows"]]
    if len(rows) > 10:
        raise params.bad_value(f"Total row count exceed max allowed count: 10 (got {len(rows)}).")
    if len(set(rows)) < len(rows):
        raise params.bad_value("Duplicate row ids are not allowed.")
    return {"list": {"button": opener, "sections": drawn}}


def _section(section: Any, at: int, titled: bool) -> Shown:
    where = f"interactive['action']['sections'][{at}]"
    params.of_kind(dict, section, where)
    has_title = titled or section.get("title")
    title = params.label(section, "title", where, 24, "Section title") if has_title else ""
    rows = params.take(list, section, "rows", where)
    if not rows:
        raise params.missing(f"{where}['rows']")
    return {"title": title, "rows": [_row(row, f"{where}['rows'][{n}]") for n, row in enumerate(rows)]}


def _row(row: Any, where: str) -> Shown:
    params.of_kind(dict, row, where)
    drawn = {"id": params.label(row, "id", where, 200, "Row id")}
    drawn["title"] = params.label(row, "title", where, 24, "Row title")
    described = row.get("description") is not None
    drawn["description"] = params.label(row, "description", where, 72, "Row description") if described else ""
    return drawn


def _parameters(action: Shown, name: str) -> Shown:
    params.one_of((name,), params.take(str, action, "name", "interactive['action']"), "interactive['action']['name']")
    found: Shown = params.take(dict, action, "parameters", "interactive['action']")
    return found


def _link(action: Shown) -> Shown:
    found = _parameters(action, "cta_url")
    where = "interactive['action']['parameters']"
    words = params.label(found, "display_text", where, 20, "Display text")
    return {"buttons": [{"type": "url", "text": words, "url": params.url(found, "url", where)}]}


def _flow(action: Shown) -> Shown:
    found = _parameters(action, "flow")
    where = "interactive['action']['parameters']"
    params.one_of(("3",), params.take(str, found, "flow_message_version", where), f"{where}['flow_message_version']")
    if bool(found.get("flow_id")) == bool(found.get("flow_name")):
        raise params.missing(f"{where}: exactly one of 'flow_id' and 'flow_name'")
    words = params.label(found, "flow_cta", where, 30, "Flow CTA")
    if found.get("flow_action_payload", {}).get("data") == {}:
        raise params.bad_value(f"Param {where}['flow_action_payload']['data'] cannot be empty.")
    flow = {"flow_token": found.get("flow_token", "unused"), "flow_id": found.get("flow_id", "")}
    return {"buttons": [{"type": "flow", "text": words} | flow]}


def _ask_location(action: Shown) -> Shown:
    name = params.take(str, action, "name", "interactive['action']")
    params.one_of(("send_location",), name, "interactive['action']['name']")
    return {"buttons": [{"type": "location_request", "text": "Send location"}]}


def _ask_contact(action: Shown) -> Shown:
    name = params.take(str, action, "name", "interactive['action']")
    params.one_of(("request_contact_info",), name, "interactive['action']['name']")
    return {"buttons": [{"type": "contact_request", "text": "Share contact info"}]}


_ACTIONS: dict[str, Callable[[Shown], Shown]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _link,
    "flow": _flow,
    "location_request_message": _ask_location,
    "request_contact_info": _ask_contact,
    "order_details": orders.read_details,
    "order_status": orders.read_status,
}
