"""The words of a recipe beside the counted amount, for the cook: where they still mean it, in a script they read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mealplans import instructions, lifecycle, planning, shopping
from mealplans.as_written import beside
from mealplans.models import DishIngredient, Ingredient, PlannedMeal, WeekPlan
from tests.factories.households import NOW
from tests.factories.mealplans import Home
from tests.mealplans.test_lifecycle import by

OIL = Ingredient(base_unit="ml")


@pytest.mark.parametrize(
    ("entered", "amount", "servings", "language", "said"),
    [
        ("2 tbsp", "30", "1", "en", " [2 tbsp]"),
        ("2 tbsp", "30", "5.5", "en", " [2 tbsp × 5.5]"),
        ("8 tbsp oil, warmed (÷ 4)", "30", "3", "en", " [8 tbsp oil, warmed × 3 ÷ 4]"),
        ("2 tbsp", "45", "3", "en", ""),  # the amount was corrected since
        ("8 tbsp oil", "30", "3", "en", ""),  # written for a whole pot, of nobody knows how many
        ("a good glug", "30", "3", "en", ""),
        ("", "30", "3", "en", ""),
        ("2 tbsp", "30", "3", "hi", ""),  # no help to who reads another script
    ],
)
def test_words_stand_there_only_where_they_still_say_the_amount(
    entered: str, amount: str, servings: str, language: str, said: str
) -> None:
    line = DishIngredient(ingredient=OIL, amount=Decimal(amount), entered=entered)
    assert beside(line, Decimal(servings), language) == said


@pytest.fixture
def meal(plan: WeekPlan, home: Home) -> PlannedMeal:
    meal = plan.meals.order_by("date", "meal")[0]
    line = meal.dish.lines.filter(ingredient__base_unit="g").first()
    assert line is not None
    Ingredient.objects.filter(pk=line.ingredient_id).update(density_g_per_ml=Decimal(1))
    DishIngredient.objects.filter(pk=line.pk).update(entered="2 tbsp", amount=Decimal(30))
    lifecycle.approve(plan.pk, by(home.asha), NOW)
    return next(row for row in planning.meals_of(plan) if row.pk == meal.pk)


def test_the_cooks_recipe_has_them_in_an_approved_week_too_and_the_groceries_have_not(meal: PlannedMeal) -> None:
    assert "[2 tbsp × " in instructions.recipe(meal, "en")
    assert "tbsp" not in instructions.recipe(meal, "hi")
    assert "tbsp" not in instructions.summary([meal], "en", with_amounts=True)
    assert "tbsp" not in str(shopping.lines_by_aisle(meal.plan))


def test_they_stay_as_approved_when_the_recipe_is_written_anew(meal: PlannedMeal) -> None:
    before = instructions.recipe(meal, "en")
    DishIngredient.objects.filter(dish=meal.dish_id).update(entered="9 cups")
    again = next(row for row in planning.meals_of(meal.plan) if row.pk == meal.pk)
    assert instructions.recipe(again, "en") == before
