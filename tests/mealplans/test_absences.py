"""A cook away: whoever can takes over, the rest is off, each home hears it once, staff see to what is open."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from households.models import Cook, MealPattern, OpsItem
from mealplans import absences, reminders, returning
from mealplans.models import CookInstruction, CookReport, MealStatus, WeekPlan
from mealplans.outcomes import Actor
from mealplans.spans import Span
from tests.factories.households import MONDAY, NOW, make_engagement, make_household, make_resident
from tests.factories.mealplans import DAYS, TUESDAY, Home, propose_week
from tests.factories.whatsapp import make_contact
from tests.mealplans.people import later, tap
from tests.mealplans.test_lifecycle import by, confirmed
from whatsapp.models import Message

ON_TUESDAY = Span(TUESDAY, TUESDAY)


def sunita(home: Home) -> Actor:
    return Actor("Sunita", "text", cook_id=home.sunita.pk)


def statuses(plan: WeekPlan, day) -> set[str]:  # type: ignore[no-untyped-def]
    return set(plan.meals.filter(date=day).values_list("status", flat=True))


def test_another_cook_of_the_household_takes_over_and_nothing_is_off(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    meena = Cook.objects.create(name="Meena", language="hi", contact=make_contact(), created_at=NOW)
    make_engagement(home.household, meena, arrives_at=time(11))
    absences.report_absent(home.sunita, ON_TUESDAY, sunita(home), NOW)
    assert statuses(plan, TUESDAY) == {MealStatus.PLANNED}
    assert "cook_absent" not in home.purposes_to(home.asha)
    theirs = CookInstruction.objects.filter(date=TUESDAY).values_list("engagement__cook__name", "status")
    assert set(theirs) == {("Sunita", "cancelled"), ("Meena", "due")}
    reminders.run_due(later(days=2, hours=10))
    assert Message.objects.filter(contact=meena.contact, purpose="cook_instr").count() == 1


def second_home(home: Home) -> tuple[WeekPlan, object]:
    """Sunita cooks dinners for the Vermas too."""
    verma = make_household("Verma")
    anu = make_resident(verma, "Anu", contact=make_contact(), language="en")
    MealPattern.objects.create(household=verma, weekday=1, meal="dinner", servings=1)
    make_engagement(verma, home.sunita, meals=["dinner"], arrives_at=time(18))
    other = Home(verma, anu, anu, anu, home.sunita, home.visit)
    plan = propose_week(other)
    return confirmed(plan, other), anu


def test_a_day_off_said_in_words_is_a_day_off_everywhere(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    other, anu = second_home(home)
    absences.report_absent(home.sunita, ON_TUESDAY, sunita(home), NOW)
    assert (statuses(plan, TUESDAY), statuses(other, TUESDAY)) == ({"cancelled"}, {"cancelled"})
    assert home.purposes_to(anu)[-1] == "cook_absent"  # type: ignore[arg-type]
    assert OpsItem.objects.filter(kind="cook_absent").count() == 2


def test_cannot_come_under_one_homes_message_is_about_that_home(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    other, _ = second_home(home)
    reminders.run_due(later(days=2, hours=10))
    tap(home.sunita, "cook_absent", later(days=2, hours=10), engagement=home.visit.pk)
    assert (statuses(plan, TUESDAY), statuses(other, TUESDAY)) == ({"cancelled"}, {"planned"})


def test_a_week_of_leave_is_one_message_to_the_home(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    absences.report_absent(home.sunita, Span(DAYS[1], DAYS[3]), sunita(home), NOW)
    assert home.purposes_to(home.asha).count("cook_absent") == 1
    assert "Tue 24 Nov, Wed 25 Nov, Thu 26 Nov" in home.texts_to(home.asha)[-1]
    assert CookReport.objects.filter(kind="absent").count() == 3


def test_the_item_is_due_before_the_day_begins(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    absences.report_absent(home.sunita, ON_TUESDAY, sunita(home), NOW)
    assert OpsItem.objects.get(kind="cook_absent").due_at == later(days=2, hours=15)  # midnight in Kolkata


def test_a_leave_known_before_saturday_is_planned_around(home: Home) -> None:
    absences.report_absent(home.sunita, ON_TUESDAY, sunita(home), NOW)
    assert TUESDAY not in propose_week(home).meals.values_list("date", flat=True)


def test_a_leave_of_the_proposed_week_takes_its_meals_out_before_anybody_pays(plan: WeekPlan, home: Home) -> None:
    absences.report_absent(home.sunita, ON_TUESDAY, sunita(home), NOW)
    assert statuses(plan, TUESDAY) == {"cancelled"}
    assert not OpsItem.objects.exists()


def test_coming_after_all_brings_back_only_what_the_absence_took(plan: WeekPlan, home: Home) -> None:
    from mealplans import skipping
    from tests.factories.mealplans import meal_of

    confirmed(plan, home)
    skipped = meal_of(plan, TUESDAY, "lunch")
    skipping.skip(plan.pk, skipped.pk, by(home.asha), NOW)
    absences.report_absent(home.sunita, ON_TUESDAY, sunita(home), NOW)
    returning.withdraw(home.sunita, ON_TUESDAY, sunita(home), NOW)
    assert meal_of(plan, TUESDAY, "lunch").status == MealStatus.SKIPPED
    assert meal_of(plan, TUESDAY, "dinner").status == MealStatus.PLANNED


def test_what_is_over_cannot_be_taken_back(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    absences.report_absent(home.sunita, ON_TUESDAY, sunita(home), NOW)
    outcome = returning.withdraw(home.sunita, ON_TUESDAY, sunita(home), later(days=5))
    assert outcome.facts["meals"] == 0
    assert statuses(plan, TUESDAY) == {"cancelled"}


@pytest.mark.parametrize("days", [-1, 40])
def test_an_impossible_leave_is_refused(home: Home, days: int) -> None:
    with pytest.raises(ValueError, match="no leave"):
        absences.report_absent(home.sunita, Span(MONDAY, MONDAY + timedelta(days=days)), sunita(home), NOW)


def test_late_on_a_day_without_a_visit_tells_nobody(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    assert absences.report_late(home.sunita, 20, sunita(home), NOW).code == "nothing_today"
    assert home.purposes_to(home.asha)[-1] == "plan_confirmed"
