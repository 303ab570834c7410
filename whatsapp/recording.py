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

Answer = Accepted | NotSent | AnswerLost | Refused
S, O = Message.Status, SendAttempt.Outcome  # noqa: E741
UNREACHABLE_AFTER = 4
_MESSAGE = ["status", "wamid", "not_before", "settle_by", "error_class", "error_code", "error_text"]
_ATTEMPT = ["finished_at", "outcome", "wamid", "http_status", "error_code", "note", "response"]


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
            _settle(messages[claimed.message_id], attempts[claimed.attempt_id], answer, sheet)
        bulk.update(SendAttempt, attempts.values(), _ATTEMPT)
        bulk.update(Message, messages.values(), _MESSAGE)
        for message, answer, then in sheet.failed:
            _fail(message, answer, then, now)
        for number in {c.phone_number_id for c, answer in answers if c.probe and isinstance(answer, Accepted)}:
            resuming.proven(number, now)
    if sheet.wamids:
        statuses.apply_parked(sheet.wamids, now)


def _settle(message: Message, attempt: SendAttempt, answer: Answer, sheet: _Sheet) -> None:
    attempt.finished_at = attempt.finished_at or sheet.now
    match answer:
        case Accepted():
            _accepted(message, attempt, answer, sheet)
        case NotSent():
            _not_sent(message, attempt, answer, sheet)
        case AnswerLost():
            _lost(message, attempt, answer, sheet)
        case Refused():
            _refused(message, attempt, answer, sheet)


def _accepted(message: Message, attempt: SendAttempt, answer: Accepted, sheet: _Sheet) -> None:
    if attempt.outcome != O.FAILED:
        attempt.outcome = O.ACCEPTED
    attempt.wamid, attempt.http_status, attempt.response = answer.wamid, 200, answer.raw
    attempt.note = f"Held by Meta: {answer.message_status}" if answer.message_status not in ("", "accepted") else ""
    sheet.wamids.append(answer.wamid)
    if message.status in (S.SENDING, S.UNKNOWN):
        message.status, message.wamid, message.settle_by = S.ACCEPTED, answer.wamid, None
        message.error_class, message.error_code, message.error_text = "", None, ""


def _not_sent(message: Message, attempt: SendAttempt, answer: NotSent, sheet: _Sheet) -> None:
    attempt.outcome, attempt.note = O.NOT_SENT, f"No connection to Meta ({answer})."
    if message.status in (S.SENDING, S.UNKNOWN):
        message.status, message.settle_by = S.QUEUED, None
        message.not_before = backoff(message.attempt_count, sheet.now)
        message.error_text = "Meta could not be reached; it will be tried again."
    if message.attempt_count >= UNREACHABLE_AFTER:
        account = message.phone_number.account
        detail = f"Meta's API cannot be reached at {account.base_url}."
        fix = "Check the server's network, DNS and firewall; the messages stay in the queue."
        open_incident(account, "unreachable", detail=detail, fix=fix, now=sheet.now)


def _lost(message: Message, attempt: SendAttempt, answer: AnswerLost, sheet: _Sheet) -> None:
    if attempt.outcome == O.SENDING:
        attempt.outcome, attempt.http_status = O.UNKNOWN, answer.http_status
        attempt.note = f"Meta's answer was lost ({answer})."
    if message.status == S.SENDING:
        message.status, message.settle_by = S.UNKNOWN, sheet.now + SETTLE_AFTER
        message.error_text = "Meta's answer was lost. A status from Meta will tell whether it was sent."


def _refused(message: Message, attempt: SendAttempt, answer: Refused, sheet: _Sheet) -> None:
    attempt.outcome, attempt.http_status = O.REJECTED, answer.http_status
    attempt.error_code, attempt.response, attempt.note = answer.code, {"error": answer.error}, answer.sentence
    if message.status in (S.SENDING, S.UNKNOWN) and uploading.ask_anew(message, answer.code, sheet.now):
        message.status, message.not_before, message.settle_by = S.QUEUED, sheet.now + uploading.PATIENCE, None
        message.error_code, message.error_text = answer.code, "Meta no longer has the file; it is uploaded anew."
        return
    consequences.follow(answer.info, message, answer.details, sheet.now)
    if message.status not in (S.SENDING, S.UNKNOWN):
        return
    then = after_refusal(answer.info, tries.used_up(message), message.expires_at, sheet.now)
    message.error_code, message.error_text = answer.code, answer.sentence
    if isinstance(then, Again):
        message.status, message.not_before, message.settle_by = S.QUEUED, then.not_before, None
    else:
        sheet.failed.append((message, answer, then))


def _fail(message: Message, answer: Refused, then: GiveUp, now: datetime) -> None:
    failures.record(
        message.pk,
        S.FAILED,
        old=[S.SENDING, S.UNKNOWN],
        error_class=answer.info.kind,
        error_text=f"{answer.sentence} {then.why}".strip(),
        error_code=answer.code,
        now=now,
    )
