"""The day's message once more as a voice note, for a cook who prefers to listen. The text has gone out before it.

Due on the instruction's row from the moment it is sent; taken by compare-and-set with a lease, spoken and uploaded
outside every transaction, queued with a key of its own: run twice, it is heard once. Sound is free-form, so it waits
until the cook has written (a tap on OK does) or the visit begins.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from households import timeline
from households.models import Cook
from mealplans import speech
from mealplans.models import TOLD, CookInstruction, VoiceNote
from whatsapp import attaching, sending
from whatsapp.contacts import current

LEASE = timedelta(minutes=2)
MOST_TRIES = 3
#: Later than this after the text nobody listens any more.
KEEPS = timedelta(hours=14)

logger = logging.getLogger(__name__)


def wanted(cook: Cook) -> bool:
    return cook.wants_voice and speech.is_on()


def send_due(now: datetime, limit: int = 20) -> int:
    """Returns how many were queued."""
    rows = CookInstruction.objects.filter(voice=VoiceNote.DUE, voice_at__lte=now).order_by("voice_at", "pk")
    return sum(_send(pk, now) for pk in rows.values_list("pk", flat=True)[:limit])


def _send(pk: int, now: datetime) -> bool:
    taken = CookInstruction.objects.filter(pk=pk, voice=VoiceNote.DUE, voice_at__lte=now)
    if not taken.update(voice_at=now + LEASE):
        return False
    row = CookInstruction.objects.select_related("plan__household", "engagement__cook__contact", "message").get(pk=pk)
    if row.status not in TOLD or row.message is None or (row.sent_at or now) + KEEPS < now:
        return _end(row, VoiceNote.NONE, "", now)  # over, or the cook never opened the window: nothing went wrong
    contact = current(row.engagement.cook.contact)
    if not sending.can_send(contact, "audio", now).goes:
        return False  # asked again after the lease, until the cook writes
    try:
        sound = speech.spoken(row.message.text, row.engagement.cook.language)
        media_id = attaching.upload(contact, attaching.Upload("voice.ogg", sound), now)
    except (speech.CannotSpeak, ValueError) as error:
        return _again(row, str(error), now)
    return _queue(row, media_id, now)


def _queue(row: CookInstruction, media_id: str, now: datetime) -> bool:
    key = f"instruction:{row.pk}:{row.updates}:voice"
    with transaction.atomic():
        rows = CookInstruction.objects.filter(pk=row.pk, voice=VoiceNote.DUE)
        if not rows.update(voice=VoiceNote.SENT, voice_at=None):
            return False
        sending.queue_audio(
            contact=row.engagement.cook.contact,
            media_id=media_id,
            voice=True,
            purpose="cook_voice",
            once_key=key,
            lane=sending.BULK,
            route_reason="Voice note: this cook prefers to listen.",
            now=now,
        )
    return True


def _again(row: CookInstruction, why: str, now: datetime) -> bool:
    logger.warning("voice note of instruction %s: %s", row.pk, why)
    CookInstruction.objects.filter(pk=row.pk).update(voice_tries=F("voice_tries") + 1)
    if row.voice_tries + 1 < MOST_TRIES:
        return False
    return _end(row, VoiceNote.FAILED, why, now)


def _end(row: CookInstruction, state: str, why: str, now: datetime) -> bool:
    """Nothing is lost but the sound: the text was sent. What went wrong is on the timeline."""
    with transaction.atomic():
        ended = CookInstruction.objects.filter(pk=row.pk, voice=VoiceNote.DUE).update(voice=state, voice_at=None)
        if ended and why:
            text = f"{row.engagement.cook} has the text of {row.date:%a %d %b}, and no voice note: {why}"
            timeline.record(row.plan.household, "voice_failed", text, week_start=row.plan.week_start, now=now)
    return False
