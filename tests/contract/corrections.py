"""Where Meta's file is known to be wrong or older than its pages: each with a body that is right and that it refuses.

docs/whatsapp.md lists them. A test shows that each is still needed: when Meta mends its file, that test fails and the
correction goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Schemas = dict[str, dict[str, Any]]
ENVELOPE = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+919810000001"}


@dataclass(frozen=True)
class Correction:
    """`says` is the file's word, `holds` what Meta's pages say and its API does; `right` is refused without it."""

    name: str
    says: str
    holds: str
    apply: Callable[[Schemas], None]
    right: dict[str, Any]


def _message(type: str, content: Any, **also: Any) -> dict[str, Any]:
    return {**ENVELOPE, "type": type, type: content, **also}


def _seal_the_whole(schemas: Schemas) -> None:
    for schema in schemas.values():
        parts = [part for part in schema.get("allOf", ()) if part.get("additionalProperties") is False]
        for part in parts:
            del part["additionalProperties"]
            schema["unevaluatedProperties"] = False


def _recipient(schemas: Schemas) -> None:
    base = schemas["BaseMessageProperties"]
    base["properties"]["recipient"] = {"type": "string", "maxLength": 150}
    base["required"] = [name for name in base["required"] if name != "to"]
    base["anyOf"] = [{"required": ["to"]}, {"required": ["recipient"]}]


def _callback_data(schemas: Schemas) -> None:
    schemas["BaseMessageProperties"]["properties"]["biz_opaque_callback_data"] = {"type": "string", "maxLength": 512}


def _numbers_of_a_place(schemas: Schemas) -> None:
    place = schemas["LocationMessage"]["allOf"][1]["properties"]["location"]["properties"]
    place["latitude"] = {"type": "number", "minimum": -90, "maximum": 90}
    place["longitude"] = {"type": "number", "minimum": -180, "maximum": 180}


def _index(schemas: Schemas) -> None:
    for owner in (schemas["TemplateComponent"], schemas["ButtonComponent"]["allOf"][1]):
        owner["properties"]["index"]["pattern"] = "^[0-9]$"


def _parameter(owner: str, kind: str, content: dict[str, Any]) -> Callable[[Schemas], None]:
    """One more type of parameter: {type, <type>: content}."""

    def apply(schemas: Schemas) -> None:
        known, made = schemas[owner], f"{owner}_{kind}"
        known["properties"]["type"]["enum"].append(kind)
        known["discriminator"]["mapping"][kind] = f"#/components/schemas/{made}"
        properties = {"type": {"const": kind}, kind: content}
        schemas[made] = {"type": "object", "required": ["type", kind], "additionalProperties": False,
                         "properties": properties}  # fmt: skip

    return apply


def _button_kind(sub_type: str, kind: str, content: dict[str, Any]) -> Callable[[Schemas], None]:
    add = _parameter("ButtonParameterObject", kind, content)

    def apply(schemas: Schemas) -> None:
        for owner in (schemas["TemplateComponent"], schemas["ButtonComponent"]["allOf"][1]):
            owner["properties"]["sub_type"]["enum"].append(sub_type)
        add(schemas)

    return apply


def _interactive(kind: str, action: dict[str, Any]) -> Callable[[Schemas], None]:
    def apply(schemas: Schemas) -> None:
        schemas["InteractiveObject"]["properties"]["type"]["enum"].append(kind)
        schemas["ActionObject"]["oneOf"].append(action)

    return apply


def _many_cards(schemas: Schemas) -> None:
    schemas["ContactsMessage"]["allOf"][1]["properties"]["contacts"]["maxItems"] = 257


_URL = {
    "required": ["name", "parameters"],
    "additionalProperties": False,
    "properties": {
        "name": {"const": "cta_url"},
        "parameters": {
            "type": "object",
            "required": ["display_text", "url"],
            "additionalProperties": False,
            "properties": {
                "display_text": {"type": "string", "minLength": 1, "maxLength": 20},
                "url": {"type": "string", "pattern": "^https?://", "maxLength": 2000},
            },
        },
    },
}
_MONEY = {
    "type": "object",
    "required": ["value", "offset"],
    "additionalProperties": False,
    "properties": {"value": {"type": "integer", "minimum": 0}, "offset": {"const": 100}},
}
_ITEM = {
    "type": "object",
    "required": ["name", "amount", "quantity", "country_of_origin", "importer_name", "importer_address"],
    "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 60}, "amount": _MONEY,
                   "quantity": {"type": "integer", "minimum": 1}},
}  # fmt: skip
_REFERENCE = {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,35}$"}
_REVIEW_AND_PAY = {
    "required": ["name", "parameters"],
    "additionalProperties": False,
    "properties": {
        "name": {"const": "review_and_pay"},
        "parameters": {
            "type": "object",
            "required": ["reference_id", "type", "payment_settings", "currency", "total_amount", "order"],
            "additionalProperties": False,
            "properties": {
                "reference_id": _REFERENCE,
                "type": {"enum": ["digital-goods", "physical-goods"]},
                "payment_settings": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "required": ["type", "payment_link"],
                        "properties": {
                            "type": {"const": "payment_link"},
                            "payment_link": {
                                "type": "object",
                                "required": ["uri"],
                                "additionalProperties": False,
                                "properties": {"uri": {"type": "string", "pattern": "^https?://"}},
                            },
                        },
                    },
                },
                "currency": {"const": "INR"},
                "total_amount": _MONEY,
                "order": {
                    "type": "object",
                    "required": ["status", "items", "subtotal"],
                    "additionalProperties": False,
                    "properties": {
                        "status": {"const": "pending"},
                        "items": {"type": "array", "minItems": 1, "maxItems": 10, "items": _ITEM},
                        "subtotal": _MONEY,
                        "tax": _MONEY,
                        "expiration": {
                            "type": "object",
                            "required": ["timestamp", "description"],
                            "properties": {"timestamp": {"type": "string", "pattern": "^[0-9]+$"},
                                           "description": {"type": "string", "maxLength": 120}},
                        },
                    },
                },
            },
        },
    },
}  # fmt: skip
_REVIEW_ORDER = {
    "required": ["name", "parameters"],
    "additionalProperties": False,
    "properties": {
        "name": {"const": "review_order"},
        "parameters": {
            "type": "object",
            "required": ["reference_id", "order"],
            "additionalProperties": False,
            "properties": {
                "reference_id": _REFERENCE,
                "order": {
                    "type": "object",
                    "required": ["status"],
                    "properties": {
                        "status": {"enum": ["processing", "partially_shipped", "shipped", "completed", "canceled"]},
                        "description": {"type": "string", "maxLength": 120},
                    },
                },
            },
        },
    },
}
_PAISE = {"value": 91500, "offset": 100}
_GROCERIES = {"name": "Groceries", "amount": _PAISE, "quantity": 1, "country_of_origin": "India",
              "importer_name": "BetterMeals", "importer_address": {"address_line1": "Mumbai"}}  # fmt: skip
_PLACE = {"required": ["name"], "additionalProperties": False, "properties": {"name": {"const": "send_location"}}}
_BUTTON = {"type": "button", "sub_type": "quick_reply", "parameters": [{"type": "payload", "payload": "p"}]}
_WHERE = {
    "type": "object",
    "required": ["latitude", "longitude"],
    "additionalProperties": False,
    "properties": {
        "latitude": {"type": "number"},
        "longitude": {"type": "number"},
        "name": {"type": "string"},
        "address": {"type": "string"},
    },
}
_FORM = {
    "type": "object",
    "required": ["flow_token"],
    "additionalProperties": False,
    "properties": {"flow_token": {"type": "string"}, "flow_action_data": {"type": "object"}},
}
_CODE = {"type": "string", "minLength": 1, "maxLength": 20}
_LANGUAGE = {"code": "en", "policy": "deterministic"}
_CARD = {"name": {"formatted_name": "A B", "first_name": "A"}}
_BODY = {"text": "Where?"}


def _template(*components: dict[str, Any]) -> dict[str, Any]:
    return _message("template", {"name": "n", "language": _LANGUAGE, "components": list(components)})


ALL: tuple[Correction, ...] = (
    Correction(
        "each part of a message is closed for itself",
        "allOf [the envelope, a part with additionalProperties: false]: no message whatever fits",
        "the message as a whole is closed (unevaluatedProperties)",
        _seal_the_whole,
        _message("text", {"body": "Hi"}),
    ),
    Correction(
        "no recipient",
        "`to` is required",
        "`recipient` with a business-scoped user ID instead of `to`, since May 2026",
        _recipient,
        {name: value for name, value in _message("text", {"body": "Hi"}).items() if name != "to"}
        | {"recipient": "IN.1047829116385512"},
    ),
    Correction(
        "no callback data",
        "biz_opaque_callback_data is not named",
        "up to 512 characters, echoed in the statuses",
        _callback_data,
        _message("text", {"body": "Hi"}, biz_opaque_callback_data="1"),
    ),
    Correction(
        "places as text",
        "latitude and longitude are strings (its own example writes numbers)",
        "numbers",
        _numbers_of_a_place,
        _message("location", {"latitude": 19.07, "longitude": 72.87}),
    ),
    Correction(
        "index of a button",
        "the pattern ^[2-6, 11-14]$, a class of odd characters without 0 and 7",
        "the button's position, 0 to 9",
        _index,
        _message("template", {"name": "n", "language": _LANGUAGE, "components": [_BUTTON | {"index": "0"}]}),
    ),
    Correction(
        "no address on a button",
        "interactive has no cta_url",
        "action {name: cta_url, parameters {display_text ≤ 20, url}}",
        _interactive("cta_url", _URL),
        _message("interactive", {"type": "cta_url", "body": _BODY, "action": {
            "name": "cta_url", "parameters": {"display_text": "Open", "url": "https://example.com"}}}),
    ),
    Correction(
        "no request for a place",
        "interactive has no location_request_message",
        "action {name: send_location}",
        _interactive("location_request_message", _PLACE),
        _message("interactive", {"type": "location_request_message", "body": _BODY,
                                 "action": {"name": "send_location"}}),
    ),
    Correction(
        "no order to pay",
        "interactive has no order_details (its own example writes one)",
        "action {name: review_and_pay}, here over a payment link of the gateway",
        _interactive("order_details", _REVIEW_AND_PAY),
        _message("interactive", {"type": "order_details", "body": _BODY, "action": {
            "name": "review_and_pay", "parameters": {
                "reference_id": "BM-1", "type": "digital-goods", "currency": "INR", "total_amount": _PAISE,
                "payment_settings": [{"type": "payment_link", "payment_link": {"uri": "https://rzp.io/i/a"}}],
                "order": {"status": "pending", "items": [_GROCERIES], "subtotal": _PAISE}}}}),
    ),
    Correction(
        "no status of an order",
        "interactive has no order_status (its own example writes one)",
        "action {name: review_order}",
        _interactive("order_status", _REVIEW_ORDER),
        _message("interactive", {"type": "order_status", "body": _BODY, "action": {
            "name": "review_order", "parameters": {"reference_id": "BM-1", "order": {"status": "processing"}}}}),
    ),
    Correction(
        "no place in a template's header",
        "a header's parameter is words, currency, date, picture, film or document",
        "location {latitude, longitude, name, address} as well",
        _parameter("ParameterObject", "location", _WHERE),
        _template({"type": "header", "parameters": [
            {"type": "location", "location": {"latitude": 19.07, "longitude": 72.87}}]}),
    ),
    Correction(
        "no code to copy",
        "a template's button is a quick reply, an address or a catalogue",
        "sub_type copy_code with {type: coupon_code, coupon_code ≤ 20}",
        _button_kind("copy_code", "coupon_code", _CODE),
        _template({"type": "button", "sub_type": "copy_code", "index": "0", "parameters": [
            {"type": "coupon_code", "coupon_code": "RICE10"}]}),
    ),
    Correction(
        "no form on a template's button",
        "a template's button is a quick reply, an address or a catalogue",
        "sub_type flow with {type: action, action {flow_token, flow_action_data}}",
        _button_kind("flow", "action", _FORM),
        _template({"type": "button", "sub_type": "flow", "index": "0", "parameters": [
            {"type": "action", "action": {"flow_token": "t"}}]}),
    ),
    Correction(
        "five contact cards",
        "at most 5 contact cards",
        "at most 257",
        _many_cards,
        _message("contacts", [_CARD] * 6),
    ),
)  # fmt: skip
