"""A person's thread as the phone shows it, with staff's notes between: built with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import formats, timezone

from bettermeals.lib import clock
from whatsapp import library, people, window
from whatsapp.drawing import Drawn, draw
from whatsapp.errors import lookup
from whatsapp.gate import Verdict, can_send
from whatsapp.models import Contact, InboxItem, MediaFile, Message, ThreadNote
from whatsapp.people import About

SHOWN = 80
TICKS = {"queued": "◷", "sending": "◷", "unknown": "?", "accepted": "✓", "sent": "✓", "delivered": "✓✓", "read": "✓✓"}
TROUBLED = (Message.Status.FAILED, Message.Status.CANCELLED, Message.Status.UNKNOWN)
#: What a browser may draw inside the page; anything else is a download.
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
SOUNDS = frozenset({"audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr"})
FILMS = frozenset({"video/mp4", "video/3gpp"})


@dataclass(frozen=True)
class Bubble:
    """One message as the page draws it; `reactions` are the emoji that stand on it now."""

    message: Message
    drawn: Drawn
    day: str
    file: MediaFile | None = None
    quoted: Message | None = None
    reactions: Sequence[str] = ()
    is_note = False

    @property
    def ticks(self) -> str:
        return TICKS.get(self.message.status, "") if self.message.direction == Message.Direction.OUT else ""

    @property
    def trouble(self) -> str:
        return self.message.error_text if self.message.status in TROUBLED else ""

    @property
    def fix(self) -> str:
        known = self.trouble and self.message.error_code is not None
        return lookup(self.message.error_code).remedy if known else ""

    @property
    def shows(self) -> str:
        """picture, sound, film or file: how the attachment is drawn; empty without one."""
        if self.file is None:
            return ""
        kind = self.file.mime_type.split(";")[0].strip().lower()
        for name, known in (("picture", PICTURES), ("sound", SOUNDS), ("film", FILMS)):
            if kind in known and self.file.status == MediaFile.Status.STORED:
                return name
        return "file"


@dataclass(frozen=True)
class Noted:
    """A line of staff's own between the bubbles."""

    note: ThreadNote
    day: str
    is_note = True


@dataclass(frozen=True)
class Thread:
    contact: Contact
    about: Sequence[About]
    entries: Sequence[Bubble | Noted]
    more: int
    verdict: Verdict
    remaining: timedelta
    closes_at: datetime | None
    item: InboxItem | None
    overdue: bool

    @property
    def name(self) -> str:
        return self.contact.profile_name or (self.about[0].name if self.about else str(self.contact))

    @property
    def left(self) -> str:
        minutes = int(self.remaining.total_seconds() // 60)
        return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"

    @property
    def seconds_left(self) -> int:
        return int(self.remaining.total_seconds())

    @property
    def closing_soon(self) -> bool:
        return timedelta(0) < self.remaining < timedelta(hours=2)


def thread(contact: Contact, now: datetime) -> Thread:
    """The newest SHOWN messages, oldest first."""
    rows = Message.objects.filter(contact=contact).select_related("media").order_by("-created_at", "-id")
    shown = list(reversed(rows[:SHOWN]))
    total = Message.objects.filter(contact=contact).count() if len(shown) == SHOWN else len(shown)
    last, item = contact.last_inbound_at, InboxItem.objects.filter(contact=contact, closed_at=None).first()
    return Thread(
        contact=contact,
        about=people.about([contact.pk]).get(contact.pk, ()),
        entries=_entries(contact, shown, all_of_it=total == len(shown)),
        more=total - len(shown),
        verdict=can_send(contact, "text", now),
        remaining=window.remaining(last, now),
        closes_at=window.closes_at(last) if last else None,
        item=item,
        overdue=item is not None and item.due_at < now,
    )


def _entries(contact: Contact, shown: list[Message], *, all_of_it: bool) -> list[Bubble | Noted]:
    texts = library.texts({message.template_name for message in shown if message.template_name})
    by_wamid = _quotable(shown)
    reactions, used = _reactions(shown, by_wamid)
    bubbles: list[Bubble | Noted] = [
        Bubble(
            message=message,
            drawn=draw(message, texts),
            day=_day(message.created_at),
            file=getattr(message, "media", None),
            quoted=by_wamid.get(message.reply_to_wamid) if message.reply_to_wamid else None,
            reactions=tuple(reactions.get(message.wamid or "", {}).values()),
        )
        for message in shown
        if message.pk not in used
    ]
    notes = ThreadNote.objects.filter(contact=contact).select_related("by").order_by("-at", "-id")
    if shown and not all_of_it:
        notes = notes.filter(at__gte=shown[0].created_at)
    noted = [Noted(note, _day(note.at)) for note in notes[:SHOWN]]
    return sorted([*bubbles, *noted], key=_moment)


def _moment(entry: Bubble | Noted) -> tuple[datetime, int]:
    return (entry.note.at, entry.note.pk) if isinstance(entry, Noted) else (entry.message.created_at, entry.message.pk)


def _day(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "D j M Y")


def _quotable(shown: list[Message]) -> dict[str, Message]:
    """The shown messages by wamid, and those further up that they quote: one query."""
    known = {message.wamid: message for message in shown if message.wamid}
    missing = {message.reply_to_wamid for message in shown if message.reply_to_wamid} - set(known)
    if missing:
        known |= {message.wamid: message for message in Message.objects.filter(wamid__in=missing) if message.wamid}
    return known


def _reactions(shown: list[Message], known: Mapping[str, Message]) -> tuple[dict[str, dict[str, str]], set[int]]:
    """wamid -> {direction: emoji} as they stand now, and which rows that used up. The last word of each side counts."""
    standing: dict[str, dict[str, str]] = {}
    used: set[int] = set()
    for message in shown:
        part = message.payload.get("reaction") if message.type == "reaction" else None
        if not isinstance(part, dict):
            continue
        target, emoji = str(part.get("message_id", "")), str(part.get("emoji", ""))
        if target not in known and emoji:
            continue  # a reaction to something that is not on the page is shown as a message of its own
        used.add(message.pk)
        standing.setdefault(target, {}).pop(message.direction, None)
        if emoji:
            standing[target][message.direction] = emoji
    return standing, used


def context(contact: Contact, request: HttpRequest) -> dict[str, Any]:
    return {"thread": thread(contact, clock.now()), "may_look": may_look(request)}


def may_act(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("whatsapp.change_contact"))


def may_look(request: HttpRequest) -> bool:
    """Who may read threads: the people and their messages."""
    return bool(request.user.has_perms(["whatsapp.view_contact", "whatsapp.view_message"]))
