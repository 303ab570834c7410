"""Conversations as the phones' page and the tests see them: one drawing per message, newest last."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from whatsapp.simulator.core.entities import Message, Person
from whatsapp.simulator.core.gate import WINDOW_SECONDS
from whatsapp.simulator.core.world import World

Drawing = dict[str, Any]
EMPTY: Drawing = {
    "header": None, "body": "", "footer": None, "buttons": [], "list": None, "media": None, "location": None,
    "contacts": None, "template": None, "interactive": None, "preview_url": False, "order": None,
}  # fmt: skip


def drawing(world: World, message: Message) -> Drawing:
    """A message with everything a page needs and nothing else to look up."""
    number = world.numbers.get(message.phone_number_id)
    return EMPTY | {k: v for k, v in message.shown.items() if k in EMPTY} | {
        "wamid": message.wamid,
        "direction": message.direction,
        "type": message.type,
        "wa_id": message.wa_id,
        "phone_number_id": message.phone_number_id,
        "business": number.verified_name if number else "",
        "at": datetime.fromtimestamp(message.at, UTC).isoformat(),
        "timestamp": message.at,
        "status": message.status,
        "read_by_business": message.read_by_business,
        "error": message.error or None,
        "reactions": {who: emoji for who, emoji in message.reactions.items() if emoji},
        "quoted": _quoted(world, message),
        "biz_opaque_callback_data": message.biz_opaque_callback_data or None,
    }  # fmt: skip


def _quoted(world: World, message: Message) -> Drawing | None:
    target = world.messages.get(message.context_id)
    if target is None:
        return None
    return {"wamid": target.wamid, "direction": target.direction, "body": summary(target)}


def summary(message: Message) -> str:
    """One line for lists of chats and for quotes."""
    body = str(message.shown.get("body") or "")
    media = message.shown.get("media")
    if body or not media:
        header = (message.shown.get("header") or {}).get("text", "")
        return body or header or {"location": "📍 Location", "contacts": "👤 Contact"}.get(message.type, message.type)
    words = {"image": "📷 Photo", "video": "🎥 Video", "document": "📄 " + (media.get("filename") or "Document")}
    return words.get(media["type"], "🎤 Voice message" if media.get("voice") else f"🎵 {media['type'].capitalize()}")


def conversation(world: World, wa_id: str, phone_number_id: str = "") -> list[Message]:
    """All messages with a person (over all business numbers, or one), in order, without reactions."""
    chats = [c for (n, who), c in world.chats.items() if who == wa_id and phone_number_id in ("", n)]
    found = [world.messages[wamid] for chat in chats for wamid in chat]
    return sorted((m for m in found if m.type != "reaction"), key=lambda m: m.at)


def phone(world: World, person: Person, now: float) -> Drawing:
    """A person in the list of chats."""
    messages = conversation(world, person.wa_id)
    last = messages[-1] if messages else None
    inbound = [at for (_, who), at in world.last_inbound.items() if who == person.wa_id]
    until = max(inbound) + WINDOW_SECONDS if inbound else 0.0
    unread = [m for m in messages if m.direction == "outgoing" and m.status in ("sent", "delivered")]
    return {
        "wa_id": person.wa_id,
        "name": person.name,
        "user_id": person.user_id,
        "role": person.role,
        "language": person.language,
        "note": person.note,
        "username": person.username,
        "on_whatsapp": person.on_whatsapp,
        "online": person.online,
        "blocked": person.blocked,
        "hide_phone": person.hide_phone,
        "marketing_opt_out": person.marketing_opt_out,
        "window_open_until": until if until > now else None,
        "typing": world.typing.get(person.wa_id, 0) > now,
        "unread": len(unread),
        "last": last and {"at": last.at, "direction": last.direction, "text": summary(last), "status": last.status},
    }
