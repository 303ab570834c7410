"""Two rows that mean the same become one: nothing that points at them is forgotten, and what cannot be is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.apps import apps
from django.db.models import JSONField, SlugField

from households.models import Resident, TimelineEvent
from mealplans import facts, lifecycle
from mealplans.hearing import ingredient_called
from mealplans.merging import dishes, ingredients, slugs
from mealplans.merging.combining import COMBINE
from mealplans.merging.ingredients import CannotMerge
from mealplans.merging.references import OWN_PARTS, references, unique_with
from mealplans.merging.undoing import undo
from mealplans.models import (
    AtHome,
    CatalogueMerge,
    Dish,
    DishIngredient,
    GroceryLine,
    Ingredient,
    PantryItem,
    PlannedMeal,
    ShopRequest,
    Shortage,
    TasteSignal,
    Vendor,
    WeekPlan,
)
from tests.factories.households import NOW
from tests.factories.mealplans import Home, propose_week
from tests.mealplans.merges import enter_chana_twice, everything, merge, merge_dishes, one, take_back
from tests.mealplans.test_lifecycle import by

pytestmark = pytest.mark.django_db
#: JSON and slugs of these rooms that hold no name of the catalogue that a merge must follow, and why.
NO_REFERENCE = {
    "history, as it was said or shown then": {
        "mealplans.CookReport.data", "mealplans.GroceryLine.provenance", "mealplans.DishVersion.content",
        "households.TimelineEvent.data", "households.Erasure.changed", "mealplans.CatalogueMerge.record",
        "mealplans.WeekPlan.solver", "mealplans.PlannedMeal.reason", "mealplans.Dish.from_file",
        "mealplans.Ingredient.from_file",
    },
    "an old name leads to what it became when the groceries come": {"mealplans.Delivery.amounts"},
    "a button of some days; an old name still leads to a row": {"mealplans.Offer.data", "mealplans.Replan.changes"},
    "other words": {
        "mealplans.Replan.must_change",
        "mealplans.Dish.meals", "mealplans.Dish.tags", "mealplans.Dish.equipment", "mealplans.Dish.steps_en",
        "mealplans.Dish.steps_hi", "mealplans.Dish.family", "mealplans.Ingredient.allergens",
        "mealplans.GroceryLine.packs", "mealplans.Shortage.packs", "households.Resident.allergens",
        "households.Household.veg_days",
        "households.Household.fasting_days", "households.Household.equipment", "households.Household.reminders",
        "households.Engagement.weekdays", "households.Engagement.meals", "households.CookLeave.meals",
        "households.SpecialDay.meals", "households.Household.delivery_days",
    },
    "the row's own name": {"mealplans.Dish.slug", "mealplans.Ingredient.slug"},
}  # fmt: skip


# Nothing is forgotten ------------------------------------------------------------------------------------------


def test_every_foreign_key_to_the_catalogue_is_found_hidden_ones_too() -> None:
    expected = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model in (Ingredient, Dish) and model not in (Ingredient, Dish)
    }
    assert {*references(Ingredient), *references(Dish)} | OWN_PARTS == expected
    assert len(expected) > 6


def test_every_model_that_holds_an_ingredient_once_knows_how_two_become_one() -> None:
    once = {model for model, name in references(Ingredient) if unique_with(model, name)}
    assert once == set(COMBINE)
    assert [model for model, name in references(Dish) if unique_with(model, name)] == []


def test_every_field_that_could_hold_a_slug_is_known_to_hold_one_or_not() -> None:
    found = {
        f"{model._meta.label}.{field.name}"
        for app in ("households", "mealplans")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, JSONField | SlugField)
    }
    holders = {f"{model}.{name}" for model, name in slugs.HOLDERS}
    assert found == holders | {name for names in NO_REFERENCE.values() for name in names}


# What a merge does ---------------------------------------------------------------------------------------------


@pytest.fixture
def twice(home: Home) -> Home:
    return enter_chana_twice(home)


def test_recipes_packs_and_stock_go_over_and_amounts_are_added_up(twice: Home) -> None:
    merge("chana", "kabuli-chana")
    chana = one("chana")
    line = DishIngredient.objects.get(dish__slug="chana-dal", ingredient=chana)
    assert line.amount == Decimal("50.50")
    assert PantryItem.objects.get().amount == Decimal("250.25")
    assert list(chana.packs.values_list("size", "price_paise")) == [(500, 9900), (1000, 19000)]
    gone = one("kabuli-chana")
    assert (gone.merged_into, gone.packs.count()) == (chana, 0)


def test_a_week_s_list_ticks_and_stock_follow_and_its_total_stays(twice: Home) -> None:
    made = WeekPlan.objects.create(
        household=twice.household, week_start=NOW.date(), created_at=NOW, pantry={"chana": "10", "kabuli-chana": "5.5"}
    )
    for slug, price in (("chana", 6000), ("kabuli-chana", 9900)):
        listed = made.grocery_lists.get_or_create(revision=1, defaults={"total_paise": 15900, "created_at": NOW})[0]
        packs = [{"size": "500", "count": 1, "price_paise": price}]
        GroceryLine.objects.create(
            grocery_list=listed, ingredient=one(slug), need=300, packs=packs, price_paise=price, aisle="pulses",
            provenance=[{"dish": slug}],
        )  # fmt: skip
        AtHome.objects.create(plan=made, ingredient=one(slug), ticked_by="Asha", at=NOW)
    merge("chana", "kabuli-chana")
    line = GroceryLine.objects.get()
    assert (line.ingredient.slug, line.need, line.price_paise) == ("chana", 600, 15900)
    assert (len(line.packs), line.provenance) == (2, [{"dish": "chana"}, {"dish": "kabuli-chana"}])
    assert AtHome.objects.get().ingredient.slug == "chana"
    assert WeekPlan.objects.get().pantry == {"chana": "15.5"}


def test_a_line_that_a_shop_has_answered_about_is_not_added_up_into_another(twice: Home) -> None:
    made = WeekPlan.objects.create(household=twice.household, week_start=NOW.date(), created_at=NOW)
    listed = made.grocery_lists.create(revision=1, total_paise=0, created_at=NOW)
    lines = [
        GroceryLine.objects.create(grocery_list=listed, ingredient=one(slug), need=3, aisle="pulses")
        for slug in ("chana", "kabuli-chana")
    ]
    shop = ShopRequest.objects.create(
        grocery_list=listed, vendor=Vendor.objects.create(name="Gupta", kind="shop"), asked_at=NOW
    )
    Shortage.objects.create(request=shop, line=lines[1], said_by="Gupta", at=NOW)
    assert refused("chana", "kabuli-chana").startswith("Both stand on one list, and a shop has answered about 3 g Kab")
    assert Shortage.objects.count() == 1


def test_who_never_eats_the_one_never_eats_what_it_became_and_the_timeline_says_so(twice: Home) -> None:
    Resident.objects.filter(pk=twice.asha.pk).update(never=["kabuli-chana", "okra"], dislikes=["chana", "kabuli-chana"])
    merge("chana", "kabuli-chana")
    asha = Resident.objects.get(pk=twice.asha.pk)
    assert (asha.never, asha.dislikes) == (["chana", "okra"], ["chana"])
    event = TimelineEvent.objects.get(kind="food_rule_changed")
    assert (event.actor, event.text) == ("Ravi", "Asha: never eats: kabuli-chana, okra → chana, okra.")


def test_a_week_under_way_is_looked_through_when_a_rule_now_reaches_it(twice: Home) -> None:
    plan = propose_week(twice)
    in_grams = Ingredient.objects.filter(base_unit="g", staple=False).exclude(slug__in=["rice", "atta"])
    eaten = in_grams.filter(slug__in=plan.meals.values("dish__main_ingredient")).order_by("slug")[0].slug
    served = PlannedMeal.objects.filter(plan=plan, status="planned", dish__lines__ingredient__slug=eaten)
    assert served.exists()
    Resident.objects.filter(pk=twice.asha.pk).update(never=["kabuli-chana"])
    merge(eaten, "kabuli-chana", stricter=True)
    assert not served.exists()
    assert TimelineEvent.objects.filter(kind="meal_made_safe").exists()


def test_the_old_name_is_still_understood(twice: Home) -> None:
    merge("chana", "kabuli-chana")
    assert ingredient_called("Kabuli chana") == one("chana")
    assert "kabuli-chana" not in {row.slug for row in facts.ingredients()}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"kabuli-chana": "rajma"}, {"chana": "rajma"}),
        ({"moong": "kabuli-chana"}, {"moong": "chana"}),
        ({"chana": "kabuli-chana"}, {}),
        ({"chana": "rajma", "kabuli-chana": "moong"}, {"chana": "rajma"}),
        ({"paneer": "curd"}, {"paneer": "curd"}),
    ],
)
def test_what_stands_for_a_missing_ingredient_follows(
    twice: Home, before: dict[str, str], after: dict[str, str]
) -> None:
    meal = propose_week(twice).meals.order_by("pk")[0]
    PlannedMeal.objects.filter(pk=meal.pk).update(instead=before)
    made = merge("chana", "kabuli-chana")
    assert PlannedMeal.objects.get(pk=meal.pk).instead == after
    take_back(made)
    assert PlannedMeal.objects.get(pk=meal.pk).instead == before


def test_chains_lead_to_the_last(twice: Home) -> None:
    merge("chana", "kabuli-chana")
    merge("rajma", "chana")
    assert {row.merged_into for row in Ingredient.objects.filter(slug__in=["chana", "kabuli-chana"])} == {one("rajma")}


def test_the_dish_that_goes_gives_its_meals_and_tastes_and_is_planned_no_more(home: Home) -> None:
    plan = propose_week(home)
    meals = PlannedMeal.objects.filter(plan=plan, dish__slug="gobi-rice").count()
    TasteSignal.objects.create(
        household=home.household, dish=Dish.objects.get(slug="gobi-rice"), kind="requested", at=NOW
    )
    merge_dishes("tomato-rice", "gobi-rice")
    assert PlannedMeal.objects.filter(plan=plan, dish__slug="tomato-rice").count() >= meals
    assert TasteSignal.objects.get().dish.slug == "tomato-rice"
    gone = Dish.objects.get(slug="gobi-rice")
    assert (gone.active, gone.merged_into and gone.merged_into.slug, gone.lines.count()) == (False, "tomato-rice", 4)


def test_a_button_for_a_dish_that_was_merged_since_puts_the_one_that_stayed(home: Home) -> None:
    plan = propose_week(home)
    meal = next(m for m in plan.meals.order_by("pk") if m.dish.slug not in ("gobi-rice", "tomato-rice"))
    plan.meals.filter(dish__slug__in=["gobi-rice", "tomato-rice"]).update(status="skipped")
    merge_dishes("tomato-rice", "gobi-rice")
    done = lifecycle.swap(plan.pk, meal.pk, "gobi-rice", by(home.asha), NOW)
    assert (done.code, PlannedMeal.objects.get(pk=meal.pk).dish.slug) == ("swapped", "tomato-rice")
    assert lifecycle.swap(plan.pk, meal.pk, "never-was", by(home.asha), NOW).code == "dish_unknown"


# What it refuses -----------------------------------------------------------------------------------------------


def refused(kept: str, *gone: str) -> str:
    with pytest.raises(CannotMerge) as refusal:
        merge(kept, *gone)
    return str(refusal.value)


def test_grams_and_pieces_cannot_be_added_up(home: Home) -> None:
    assert refused("rice", "onion") == "Onion is counted in piece, Rice in g: their amounts cannot be added up."


def test_what_was_merged_before_is_not_merged_again(twice: Home) -> None:
    merge("chana", "kabuli-chana")
    assert refused("rajma", "kabuli-chana") == ("Kabuli chana was merged before: choose what it was merged into.")


def test_differing_hard_facts_wait_for_a_decision_and_then_the_stricter_of_each_holds(home: Home) -> None:
    assert refused("besan", "peanuts") == (
        "Their hard facts differ. Correct one of them first, or let the stricter of each hold."
    )
    assert not CatalogueMerge.objects.exists()
    merge("besan", "peanuts", stricter=True)
    besan = one("besan")
    assert (besan.diet, besan.allergens, besan.jain_ok, besan.fasting_ok) == ("vegan", ["peanut"], True, False)


def test_a_cook_who_cannot_make_the_one_that_goes_is_not_sent_the_one_that_stays(home: Home) -> None:
    home.sunita.cannot_make = ["baked", "dal-palak"]
    home.sunita.save()
    pks = dict(Dish.objects.values_list("slug", "pk"))
    done = dishes.merge(pks["dal-chawal"], [pks["dal-palak"]], by="Ravi", reason="twice", now=NOW)
    home.sunita.refresh_from_db()
    assert home.sunita.cannot_make == ["baked", "dal-chawal"]
    undo(done.merge.pk, by="Ravi", reason="two dishes after all", now=NOW)
    home.sunita.refresh_from_db()
    assert home.sunita.cannot_make == ["baked", "dal-palak"]


def test_a_dish_that_forbids_less_cannot_be_the_one_that_stays(home: Home) -> None:
    Resident.objects.filter(pk=home.ravi.pk).update(never=["chicken"])
    with pytest.raises(CannotMerge) as refusal:
        merge_dishes("dal-chawal", "chicken-curry")
    assert [problem.split(".")[0] for problem in refusal.value.problems] == [
        "Chicken Curry is nonveg, Dal Chawal is vegan",
        "Dal Chawal passes as Jain or for a fast, Chicken Curry does not",
        "Somebody never eats chicken: Chicken Curry holds it, Dal Chawal does not",
    ]


def test_a_dry_run_says_the_same_and_changes_nothing(twice: Home) -> None:
    before = everything()
    pks = one("chana").pk, [one("kabuli-chana").pk]
    look = ingredients.merge(*pks, by="Ravi", reason="—", now=NOW, stricter=False, dry_run=True)
    assert (everything(), CatalogueMerge.objects.count()) == (before, 0)
    real = ingredients.merge(*pks, by="Ravi", reason="twice", now=NOW, stricter=False)
    assert look.ledger == real.ledger
