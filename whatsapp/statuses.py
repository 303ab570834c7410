"""Meta's statuses -> our messages, in any order and however often they come.

A status is proof. It settles the attempt that it names (`biz_opaque_callback_data`, else the wamid), fills in a wamid
whose answer was lost, and lifts the message; never the other way. A status that fits no row is parked and applied
when the wamid becomes known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
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
_MESSAGE_FIELDS = [
    "status", "wamid", "sent_at", "delivered_at", "read_at", "failed_at", "settle_by", "asked_staff_at",
    "error_class", "error_code", "error_text", "pricing",
]  # fmt: skip
# The rest is not read: a status a second may be thousands, and payloads and credentials cost more than all this.
_CONTACT_FIELDS = ["contact__account_id", "contact__bsuid", "contact__undeliverable_since"]
_ATTEMPT_FIELDS = ["outcome", "wamid", "finished_at", "error_code", "note"]
_EVENT_FIELDS = ["wamid", "status", "at", "attempt_id", "message", "raw", "received_at"]
CAN_FAIL = (S.SENDING, S.UNKNOWN, S.ACCEPTED, S.SENT)


@dataclass
class _Rows:
    """The rows that a batch of statuses concerns, locked."""

    messages: dict[int, Message]
    before: dict[Any, tuple[Any, ...]]  # what each row held when it was read
    attempts: dict[UUID, SendAttempt]
    by_wamid: dict[str, int]
    attempt_by_wamid: dict[str, SendAttempt]
    latest: dict[int, UUID] = field(default_factory=dict)

    def attempt(self, change: StatusChanged) -> SendAttempt | None:
        named = self.attempts.get(change.attempt_id) if change.attempt_id else None
        return named or self.attempt_by_wamid.get(change.wamid)

    def message(self, change: StatusChanged) -> Message | None:
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
    parked = list(MessageStatusEvent.objects.filter(wamid__in=list(wamids), message=None).order_by("at", "id"))
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
    named = SendAttempt.objects.filter(Q(pk__in=ids) | Q(wamid__in=wamids)).values_list("message_id", flat=True)
    by_wamid = dict(Message.objects.filter(wamid__in=wamids).values_list("wamid", "pk"))
    pks = {*named, *by_wamid.values()}
    # Locked in one order by everybody who records: two workers with crossing batches must not wait for each other.
    locked = Message.objects.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True, of=("self",))
    messages = {m.pk: m for m in locked.select_related("contact").only(*_MESSAGE_FIELDS, *_CONTACT_FIELDS)}
    # Read again under the lock: the sender may have settled an attempt in between.
    fresh = list(SendAttempt.objects.filter(message_id__in=pks).defer("response").order_by("started_at"))
    before = {pk: _facts(message, _MESSAGE_FIELDS) for pk, message in messages.items()}
    return _Rows(
        messages,
        before | {attempt.pk: _facts(attempt, _ATTEMPT_FIELDS) for attempt in fresh},
        {attempt.pk: attempt for attempt in fresh},
        {w: pk for w, pk in by_wamid.items() if w},
        {attempt.wamid: attempt for attempt in fresh if attempt.wamid},
        {attempt.message_id: attempt.pk for attempt in fresh},
    )


def _store(changes: Sequence[StatusChanged], rows: _Rows, now: datetime) -> None:
    events = [
        MessageStatusEvent(
            wamid=change.wamid,
            status=change.status[:30],
            at=change.at,
            attempt_id=change.attempt_id,
            message=rows.message(change),
            raw=change.raw,
            received_at=now,
        )
        for change in changes
    ]
    bulk.insert_new(events, _EVENT_FIELDS)


def _parked(changes: Sequence[StatusChanged], rows: _Rows) -> list[StatusChanged]:
    """Earlier statuses of the same wamids that found no message then; from now on they belong to it."""
    owners = {change.wamid: message for change in changes if (message := rows.message(change))}
    events = list(MessageStatusEvent.objects.filter(wamid__in=owners, message=None))
    for event in events:
        rows.by_wamid.setdefault(event.wamid, owners[event.wamid].pk)
        event.message = owners[event.wamid]
    if events:
        MessageStatusEvent.objects.bulk_update(events, ["message"])
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
        _teach(message.contact, change)
        if _apply_one(message, attempt, change, unsettled, rows):
            failing.setdefault(message.pk, change)
        if message.status in ARRIVED:
            failing.pop(message.pk, None)
    return failing


def _settle(attempt: SendAttempt, change: StatusChanged, now: datetime) -> None:
    if attempt.outcome in (*OPEN, O.NOT_SENT):
        attempt.note = f"Proved by the status “{change.status}”."
        attempt.outcome, attempt.finished_at = O.ACCEPTED, attempt.finished_at or now
    attempt.wamid = attempt.wamid or change.wamid
    if change.status == "failed" and attempt.outcome == O.ACCEPTED:
        attempt.outcome, attempt.error_code = O.FAILED, change.error_code
    elif MEANING[change.status] in ARRIVED:
        attempt.outcome = O.ACCEPTED


def _teach(contact: Contact, change: StatusChanged) -> None:
    """A status may name the person's business-scoped user id before they ever write."""
    if change.sender.bsuid and not contact.bsuid:
        taken = Contact.objects.filter(account_id=contact.account_id, bsuid=change.sender.bsuid).exists()
        if not taken:
            contact.bsuid = change.sender.bsuid
            if Contact.objects.filter(pk=contact.pk, bsuid=None).update(bsuid=contact.bsuid):
                identifying.follow(contact, clock.now())


def _apply_one(
    message: Message, attempt: SendAttempt | None, change: StatusChanged, unsettled: bool, rows: _Rows
) -> bool:
    """True when the message fails by this status."""
    meaning = MEANING[change.status]
    _note_facts(message, meaning, change)
    latest = attempt is None or rows.latest.get(message.pk) == attempt.pk
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


def _note_facts(message: Message, meaning: str, change: StatusChanged) -> None:
    """Each moment is the earliest that Meta named, so that the order of arrival leaves no trace."""
    name = MOMENTS.get(S(meaning))
    if name:
        known = getattr(message, name)
        setattr(message, name, min(known, change.at) if known else change.at)
    if change.pricing:
        message.pricing = {**message.pricing, **change.pricing}


def _save(rows: _Rows) -> None:
    arrived = {m.contact_id for m in rows.messages.values() if m.status in ARRIVED and m.contact.undeliverable_since}
    if arrived:
        Contact.objects.filter(pk__in=arrived).update(undeliverable_since=None, undeliverable_reason="")
    bulk.update(_changed(rows.messages.values(), _MESSAGE_FIELDS, rows.before), _MESSAGE_FIELDS)
    bulk.update(_changed(rows.attempts.values(), _ATTEMPT_FIELDS, rows.before), _ATTEMPT_FIELDS)


def _facts(row: Message | SendAttempt, fields: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in fields)


def _changed(rows: Iterable[Any], fields: Sequence[str], before: dict[Any, tuple[Any, ...]]) -> list[Any]:
    """Most attempts were settled long before their second status: not written again."""
    return [row for row in rows if _facts(row, fields) != before[row.pk]]


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
