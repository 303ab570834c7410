"""What people do on their phones: write, tap, choose, send files, react, read. Each becomes a signed webhook."""

from __future__ import annotations

import json
from typing import Any

from whatsapp.simulator.core import contacts, media, statuses
from whatsapp.simulator.core.entities import Media, Message, Number, Person
from whatsapp.simulator.core.ids import wamid
from whatsapp.simulator.core.webhooks import tell, tell_messages
from whatsapp.simulator.core.world import World


class CannotDo(ValueError):
    """The phone cannot do that; the text says why. A 400 of the control API."""


def number_for(world: World, wa_id: str, phone_number_id: str = "") -> Number:
    """The business number a person means: the one asked for, the one last talked to, else the first."""
    if phone_number_id:
        if phone_number_id not in world.numbers:
            raise CannotDo(f"There is no business number {phone_number_id}.")
        return world.numbers[phone_number_id]
    talked = [(world.messages[chat[-1]].at, number) for (number, who), chat in world.chats.items() if who == wa_id]
    if talked:
        return world.numbers[max(talked)[1]]
    return world.numbers[world.settings.phone_number_id]


def text(world: World, number: Number, person: Person, body: str, now: float, reply_to: str = "") -> Message:
    """The person writes; `reply_to` quotes a message."""
    if not body.strip():
        raise CannotDo("A text needs words.")
    return _receive(world, number, person, "text", {"body": body}, {"body": body}, now, reply_to)


def send_file(
    world: World, number: Number, person: Person, kind: str, file: Media, now: float, *,
    caption: str = "", voice: bool = False, reply_to: str = "",
) -> Message:  # fmt: skip
    """The person sends an image, voice note, video, document or sticker."""
    content: dict[str, Any] = {"id": file.id, "mime_type": file.mime_type, "sha256": file.sha256}
    content["url"] = media.new_url(world, file, now)
    content |= {"caption": caption} if caption else {}
    extra: dict[str, dict[str, Any]] = {
        "audio": {"voice": voice},
        "document": {"filename": file.filename},
        "sticker": {"animated": False},
    }
    content |= extra.get(kind, {})
    shown = {"media": media.shown(kind, file, voice=voice), "body": caption}
    return _receive(world, number, person, kind, content, shown, now, reply_to)


def send_location(world: World, number: Number, person: Person, place: dict[str, Any], now: float) -> Message:
    """The person shares a place: latitude, longitude, optionally name and address."""
    content = {key: place[key] for key in ("latitude", "longitude", "name", "address") if place.get(key)}
    if not {"latitude", "longitude"} <= set(content):
        raise CannotDo("A location needs latitude and longitude.")
    return _receive(world, number, person, "location", content, {"location": content, "body": ""}, now)


def react(world: World, person: Person, target_wamid: str, emoji: str, now: float) -> Message:
    """An emoji on a message; "" takes it back (the key is then absent, as Meta sends it)."""
    target = _message(world, target_wamid, person)
    target.reactions["person"] = emoji
    content = {"message_id": target.wamid} | ({"emoji": emoji} if emoji else {})
    number = world.numbers[target.phone_number_id]
    shown = {"reaction": emoji, "target": target.wamid}
    return _receive(world, number, person, "reaction", content, shown, now)


def tap(
    world: World, person: Person, target_wamid: str, now: float, *,
    index: int | None = None, row_id: str = "", response: dict[str, Any] | None = None,
) -> Message:  # fmt: skip
    """A button by its index, a list row by its id, or a flow's answer. Old buttons stay tappable for ever."""
    target = _message(world, target_wamid, person)
    if row_id:
        type_, content, words = _row(target, row_id)
    else:
        type_, content, words = _button(target, index or 0, response)
    number = world.numbers[target.phone_number_id]
    context = "" if type_ == "button" and world.knobs.omit_button_context else target.wamid
    return _receive(world, number, person, type_, content, {"body": words}, now, context)


def _button(target: Message, index: int, response: dict[str, Any] | None) -> tuple[str, dict[str, Any], str]:
    buttons = target.shown.get("buttons") or []
    if not 0 <= index < len(buttons):
        raise CannotDo(f"This message has {len(buttons)} buttons; there is no index {index}.")
    button = buttons[index]
    if button["type"] == "quick_reply":
        return "button", {"payload": button["payload"], "text": button["text"]}, button["text"]
    if button["type"] == "reply":
        reply = {"type": "button_reply", "button_reply": {"id": button["id"], "title": button["text"]}}
        return "interactive", reply, button["text"]
    if button["type"] == "flow":
        return "interactive", _flow_answer(button, response or {}), "Response sent"
    raise CannotDo(f"A {button['type']} button opens something on the phone and sends no message.")


def _flow_answer(button: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    answer = json.dumps({"flow_token": button.get("flow_token", "unused")} | response, ensure_ascii=False)
    return {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": answer}}


def _row(target: Message, row_id: str) -> tuple[str, dict[str, Any], str]:
    sections = target.shown.get("list", {}).get("sections", [])
    row = next((r for s in sections for r in s["rows"] if r["id"] == row_id), None)
    if row is None:
        raise CannotDo(f"This message has no list row {row_id!r}.")
    reply = {key: row[key] for key in ("id", "title", "description") if row[key]}
    words = "\n".join(filter(None, (row["title"], row["description"])))
    return "interactive", {"type": "list_reply", "list_reply": reply}, words


def open_chat(world: World, person: Person, now: float) -> int:
    """The person looks at the chat: everything delivered is read (what waited is delivered first). How many."""
    person.online, person.last_seen = True, now
    waiting = [m for m in statuses.outgoing(world, person.wa_id) if m.status in ("sent", "delivered")]
    for message in waiting:
        statuses.progress(world, message, now)
        statuses.read(world, message, now)
    return len(waiting)


def set_marketing(world: World, number: Number, person: Person, value: str, now: float) -> None:
    """Meta's own stop/resume switch for marketing messages: a user_preferences webhook, later sends 131050."""
    if value not in ("stop", "resume"):
        raise CannotDo("value is 'stop' or 'resume'.")
    person.marketing_opt_out = value == "stop"
    business = world.businesses[number.waba_id]
    who = contacts.contact(world, business, person)
    preference = {
        "detail": f"User requested to {value} marketing messages",
        "category": "marketing_messages",
        "value": value,
        "timestamp": int(now),
    } | {key: who[key] for key in ("wa_id", "user_id") if key in who}
    metadata = {"display_phone_number": number.digits, "phone_number_id": number.id}
    value_ = {"messaging_product": "whatsapp", "metadata": metadata, "contacts": [who]}
    tell(world, business, "user_preferences", value_ | {"user_preferences": [preference]}, number)


def _message(world: World, target: str, person: Person) -> Message:
    message = world.messages.get(target)
    if message is None or message.wa_id != person.wa_id:
        raise CannotDo(f"{person.name} has no message {target!r}.")
    return message


def _receive(
    world: World, number: Number, person: Person, type_: str, content: dict[str, Any], shown: dict[str, Any],
    now: float, context_id: str = "",
) -> Message:  # fmt: skip
    """Keep an incoming message and tell the business, by the webhook Meta would send."""
    if not person.on_whatsapp:
        raise CannotDo(f"{person.name} is not on WhatsApp.")
    message = Message(
        wamid(person.wa_id), number.id, person.wa_id, "incoming", type_, content, now,
        status="sent", shown=shown, context_id=context_id,
    )  # fmt: skip
    if person.wa_id in number.blocked:
        world.keep(message)  # one tick for ever: the business never hears of it
        return message
    item = contacts.sender(world, number, person) | {"id": message.wamid, "timestamp": str(int(now)), "type": type_}
    if context_id:
        item["context"] = {"from": number.digits, "id": context_id}
    world.pace.count_inbound(number.id, now)
    world.keep(message)
    who = contacts.contact(world, world.businesses[number.waba_id], person)
    tell_messages(world, number, [who], messages=[item | {type_: content}])
    return message
