"""A phrase in the reader's language. Words out live in `phrases/`; nobody builds sentences elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils import translation

from bettermeals.lib.formats import day_and_date, short_date
from bettermeals.lib.languages import ENGLISH
from bettermeals.lib.money import format_money
from mealplans.phrases import cooks, labels, pages, residents, shops

SETS = {
    "resident": residents.PHRASES,
    "cook": cooks.PHRASES,
    "label": labels.PHRASES,
    "page": pages.PHRASES,
    "shop": shops.PHRASES,
}


def say(key: str, language: str, *, to: str = "resident", **facts: object) -> str:
    """The phrase, with its facts put in. Raises KeyError for a key or fact that is not there: a bug, never a guess."""
    return _phrase(to, key, language).format(**facts)


def _phrase(to: str, key: str, language: str) -> str:
    """English and Hindi stand beside the code; the other languages in `locale/`, found by set and key."""
    phrase = SETS[to][key]
    base = language.replace("-", "_").split("_")[0]
    if base in phrase:
        return phrase[base]
    with translation.override(base):
        return translation.pgettext(f"{to}.{key}", phrase[ENGLISH])


def label(key: str, language: str, **facts: object) -> str:
    return say(key, language, to="label", **facts)


def meal_name(meal: str, language: str) -> str:
    return label(meal, language)


def meals_text(meals: Iterable[str], language: str) -> str:
    """ "breakfast, lunch": some meals of a day."""
    return ", ".join(meal_name(meal, language) for meal in meals)


def week_name(week_start: date, language: str) -> str:
    """ "23 Nov – 29 Nov"."""
    last = date.fromordinal(week_start.toordinal() + 6)
    return f"{short_date(week_start, language)} – {short_date(last, language)}"


def servings_text(servings: Decimal) -> str:
    """ "4", "2.5": no trailing zeros, Latin digits in every language, as cooks asked."""
    return f"{servings.normalize():f}"


def money_change(delta_paise: int, currency: str, language: str) -> str:
    """ "list updated +₹140", or that the price stays."""
    if delta_paise == 0:
        return say("list_same", language)
    key = "list_up" if delta_paise > 0 else "list_down"
    return say(key, language, delta=format_money(delta_paise, currency, language, signed=True))


def day_name(day: date, language: str) -> str:
    return day_and_date(day, language)


def one_line(text: str, most: int) -> str:
    """Template parameters may hold no newline, tab or long run of spaces, and an over-long one is refused whole."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"
