"""Confirm a draft, queue its messages when its time has come, stop it, and try again what can be tried again.

Queueing is claimed by status and keyed per person and try, so that two workers, or one that dies in the middle, queue
each message once. From there the ordinary outbox sends: paced, gated again, with its attempt ledger.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from bettermeals.lib import states
from whatsapp import library, people, sending
from whatsapp.broadcasts.checking import Check, check, fill_for
from whatsapp.broadcasts.results import can_retry
from whatsapp.declare import DeclaredTemplate
from whatsapp.models import Broadcast, BroadcastRecipient, Message
from whatsapp.nudges import QUEUE_BROADCASTS, nudge

S = Broadcast.Status
BATCH, RUN = 100, 1000


class NotReady(Exception):
    """The draft cannot be confirmed; the message says what to change."""


def arm(broadcast: Broadcast, by: Any, now: datetime, *, send_at: datetime | None, reason: str, expected: int) -> Check:
    """Confirm it: from now on it goes out at `send_at` (now when None). `expected` is the number of messages that the
    page showed: when the world has changed meanwhile, nothing goes and NotReady says so."""
    looked = check(broadcast, now)
    if looked.template is None:
        raise NotReady(_("Choose a template first."))
    if not looked.going:
        raise NotReady(_("Nobody would get it: see the reasons below."))
    if len(looked.going) != expected:
        raise NotReady(
            _("Meanwhile %(now)s messages would go instead of %(then)s. Look again, then confirm.")
            % {"now": len(looked.going), "then": expected}
        )
    if send_at is not None and send_at < now:
        raise NotReady(_("The time lies in the past."))
    with transaction.atomic():
        won = _move(
            broadcast,
            S.DRAFT,
            S.ARMED,
            armed_by=by,
            reason=reason,
            send_at=send_at or now,
            forecast={"amounts": looked.cost.amounts, "without": looked.cost.without},
        )
        if not won:
            raise NotReady(_("Somebody else has confirmed or cancelled it already."))
        for row in looked.excluded:
            _exclude(row.recipient, row.verdict.code, row.verdict.sentence)
        nudge(QUEUE_BROADCASTS)
    return looked


def back_to_draft(broadcast: Broadcast) -> bool:
    """Before its time it can be changed again."""
    with transaction.atomic():
        if not _move(broadcast, S.ARMED, S.DRAFT, send_at=None, armed_by=None):
            return False
        broadcast.recipients.update(excluded_code="", excluded_reason="")
    return True


def stop(broadcast: Broadcast, by: Any, now: datetime) -> int | None:
    """Nothing more goes out. Returns how many queued messages were taken back; None when it was over already."""
    with transaction.atomic():
        if not any(_move(broadcast, old, S.CANCELLED, finished_at=now) for old in (S.DRAFT, S.ARMED, S.SENDING)):
            return None
        rows = Message.objects.filter(pk__in=broadcast.recipients.values("message"), status=Message.Status.QUEUED)
        return sum(sending.cancel(row, f"The bulk send was stopped by {by}.", now) for row in rows)


def queue_due(now: datetime) -> int:
    """The tick: queue what is due, at most RUN messages at once. Returns how many were queued."""
    for broadcast in Broadcast.objects.filter(status=S.ARMED, send_at__lte=now):
        _move(broadcast, S.ARMED, S.SENDING)
    queued = 0
    for broadcast in Broadcast.objects.filter(status=S.SENDING, send_at__lte=now).select_related("account"):
        while queued < RUN and (batch := _queue_batch(broadcast, now)) is not None:
            queued += batch
    if queued >= RUN:
        nudge(QUEUE_BROADCASTS)
    return queued


def _queue_batch(broadcast: Broadcast, now: datetime) -> int | None:
    """None when nobody is left, or it was stopped. The broadcast is the lock: one worker queues it at a time, and a
    stop that comes meanwhile waits for this batch and takes it back whole."""
    template = library.sendable(broadcast.account_id).get(broadcast.template_name)
    with transaction.atomic():
        own = Broadcast.objects.filter(pk=broadcast.pk, status=S.SENDING)
        if not own.select_for_update(no_key=True).exists():
            return None
        waiting = broadcast.recipients.filter(message=None, excluded_code="").select_related("contact__account")
        rows = list(waiting.order_by("pk")[:BATCH])
        if not rows:
            _move(broadcast, S.SENDING, S.SENT, finished_at=now)
            return None
        known = people.values([row.contact_id for row in rows])
        return sum(_queue_one(broadcast, row, template, known.get(row.contact_id, {}), now) for row in rows)


def _queue_one(
    broadcast: Broadcast, row: BroadcastRecipient, template: DeclaredTemplate | None, known: Any, now: datetime
) -> int:
    if template is None:
        _exclude(row, "template_unknown", _("The template is not at Meta any more."))
        return 0
    filled = fill_for(template, broadcast, row, known)
    try:
        if filled.missing:
            raise sending.ContentError(_("A value is missing: %(missing)s.") % {"missing": ", ".join(filled.missing)})
        message = sending.queue_template(
            contact=row.contact,
            template=template,
            variables=filled.values,
            language=filled.language,
            purpose="broadcast",
            once_key=f"broadcast:{broadcast.pk}:{row.contact_id}:{row.tries}",
            route_reason=f"Bulk send “{broadcast.name}”, confirmed by {broadcast.armed_by}.",
            now=now,
        )
    except sending.CannotSend as error:
        _exclude(row, error.code, str(error))
        return 0
    except sending.ContentError as error:
        _exclude(row, "missing", str(error))
        return 0
    BroadcastRecipient.objects.filter(pk=row.pk).update(message=message, tries=F("tries") + 1)
    return 1


def retry(broadcast: Broadcast, now: datetime) -> int:
    """Queue again what failed for a reason that may have passed, and whoever may be written to by now. Returns how
    many are tried again; 0 when it is not the time (still sending, or nothing to retry)."""
    with transaction.atomic():
        rows = list(broadcast.recipients.select_for_update(no_key=True, of=("self",)).select_related("message"))
        failed = [row.pk for row in rows if can_retry(row)]
        if not failed or not _move(broadcast, S.SENT, S.SENDING, send_at=now, finished_at=None):
            return 0
        again = BroadcastRecipient.objects.filter(pk__in=failed)
        again.update(message=None, excluded_code="", excluded_reason="")
        nudge(QUEUE_BROADCASTS)
    return len(failed)


def _exclude(row: BroadcastRecipient, code: str, sentence: str) -> None:
    BroadcastRecipient.objects.filter(pk=row.pk).update(excluded_code=code, excluded_reason=sentence)


def _move(broadcast: Broadcast, old: str, new: str, **also: Any) -> bool:
    won = states.move(Broadcast, broadcast.pk, table=Broadcast.TRANSITIONS, old=old, new=new, **also)
    if won:
        broadcast.refresh_from_db()
    return won
