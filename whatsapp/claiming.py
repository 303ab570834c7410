"""Take due messages out of the queue for sending: one transaction, committed before anything is posted.

Replies go before bulk. One person gets one message at a time: while one of theirs is on its way, or an earlier one of
the same lane is due or waits for its next try, the later ones wait. A message whose answer is unknown blocks nobody:
it was posted already.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from whatsapp import bulk, failures, gate, pacing, reach, resuming
from whatsapp.accounts import cloud_api
from whatsapp.cloud_api import CloudApi
from whatsapp.incidents import open_incident
from whatsapp.models import Account, Contact, Message, PhoneNumber, SendAttempt

S = Message.Status
# Numbers of one portfolio together: `reach` locks portfolios, and every process must take them in one order.
ORDER = ("account__business_id", "account__waba_id", "pk")
# Numbers with something to claim for: one that is paused lets a single message go ahead when it is tried out.
OPEN_LINE = Q(paused_reason="") | Q(probing=True)
EVERY = Q()
# How long a message waits that the gate holds back for a reason which passes by itself.
HOLD = timedelta(seconds=60)
# Reasons that are the message's own fault or fate; the others (opt-out, expiry) cancel it.
FAILING = frozenset({"window_closed", "undeliverable", "template_not_sendable", "no_address", "merged"})


@dataclass(frozen=True)
class Claimed:
    """Everything a thread needs to post one message, free of the database. `slot`: machine time to post at, at most
    `late_seconds` after it; `missed`: how many slots passed unused before; `nth`: which claim of the message it is.
    `probe`: its number is stopped, or takes answers only, and goes on if Meta takes this one."""

    message_id: int
    attempt_id: UUID
    phone_number_id: str
    slot: float
    api: CloudApi = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    late_seconds: float = 0.0
    missed: int = 0
    nth: int = 1
    probe: bool = False

    @property
    def may_wait(self) -> bool:
        return self.missed < pacing.MOST_MISSED

    def too_late(self, machine_now: float) -> bool:
        """Is its slot over, and may it wait for another? Long afterwards it may not leave, however often it waited."""
        waits = self.may_wait and pacing.missed(self.slot, self.late_seconds, machine_now)
        return waits or pacing.long_over(self.slot, machine_now)


def due(now: datetime) -> QuerySet[Message]:
    """Messages that may be claimed now, in the order in which they should go."""
    mine = {"contact": OuterRef("contact"), "direction": Message.Direction.OUT}
    under_way = Message.objects.filter(**mine, watched=S.SENDING)
    before = Message.objects.filter(**mine, watched=S.QUEUED, lane=OuterRef("lane"), id__lt=OuterRef("id"))
    # A message that is planned for later holds nobody up; one that waits for its next try does.
    before = before.filter(Q(not_before__lte=now) | Q(attempt_count__gt=0))
    rows = Message.objects.filter(
        pacing.pair_ready(now), direction=Message.Direction.OUT, watched=S.QUEUED, not_before__lte=now
    )
    # What begins a conversation waits where Meta takes answers only, but for the one that is tried out.
    unpaused, tried = Q(phone_number__paused_reason=""), Q(phone_number__probing=True)
    free = Q(phone_number__answers_only_until=None) | ~resuming.beginning(now) | unpaused & tried
    rows = rows.filter(~Exists(under_way), ~Exists(before), unpaused | tried, free)
    return rows.order_by("-lane", "not_before", "id")


def worth_a_claim(kept: Collection[str] = ()) -> bool:
    """Has any number that may send slots enough to give? `kept`: phone number ids this process has claimed for."""
    fields = ("phone_number_id", "throughput_level", "on_business_app", "next_slot_at")
    return any(_worth(number, kept) for number in PhoneNumber.objects.filter(OPEN_LINE).only(*fields))


def _worth(number: PhoneNumber, kept: Collection[str]) -> bool:
    return pacing.worth_a_claim(number, time.time(), number.phone_number_id in kept)


def claim(now: datetime, room: int, kept: Collection[str] | None = None) -> list[Claimed]:
    """Claim up to `room` messages, shared by the numbers that have something to send: a quick one with a long queue
    keeps no other waiting. Each gets an attempt whose id will travel with it. With `kept` only for numbers that are
    `worth_a_claim`, else for any that has a slot."""
    if room < 1 or not _waiting(now).exists():
        return []
    claimed: list[Claimed] = []
    with transaction.atomic():
        rows = PhoneNumber.objects.filter(Exists(_waiting(now, phone_number=OuterRef("pk"))), OPEN_LINE)
        locked = rows.select_for_update(no_key=True, of=("self",)).select_related("account").order_by(*ORDER)
        # Asked under the lock, too: whoever held it may just have taken the slots.
        numbers = [number for number in locked if kept is None or _worth(number, kept)]
        for done, number in enumerate(numbers):
            claimed += _claim_for(number, now, ceil((room - len(claimed)) / (len(numbers) - done)))
    return claimed


def held_back_by_pace(now: datetime) -> bool:
    """Is something waiting, and are slots given out to whoever keeps the pace? Cheaper than to ask whether it is due:
    slots pass within AHEAD_SECONDS when nothing is."""
    paced = PhoneNumber.objects.filter(OPEN_LINE, next_slot_at__gt=time.time())
    return _waiting(now).exists() and paced.exists()


def _waiting(now: datetime, **only: Any) -> QuerySet[Message]:
    """What `due` looks through: a question for an index alone, asked before the dear one."""
    return Message.objects.filter(direction=Message.Direction.OUT, watched=S.QUEUED, not_before__lte=now, **only)


def _claim_for(number: PhoneNumber, now: datetime, room: int) -> list[Claimed]:
    rate = pacing.rate_of(number)
    size = min(room, pacing.free_slots(number.next_slot_at, time.time(), rate), 1 if number.paused_reason else room)
    if size < 1:
        return []
    ahead = _locked(number, now, 1, resuming.beginning(now)) if number.probing and not number.paused_reason else []
    probe = bool(number.paused_reason or ahead)
    found = ahead or _one_each(_locked(number, now, size))
    passed = reach.within_limit(_pass_gate(found, number.account, now), number.account, now)
    ready_at = time.time() + pacing.until_posted(len(passed))
    slots, number.next_slot_at = pacing.take_slots(number.next_slot_at, ready_at, rate, len(passed))
    if passed:
        number.probing = number.probing and not probe
        PhoneNumber.objects.filter(pk=number.pk).update(next_slot_at=number.next_slot_at, probing=number.probing)
    return [replace(each, probe=probe) for each in _take(passed, number, slots, now)]


def _locked(number: PhoneNumber, now: datetime, size: int, only: Q = EVERY) -> list[Message]:
    """Replies before bulk. A query for each lane, because then the index has the order: with both in one, each claim
    would sort the whole queue."""
    found: list[Message] = []
    for lane in (Message.Lane.REPLY, Message.Lane.BULK):
        if not _waiting(now, phone_number=number, lane=lane).exists():
            continue
        rows = due(now).filter(only, phone_number=number, lane=lane).order_by("not_before", "id")
        locked = rows.select_for_update(no_key=True, skip_locked=True, of=("self", "contact"))
        found += locked.select_related("contact")[: size - len(found)]
    for message in found:  # read with each row, its secrets would be decrypted for each
        message.contact.account = number.account
    return found


def take_new_slots(late: Sequence[Claimed]) -> list[Claimed]:
    """The same messages, not posted yet, each with the next free slot of its number; without those whose attempts were
    given up meanwhile, because their process stood still: somebody else may have sent them."""
    again: list[Claimed] = []
    ours = _still_open(late) if late else []
    for phone_number_id in sorted({claimed.phone_number_id for claimed in ours}):
        mine = [claimed for claimed in ours if claimed.phone_number_id == phone_number_id]
        with transaction.atomic():
            number = PhoneNumber.objects.select_for_update(no_key=True).get(phone_number_id=phone_number_id)
            rate = pacing.rate_of(number)
            slots, number.next_slot_at = pacing.take_slots(number.next_slot_at, time.time(), rate, len(mine))
            number.save(update_fields=["next_slot_at"])
        again += [replace(c, slot=slot, missed=c.missed + 1) for c, slot in zip(mine, slots, strict=True)]
    return again


def _still_open(late: Sequence[Claimed]) -> list[Claimed]:
    attempts = SendAttempt.objects.filter(bulk.among("pk", (claimed.attempt_id for claimed in late)))
    unsettled = set(attempts.filter(outcome=SendAttempt.Outcome.SENDING).values_list("pk", flat=True))
    return [claimed for claimed in late if claimed.attempt_id in unsettled]


def _one_each(rows: list[Message]) -> list[Message]:
    """A reply and a bulk message to one person may both be due: the second waits until the first is done."""
    first: dict[int, Message] = {}
    for row in rows:
        first.setdefault(row.contact_id, row)
    return list(first.values())


def _take(messages: list[Message], number: PhoneNumber, slots: list[float], now: datetime) -> list[Claimed]:
    if not messages:
        return []
    attempts = [SendAttempt(message=message, started_at=now) for message in messages]
    SendAttempt.objects.bulk_create(attempts)
    # Compare-and-set beside the lock: on SQLite the lock is the database's, on PostgreSQL the row's.
    Message.TRANSITIONS.check([S.QUEUED], S.SENDING)
    pks = [message.pk for message in messages]
    Message.objects.filter(pk__in=pks, status=S.QUEUED).update(status=S.SENDING, attempt_count=F("attempt_count") + 1)
    for message in messages:
        pacing.count_pair(message.contact, now)
    bulk.update(Contact, [message.contact for message in messages], pacing.PAIR_FIELDS)
    api, late = cloud_api(number.account), pacing.late_seconds(number)
    return [
        Claimed(
            message.pk,
            attempt.pk,
            number.phone_number_id,
            slot,
            api,
            _body(message, attempt),
            late,
            nth=message.attempt_count + 1,
        )
        for message, attempt, slot in zip(messages, attempts, slots, strict=True)
    ]


def _body(message: Message, attempt: SendAttempt) -> dict[str, Any]:
    return {**message.payload, **message.contact.address, "biz_opaque_callback_data": str(attempt.pk)}


def _pass_gate(messages: list[Message], account: Account, now: datetime) -> list[Message]:
    names = {message.template_name for message in messages if message.template_name}
    rows = gate.template_rows(account.pk, names) if names else {}
    return [message for message in messages if _may_go(message, account, rows, now)]


def _may_go(message: Message, account: Account, rows: gate.TemplateRows, now: datetime) -> bool:
    if message.expires_at is not None and message.expires_at <= now:
        _drop(message, S.CANCELLED, "expired", "It was not sent before it expired.", now)
        return False
    verdict = gate.recheck(message, now, rows)
    if verdict.waits:
        Message.objects.filter(pk=message.pk).update(not_before=now + HOLD, error_text=verdict.sentence)
        label = f"{message.template_name} ({message.language})"
        fix = "Run sync_templates, or wait for Meta's review; the messages stay in the queue."
        open_incident(account, "template", subject=label, detail=verdict.sentence, fix=fix, now=now)
    elif not verdict.ok:
        status = S.FAILED if verdict.code in FAILING else S.CANCELLED
        _drop(message, status, verdict.code, verdict.sentence, now)
    return verdict.ok


def _drop(message: Message, status: str, code: str, sentence: str, now: datetime) -> None:
    failures.record(message.pk, status, old=[S.QUEUED], error_class=code, error_text=sentence, now=now)
