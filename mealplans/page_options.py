"""What the page of other dishes shows: only what everybody at that table may eat, with the difference in price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bettermeals.lib.formats import day_and_date
from bettermeals.lib.money import format_money
from mealplans import facts
from mealplans.models import PlannedMeal, WeekPlan
from mealplans.page_photos import PagePhoto, page_photo
from mealplans.swapping import Alternative
from mealplans.wording import meal_name, say


@dataclass(frozen=True)
class OptionCard:
    slug: str
    dish: str
    photo: PagePhoto | None
    diet: str
    diet_words: str
    meta: str
    price: str
    less: bool


@dataclass(frozen=True)
class OptionsPage:
    language: str
    title: str
    now_planned: str
    meal_id: int
    options: list[OptionCard]
    words: dict[str, str]


def options_page(meal: PlannedMeal, found: Sequence[Alternative], plan: WeekPlan, language: str) -> OptionsPage:
    day, kind = day_and_date(meal.date, language), meal_name(meal.meal, language)
    return OptionsPage(
        language=language,
        title=say("choose_title", language, to="page", day=day, meal=kind),
        now_planned=say("now_planned", language, to="page", dish=meal.dish.name(language)),
        meal_id=meal.pk,
        options=[_option(option, plan.household.currency, language) for option in found],
        words={key: say(key, language, to="page") for key in ("choose", "back", "no_options", "only_safe")},
    )


def _option(option: Alternative, currency: str, language: str) -> OptionCard:
    difference, diet = option.difference_paise, facts.diet(option.dish)
    same = say("same_price", language, to="page")
    return OptionCard(
        slug=option.dish.slug,
        dish=option.dish.name(language),
        photo=page_photo(option.dish, language),
        diet=diet,
        diet_words=say(f"diet_{diet}", language, to="page"),
        meta=say("minutes", language, to="page", n=option.dish.minutes),
        price=format_money(difference, currency, language, signed=True) if difference else same,
        less=difference < 0,
    )
