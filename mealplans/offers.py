"""Buttons: what each may do, for whom, until when. The wire carries only an opaque token.

A quick reply stays tappable for ever, may be forwarded, and Meta sends its label when no payload was set; so a tap is
never believed: its token is looked up, and who tapped and when is judged here.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from households.models import Household
from mealplans.models import Offer, WeekPlan
from whatsapp.models import Contact

PREFIX = "bm:"
#: Long enough for a week's plan to be over; an older button is answered with where things stand now.
DEFAULT_LIFE = timedelta(days=8)


@dataclass(frozen=True)
class Button:
    """A meaning to be offered: the action's name in `replies`, and what it needs besides plan and person."""

    action: str
    data: dict[str, Any] = field(default_factory=dict)


def offer(
    buttons: Sequence[Button],
    *,
    contact: Contact,
    household: Household,
    now: datetime,
    plan: WeekPlan | None = None,
    life: timedelta = DEFAULT_LIFE,
) -> list[str]:
    """Payloads for these buttons, in order, to be put on one message. One insert for all of them."""
    rows = [
        Offer(
            token=PREFIX + secrets.token_urlsafe(12),
            action=button.action,
            household=household,
            plan=plan,
            contact=contact,
            data=button.data,
            created_at=now,
            expires_at=now + life,
        )
        for button in buttons
    ]
    return [row.token for row in Offer.objects.bulk_create(rows)]


def find(payload: str) -> Offer | None:
    """The offer behind a payload, or None when it is none of ours (then another route may know it)."""
    if not payload.startswith(PREFIX):
        return None
    return Offer.objects.select_related("household", "plan", "contact").filter(token=payload).first()


def is_ours(payload: str | None) -> bool:
    """Whether a tap claims to be one of our buttons, known or not."""
    return bool(payload) and str(payload).startswith(PREFIX)


def use(offer_row: Offer, now: datetime) -> bool:
    """Mark the first tap. False: it was tapped before; what that means is for the action to say."""
    return Offer.objects.filter(pk=offer_row.pk, used_at=None).update(used_at=now) == 1


def forget_old(now: datetime, keep: timedelta = timedelta(days=60)) -> int:
    """Delete offers long expired: an unknown token and an expired one are answered alike."""
    return Offer.objects.filter(expires_at__lt=now - keep).delete()[0]
