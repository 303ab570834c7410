"""Inbound messages -> rows, once each, with what must not wait for a route: the window, and a STOP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from whatsapp import contacts
from whatsapp.consent import is_stop_word
from whatsapp.models import Contact, MediaFile, Message, PhoneNumber
from whatsapp.nudges import FETCH_MEDIA, MARK_READ, nudge
from whatsapp.optouts import opt_out
from whatsapp.payloads import QUIET_TYPES as QUIET
from whatsapp.payloads import InboundMessage, MediaReceived, ReactionReceived, Sender, SystemNotice, Unknown, text_of
from whatsapp.read_receipts import TOO_LATE


@dataclass(frozen=True)
class Arrival:
    number: PhoneNumber
    message: InboundMessage


def store(arrivals: Sequence[Arrival], now: datetime) -> list[Message]:
    """Store what is new; returns the new rows. A wamid that is there already changes nothing."""
    fresh = _unseen(arrivals)
    if not fresh:
        return []
    people: dict[tuple[int, Sender], Contact] = {}
    rows = [_row(arrival, _person(arrival, people), now) for arrival in fresh]
    if any(row.read_receipt for row in rows):
        nudge(MARK_READ)
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    ours = _inserted(rows)
    by_wamid = {arrival.message.wamid: arrival.message for arrival in fresh}
    for row in ours:
        _follow(row, by_wamid[row.wamid or ""], now)
    _touch(ours, by_wamid, now)
    return ours


def _unseen(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """The first of each wamid that has no row yet, oldest first."""
    first: dict[str, Arrival] = {}
    for arrival in arrivals:
        first.setdefault(arrival.message.wamid, arrival)
    seen = set(Message.objects.filter(wamid__in=first).values_list("wamid", flat=True))
    return sorted((a for wamid, a in first.items() if wamid not in seen), key=lambda a: a.message.at)


def _person(arrival: Arrival, people: dict[tuple[int, Sender], Contact]) -> Contact:
    key = (arrival.number.account_id, arrival.message.sender)
    if key not in people:
        people[key] = contacts.resolve(arrival.number.account, arrival.message.sender)
    return contacts.current(people[key])


def _row(arrival: Arrival, contact: Contact, now: datetime) -> Message:
    message = arrival.message
    return Message(
        contact=contact,
        phone_number=arrival.number,
        direction=Message.Direction.IN,
        type=message.type[:40],
        status=Message.Status.RECEIVED,
        payload=dict(message.raw),
        text=text_of(message.event),
        wamid=message.wamid,
        reply_to_wamid=message.context_wamid,
        created_at=message.at,
        not_before=now,
        sent_at=message.at,
        read_receipt=_receipt(message, contact, now),
    )


def _receipt(message: InboundMessage, contact: Contact, now: datetime) -> str:
    """Due at once where the machine is about to answer; not where staff have the thread, nor for what is old."""
    ours = contact.opted_out_at is None and contact.taken_over_at is None and not is_stop_word(text_of(message.event))
    due = ours and opens_window(message) and now - message.at < TOO_LATE
    return Message.ReadReceipt.DUE if due else Message.ReadReceipt.NONE


def _inserted(rows: list[Message]) -> list[Message]:
    """Which rows are ours: of two processes that store the same wamid, the second's insert is silently nothing."""
    stored = {
        m.public_id: m
        for m in Message.objects.filter(public_id__in=[row.public_id for row in rows]).select_related(
            "contact__account"
        )
    }
    return [stored[row.public_id] for row in rows if row.public_id in stored]


def _follow(row: Message, message: InboundMessage, now: datetime) -> None:
    event = message.event
    if isinstance(event, MediaReceived):
        _expect_file(row, event, now)
    if isinstance(event, SystemNotice):
        _follow_notice(row, event, now)
    elif is_stop_word(row.text):
        # At once, before any route: an earlier message of this person that fails in its handler must not delay it. The
        # words may stand under a picture.
        opt_out(row.contact, method="stop word", message=row, now=now)


def _expect_file(row: Message, event: MediaReceived, now: datetime) -> None:
    MediaFile.objects.create(
        message=row,
        media_id=event.media_id[:80],
        mime_type=event.mime_type[:120],
        sha256=event.sha256[:80],
        filename=event.filename[:255],
        next_attempt_at=now,
    )
    nudge(FETCH_MEDIA)


def _follow_notice(row: Message, event: SystemNotice, now: datetime) -> None:
    if event.new_wa_id and event.kind in ("user_changed_number", "customer_changed_number"):
        contacts.change_number(row.contact, event.new_wa_id, now)
    elif event.new_bsuid and event.kind == "user_changed_user_id":
        contacts.change_bsuid(row.contact, event.new_bsuid, event.new_parent_bsuid)


def opens_window(message: InboundMessage) -> bool:
    """What the person sent us opens the 24 hours; whether a reaction does is not documented, so it does not. What was
    said in a group opens the group's window, not the person's own.
    """
    event: Any = message.event
    quiet = isinstance(event, Unknown) and event.type in QUIET
    return not quiet and not isinstance(event, (ReactionReceived, SystemNotice)) and not message.raw.get("group_id")


def _touch(rows: list[Message], by_wamid: dict[str, InboundMessage], now: datetime) -> None:
    latest: dict[int, datetime] = {}
    for row in rows:
        if opens_window(by_wamid[row.wamid or ""]):
            # A clock that runs ahead of ours must not hold the window open longer than Meta does.
            said = min(row.created_at, now)
            latest[row.contact_id] = max(said, latest.get(row.contact_id, said))
    for pk, at in sorted(latest.items()):
        older = Q(last_inbound_at=None) | Q(last_inbound_at__lt=at)
        Contact.objects.filter(pk=pk).filter(older).update(last_inbound_at=at)
        written = Contact.objects.filter(pk=pk, undeliverable_since__isnull=False)
        written.update(undeliverable_since=None, undeliverable_reason="")
