"""POST /{phone_number_id}/messages: everything between a request body and an accepted message."""

from __future__ import annotations

import json
from typing import Any

from whatsapp.simulator.core import orders, params, statuses
from whatsapp.simulator.core.content import TYPES, read_content, read_media
from whatsapp.simulator.core.entities import Media, Message, Number, Person, Template
from whatsapp.simulator.core.errors import GraphError
from whatsapp.simulator.core.gate import allow, find_template, in_window
from whatsapp.simulator.core.ids import digits_of, looks_like_bsuid, wamid
from whatsapp.simulator.core.template_send import fill_template
from whatsapp.simulator.core.world import World

Payload = dict[str, Any]
REACTION_DAYS = 30


def accept(world: World, number: Number, payload: Payload, now: float) -> dict[str, Any]:
    """Check and accept a message, queue what follows, return Meta's answer. Raises GraphError."""
    type_ = _envelope(payload)
    if "recipient" not in payload and looks_like_bsuid(str(payload["to"])):
        return _swallow(world, number, payload, type_, now)
    person = _recipient(world, number, payload)
    template = find_template(world, number, payload) if type_ == "template" else None
    if type_ == "reaction":
        _check_reaction(world, person, payload["reaction"], now)
    shown = _shown(world, number, payload, type_, template)
    later = allow(world, number, person, template, payload, now)
    orders.check(world, number, shown)
    message = _message(world, number, person, payload, type_, shown, template, now)
    _keep(world, message, person, now)
    _follow(world, message, later, now)
    return _answer(world, number, person, payload, message)


def _envelope(payload: Payload) -> str:
    """The type, after the checks that come before anything else."""
    if payload.get("messaging_product") != "whatsapp":
        raise GraphError(100, message="(#100) The parameter messaging_product is required.")
    if payload.get("recipient_type", "individual") != "individual":
        raise params.bad_value("recipient_type: only individual recipients exist here; groups are not imitated.")
    if not payload.get("to") and not payload.get("recipient"):
        raise GraphError(100, message="(#100) The parameter to is required.")
    type_ = params.one_of(TYPES, payload.get("type", "text"), "type")
    if payload.get(type_) is None:
        raise params.missing(type_)
    data = payload.get("biz_opaque_callback_data", "")
    if not isinstance(data, str) or len(data) > 512:
        raise params.invalid("Param biz_opaque_callback_data must be at most 512 characters long.")
    params.of_kind(list if type_ == "contacts" else dict, payload[type_], type_)
    return type_


def _recipient(world: World, number: Number, payload: Payload) -> Person:
    """`to` wins over `recipient`; raises 131009 for what cannot be a phone, 131021 for ourselves."""
    if not payload.get("to"):
        return world.by_user_id(str(payload["recipient"]), world.businesses[number.waba_id])
    wa_id = digits_of(str(payload["to"]), number.country_code)
    if not 8 <= len(wa_id) <= 15:
        raise params.bad_value(f"Param to: {payload['to']!r} is not a phone number.")
    if wa_id == number.digits:
        raise GraphError(131021, "The recipient is the sending number.")
    if world.settings.allowed and wa_id not in world.settings.allowed:
        raise GraphError(131030, "Recipient phone number not in allowed list: add it to the test number's recipients.")
    return world.person(wa_id)


def _finder(world: World, number: Number, where: str) -> Any:
    def find(media_id: str) -> Media:
        media = world.media.get(media_id)
        if media is None or media.phone_number_id != number.id:
            raise params.bad_value(f"Param {where}['id']: media {media_id!r} does not exist or is not this number's.")
        return media

    return find


def _shown(world: World, number: Number, payload: Payload, type_: str, template: Template | None) -> dict[str, Any]:
    find = _finder(world, number, type_)
    if template is not None:
        given = payload["template"].get("components") or []
        params.of_kind(list, given, "template['components']")
        return fill_template(template, given, lambda kind, source: read_media(kind, source, find, "header"))
    if type_ == "reaction":
        return {"reaction": payload["reaction"].get("emoji", ""), "target": payload["reaction"].get("message_id", "")}
    return read_content(type_, payload[type_], find)


def _message(
    world: World, number: Number, person: Person, payload: Payload, type_: str, shown: dict[str, Any],
    template: Template | None, now: float,
) -> Message:  # fmt: skip
    message = Message(
        wamid(person.wa_id), number.id, person.wa_id, "outgoing", type_, payload[type_], now,
        shown=shown, payload=payload, context_id=_context(payload, type_),
        biz_opaque_callback_data=payload.get("biz_opaque_callback_data", ""), to_bsuid=not payload.get("to"),
    )  # fmt: skip
    if template is not None:
        message.template_name, message.template_language = template.name, template.language
        message.category = template.category.lower()
    return message


def _context(payload: Payload, type_: str) -> str:
    context = payload.get("context")
    if context is None or type_ == "reaction":
        return ""
    return str(params.take(str, params.of_kind(dict, context, "context"), "message_id", "context"))


def _keep(world: World, message: Message, person: Person, now: float) -> None:
    number = world.numbers[message.phone_number_id]
    if world.knobs.enforce_pace:
        world.pace.count(number.id, person.wa_id, now)
    if not in_window(world, number, person, now):
        world.pace.count_reached(world.businesses[number.waba_id].portfolio_id, person.wa_id, now)
    if message.type == "reaction":
        world.messages[message.content["message_id"]].reactions["business"] = message.content.get("emoji", "")
    statuses.price(world, message)
    world.keep(message)


def _check_reaction(world: World, person: Person, source: dict[str, Any], now: float) -> None:
    """Raises 131009 when the target is not of this conversation or too old to be reacted to."""
    target = world.messages.get(params.take(str, source, "message_id", "reaction"))
    too_old = target is not None and now - target.at > REACTION_DAYS * 86400
    if target is None or too_old or target.wa_id != person.wa_id:
        raise params.bad_value("Param reaction['message_id']: no message of this conversation in the last 30 days.")


def _follow(world: World, message: Message, later: tuple[int, str] | None, now: float) -> None:
    if later is not None:
        statuses.fail(world, message, later[0], now, later[1])
    else:
        statuses.progress(world, message, now)


def _answer(world: World, number: Number, person: Person, payload: Payload, message: Message) -> dict[str, Any]:
    if not message.to_bsuid:
        contact = {"input": payload["to"], "wa_id": person.wa_id}
    else:
        contact = {"input": payload["recipient"], "user_id": world.user_id(person, world.businesses[number.waba_id])}
    sent = {"id": message.wamid} | ({"message_status": "accepted"} if message.template_name else {})
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [sent]}


def _swallow(world: World, number: Number, payload: Payload, type_: str, now: float) -> dict[str, Any]:
    """A BSUID written into `to` is accepted and then goes nowhere, without a status, as in production."""
    target = str(payload["to"])
    message = Message(wamid(target), number.id, target, "outgoing", type_, payload[type_], now, payload=payload)
    message.biz_opaque_callback_data = payload.get("biz_opaque_callback_data", "")
    world.messages[message.wamid] = message
    contact = {"input": target, "wa_id": target}
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": message.wamid}]}


def mark_read(world: World, number: Number, payload: Payload, now: float) -> dict[str, Any]:
    """status=read: this and all earlier messages of the chat; optionally the typing indicator (25 seconds)."""
    if payload.get("messaging_product") != "whatsapp":
        raise GraphError(100, message="(#100) The parameter messaging_product is required.")
    target = world.messages.get(params.take(str, payload, "message_id"))
    if target is None or target.phone_number_id != number.id or target.direction != "incoming":
        raise GraphError(100, "Param message_id: no such incoming message on this number.")
    for message in (world.messages[w] for w in world.chats[number.id, target.wa_id]):
        if message.direction == "incoming" and message.at <= target.at:
            message.read_by_business = True
    if payload.get("typing_indicator") is not None:
        params.one_of(("text",), payload["typing_indicator"].get("type"), "typing_indicator['type']")
        world.typing[target.wa_id] = now + 25
    world.publish("read", wa_id=target.wa_id, typing="typing_indicator" in payload)
    return {"success": True}


def log_line(message: Message) -> dict[str, Any]:
    """One accepted outgoing message for GET /_sim/log."""
    return {
        "wamid": message.wamid,
        "id": message.wamid,
        "to": message.wa_id,
        "phone_number_id": message.phone_number_id,
        "type": message.type,
        "template": message.template_name or None,
        "language": message.template_language or None,
        "payload": json.loads(json.dumps(message.payload)),
        "shown": message.shown,
        "biz_opaque_callback_data": message.biz_opaque_callback_data or None,
        "status": message.status,
        "error": message.error or None,
        "accepted_at": message.at,
    }
