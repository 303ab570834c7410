"""The conversations of a home, read and answered on its own page: the inbox's thread, its composer, its gate.

Nothing is sent from here: every form posts to the inbox's own acts and comes back to this page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from households.admin.panels import Panel
from households.models import Household
from whatsapp import window
from whatsapp.admin.inbox_page import opened
from whatsapp.admin.thread import may_look
from whatsapp.models import Contact, InboxItem

CHOSEN = "talk"
PLACE = "conversations"


@dataclass(frozen=True)
class Speaker:
    """Somebody of the home who is on WhatsApp. Who both eats and cooks here is one speaker with two roles."""

    contact: Contact
    name: str
    roles: tuple[str, ...]
    waits_until: datetime | None
    left: timedelta

    @property
    def url(self) -> str:
        return f"?{urlencode({CHOSEN: self.contact.pk})}#{PLACE}"


def talking(request: HttpRequest, home: Household, now: datetime) -> Panel | None:
    """None for whoever may not read threads, and for a home that nobody can write to."""
    if not may_look(request) or not (speakers := _speakers(home, now)):
        return None
    chosen = _chosen(speakers, request.GET.get(CHOSEN, ""))
    back = reverse("admin:households_household_change", args=[home.pk]) + chosen.url
    contents: dict[str, Any] = {
        **opened(request, chosen.contact, now),
        "speakers": speakers,
        "chosen": chosen,
        "now": now,
        "back": back,
        "query": urlencode({"next": back}),
        "place": PLACE,
    }
    return Panel("Conversations", "admin/households/talking.html", contents, wide=True)


def _speakers(home: Household, now: datetime) -> list[Speaker]:
    """Residents first, whoever decides foremost; then the cooks."""
    joins = [f"contact__{name}" for name in ("account", "desk_owner", "merged_into")]
    residents = home.residents.filter(active=True, contact__isnull=False).select_related(*joins)
    cooks = home.engagements.filter(active=True).select_related("cook", *(f"cook__{join}" for join in joins))
    known: dict[Contact, tuple[str, list[str]]] = {}
    for resident in residents.order_by("-decides", "name"):
        if resident.contact:
            known[resident.contact] = (resident.name, ["decides" if resident.decides else "resident"])
    for engagement in cooks:
        known.setdefault(engagement.cook.contact, (engagement.cook.name, []))[1].append("cook")
    waiting = dict(InboxItem.objects.filter(contact__in=known, closed_at=None).values_list("contact", "due_at"))
    return [
        Speaker(
            contact=contact,
            name=name,
            roles=tuple(roles),
            waits_until=waiting.get(contact.pk),
            left=window.remaining(contact.last_inbound_at, now),
        )
        for contact, (name, roles) in known.items()
    ]


def _chosen(speakers: list[Speaker], asked: str) -> Speaker:
    """Whom the address names, or who has waited longest for an answer, or who wrote last; else the first."""
    for speaker in speakers:
        if str(speaker.contact.pk) == asked:
            return speaker
    waiting = [(speaker.waits_until, place) for place, speaker in enumerate(speakers) if speaker.waits_until]
    if waiting:
        return speakers[min(waiting)[1]]
    return max(speakers, key=lambda speaker: speaker.left)
