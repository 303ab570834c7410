"""Something is left over, as the cook says it: written down, learnt from where it is much, told while it costs nothing.

"Dal bachi hai" is left over; "dal nahi bachi" is gone: with a word of denial nothing is read as left over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from households import queries
from households.models import Resident
from mealplans import tasting
from mealplans.changing import record
from mealplans.intents.normalise import folded
from mealplans.models import PlannedMeal, WeekPlan
from mealplans.outcomes import Actor
from mealplans.wording import day_name, say
from whatsapp import sending
from whatsapp.contacts import current

_LEFT = frozenset(
    folded("bacha bachi bache bach bachha leftover leftovers ulidide ulitu michcham migilindi migili urla urle urli")
)
_NOT = frozenset(folded("nahi nahin nai nhi na no not nothing none illa illai ille ledu nahiye khatam finished"))
_LITTLE = frozenset(folded("thoda thodi thode little some bit swalpa konjam kochem thodasa jara"))
#: In the name of many a dish; alone they tell no dish from another.
_ANY_DISH = frozenset(folded("the with and in of roti rice chawal"))
#: What was cooked today is eaten tomorrow at the latest.
KEEPS = timedelta(days=1)


def said(text: str) -> bool:
    words = folded(text)
    left = bool(_LEFT & set(words)) or ("left", "over") in pairwise(words)
    return left and not _NOT & set(words)


def note(plan: WeekPlan, day: date, meals: Sequence[PlannedMeal], words: str, actor: Actor, now: datetime) -> None:
    """A dish that is named, or the only one, is learnt from; a little of it says nothing against the dish."""
    record(plan, "leftovers", f"{actor.name} says that something is left over: “{words[:200]}”", actor, now)
    dish = which(meals, words)
    if dish is not None and not _LITTLE & set(folded(words)):
        tasting.note(dish, "left_over", actor, now)
    for resident in queries.residents_to_message(plan.household):
        _tell(plan, resident, dish, actor, day, now)


def which(meals: Sequence[PlannedMeal], words: str) -> PlannedMeal | None:
    """The only meal, or the only one with a word of its dish or ingredients in the text."""
    if len(meals) == 1:
        return meals[0]
    found = [meal for meal in meals if _names(meal) & set(folded(words))]
    return found[0] if len(found) == 1 else None


def _names(meal: PlannedMeal) -> set[str]:
    named = [meal.dish.name_en, meal.dish.name_hi]
    named += [name for line in meal.dish.lines.all() for name in (line.ingredient.name_en, line.ingredient.name_hi)]
    return {word for name in named for word in folded(name) if word.isalpha()} - _ANY_DISH


def _tell(plan: WeekPlan, resident: Resident, meal: PlannedMeal | None, actor: Actor, day: date, now: datetime) -> None:
    """Only inside the person's window: nobody is sent a paid message about a bowl of dal."""
    contact, language = resident.contact, resident.language
    if contact is None or not sending.can_send(current(contact), "text", now).goes:
        return
    key, facts = ("leftovers_of", {"dish": meal.dish.name(language)}) if meal else ("leftovers", {})
    sending.queue_text(
        contact=contact,
        text=say(key, language, cook=actor.name, day=day_name(day + KEEPS, language), **facts),
        purpose="leftovers",
        once_key=f"plan:{plan.pk}:leftovers:{day}:{actor.cook_id}:{resident.pk}",
        lane=sending.BULK,
        route_reason="Free text: the person wrote in the last 24 hours.",
        now=now,
    )
