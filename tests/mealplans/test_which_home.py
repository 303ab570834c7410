"""A cook of two homes who names neither: asked which, and what is tapped is done there and nowhere else."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from households.models import CookLeave, Engagement, MealPattern, OpsItem
from mealplans import reminders
from mealplans.models import CookInstruction, CookReport, Dish, Offer, PlannedMeal
from tests.factories.households import MONDAY, make_engagement, make_household, make_resident
from tests.factories.mealplans import Home, propose_week
from tests.factories.whatsapp import make_contact
from tests.mealplans.people import later, say, tap
from tests.mealplans.test_lifecycle import confirmed

SUNDAY_NIGHT = later(days=1, hours=10.5)  # 19:30 in Kolkata: both homes' messages were sent at seven
MONDAY_TEN = later(days=2, hours=1.2)  # at the Sharmas' stove; the Vermas are at eleven
MONDAY_NOON = later(days=2, hours=2.7)  # 11:42: both visits have begun
WHICH = "Which home is it about?\n"


@pytest.fixture
def verma(home: Home) -> Home:
    """Sunita cooks for the Vermas too, at eleven; both weeks are confirmed, and she was told of Monday."""
    home.sunita.language = "en"
    home.sunita.save(update_fields=["language"])
    household = make_household("Verma")
    anu = make_resident(household, "Anu", contact=make_contact(), language="en")
    MealPattern.objects.bulk_create(
        MealPattern(household=household, weekday=day, meal="lunch", servings=1) for day in range(6)
    )
    visit = make_engagement(household, home.sunita, meals=["lunch"], arrives_at=time(11), minutes_per_visit=60)
    other = Home(household, anu, anu, anu, home.sunita, visit)
    for one in (home, other):
        confirmed(propose_week(one), one)
    reminders.run_due(SUNDAY_NIGHT)
    return other


def reported(kind: str) -> set[str]:
    rows = CookReport.objects.filter(kind=kind)
    return set(rows.values_list("engagement__household__name", flat=True))


def both_cook(home: Home, verma: Home, slug: str) -> None:
    """The same lunch in both homes on Monday."""
    meals = PlannedMeal.objects.filter(date=MONDAY, meal="lunch")
    meals.update(dish=Dish.objects.get(slug=slug), version=None, pinned=True)


def test_late_is_said_to_the_home_that_is_chosen(home: Home, verma: Home) -> None:
    early = later(days=2, hours=0.5)
    assert say(home.sunita, "20 minute late", early) == [f"{WHICH}[All homes] [Sharma] [Verma]"]
    assert not CookReport.objects.exists()
    assert tap(home.sunita, "cook_late", early, home=verma.household.pk)[0].startswith("Noted: 20 minutes late.")
    assert reported("late") == {"Verma"}


def test_late_everywhere_is_one_tap_too(home: Home, verma: Home) -> None:
    early = later(days=2, hours=0.5)
    say(home.sunita, "20 minute late", early)
    tap(home.sunita, "cook_late", early, home="all")
    assert reported("late") == {"Sharma", "Verma"}


def test_late_after_the_first_visit_is_over_needs_no_question(home: Home, verma: Home) -> None:
    Engagement.objects.filter(pk=verma.visit.pk).update(arrives_at=time(18))
    say(home.sunita, "20 minute late", later(days=2, hours=8))
    assert reported("late") == {"Verma"}


def test_equipment_is_reported_where_it_is_broken(home: Home, verma: Home) -> None:
    assert say(home.sunita, "gas khatam ho gaya", MONDAY_TEN) == [f"{WHICH}[Sharma] [Verma]"]
    assert not CookReport.objects.exists()
    tap(home.sunita, "cook_equipment", MONDAY_TEN, engagement=verma.visit.pk)
    assert reported("equipment") == {"Verma"}
    assert OpsItem.objects.get(kind="equipment").reason.startswith("Sunita at Verma: “gas khatam ho gaya”")


def test_the_food_is_ready_in_the_home_that_is_chosen(home: Home, verma: Home) -> None:
    assert say(home.sunita, "khana ban gaya", MONDAY_NOON) == [f"{WHICH}[All homes] [Sharma] [Verma]"]
    tap(home.sunita, "cook_done", MONDAY_NOON, engagement=home.visit.pk)
    cooked = PlannedMeal.objects.filter(status="cooked").values_list("plan__household__name", flat=True)
    assert set(cooked) == {"Sharma"}
    assert say(home.sunita, "khana ban gaya", MONDAY_NOON) == ["Thank you, wonderful 🙏"]
    assert reported("done") == {"Sharma", "Verma"}


def test_the_food_is_ready_while_only_one_visit_has_begun(home: Home, verma: Home) -> None:
    assert say(home.sunita, "khana ban gaya", MONDAY_TEN) == ["Thank you, wonderful 🙏"]
    assert reported("done") == {"Sharma"}


def test_what_both_homes_need_is_missing_in_the_one_that_is_chosen(home: Home, verma: Home) -> None:
    both_cook(home, verma, "curd-rice")
    assert say(home.sunita, "curd is finished", MONDAY_TEN) == [f"{WHICH}[Sharma] [Verma]"]
    assert not CookReport.objects.exists()
    tap(home.sunita, "cook_missing_item", MONDAY_TEN, engagement=verma.visit.pk)
    assert reported("missing") == {"Verma"}


def test_what_one_home_needs_is_missing_there_and_needs_no_question(home: Home, verma: Home) -> None:
    both_cook(home, verma, "curd-rice")
    PlannedMeal.objects.filter(plan__household=home.household, date=MONDAY).update(
        dish=Dish.objects.get(slug="aloo-gobi")
    )
    (answer,) = say(home.sunita, "curd is finished", MONDAY_TEN)
    assert answer.startswith("Noted: no Curd.")
    assert reported("missing") == {"Verma"}


def test_something_is_missing_without_its_name(home: Home, verma: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mealplans.cook_texts.ingredient_called", lambda said: None)
    assert say(home.sunita, "paneer khatam", MONDAY_TEN) == [f"{WHICH}[Sharma] [Verma]"]
    asked = tap(home.sunita, "cook_missing", MONDAY_TEN, engagement=verma.visit.pk, date=MONDAY.isoformat())
    assert asked[0].startswith("What is missing?")
    assert CookReport.objects.count() == 0


def test_ok_to_two_messages_is_asked_and_both_are_answered_with_one_tap(home: Home, verma: Home) -> None:
    assert say(home.sunita, "ok", SUNDAY_NIGHT)[0].startswith(f"{WHICH}[All homes]")
    assert not CookInstruction.objects.filter(status="acknowledged").exists()
    tap(home.sunita, "cook_ok", SUNDAY_NIGHT, visits=newest_visits(home))
    sent = CookInstruction.objects.exclude(sent_at=None)
    assert set(sent.values_list("status", "engagement__household__name")) == {
        ("acknowledged", "Sharma"),
        ("acknowledged", "Verma"),
    }


def newest_visits(home: Home) -> Any:
    rows = Offer.objects.filter(contact=home.sunita.contact, action="cook_ok").order_by("-pk")
    return next(row.data["visits"] for row in rows if "visits" in row.data)


def test_ok_to_the_only_open_message_needs_no_question(home: Home, verma: Home) -> None:
    tap(home.sunita, "cook_ok", SUNDAY_NIGHT, engagement=home.visit.pk)
    assert say(home.sunita, "ok", SUNDAY_NIGHT)[0].startswith("Thank you")
    assert set(CookInstruction.objects.filter(status="acknowledged").values_list("engagement", flat=True)) == {
        home.visit.pk,
        verma.visit.pk,
    }


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("20 minute late for Verma", "late"),
        ("Verma ke ghar gas khatam ho gaya", "equipment"),
    ],
)
def test_a_home_that_is_named_is_not_asked_for(home: Home, verma: Home, text: str, kind: str) -> None:
    say(home.sunita, text, later(days=2, hours=0.5))
    assert reported(kind) == {"Verma"}


def test_a_day_off_from_the_home_that_is_named(home: Home, verma: Home) -> None:
    say(home.sunita, "can't come to Verma tomorrow", SUNDAY_NIGHT)
    assert [leave.household for leave in CookLeave.objects.all()] == [verma.household]


def test_the_recipe_is_of_the_home_that_is_chosen(home: Home, verma: Home) -> None:
    assert say(home.sunita, "how do I cook it", MONDAY_TEN) == [f"{WHICH}[Sharma] [Verma]"]
    dish = PlannedMeal.objects.get(plan__household=verma.household, date=MONDAY).dish.name_en
    assert tap(home.sunita, "cook_recipe", MONDAY_TEN, engagement=verma.visit.pk)[0].startswith(f"*{dish}, for")
