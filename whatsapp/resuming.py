"""How a number that was stopped comes back by itself: one message goes ahead, and the rest follow when Meta takes it.

Meta's checks do not tell of every block, so a number that looks well is tried out with one message of its queue
before a whole queue is thrown at it. `accounts.pause_number` stops all and `try_out` lets the one go ahead;
`accounts.answers_only` holds what begins a conversation, and `lift` lets the one go ahead when its time is over. The
health check calls both.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q

from whatsapp.accounts import resume_number
from whatsapp.consequences import ANSWERS_ONLY, SENDING
from whatsapp.incidents import close_incident
from whatsapp.models import Message, PhoneNumber
from whatsapp.nudges import DELIVER, nudge
from whatsapp.window import WINDOW

# A pause is tried out after this long at the earliest: a limit of Meta's does not lift within seconds.
LEAST_PAUSE = timedelta(minutes=2)
ACCOUNT, DISABLED, RESTRICTION = "account", "DISABLED_UPDATE", "ACCOUNT_RESTRICTION"
# Meta names no end now and then; then it is asked for again after this long.
UNNAMED_END = timedelta(days=1)


def try_out(number: PhoneNumber, now: datetime) -> None:
    """The check finds a paused number well: let one message through. With nothing to send there is nothing to prove."""
    if number.paused_at is None or now - number.paused_at < LEAST_PAUSE:
        return
    if not Message.objects.filter(_queued(number)).exists():
        resume(number, "The check found the number well.", now)
        return
    PhoneNumber.objects.filter(pk=number.pk).exclude(paused_reason="").update(probing=True)
    _hurry(number, now)


def proven(phone_number_id: str, now: datetime) -> None:
    """Meta took the message that went ahead: of a paused number any, else one that began a conversation."""
    number = PhoneNumber.objects.select_related("account").get(phone_number_id=phone_number_id)
    end = resume if number.paused_reason else end_restriction
    end(number, "Meta took a message again.", now)


def release(number: PhoneNumber, because: str, now: datetime, *, by: Any) -> bool:
    """Somebody has repaired the cause: everything goes again. False when nothing was held."""
    ended = end_restriction(number, because, now, by=by)
    return resume(number, because, now, by=by) or ended


def resume(number: PhoneNumber, because: str, now: datetime, *, by: Any = None) -> bool:
    """The pause is over; a restriction to answers is another matter. False when it was not paused."""
    if not resume_number(number):
        return False
    close_incident(number.account, SENDING, subject=number.phone_number_id, because=because, now=now, by=by)
    close_incident(number.account, ACCOUNT, subject=DISABLED, because=because, now=now, by=by)
    _hurry(number, now)
    return True


def lift(number: PhoneNumber, before: str, verdict: str, now: datetime) -> None:
    """The restriction may be over when its time has passed, or when Meta's verdict says so that said otherwise before:
    one message that begins a conversation goes ahead. With none, or with all paused, there is nothing to prove yet."""
    until = number.answers_only_until
    if until is None or (until > now and not (before == "LIMITED" and verdict == "AVAILABLE")):
        return
    if number.paused_reason or not Message.objects.filter(_queued(number), beginning(now)).exists():
        end_restriction(number, "The restriction has ended.", now)
        return
    PhoneNumber.objects.filter(pk=number.pk, answers_only_until=until).update(probing=True)
    _hurry(number, now)


def end_restriction(number: PhoneNumber, because: str, now: datetime, *, by: Any = None) -> bool:
    """False when it was not restricted to answers."""
    rows = PhoneNumber.objects.filter(pk=number.pk, answers_only_until__isnull=False)
    if not rows.update(answers_only_until=None, probing=False):
        return False
    close_incident(number.account, ACCOUNT, subject=RESTRICTION, because=because, now=now, by=by)
    close_incident(number.account, ANSWERS_ONLY, subject=number.phone_number_id, because=because, now=now, by=by)
    _hurry(number, now)
    return True


def beginning(now: datetime) -> Q:
    """Messages to people outside the window: they would begin a conversation."""
    return Q(contact__last_inbound_at=None) | Q(contact__last_inbound_at__lte=now - WINDOW)


def end_of(restrictions: list[dict[str, Any]], now: datetime) -> datetime:
    """The latest end that Meta names: a day lasts until it is over in the whole world."""
    found = [_moment(str(each.get("expiration", ""))) for each in restrictions]
    return max((moment for moment in found if moment is not None), default=now + UNNAMED_END)


def _moment(text: str) -> datetime | None:
    if text.isdigit():
        return datetime.fromtimestamp(int(text), UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) == len("2026-11-24"):
        moment += timedelta(hours=36)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _queued(number: PhoneNumber) -> Q:
    return Q(phone_number=number, watched=Message.Status.QUEUED, direction=Message.Direction.OUT)


def _hurry(number: PhoneNumber, now: datetime) -> None:
    """What waits because it was refused goes now."""
    waiting = Message.objects.filter(_queued(number), not_before__gt=now, error_code__isnull=False)
    waiting.update(not_before=now)
    nudge(DELIVER)
