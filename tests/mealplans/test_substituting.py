"""What may stand for what at which table: only what is named, priced and allowed by the checker at every meal."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest

from mealplans import lifecycle, planning, substituting
from mealplans.catalogue.load import load_catalogue
from mealplans.models import Ingredient, IngredientPack, PlannedMeal, WeekPlan
from mealplans.outcomes import Actor
from mealplans.planning import meals_of
from mealplans.served import amount_instead
from mealplans.weeks import Week, open_week
from tests.factories.households import NOW
from tests.factories.mealplans import Home

MAY = {"toor-dal": ("peanuts", "chicken", "moong", "chana"), "paneer": ("egg",), "rice": ("atta",)}


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(substituting, "stands_for", lambda: MAY)


def find(plan: WeekPlan, missing: str, **how: object) -> substituting.Substitute | None:
    with open_week(plan.pk, NOW) as week:
        return substituting.safe_substitute(week, missing, substituting.meals_with(week, missing), **how)  # type: ignore[arg-type]


def put_in(plan: WeekPlan, missing: str, **how: object) -> list[PlannedMeal]:
    with open_week(plan.pk, NOW) as week:
        meals = substituting.meals_with(week, missing)
        found = substituting.safe_substitute(week, missing, meals, **how)  # type: ignore[arg-type]
        assert found is not None
        return [change.meal for change in substituting.put_in(week, missing, found)]


def at_dal(plan: WeekPlan) -> PlannedMeal:
    return next(meal for meal in meals_of(plan) if meal.dish.slug == "dal-chawal")


def test_what_somebody_at_the_table_must_not_eat_is_passed_over(plan: WeekPlan) -> None:
    """Kabir must not meet a peanut, and nobody at home eats chicken: the third that is named is the first that may."""
    found = find(plan, "toor-dal")
    assert found is not None
    assert found.ingredient.slug == "moong"
    assert {meal.dish.slug for meal in found.meals} == {"dal-chawal", "dal-palak"}


def test_what_cannot_be_had_either_is_passed_over(plan: WeekPlan) -> None:
    found = find(plan, "toor-dal", without=["moong"])
    assert found is not None
    assert found.ingredient.slug == "chana"


def test_what_has_no_price_is_not_put_on_the_bill(plan: WeekPlan) -> None:
    IngredientPack.objects.filter(ingredient__slug="moong").delete()
    found = find(plan, "toor-dal")
    assert found is not None
    assert found.ingredient.slug == "chana"


@pytest.mark.parametrize("missing", ["paneer", "curd"])
def test_where_nothing_is_named_or_allowed_there_is_none(plan: WeekPlan, missing: str) -> None:
    """An egg for paneer breaks the home's diet; for curd nothing is named at all."""
    assert find(plan, missing) is None


def test_what_the_dish_holds_already_stands_for_nothing(plan: WeekPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(substituting, "stands_for", lambda: {"toor-dal": ("rice",)})
    assert find(plan, "toor-dal") is None


def test_a_dearer_one_is_refused_above_the_limit(plan: WeekPlan) -> None:
    dear = Decimal(10)  # a pack of 10 g, so that nothing left over from another meal covers it
    IngredientPack.objects.filter(ingredient__slug__in=["moong", "chana"]).update(price_paise=90_000, size=dear)
    assert find(plan, "toor-dal", dearer_at_most=5_000) is None


def test_a_substitute_is_in_the_name_the_amounts_and_the_food_rules_from_then_on(plan: WeekPlan) -> None:
    put_in(plan, "toor-dal")
    meal = at_dal(plan)
    assert meal.dish.name("en") == "Dal Chawal (Moong instead of Toor dal)"
    assert meal.dish.name("hi") == "दाल चावल (तूर_दाल की जगह मूँग)"
    lines = {line.ingredient.slug: line.amount for line in meal.dish.lines.all()}
    assert lines == {"moong": 50, "rice": 75, "tomato": Decimal("0.5"), "oil": 10, "salt": 3}
    home_rule(plan, "moong")
    with open_week(plan.pk, NOW) as week:
        assert [v.rule.value for v in week.broken(week.meals, mine(week, meal))] == ["never"]


def home_rule(plan: WeekPlan, slug: str) -> None:
    plan.household.residents.filter(name="Ravi").update(never=[slug])


def mine(week: Week, meal: PlannedMeal) -> PlannedMeal:
    return next(other for other in week.meals if other.pk == meal.pk)


def test_the_catalogues_dish_stays_as_it_is(plan: WeekPlan) -> None:
    put_in(plan, "toor-dal")
    meal = PlannedMeal.objects.select_related("dish").get(pk=at_dal(plan).pk)
    assert (meal.dish.name_en, meal.instead) == ("Dal Chawal", {"toor-dal": "moong"})
    assert "toor-dal" in {line.ingredient.slug for line in meal.dish.lines.all()}


def test_when_the_substitute_cannot_be_had_either_the_next_one_stands_for_the_first(plan: WeekPlan) -> None:
    put_in(plan, "toor-dal")
    with open_week(plan.pk, NOW) as week:
        monkey = {"moong": ("chana",)}
        original, substituting.stands_for = substituting.stands_for, lambda: monkey  # type: ignore[assignment]
        meals = [m for m in substituting.meals_with(week, "moong") if m.dish.slug == "dal-chawal"]
        found = substituting.safe_substitute(week, "moong", meals)
        substituting.stands_for = original
        assert found is not None
        substituting.put_in(week, "moong", found)
    assert at_dal(plan).instead == {"toor-dal": "chana"}
    assert at_dal(plan).dish.name("en") == "Dal Chawal (Chana instead of Toor dal)"


def test_another_dish_takes_no_substitute_along(plan: WeekPlan, home: Home) -> None:
    put_in(plan, "toor-dal")
    asha = Actor("Asha", "page", resident_id=home.asha.pk)
    assert lifecycle.swap(plan.pk, at_dal(plan).pk, "gobi-rice", asha, NOW).code in ("swapped", "refused")
    for meal in plan.meals.select_related("dish"):
        assert not meal.instead or meal.dish.slug in ("dal-chawal", "dal-palak")


def test_an_exchange_takes_it_along(plan: WeekPlan, home: Home) -> None:
    put_in(plan, "toor-dal")
    meal = at_dal(plan)
    asha = Actor("Asha", "page", resident_id=home.asha.pk)
    others = [other for other in meals_of(plan) if not other.instead]
    assert any(lifecycle.exchange(plan.pk, meal.pk, other.pk, asha, NOW).done for other in others)
    assert at_dal(plan).pk != meal.pk
    assert at_dal(plan).instead == {"toor-dal": "moong"}
    assert PlannedMeal.objects.get(pk=meal.pk).instead == {}


def test_the_week_costs_what_its_substitutes_cost(plan: WeekPlan) -> None:
    found = find(plan, "toor-dal")
    with open_week(plan.pk, NOW) as week:
        before = week.total()
    put_in(plan, "toor-dal")
    with open_week(plan.pk, NOW) as week:
        assert found is not None
        assert week.total() - before == found.difference_paise


def test_weight_for_weight_and_never_guessed() -> None:
    tofu, potato = Ingredient(slug="tofu", base_unit="g"), Ingredient(slug="potato", base_unit="piece")
    assert amount_instead(Decimal(75), tofu, Ingredient(slug="paneer", base_unit="g")) == 75
    with pytest.raises(ValueError, match="nobody measured it"):
        amount_instead(Decimal(75), tofu, potato)
    potato.piece_weight_g = Decimal(100)
    assert amount_instead(Decimal(75), tofu, potato) == Decimal("0.75")


def test_what_is_named_is_in_the_catalogue_and_nothing_stands_for_itself() -> None:
    known = load_catalogue().ingredients
    named = tomllib.loads(substituting.FILE.read_text(encoding="utf-8"))["instead"]
    assert len(named) > 30
    for missing, instead in named.items():
        assert {missing, *instead} <= set(known)
        assert missing not in instead


def test_a_meal_without_a_substitute_costs_no_query(plan: WeekPlan, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(4):  # type: ignore[operator]
        planning.meals_of(plan)
