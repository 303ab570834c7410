"""Everybody in the sheet's own form: what is exported can be brought in elsewhere. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator

from households.importing import DAYS
from households.models import Engagement, Household, Resident
from households.queries import for_planning
from households.sheets import Row


def everybody() -> Iterator[Row]:
    """Active residents and engaged cooks of every household that has not ended."""
    living = Household.objects.exclude(status=Household.Status.ENDED).order_by("pk")
    for home in for_planning(living.values_list("pk", flat=True)):
        pattern = _pattern(home)
        for at, resident in enumerate(home.residents.all()):
            yield {**_of_home(home), **(pattern if at == 0 else {}), **_resident(resident)}
        for visit in home.engagements.all():
            yield {**_of_home(home), **_cook(visit)}


def _of_home(home: Household) -> Row:
    return {"household": home.name, "city": home.city, "language": home.language}


def _pattern(home: Household) -> Row:
    """The most servings of each meal: a sheet holds one number a meal, the page holds each day's."""
    most: dict[str, int] = {}
    for cell in home.pattern.all():
        most[cell.meal] = max(most.get(cell.meal, 0), cell.servings)
    return {meal: str(servings) for meal, servings in most.items()}


def _resident(person: Resident) -> Row:
    contact = person.contact
    return {
        "role": "resident",
        "name": person.name,
        "language": person.language,
        "phone": (contact.phone or "") if contact else "",
        "consent": f"recorded {contact.opted_in_at:%Y-%m-%d}" if contact and contact.opted_in_at else "",
        "decides": "yes" if person.decides else "no",
        "diet": person.diet,
        "allergens": ", ".join(person.allergens),
        "portion": str(person.portion.normalize()),
    }


def _cook(visit: Engagement) -> Row:
    contact = visit.cook.contact
    return {
        "role": "cook",
        "name": visit.cook.name,
        "language": visit.cook.language,
        "phone": contact.phone or "",
        "consent": f"recorded {contact.opted_in_at:%Y-%m-%d}" if contact.opted_in_at else "",
        "days": ", ".join(DAYS[day] for day in visit.weekdays),
        "meals": ", ".join(visit.meals),
        "arrives_at": visit.arrives_at.strftime("%H:%M"),
        "minutes": str(visit.minutes_per_visit),
    }
