"""What a home may spend and how long its cook stays, changed because a week needs it; the reason stays on the timeline.

Both only ever give more, so nothing that was planned before can break by it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bettermeals.lib.money import format_money
from households import timeline
from households.models import Engagement, Household

MOST_MINUTES = 720


@transaction.atomic
def raise_budget(household_id: int, paise: int, *, by: str, reason: str, now: datetime) -> bool:
    """False when it is that high already, or there is no limit any more."""
    homes = Household.objects.filter(pk=household_id, weekly_budget_paise__lt=paise)
    home = homes.select_for_update(no_key=True).first()
    if home is None or home.weekly_budget_paise is None:
        return False
    was = format_money(home.weekly_budget_paise, home.currency)
    homes.update(weekly_budget_paise=paise)
    text = f"The weekly budget went from {was} to {format_money(paise, home.currency)}: {reason}"
    timeline.record(home, "budget_raised", text, actor=by, now=now)
    return True


@transaction.atomic
def lengthen_visits(engagement_id: int, minutes: int, *, by: str, reason: str, now: datetime) -> bool:
    """False when the cook stays that long already, or comes no more. Raises ValueError beyond half a day."""
    if minutes > MOST_MINUTES:
        raise ValueError(f"No visit is longer than {MOST_MINUTES} minutes.")
    visits = Engagement.objects.filter(pk=engagement_id, active=True, minutes_per_visit__lt=minutes)
    visit = visits.select_for_update(no_key=True, of=("self",)).select_related("cook", "household").first()
    if visit is None:
        return False
    visits.update(minutes_per_visit=minutes)
    text = f"{visit.cook.name}'s visits went from {visit.minutes_per_visit} to {minutes} minutes: {reason}"
    timeline.record(visit.household, "visits_lengthened", text, actor=by, now=now)
    return True
