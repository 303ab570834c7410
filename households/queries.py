"""What other rooms ask about households. Lists come with their rows loaded: the count of queries never grows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet

from households.models import Away, CookLeave, Engagement, Household, MealPattern, Resident, TimelineEvent


def local(now: datetime, household: Household) -> datetime:
    """The moment on the household's own clock."""
    return now.astimezone(ZoneInfo(household.timezone))


def active_households() -> QuerySet[Household]:
    """Households to plan for: neither paused nor ended. Whether they are away is a matter of the day."""
    return Household.objects.filter(status=Household.Status.ACTIVE).order_by("pk")


def for_planning(ids: Iterable[int]) -> list[Household]:
    """Households with residents, pattern, engagements (with cooks and contacts) and away days loaded: 5 queries."""
    people = Resident.objects.filter(active=True).select_related("contact")
    visits = Engagement.objects.filter(active=True).select_related("cook__contact")
    return list(
        Household.objects.filter(pk__in=list(ids))
        .prefetch_related(
            Prefetch("residents", people),
            Prefetch("engagements", visits),
            Prefetch("away", Away.objects.filter(cancelled_at=None)),
            "pattern",
        )
        .order_by("pk")
    )


def deciding_resident(household: Household) -> Resident | None:
    """The one who approves and pays, with the contact loaded; None for a household that is not fully set up."""
    return Resident.objects.select_related("contact").filter(household=household, decides=True).first()


def residents_to_message(household: Household) -> list[Resident]:
    """Active residents with a contact that has opted in and not out since; who decides comes first."""
    reachable = Q(contact__opted_in_at__isnull=False, contact__opted_out_at=None)
    return list(Resident.objects.select_related("contact").filter(reachable, household=household, active=True))


def residents_of(contact: Any) -> list[Resident]:
    """Where this contact lives (more than one household is rare and possible), households loaded."""
    me = Q(contact=contact) | Q(contact__merged_into=contact)  # until the next tick follows the merge
    mine = Resident.objects.select_related("household", "contact").filter(me, active=True)
    return list(mine.exclude(household__status=Household.Status.ENDED).order_by("-decides", "pk"))


def engagements_of(contact: Any) -> list[Engagement]:
    """Where this contact cooks, households and cook loaded, in the order of the day."""
    me = Q(cook__contact=contact) | Q(cook__contact__merged_into=contact)
    mine = Engagement.objects.select_related("household", "cook__contact").filter(me, active=True)
    return list(mine.exclude(household__status=Household.Status.ENDED).order_by("arrives_at", "pk"))


def is_away(household: Household, day: date) -> bool:
    """On leave from home, paused or ended on that day."""
    if household.status == Household.Status.ENDED:
        return True
    paused = household.status == Household.Status.PAUSED
    if paused and (household.paused_until is None or day < household.paused_until):
        return True
    return Away.objects.filter(household=household, cancelled_at=None, start__lte=day, end__gte=day).exists()


def servings_for(household: Household, day: date, meal: str) -> int:
    """For how many that meal is cooked by the weekly pattern; 0 when it is not, or nobody is at home."""
    row = MealPattern.objects.filter(household=household, weekday=day.weekday(), meal=meal).first()
    return 0 if row is None or is_away(household, day) else row.servings


def engagements_on(household: Household, day: date, meal: str | None = None) -> list[Engagement]:
    """Visits that take place on that day (for that meal), cooks loaded; a cook on leave is left out. 2 queries."""
    visits = Engagement.objects.select_related("cook__contact").filter(household=household, active=True)
    wanted = [v for v in visits if day.weekday() in v.weekdays and (meal is None or meal in v.meals)]
    leaves = leaves_on(household, day, [visit.cook_id for visit in wanted])
    return [visit for visit in wanted if not any(_covers(leave, visit, meal) for leave in leaves)]


def leaves_on(household: Household, day: date, cook_ids: Iterable[int]) -> list[CookLeave]:
    """Leave of those cooks that falls on the day and concerns this household."""
    here = Q(household=None) | Q(household=household)
    return list(
        CookLeave.objects.filter(here, cook_id__in=list(cook_ids), cancelled_at=None, start__lte=day, end__gte=day)
    )


def _covers(leave: CookLeave, visit: Engagement, meal: str | None) -> bool:
    """A leave for some meals takes a visit away only when nothing is left of it (or the meal asked for is gone)."""
    if leave.cook_id != visit.cook_id:
        return False
    if not leave.meals:
        return True
    return meal in leave.meals if meal else set(visit.meals) <= set(leave.meals)


def week_timeline(household: Household, week_start: date) -> list[TimelineEvent]:
    """The household-week, oldest first, with the messages that it speaks of."""
    rows = TimelineEvent.objects.filter(household=household, week_start=week_start)
    return list(rows.select_related("message").order_by("at", "pk"))
