"""Write down what Meta answered: one transaction for all answers that came in together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from whatsapp import bulk, consequences, failures, resuming, statuses, tries, uploading
from whatsapp.claiming import Claimed
from whatsapp.cloud_api import Accepted, AnswerLost, NotSent, Refused
from whatsapp.incidents import open_incident
from whatsapp.models import Message, SendAttempt
from whatsapp.outcomes import Again, GiveUp, after_refusal, backoff
from whatsapp.policies import SETTLE_AFTER

S, O = Message.Status, SendAttempt.Outcome  # noqa: E741
UNSETTLED = (O.SENDING, O.UNKNOWN)
# So many attempts in a row that found no way to Meta are no hiccup of the network.
UNREACHABLE_AFTER = 4
_MESSAGE = ["status", "wamid", "not_before", "settle_by", "asked_staff_at", "error_class", "error_code", "error_text"]
_ATTEMPT = ["finished_at", "outcome", "wamid", "http_status", "error_code", "note", "response"]


class NotPosted:
    """Its process stood still until the attempt was given up, and then let it be: nothing left us."""


Answer = Accepted | NotSent | NotPosted | AnswerLost | Refused


@dataclass
class _Sheet:
    """One recording: what changes, and who has failed."""

    now: datetime
    wamids: list[str] = field(default_factory=list)
    failed: list[tuple[Message, Refused, GiveUp]] = field(default_factory=list)


def record(answers: Sequence[tuple[Claimed, Answer]], now: datetime) -> None:
    """Settle attempts and messages. A status webhook may have been here first: proof is never taken back."""
    sheet = _Sheet(now)
    with transaction.atomic():
        pks = [claimed.message_id for claimed, _ in answers]
        rows = Message.objects.filter(pk__in=pks).order_by("pk")
        messages = {message.pk: message for message in rows.select_for_update(no_key=True, of=("self",))}
        attempts = SendAttempt.objects.in_bulk([claimed.attempt_id for claimed, _ in answers])
        for claimed, answer in answers:
            message = messages[claimed.message_id]
            _settle(message, attempts[claimed.attempt_id], answer, sheet, _waits_for(message, claimed))
        bulk.update(SendAttempt, attempts.values(), _ATTEMPT)
        bulk.update(Message, messages.values(), _MESSAGE)
        for message, answer, then in sheet.failed:
            _fail(message, answer, then, now)
        for number in {c.phone_number_id for c, answer in answers if c.probe and isinstance(answer, Accepted)}:
            resuming.proven(number, now)
    if sheet.wamids:
        statuses.apply_parked(sheet.wamids, now)


def _waits_for(message: Message, claimed: Claimed) -> bool:
    """Does the message wait for this answer? Once it was claimed anew, only a proof counts of what came before."""
    return message.status in (S.SENDING, S.UNKNOWN) and message.attempt_count == claimed.nth


def _settle(message: Message, attempt: SendAttempt, answer: Answer, sheet: _Sheet, waits: bool) -> None:
    attempt.finished_at = attempt.finished_at or sheet.now
    match answer:
        case Accepted():
            _accepted(message, attempt, answer, sheet)
        case NotSent():
            _not_sent(message, attempt, answer, sheet, waits)
        case NotPosted():
            _not_posted(message, attempt, sheet, waits)
        case AnswerLost():
            _lost(message, attempt, answer, sheet, waits)
        case Refused():
            _refused(message, attempt, answer, sheet, waits)


def _accepted(message: Message, attempt: SendAttempt, answer: Accepted, sheet: _Sheet) -> None:
    if attempt.outcome != O.FAILED:
        attempt.outcome = O.ACCEPTED
    attempt.wamid, attempt.http_status, attempt.response = answer.wamid, 200, answer.raw
    attempt.note = f"Held by Meta: {answer.message_status}" if answer.message_status not in ("", "accepted") else ""
    sheet.wamids.append(answer.wamid)
    if message.status in (S.SENDING, S.UNKNOWN):
        message.status, message.wamid = S.ACCEPTED, answer.wamid
        message.settle_by = message.asked_staff_at = None
        message.error_class, message.error_code, message.error_text = "", None, ""


def _not_sent(message: Message, attempt: SendAttempt, answer: NotSent, sheet: _Sheet, waits: bool) -> None:
    if attempt.outcome in UNSETTLED:
        attempt.outcome, attempt.note = O.NOT_SENT, f"No connection to Meta ({answer})."
    in_vain = tries.in_vain(message, attempt)
    if waits:
        _back(message, backoff(in_vain, sheet.now))
        message.error_text = "Meta could not be reached; it will be tried again."
    if in_vain >= UNREACHABLE_AFTER:
        account = message.phone_number.account
        detail = f"Meta's API cannot be reached at {account.base_url}."
        fix = "Check the server's network, DNS and firewall; the messages stay in the queue."
        open_incident(account, "unreachable", detail=detail, fix=fix, now=sheet.now)


def _not_posted(message: Message, attempt: SendAttempt, sheet: _Sheet, waits: bool) -> None:
    if attempt.outcome in UNSETTLED:
        attempt.outcome, attempt.note = O.NOT_SENT, "Not posted: the sender stood still until it was given up."
    if waits:
        _back(message, sheet.now)
        message.error_text = ""


def _back(message: Message, not_before: datetime) -> None:
    """Into the queue again."""
    message.status, message.not_before = S.QUEUED, not_before
    message.settle_by = message.asked_staff_at = None


def _lost(message: Message, attempt: SendAttempt, answer: AnswerLost, sheet: _Sheet, waits: bool) -> None:
    if attempt.outcome == O.SENDING:
        attempt.outcome, attempt.http_status = O.UNKNOWN, answer.http_status
        attempt.note = f"Meta's answer was lost ({answer})."
    if waits and message.status == S.SENDING:
        message.status, message.settle_by = S.UNKNOWN, sheet.now + SETTLE_AFTER
        message.error_text = "Meta's answer was lost. A status from Meta will tell whether it was sent."


def _refused(message: Message, attempt: SendAttempt, answer: Refused, sheet: _Sheet, waits: bool) -> None:
    if attempt.outcome in UNSETTLED:
        attempt.outcome = O.REJECTED
    attempt.http_status = answer.http_status
    attempt.error_code, attempt.response, attempt.note = answer.code, {"error": answer.error}, answer.sentence
    if waits and uploading.ask_anew(message, answer.code, sheet.now):
        _back(message, sheet.now + uploading.PATIENCE)
        message.error_code, message.error_text = answer.code, "Meta no longer has the file; it is uploaded anew."
        return
    consequences.follow(answer.info, message, answer.details, sheet.now)
    if not waits:
        return
    then = after_refusal(answer.info, tries.used_up(message), message.expires_at, sheet.now)
    message.error_code, message.error_text = answer.code, answer.sentence
    if isinstance(then, Again):
        _back(message, then.not_before)
    else:
        sheet.failed.append((message, answer, then))


def _fail(message: Message, answer: Refused, then: GiveUp, now: datetime) -> None:
    consequences.given_up(answer.info, message, answer.details, now)
    failures.record(
        message.pk,
        S.FAILED,
        old=[S.SENDING, S.UNKNOWN],
        error_class=answer.info.kind,
        error_text=f"{answer.sentence} {then.why}".strip(),
        error_code=answer.code,
        now=now,
    )
