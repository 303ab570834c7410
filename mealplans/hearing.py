"""A text as the interpreter wants it: who said it, what was asked of them, and the names in play."""

from __future__ import annotations

from typing import TypeVar, cast

from django.db.models import Q, QuerySet
from django.utils.text import slugify

from mealplans import planning
from mealplans.answers import Turn, current_plan
from mealplans.intents.interpretation import Awaiting, Facts, Heard, Interpretation, Meal, Name
from mealplans.intents.interpretation import PlannedMeal as MealInPlay
from mealplans.intents.understand import interpret
from mealplans.models import Dish, Ingredient, MealStatus, PlanStatus, WeekPlan
from mealplans.second_reading.reading import Reread
from whatsapp.models import Message

Named = TypeVar("Named", Dish, Ingredient)

#: What a template or text last asked of the person, by the message's purpose.
ASKED: dict[str, Awaiting] = {
    "weekly_plan_prompt": "plan_approval",
    "plan_reminder": "plan_approval",
    "payment_prompt": "payment",
    "payment_reminder": "payment",
    "meal_rating": "rating",
    "cook_instr": "cook_confirmation",
    "cook_reminder": "cook_confirmation",
    "cook_changed": "cook_confirmation",
    "cook_voice": "cook_confirmation",  # the same message, heard
}


def hear(turn: Turn) -> Interpretation:
    """What the text means; a doubt may have been read again before this transaction began (second_looks.py)."""
    seen = turn.given.seen_ahead
    return seen.meaning if isinstance(seen, Reread) else interpret(heard_of(turn))


hear_resident = hear_cook = hear


def heard_of(turn: Turn) -> Heard:
    """The turn's text as the interpreter takes it: a cook's without the plan, whose meals are the home's to change."""
    plan = None if turn.cook else current_plan(turn.household, turn.now)
    return Heard(
        role="cook" if turn.cook else "resident",
        text=turn.given.text,
        now=turn.now,
        timezone=turn.household.timezone,
        awaiting=_last_asked(turn) if turn.cook else _awaiting(turn, plan),
        facts=Facts(dishes=_dishes(), ingredients=_ingredients(), plan_days=_in_play(plan)),
    )


def dish_called(said: object) -> Dish | None:
    """The dish behind a slot: the interpreter gives our slug for a name it was told, else the words as written."""
    dish = _called(Dish.objects.filter(Q(active=True) | Q(merged_into__active=True)), said)
    return dish.merged_into or dish if dish else None


def ingredient_called(said: object) -> Ingredient | None:
    ingredient = _called(Ingredient.objects.all(), said)
    return ingredient.merged_into or ingredient if ingredient else None


def _called(rows: QuerySet[Named], said: object) -> Named | None:
    words = str(said or "").strip()
    if not words:
        return None
    exact = Q(slug=slugify(words)) | Q(slug=words) | Q(name_en__iexact=words) | Q(name_hi=words)
    return rows.filter(exact).select_related("merged_into").order_by("slug").first()


def _awaiting(turn: Turn, plan: WeekPlan | None) -> Awaiting | None:
    """What was asked last; a plan that waits counts even when the question is long ago or went to somebody else at
    home: an approval of theirs is understood, and answered with who approves."""
    asked = _last_asked(turn)
    if asked is None and plan and plan.status == PlanStatus.PROPOSED and turn.resident:
        return "plan_approval"
    return asked


def _last_asked(turn: Turn) -> Awaiting | None:
    last = Message.objects.filter(contact=turn.contact, direction=Message.Direction.OUT).order_by("-created_at", "-id")
    return ASKED.get(last.values_list("purpose", flat=True).first() or "")


def _dishes() -> tuple[Name, ...]:
    return _names(Dish.objects.filter(Q(active=True) | Q(merged_into__active=True)))


def _ingredients() -> tuple[Name, ...]:
    return _names(Ingredient.objects.all())


def _names(rows: QuerySet[Named]) -> tuple[Name, ...]:
    """Each with its names in both languages, and those of the duplicates that were merged into it."""
    spoken: dict[str, list[str]] = {}
    for slug, into, english, hindi in rows.values_list("slug", "merged_into__slug", "name_en", "name_hi"):
        spoken.setdefault(into or slug, []).extend((english, hindi))
    return tuple(Name(slug, tuple(names)) for slug, names in spoken.items())


def _in_play(plan: WeekPlan | None) -> tuple[MealInPlay, ...]:
    meals = planning.meals_of(plan) if plan else []
    return tuple(
        MealInPlay(meal.date, cast(Meal, meal.meal), meal.dish.slug)
        for meal in meals
        if meal.status == MealStatus.PLANNED
    )
