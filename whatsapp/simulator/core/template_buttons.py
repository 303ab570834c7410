"""The buttons of a template at sending time: payloads, link suffixes, codes."""

from __future__ import annotations

from typing import Any

from whatsapp.simulator.core import params
from whatsapp.simulator.core.entities import Template
from whatsapp.simulator.core.errors import GraphError
from whatsapp.simulator.core.template_text import buttons, fill, variables

Shown = dict[str, Any]

SUB_TYPES = (
    "booking_confirmation", "catalog", "copy_code", "flow", "mpm", "order_details", "quick_reply", "reminder", "url",
    "voice_call",
)  # fmt: skip
URL_LONGEST = 2000
PAYLOAD_LONGEST = 256


def fill_buttons(template: Template, given: list[dict[str, Any]]) -> list[Shown]:
    """All buttons of the template as the phone shows them; raises GraphError."""
    declared = buttons(template.components)
    by_index = _by_index(given, len(declared))
    return [_fill(at, button, by_index.get(at)) for at, button in enumerate(declared)]


def _by_index(given: list[dict[str, Any]], count: int) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for part in given:
        params.one_of(SUB_TYPES, str(part.get("sub_type", "")).lower(), "template['components']['sub_type']")
        at = _index(part)
        if at >= count:
            raise GraphError(132000, f"buttons: Button at index {at} does not exist, the template has {count}")
        if at in found:
            raise params.invalid(f"buttons: Button at index {at} is given more than once")
        found[at] = part
    return found


def _index(part: dict[str, Any]) -> int:
    index = part.get("index")
    if index is None or not str(index).isdigit():
        raise params.invalid("Param template['components']['index'] must be a number from 0 to 9.")
    return int(index)


def _fill(at: int, button: Shown, part: dict[str, Any] | None) -> Shown:
    kind = button["type"].upper()
    sub_type = {"OTP": "URL"}.get(kind, kind)
    if part is not None:
        _same_kind(at, kind, sub_type, part["sub_type"].upper())
    given = (part or {}).get("parameters") or []
    drawn: Shown = {"index": at, "type": kind.lower(), "text": button.get("text", "")}
    if kind == "QUICK_REPLY":
        return drawn | {"payload": _payload(at, given) or button["text"]}
    if sub_type == "URL":
        return drawn | {"url": _url(at, button, given)}
    if kind == "COPY_CODE":
        return drawn | {"text": "Copy code", "code": _code(at, given)}
    if kind == "FLOW":
        drawn["flow_token"] = _token(at, given)
    return drawn | {key: button[key] for key in ("phone_number", "flow_id") if key in button}


def _same_kind(at: int, kind: str, wanted: str, received: str) -> None:
    if kind == "PHONE_NUMBER":
        raise params.invalid(f"buttons: Button at index {at} is of type Call and does not support parameters")
    if received != wanted:
        raise GraphError(132012, f"buttons: Button at index {at}: expected {wanted}, received {received}")


def _payload(at: int, given: list[Any]) -> str:
    if not given:
        return ""
    payload = given[0].get("payload")
    if not isinstance(payload, str) or not payload:
        raise params.missing(f"buttons: Button at index {at}: payload")
    if len(payload) > PAYLOAD_LONGEST:
        raise params.invalid(f"buttons: payload of button at index {at} must be at most {PAYLOAD_LONGEST} characters.")
    return payload


def _url(at: int, button: Shown, given: list[Any]) -> str:
    wanted = variables(button.get("url", "{{1}}"))
    if wanted and not given:
        raise GraphError(131008, f"buttons: Button at index {at} of type Url requires a parameter")
    if len(given) != len(wanted):
        raise GraphError(132000, f"buttons: Button at index {at} takes {len(wanted)} parameters, received {len(given)}")
    if not wanted:
        return str(button["url"])
    suffix = given[0].get("text")
    if not isinstance(suffix, str) or not suffix.strip() or any(c.isspace() for c in suffix):
        raise GraphError(132018, f"buttons: the link suffix of button {at} must be non-empty and without spaces")
    filled = fill(button.get("url", "{{1}}"), {wanted[0]: suffix})
    if len(filled) > URL_LONGEST:
        raise GraphError(132005, f"buttons: the link of button {at} is longer than {URL_LONGEST} characters")
    return filled


def _token(at: int, given: list[Any]) -> str:
    """What comes back with the form's answer; "unused" without one."""
    if not given:
        return "unused"
    if given[0].get("type") != "action":
        raise GraphError(132012, f"buttons: Button at index {at}: expected an action")
    action = params.take(dict, given[0], "action", f"button {at}")
    return str(action.get("flow_token") or "unused")


def _code(at: int, given: list[Any]) -> str:
    code = given[0].get("coupon_code") if given else None
    if not code:
        raise GraphError(131008, f"buttons: Button at index {at} of type CopyCode requires a parameter")
    if len(code) > 20:
        raise params.invalid(f"buttons: coupon_code of button at index {at} must be at most 20 characters.")
    return str(code)
