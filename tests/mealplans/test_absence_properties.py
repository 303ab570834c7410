"""Whatever part of whatever days a cook calls off, coming after all restores exactly that, and loses no other leave."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.models import CookLeave
from mealplans import absences, returning, skipping
from mealplans.models import CookInstruction, WeekPlan
from mealplans.outcomes import Actor
from mealplans.spans import Span
from tests.factories.households import NOW
from tests.factories.mealplans import DAYS, Home
from tests.mealplans.test_lifecycle import by, confirmed
from tests.mealplans.test_safety_properties import undone

PARTS = st.sampled_from([(), ("lunch",), ("dinner",), ("lunch", "dinner")])
SPANS = st.builds(
    lambda first, length, meals: Span(DAYS[first], DAYS[min(first + length, 5)], None, meals),
    st.integers(0, 5),
    st.integers(0, 2),
    PARTS,
)


def on(plan: WeekPlan) -> dict[tuple[date, str], str]:
    return {(day, meal): status for day, meal, status in plan.meals.values_list("date", "meal", "status")}


def scheduled() -> set[tuple[date, str, str]]:
    return set(CookInstruction.objects.values_list("date", "kind", "status"))


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(span=SPANS, before=st.lists(SPANS, max_size=2), skipped=st.integers(0, 11))
def test_absent_and_back_is_as_if_nothing_was_said(
    plan: WeekPlan, home: Home, span: Span, before: list[Span], skipped: int
) -> None:
    with undone():
        sunita = Actor("Sunita", "text", cook_id=home.sunita.pk)
        confirmed(plan, home)
        skipping.skip(plan.pk, plan.meals.order_by("date", "meal")[skipped].pk, by(home.asha), NOW)
        for other in before:
            absences.report_absent(home.sunita, other, sunita, NOW)
        known, was, told = leaves(), on(plan), scheduled()
        if absences.report_absent(home.sunita, span, sunita, NOW).done:
            off = {key for key, status in on(plan).items() if status != was[key]}
            assert off == {key for key in was if span.takes(*key) and was[key] == "planned"}
            returning.withdraw(home.sunita, span, sunita, NOW)
        assert (on(plan), scheduled(), leaves()) == (was, told, known)


def leaves() -> set[tuple[date, date, str]]:
    live = CookLeave.objects.filter(cancelled_at=None)
    return {(row.start, row.end, ",".join(row.meals)) for row in live}


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(spans=st.lists(SPANS, min_size=1, max_size=4), back=st.lists(st.integers(0, 3), max_size=4))
def test_in_any_order_a_meal_is_off_exactly_while_some_leave_holds_it(
    plan: WeekPlan, home: Home, spans: list[Span], back: list[int]
) -> None:
    with undone():
        sunita = Actor("Sunita", "text", cook_id=home.sunita.pk)
        confirmed(plan, home)
        for span in spans:
            absences.report_absent(home.sunita, span, sunita, NOW)
        for number in back:
            returning.withdraw(home.sunita, spans[number % len(spans)], sunita, NOW)
        held = [Span(row.start, row.end, None, tuple(row.meals)) for row in CookLeave.objects.filter(cancelled_at=None)]
        for key, status in on(plan).items():
            assert (status == "cancelled") == any(span.takes(*key) for span in held), key
        days_on = {day for (day, _), status in on(plan).items() if status == "planned"}
        assert {day for day, _, status in scheduled() if status == "due"} == days_on
