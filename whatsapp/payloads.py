"""Webhook JSON -> values. Pure: no database, no clock.

One vocabulary for what people do (TextReceived, ButtonPressed, ...); whatever is not known becomes Unknown with the
raw JSON kept, never an error: Meta's schema grows every month, and an error would make it retry for seven days.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

Json = Mapping[str, Any]
MEDIA_TYPES = frozenset({"image", "video", "document", "audio", "sticker"})
# Handled elsewhere or without meaning for a person's thread, but known: no anomaly.
QUIET_TYPES = frozenset({"request_welcome", "ephemeral", "revoke", "edit"})
# Meta's own word for why a message has no content: not handed out, too large, not available.
STATED = frozenset({131051, 131052, 131060})
PAYMENT = "payment"
_MILLISECONDS = 10_000_000_000


@dataclass(frozen=True)
class Sender:
    """Somebody as a webhook names them: any part may be missing, but not both ids."""

    wa_id: str = ""
    bsuid: str = ""
    parent_bsuid: str = ""
    username: str = ""
    profile_name: str = ""

    @property
    def known(self) -> bool:
        return bool(self.wa_id or self.bsuid)


@dataclass(frozen=True)
class TextReceived:
    body: str


@dataclass(frozen=True)
class ButtonPressed:
    """`template` tells a template's quick reply from an interactive button."""

    payload: str
    title: str
    template: bool = False


@dataclass(frozen=True)
class ListPicked:
    row_id: str
    title: str
    description: str = ""


@dataclass(frozen=True)
class FormAnswered:
    """A flow or address form; `response` as sent, which may be anything."""

    name: str
    response: Any


@dataclass(frozen=True)
class MediaReceived:
    kind: str
    media_id: str
    mime_type: str = ""
    sha256: str = ""
    caption: str = ""
    filename: str = ""
    voice: bool = False


@dataclass(frozen=True)
class LocationReceived:
    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


@dataclass(frozen=True)
class ContactsReceived:
    cards: tuple[Json, ...]


@dataclass(frozen=True)
class ReactionReceived:
    """An empty emoji takes the reaction back."""

    wamid: str
    emoji: str


@dataclass(frozen=True)
class OrderReceived:
    items: tuple[Json, ...]
    text: str = ""


@dataclass(frozen=True)
class SystemNotice:
    """The person changed number or user id, or their security key changed. Not something they said."""

    kind: str
    body: str
    new_wa_id: str = ""
    new_bsuid: str = ""
    new_parent_bsuid: str = ""


@dataclass(frozen=True)
class Unknown:
    """A kind of message that we do not know, or that WhatsApp does not hand out (`unsupported`)."""

    type: str
    raw: Json = field(default_factory=dict)


Event = (
    TextReceived
    | ButtonPressed
    | ListPicked
    | FormAnswered
    | MediaReceived
    | LocationReceived
    | ContactsReceived
    | ReactionReceived
    | OrderReceived
    | SystemNotice
    | Unknown
)


@dataclass(frozen=True)
class InboundMessage:
    wamid: str
    sender: Sender
    at: datetime
    type: str
    event: Event
    context_wamid: str
    raw: Json


@dataclass(frozen=True)
class StatusChanged:
    wamid: str
    status: str
    at: datetime
    attempt_id: UUID | None
    error_code: int | None
    error_text: str
    pricing: Json
    sender: Sender
    raw: Json


@dataclass(frozen=True)
class Change:
    """One `changes[]` entry: `waba_id` is `entry.id`, the only key of template and account fields."""

    waba_id: str
    field: str
    value: Json
    at: datetime | None

    @property
    def phone_number_id(self) -> str:
        return _text(_dict(self.value.get("metadata")).get("phone_number_id"))


def changes(body: Any) -> Iterator[Change]:
    """Every change of every entry. What is no object is skipped here and shows up as an anomaly of the delivery."""
    for entry in _dicts(_dict(body).get("entry")):
        at = moment(entry.get("time"))
        for change in _dicts(entry.get("changes")):
            yield Change(_text(entry.get("id")), _text(change.get("field")), _dict(change.get("value")), at)


def messages(change: Change, received_at: datetime) -> Iterator[InboundMessage]:
    profiles = list(_dicts(change.value.get("contacts")))
    for raw in _dicts(change.value.get("messages")):
        if _text(raw.get("id")) and (message := _message(raw, profiles, received_at)).sender.known:
            yield message


def statuses(change: Change, received_at: datetime) -> Iterator[StatusChanged]:
    for raw in _dicts(change.value.get("statuses")):
        if _text(raw.get("id")):
            yield status_of(raw, received_at)


def moment(value: Any) -> datetime | None:
    """Meta's timestamps: strings of seconds, sometimes integers, sometimes milliseconds."""
    try:
        number = int(value)
        return datetime.fromtimestamp(number / 1000 if number > _MILLISECONDS else number, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def event_of(raw: Json) -> Event:
    """What the person did. Anything malformed becomes Unknown."""
    kind = _text(raw.get("type"))
    reader = _READERS.get(kind)
    part = raw.get(kind)
    if reader is None or (not isinstance(part, Mapping) and kind != "contacts"):
        return Unknown(kind, raw)
    try:
        return reader(part)
    except (KeyError, TypeError, ValueError):
        return Unknown(kind, raw)


def text_of(event: Event) -> str:
    """The person's words, for the thread and for understanding; empty when there are none."""
    match event:
        case TextReceived(body=words) | MediaReceived(caption=words) | OrderReceived(text=words):
            return words
        case ButtonPressed(title=words) | ListPicked(title=words) | SystemNotice(body=words):
            return words
        case LocationReceived(name=words):
            return words
        case ReactionReceived(emoji=words):
            return words
    return ""


def payload_of(event: Event) -> str:
    """The opaque id that we gave to the button or row; empty for everything else."""
    match event:
        case ButtonPressed(payload=payload):
            return payload
        case ListPicked(row_id=row_id):
            return row_id
    return ""


def without_a_sender(change: Change) -> Iterator[Json]:
    """Messages that name nobody: they belong to no thread."""
    profiles = list(_dicts(change.value.get("contacts")))
    for raw in _dicts(change.value.get("messages")):
        if _text(raw.get("id")) and not _sender(raw, profiles).known:
            yield raw


def _message(raw: Json, profiles: list[Json], received_at: datetime) -> InboundMessage:
    at = moment(raw.get("timestamp")) or received_at
    sender, context = _sender(raw, profiles), _text(_dict(raw.get("context")).get("id"))
    return InboundMessage(_text(raw["id"]), sender, at, _text(raw.get("type")), event_of(raw), context, raw)


def _sender(raw: Json, profiles: list[Json]) -> Sender:
    ids = {"wa_id": _text(raw.get("from")), "bsuid": _text(raw.get("from_user_id"))}
    profile = _profile_for(ids, profiles)
    name = _dict(profile.get("profile"))
    return Sender(
        wa_id=ids["wa_id"] or _text(profile.get("wa_id")),
        bsuid=ids["bsuid"] or _text(profile.get("user_id")),
        parent_bsuid=_text(raw.get("from_parent_user_id")) or _text(profile.get("parent_user_id")),
        username=_text(name.get("username")),
        profile_name=_text(name.get("name")),
    )


def _profile_for(ids: Mapping[str, str], profiles: list[Json]) -> Json:
    """Contacts and messages of one webhook need not align by index: matched by id, taken as is when there is one."""
    for profile in profiles:
        known = (_text(profile.get("wa_id")), _text(profile.get("user_id")))
        if any(ids[key] and ids[key] == value for key, value in zip(("wa_id", "bsuid"), known, strict=True)):
            return profile
    return profiles[0] if len(profiles) == 1 and not any(ids.values()) else {}


def without_content(raw: Json) -> bool:
    """Does Meta itself say why there is nothing in this message?"""
    return any(_int(error.get("code")) in STATED for error in _dicts(raw.get("errors")))


def status_of(raw: Json, received_at: datetime) -> StatusChanged:
    """One entry of `statuses[]`; `received_at` stands in for a missing timestamp. Of a payment: “payment captured”."""
    errors = list(_dicts(raw.get("errors")))
    error = errors[0] if errors else {}
    details = _text(_dict(error.get("error_data")).get("details"))
    kind = f"{PAYMENT} " if raw.get("type") == PAYMENT else ""
    return StatusChanged(
        wamid=_text(raw["id"]),
        status=kind + _text(raw.get("status")),
        at=moment(raw.get("timestamp")) or received_at,
        attempt_id=_uuid(raw.get("biz_opaque_callback_data")),
        error_code=_int(error.get("code")),
        error_text=details or _text(error.get("message")) or _text(error.get("title")),
        pricing=_dict(raw.get("pricing")),
        sender=Sender(wa_id=_text(raw.get("recipient_id")), bsuid=_text(raw.get("recipient_user_id"))),
        raw=raw,
    )


def _system(part: Json) -> SystemNotice:
    new = _text(part.get("wa_id")) or _text(part.get("new_wa_id"))
    return SystemNotice(
        kind=_text(part.get("type")),
        body=_text(part.get("body")),
        new_wa_id=new,
        new_bsuid=_text(part.get("user_id")),
        new_parent_bsuid=_text(part.get("parent_user_id")),
    )


def _interactive(part: Json) -> Event:
    kind = _text(part.get("type"))
    if kind == "button_reply":
        return ButtonPressed(part[kind]["id"], _text(part[kind].get("title")))
    if kind == "list_reply":
        reply = part[kind]
        return ListPicked(reply["id"], _text(reply.get("title")), _text(reply.get("description")))
    if kind == "nfm_reply":
        return FormAnswered(_text(part[kind].get("name")), _loads(part[kind].get("response_json")))
    return Unknown(f"interactive {kind}".strip(), part)


def _media(kind: str, part: Json) -> MediaReceived:
    return MediaReceived(
        kind=kind,
        media_id=part["id"],
        mime_type=_text(part.get("mime_type")),
        sha256=_text(part.get("sha256")),
        caption=_text(part.get("caption")),
        filename=_text(part.get("filename")),
        voice=bool(part.get("voice")),
    )


def _location(part: Json) -> LocationReceived:
    places = (_text(part.get("name")), _text(part.get("address")))
    return LocationReceived(float(part["latitude"]), float(part["longitude"]), *places)


_READERS: dict[str, Any] = {
    "text": lambda part: TextReceived(str(part["body"])),
    "button": lambda part: ButtonPressed(_text(part.get("payload")) or part["text"], _text(part.get("text")), True),
    "interactive": _interactive,
    "location": _location,
    "contacts": lambda part: ContactsReceived(tuple(_dicts(part))),
    "reaction": lambda part: ReactionReceived(part["message_id"], _text(part.get("emoji"))),
    "order": lambda part: OrderReceived(tuple(_dicts(part.get("product_items"))), _text(part.get("text"))),
    "system": _system,
    **{kind: (lambda part, kind=kind: _media(kind, part)) for kind in MEDIA_TYPES},
}


def _dict(value: Any) -> Json:
    return value if isinstance(value, Mapping) else {}


def _dicts(value: Any) -> Iterator[Json]:
    return (item for item in value if isinstance(item, Mapping)) if isinstance(value, (list, tuple)) else iter(())


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None or isinstance(value, (dict, list)) else str(value)


def _int(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value)
    except (AttributeError, TypeError, ValueError):
        return None


def _loads(value: Any) -> Any:
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value
