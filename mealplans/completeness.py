"""What keeps a dish or an ingredient from being planned, cooked and eaten safely: in words, and where to mend it.

The planner stays safe without this (an allergen not stated counts as every allergen); here staff see it before a
household does. Pure but for the rows it is given: a dish with its lines, ingredients and packs loaded costs no query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from mealplans import facts
from mealplans.catalogue.dish_entry import MOST
from mealplans.catalogue.fields import DEVANAGARI, LATIN
from mealplans.catalogue.ingredient_entry import LEAST_DIET
from mealplans.catalogue.mentions import unlisted
from mealplans.catalogue.vocabulary import DIETS
from mealplans.models import Dish, DishIngredient, Ingredient

#: The anchors of the parts of a change page that are no single field.
LINES, PACKS, UNSETTLED = "lines-group", "packs-group", "unsettled-group"


@dataclass(frozen=True)
class Fault:
    """`unsafe`: somebody could eat what they must not. `anchor`: the place on the page; `url`: on another page."""

    words: str
    anchor: str = ""
    url: str = ""
    unsafe: bool = False

    @property
    def link(self) -> str:
        return f"{self.url}#{self.anchor}" if self.anchor else self.url


def of_dish(dish: Dish) -> list[Fault]:
    """Unsafe ones first; empty when the dish is complete."""
    lines = list(dish.lines.all())
    found = [*_unsettled(dish), *_food(dish, lines), *_wording(dish), *_numbers(dish, lines)]
    for line in lines:
        found += [_on_its_page(line.ingredient, fault) for fault in of_ingredient(line.ingredient)]
    return sorted(found, key=lambda fault: not fault.unsafe)


def of_ingredient(row: Ingredient) -> list[Fault]:
    found = list(_allergens(row))
    if not _is_hindi(row.name_hi):
        found.append(Fault(_("The Hindi name is missing, or not in Devanagari."), "id_name_hi"))
    if not row.staple and not row.packs.all():
        found.append(Fault(_("It has no pack, so it cannot be bought or priced."), PACKS))
    if not row.shelf_life_days:
        found.append(Fault(_("Its shelf life is 0 days."), "id_shelf_life_days"))
    if row.base_unit == "piece" and row.density_g_per_ml is not None:
        found.append(Fault(_("Pieces have no density: state the weight of one instead."), "id_density_g_per_ml"))
    return found


def _allergens(row: Ingredient) -> Iterator[Fault]:
    if not row.allergens_stated:
        words = _("Allergens are not stated: it counts as holding every one of them.")
        yield Fault(words, "id_allergens_stated", unsafe=True)
    for allergen, diet in LEAST_DIET.items():
        if allergen in row.allergens and DIETS.index(row.diet) < DIETS.index(diet):
            words = _("It holds %(allergen)s, so its diet cannot be %(diet)s.") % {
                "allergen": allergen,
                "diet": row.diet,
            }
            yield Fault(words, "id_diet", unsafe=True)
    if row.diet in ("egg", "nonveg") and (row.jain_ok or row.fasting_ok):
        yield Fault(
            _("Its diet is %(diet)s, so it is neither Jain nor for a fast.") % {"diet": row.diet},
            "id_jain_ok",
            unsafe=True,
        )


def _on_its_page(row: Ingredient, fault: Fault) -> Fault:
    page = reverse("admin:mealplans_ingredient_change", args=[row.pk])
    return Fault(f"{row.name_en}: {fault.words}", fault.anchor, page, fault.unsafe)


def _food(dish: Dish, lines: list[DishIngredient]) -> Iterator[Fault]:
    if not lines:
        yield Fault(_("It has no ingredients."), LINES, unsafe=True)
        return
    diet = facts.diet(dish)
    if diet != dish.label:
        words = _("The label says %(label)s; its ingredients make it %(diet)s.") % {"label": dish.label, "diet": diet}
        yield Fault(words, "id_label", unsafe=True)
    breakers = [line.ingredient.name_en for line in lines if not line.ingredient.fasting_ok]
    if "fasting" in dish.tags and breakers:
        words = _("It is tagged fasting, but may not be eaten on a fast: %(names)s.") % {"names": ", ".join(breakers)}
        yield Fault(words, "id_tags", unsafe=True)
    for sentence, word, _food in unlisted({line.ingredient.slug for line in lines}, _sentences(dish)):
        words = _("“%(sentence)s” speaks of “%(word)s”, which is not among the ingredients.")
        yield Fault(words % {"sentence": sentence, "word": word}, LINES, unsafe=True)


def _unsettled(dish: Dish) -> Iterator[Fault]:
    for line in dish.unsettled.all():
        words = _("“%(line)s” of the saved page is not settled: say which ingredient and how much, or leave it out.")
        yield Fault(words % {"line": line.text}, UNSETTLED, unsafe=True)


def _sentences(dish: Dish) -> Iterable[str]:
    said = (dish.name_en, dish.name_hi, *dish.steps_en, *dish.steps_hi, dish.serving_en, dish.serving_hi)
    return [text for text in (*said, dish.ahead_task_en, dish.ahead_task_hi) if text]


def _wording(dish: Dish) -> Iterator[Fault]:
    if not _is_hindi(dish.name_hi):
        yield Fault(_("The Hindi name is missing, or not in Devanagari."), "id_name_hi")
    if not dish.steps_en:
        yield Fault(_("It has no steps in English."), "id_steps_en")
    if not dish.steps_hi:
        yield Fault(_("It has no steps in Hindi: most cooks read only these."), "id_steps_hi")
    elif len(dish.steps_hi) != len(dish.steps_en):
        yield Fault(_("The Hindi steps do not follow the English ones step by step."), "id_steps_hi")
    if not all(_is_hindi(step) for step in dish.steps_hi):
        yield Fault(_("A Hindi step holds Latin letters."), "id_steps_hi")
    if dish.ahead_hours and not (dish.ahead_task_en and dish.ahead_task_hi):
        yield Fault(_("It is begun hours before, but not said how in both languages."), "id_ahead_task_en")
    if bool(dish.serving_en) != bool(dish.serving_hi):
        yield Fault(_("How it is served is said in one language only."), "id_serving_hi")


def _numbers(dish: Dish, lines: list[DishIngredient]) -> Iterator[Fault]:
    if not dish.meals:
        yield Fault(_("It is for no meal: neither breakfast, lunch nor dinner."), "id_meals")
    if not dish.minutes:
        yield Fault(_("It takes 0 minutes."), "id_prep_minutes")
    if lines and dish.main_ingredient not in {line.ingredient.slug for line in lines}:
        yield Fault(_("The main ingredient is not among its ingredients."), "id_main_ingredient")
    for line in lines:
        if not 0 < line.amount <= Decimal(MOST[line.ingredient.base_unit]):
            words = _("%(line)s for one plate cannot be right.") % {"line": line}
            yield Fault(words, LINES)


def _is_hindi(text: str) -> bool:
    return bool(DEVANAGARI.search(text)) and not LATIN.search(text)
