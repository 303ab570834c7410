"""Meta's statuses -> our messages, in any order and however often they come.

A status is proof. It settles the attempt that it names (`biz_opaque_callback_data`, else the wamid), fills in a wamid
whose answer was lost, and lifts the message; never the other way. A status that fits no row is parked and applied
when the wamid becomes known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from bettermeals.lib import clock
from whatsapp import bulk, consequences, failures, identifying, tries
from whatsapp.anomalies import Anomaly
from whatsapp.errors import lookup
from whatsapp.models import Contact, Message, MessageStatusEvent, SendAttempt
from whatsapp.nudges import DELIVER, nudge
from whatsapp.outcomes import Again, after_refusal
from whatsapp.payloads import PAYMENT, StatusChanged, status_of

S, O = Message.Status, SendAttempt.Outcome  # noqa: E741
MEANING = {"sent": S.SENT, "delivered": S.DELIVERED, "read": S.READ, "played": S.READ, "failed": S.FAILED}
WITHOUT_MEANING = frozenset({"deleted", "warning"})  # legacy; kept as events, they move nothing
MOMENTS = {S.SENT: "sent_at", S.DELIVERED: "delivered_at", S.READ: "read_at"}
OPEN = (O.SENDING, O.UNKNOWN)
ARRIVED = frozenset({S.DELIVERED, S.READ})
# None of these stands in an index but the first proof's wamid and deadline (tests/whatsapp/test_indexes.py).
MESSAGE_FIELDS = [
    "status", "wamid", "sent_at", "delivered_at", "read_at", "failed_at", "settle_by", "asked_staff_at",
    "error_class", "error_code", "error_text", "pricing",
]  # fmt: skip
_ATTEMPT_FIELDS = ["outcome", "wamid", "finished_at", "error_code", "note"]
_PERSON_FIELDS = ["pk", "account_id", "bsuid", "undeliverable_since"]
_EVENT_FIELDS = ["wamid", "status", "at", "attempt_id", "message", "raw", "received_at"]
CAN_FAIL = (S.SENDING, S.UNKNOWN, S.ACCEPTED, S.SENT)


# The rest of a row is not read: statuses may be thousands a second, and a model's instance costs ten times its values.
@dataclass(slots=True)
class _Message:
    id: int
    contact_id: int
    status: str
    wamid: str | None
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    failed_at: datetime | None
    settle_by: datetime | None
    asked_staff_at: datetime | None
    error_class: str
    error_code: int | None
    error_text: str
    pricing: dict[str, Any]


@dataclass(slots=True)
class _Attempt:
    id: UUID
    message_id: int
    outcome: str
    wamid: str | None
    finished_at: datetime | None
    error_code: int | None
    note: str


@dataclass(slots=True)
class _Person:
    id: int
    account_id: int
    bsuid: str | None
    undeliverable_since: datetime | None


@dataclass(slots=True)
class _Event:
    wamid: str
    status: str
    at: datetime
    attempt_id: UUID | None
    message_id: int | None
    raw: Any
    received_at: datetime


@dataclass
class _Rows:
    """The rows that a batch of statuses concerns, the messages locked."""

    messages: dict[int, _Message]
    people: dict[int, _Person]
    before: dict[Any, tuple[Any, ...]]  # what each row held when it was read
    attempts: dict[UUID, _Attempt]
    by_wamid: dict[str, int]
    attempt_by_wamid: dict[str, _Attempt]
    latest: dict[int, UUID] = field(default_factory=dict)

    def attempt(self, change: StatusChanged) -> _Attempt | None:
        named = self.attempts.get(change.attempt_id) if change.attempt_id else None
        return named or self.attempt_by_wamid.get(change.wamid)

    def message(self, change: StatusChanged) -> _Message | None:
        attempt = self.attempt(change)
        pk = attempt.message_id if attempt else self.by_wamid.get(change.wamid)
        return self.messages.get(pk) if pk is not None else None


def apply(changes: Sequence[StatusChanged], now: datetime) -> list[Anomaly]:
    """Apply a batch in one transaction. Returns what was not understood."""
    if not changes:
        return []
    with transaction.atomic():
        rows = _rows(changes)
        _store(changes, rows, now)
        failing = _fold([*changes, *_parked(changes, rows)], rows, now)
        _save(rows)
        for pk in sorted(failing):
            _fail(pk, failing[pk], now)
        _tell_payments(changes, now)
    return [_anomaly(c) for c in changes if c.status not in MEANING and not _known(c.status)]


def _tell_payments(changes: Sequence[StatusChanged], now: datetime) -> None:
    """What WhatsApp says about a payment is told upwards as the reference that it names, and no more."""
    paid = (change.raw.get("payment") for change in changes if change.status.startswith(f"{PAYMENT} "))
    references = {str(part.get("reference_id")) for part in paid if isinstance(part, dict) and part.get("reference_id")}
    if references:
        for route in import_string(settings.PAYMENT_TOLD_ROUTES):
            route(sorted(references), now)


def _known(status: str) -> bool:
    """A payment inside WhatsApp is kept as an event and settles nothing: it is a reason to ask the provider."""
    return status in WITHOUT_MEANING or status.startswith(f"{PAYMENT} ")


def apply_parked(wamids: Iterable[str], now: datetime) -> int:
    """Statuses that came before our own record of these wamids."""
    rows = MessageStatusEvent.objects.filter(bulk.among("wamid", wamids), message=None)
    parked = list(rows.order_by("at", "id"))
    changes = [from_event(event) for event in parked]
    apply(changes, now)
    return len(changes)


def sweep_parked(now: datetime, limit: int = 500) -> int:
    """Parked statuses whose message is known by now: what a race between two processes left."""
    known = Message.objects.filter(wamid__isnull=False).values("wamid")
    parked = MessageStatusEvent.objects.filter(message=None, wamid__in=known)
    wamids = parked.order_by("id").values_list("wamid", flat=True)[:limit]
    return apply_parked(set(wamids), now)


def from_event(event: MessageStatusEvent) -> StatusChanged:
    return status_of(event.raw, event.at)


def _anomaly(change: StatusChanged) -> Anomaly:
    return Anomaly("status", change.status or "(empty)", dict(change.raw))


def _rows(changes: Sequence[StatusChanged]) -> _Rows:
    wamids = {change.wamid for change in changes}
    ids = {change.attempt_id for change in changes if change.attempt_id}
    named = SendAttempt.objects.filter(bulk.among("pk", ids) | bulk.among("wamid", wamids))
    by_wamid = dict(Message.objects.filter(bulk.among("wamid", wamids)).values_list("wamid", "pk"))
    pks = {*named.values_list("message_id", flat=True), *by_wamid.values()}
    # Locked in one order by everybody who records: two workers with crossing batches must not wait for each other.
    locked = Message.objects.filter(bulk.among("pk", pks)).order_by("pk").select_for_update(no_key=True)
    found = list(locked.values_list("pk", "contact_id", *MESSAGE_FIELDS))
    # Read again under the lock: the sender may have settled an attempt in between.
    tries = SendAttempt.objects.filter(bulk.among("message", pks)).order_by("started_at")
    fresh = list(tries.values_list("pk", "message_id", *_ATTEMPT_FIELDS))
    people = Contact.objects.filter(bulk.among("pk", {contact for _, contact, *_ in found}))
    attempts = [_Attempt(*values) for values in fresh]
    return _Rows(
        {values[0]: _Message(*values) for values in found},
        {pk: _Person(pk, *facts) for pk, *facts in people.values_list(*_PERSON_FIELDS)},
        {values[0]: tuple(values[2:]) for values in (*found, *fresh)},
        {attempt.id: attempt for attempt in attempts},
        {w: pk for w, pk in by_wamid.items() if w},
        {attempt.wamid: attempt for attempt in attempts if attempt.wamid},
        {attempt.message_id: attempt.id for attempt in attempts},
    )


def _store(changes: Sequence[StatusChanged], rows: _Rows, now: datetime) -> None:
    events = []
    for change in changes:
        message = rows.message(change)
        owner = message.id if message else None
        events.append(_Event(change.wamid, change.status[:30], change.at, change.attempt_id, owner, change.raw, now))
    bulk.insert_new(MessageStatusEvent, events, _EVENT_FIELDS)


def _parked(changes: Sequence[StatusChanged], rows: _Rows) -> list[StatusChanged]:
    """Earlier statuses of the same wamids that found no message then; from now on they belong to it."""
    owners = {change.wamid: message for change in changes if (message := rows.message(change))}
    events = list(MessageStatusEvent.objects.filter(bulk.among("wamid", owners), message=None))
    for event in events:
        event.message_id = owners[event.wamid].id
        rows.by_wamid.setdefault(event.wamid, owners[event.wamid].id)
    bulk.update(MessageStatusEvent, events, ["message"])
    return [from_event(event) for event in events]


def _fold(changes: Sequence[StatusChanged], rows: _Rows, now: datetime) -> dict[int, StatusChanged]:
    """Apply each status to the rows in memory; returns the messages that fail by them."""
    failing: dict[int, StatusChanged] = {}
    for change in sorted(changes, key=lambda c: c.at):
        message, attempt = rows.message(change), rows.attempt(change)
        if message is None or change.status not in MEANING:
            continue
        unsettled = attempt is not None and attempt.outcome in OPEN
        if attempt is not None:
            _settle(attempt, change, now)
        _teach(rows.people[message.contact_id], change)
        if _apply_one(message, attempt, change, unsettled, rows):
            failing.setdefault(message.id, change)
        if message.status in ARRIVED:
            failing.pop(message.id, None)
    return failing


def _settle(attempt: _Attempt, change: StatusChanged, now: datetime) -> None:
    if attempt.outcome in (*OPEN, O.NOT_SENT):
        attempt.note = f"Proved by the status “{change.status}”."
        attempt.outcome, attempt.finished_at = O.ACCEPTED, attempt.finished_at or now
    attempt.wamid = attempt.wamid or change.wamid
    if change.status == "failed" and attempt.outcome == O.ACCEPTED:
        attempt.outcome, attempt.error_code = O.FAILED, change.error_code
    elif MEANING[change.status] in ARRIVED:
        attempt.outcome = O.ACCEPTED


def _teach(person: _Person, change: StatusChanged) -> None:
    """A status may name the person's business-scoped user id before they ever write."""
    if change.sender.bsuid and not person.bsuid:
        taken = Contact.objects.filter(account_id=person.account_id, bsuid=change.sender.bsuid).exists()
        if not taken:
            person.bsuid = change.sender.bsuid
            if Contact.objects.filter(pk=person.id, bsuid=None).update(bsuid=person.bsuid):
                identifying.follow(Contact.objects.get(pk=person.id), clock.now())


def _apply_one(
    message: _Message, attempt: _Attempt | None, change: StatusChanged, unsettled: bool, rows: _Rows
) -> bool:
    """True when the message fails by this status."""
    meaning = MEANING[change.status]
    _note_facts(message, meaning, change)
    latest = attempt is None or rows.latest.get(message.id) == attempt.id
    if meaning == S.FAILED:
        if not latest or message.status not in CAN_FAIL:
            return False
        message.wamid = message.wamid or change.wamid
        return True
    movable = meaning in ARRIVED or latest or unsettled
    # `sent` about an attempt that failed or was repeated says nothing new; only arrival does.
    if meaning == S.SENT and message.status in (S.QUEUED, S.CANCELLED) and not unsettled:
        movable = False
    if movable and Message.TRANSITIONS.allowed(message.status, meaning):
        message.status, message.wamid = meaning, change.wamid
        message.settle_by = message.asked_staff_at = None
        message.error_class, message.error_code, message.error_text, message.failed_at = "", None, "", None
    return False


def _note_facts(message: _Message, meaning: str, change: StatusChanged) -> None:
    """Each moment is the earliest that Meta named, so that the order of arrival leaves no trace."""
    name = MOMENTS.get(S(meaning))
    if name:
        known = getattr(message, name)
        setattr(message, name, min(known, change.at) if known else change.at)
    if change.pricing:
        message.pricing = {**message.pricing, **change.pricing}


def _save(rows: _Rows) -> None:
    given_up = {person.id for person in rows.people.values() if person.undeliverable_since}
    arrived = {m.contact_id for m in rows.messages.values() if m.status in ARRIVED} & given_up
    if arrived:
        Contact.objects.filter(pk__in=arrived).update(undeliverable_since=None, undeliverable_reason="")
    bulk.update(Message, _changed(rows.messages.values(), MESSAGE_FIELDS, rows.before), MESSAGE_FIELDS)
    bulk.update(SendAttempt, _changed(rows.attempts.values(), _ATTEMPT_FIELDS, rows.before), _ATTEMPT_FIELDS)


def _changed(rows: Iterable[Any], fields: Sequence[str], before: dict[Any, tuple[Any, ...]]) -> list[Any]:
    """Most attempts were settled long before their second status: not written again."""
    facts = attrgetter(*fields)
    return [row for row in rows if facts(row) != before[row.id]]


def _fail(pk: int, change: StatusChanged, now: datetime) -> None:
    """Meta took the message and could not deliver it: try again where the table says so, else it has failed."""
    message = Message.objects.select_related("contact", "phone_number__account").get(pk=pk)
    info = lookup(change.error_code)
    consequences.follow(info, message, change.error_text, now)
    then = after_refusal(info, tries.used_up(message), message.expires_at, now, later_fault=True)
    if isinstance(then, Again):
        Message.TRANSITIONS.check(CAN_FAIL, S.QUEUED)
        Message.objects.filter(pk=message.pk, status__in=CAN_FAIL).update(
            status=S.QUEUED,
            wamid=None,
            settle_by=None,
            not_before=then.not_before,
            error_code=info.code,
            error_text=info.sentence,
        )
        nudge(DELIVER)
        return
    consequences.given_up(info, message, change.error_text, now)
    words = " ".join(filter(None, (info.sentence, change.error_text, then.why)))
    failures.record(
        message.pk,
        S.FAILED,
        old=CAN_FAIL,
        error_class=info.kind,
        error_text=words,
        error_code=change.error_code,
        now=now,
    )
