"""Messages that may have been sent: what to do when no status proves it (see `whatsapp/policies.py`), and staff's word.

Also the rest of the sweep: attempts whose process died, expired messages, parked statuses, failures to tell again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from whatsapp import failures, policies, statuses
from whatsapp.declare import RESEND
from whatsapp.models import Message, SendAttempt, WebhookDelivery
from whatsapp.nudges import DELIVER, nudge

S, O, W = Message.Status, SendAttempt.Outcome, WebhookDelivery.Status  # noqa: E741
# Longer than the longest wait for an answer (24 s) and for a slot (1 s): whoever has not recorded by then is dead.
STALE_AFTER = timedelta(seconds=60)
LEFT = "left"


def sweep(now: datetime) -> dict[str, int]:
    """Find what a dead process, a lost webhook or a passed deadline left. Returns counts by kind."""
    return {
        "stale": _mark_stale(now),
        "parked": statuses.sweep_parked(now),
        "settled": _settle_silence(now),
        "expired": failures.cancel_queued(Q(expires_at__lte=now), "expired", "It was not sent before it expired.", now),
        "told": failures.tell_again(now),
    }


def _mark_stale(now: datetime) -> int:
    """Attempts that nobody recorded: their process was killed before or after the POST, and nobody knows which."""
    stale = SendAttempt.objects.filter(outcome=O.SENDING, started_at__lt=now - STALE_AFTER)
    marked = 0
    for pk, message_id in stale.order_by("started_at").values_list("pk", "message_id")[:500]:
        with transaction.atomic():
            Message.objects.select_for_update(no_key=True).get(pk=message_id)
            note = "No answer was recorded: the sender's process ended."
            if SendAttempt.objects.filter(pk=pk, outcome=O.SENDING).update(
                outcome=O.UNKNOWN, note=note, finished_at=now
            ):
                words = "The sender stopped in the middle. A status from Meta will tell whether it was sent."
                Message.objects.filter(pk=message_id, status=S.SENDING).update(
                    status=S.UNKNOWN, settle_by=now + policies.SETTLE_AFTER, error_text=words
                )
                marked += 1
    return marked


def _settle_silence(now: datetime) -> int:
    silent = Message.objects.filter(status=S.UNKNOWN, settle_by__lte=now).select_related("phone_number__account")
    return sum(_settle(message, now) for message in silent.order_by("settle_by")[:500])


def _settle(message: Message, now: datetime) -> bool:
    lost = [a for a in message.attempts.all() if a.outcome == O.UNKNOWN]
    unread = _unread(message, lost)
    if W.RECEIVED in unread:
        return False  # it is no silence: what was said by the deadline is read first
    if W.FAILED in unread or policies.unknown_policy(message) != RESEND or len(lost) > policies.MAX_RESENDS:
        return _ask_staff(message, now)
    if not _webhooks_work(message, lost) and not _waited_twice(lost, now):
        later = now + policies.SETTLE_AFTER
        return bool(_still_unknown(message).update(settle_by=later))
    return _queue_again(message, "No status came in time; sent again by the policy of its kind.", now)


def _unread(message: Message, lost: list[SendAttempt]) -> set[str]:
    """How webhooks stand that came since it may have been sent, and that nobody has read: the proof may be in them."""
    since = min((attempt.started_at for attempt in lost), default=message.created_at)
    came = WebhookDelivery.objects.filter(received_at__gte=since, status__in=[W.RECEIVED, W.FAILED])
    return set(came.filter(received_at__lte=message.settle_by).order_by().values_list("status", flat=True).distinct())


def _webhooks_work(message: Message, lost: list[SendAttempt]) -> bool:
    """Silence means something only while Meta talks to us: has it delivered any webhook since?"""
    seen = message.phone_number.account.webhooks_seen_at
    return seen is not None and bool(lost) and seen > max(attempt.started_at for attempt in lost)


def _waited_twice(lost: list[SendAttempt], now: datetime) -> bool:
    return all(now - attempt.started_at >= 2 * policies.SETTLE_AFTER for attempt in lost)


def _still_unknown(message: Message) -> Any:
    return Message.objects.filter(pk=message.pk, status=S.UNKNOWN)


def _ask_staff(message: Message, now: datetime) -> bool:
    words = "Nobody knows whether it was sent: Meta's answer was lost and no status came. Resend it or leave it."
    return bool(_still_unknown(message).update(settle_by=None, asked_staff_at=now, error_text=words))


def _queue_again(message: Message, why: str, now: datetime) -> bool:
    Message.TRANSITIONS.check([S.UNKNOWN], S.QUEUED)
    queued = _still_unknown(message).update(
        status=S.QUEUED, not_before=now, settle_by=None, asked_staff_at=None, error_text=why
    )
    if queued:
        nudge(DELIVER)
    return bool(queued)


def resend(message: Message, by: Any, reason: str, now: datetime) -> bool:
    """Staff decide to send it again. False when it was settled in the meantime."""
    return _queue_again(message, f"Sent again by {by}: {reason}", now)


def leave(message: Message, by: Any, reason: str, now: datetime) -> bool:
    """Staff decide to leave it. A status that comes late still corrects the row."""
    Message.TRANSITIONS.check([S.UNKNOWN], S.CANCELLED)
    words = f"Left by {by}: {reason} (It may have been delivered.)"
    return bool(
        _still_unknown(message).update(
            status=S.CANCELLED,
            error_class=LEFT,
            error_text=words,
            failed_at=now,
            handled_at=now,
            settle_by=None,
            asked_staff_at=None,
        )
    )


def waiting_for_staff() -> Any:
    """Unknown messages on which somebody must decide."""
    return Message.objects.filter(watched=S.UNKNOWN, asked_staff_at__isnull=False)
