"""Whatever anybody does, in whatever order: no hard rule is broken, nothing is charged or told twice.

Each example starts from the same proposed week and is rolled back; what may happen is what people can really do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.billing.models import Charge, Payment
from households.models import Resident
from mealplans import (
    absences,
    exchanging,
    headcounts,
    lifecycle,
    planning,
    returning,
    rules,
    skipping,
    solving,
    swapping,
)
from mealplans.models import MealStatus, PlannedMeal, PlanStatus, WeekPlan
from mealplans.outcomes import Actor
from mealplans.planning import Larder
from mealplans.slots import Home as LoadedHome
from mealplans.spans import Span
from tests.factories.households import NOW
from tests.factories.mealplans import DAYS, DISHES, Home
from tests.mealplans.people import groceries_come, make_link, pay
from whatsapp.models import Message


class Undo(Exception):
    """Raised at the end of an example, so that the next one starts from the same week."""


@contextmanager
def undone() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise Undo
    except Undo:
        return


MEALS = st.integers(0, 11)
ACTIONS = st.one_of(
    st.tuples(st.just("swap"), MEALS, st.sampled_from(sorted(DISHES))),
    st.tuples(st.just("skip"), MEALS, st.none()),
    st.tuples(st.just("restore"), MEALS, st.none()),
    st.tuples(st.just("guests"), MEALS, st.integers(0, 20)),
    st.tuples(st.just("exchange"), MEALS, MEALS),
    st.tuples(st.just("approve"), st.none(), st.none()),
    st.tuples(st.just("pay"), st.none(), st.none()),
    st.tuples(st.just("absent"), st.integers(0, 5), st.none()),
    st.tuples(st.just("back"), st.integers(0, 5), st.none()),
    st.tuples(st.just("deliver"), st.none(), st.none()),
)
PEOPLE = st.sampled_from(["asha", "ravi", "staff"])


def act(plan: WeekPlan, home: Home, who: str, action: tuple, hour: int) -> None:  # type: ignore[type-arg]
    kind, first, second = action
    now = NOW + timedelta(hours=hour)
    person: Resident | None = {"asha": home.asha, "ravi": home.ravi}.get(who)
    actor = Actor(person.name, "button", resident_id=person.pk) if person else Actor("priya", "staff")
    ids = list(plan.meals.order_by("date", "meal").values_list("pk", flat=True))
    if kind == "swap":
        swapping.swap(plan.pk, ids[first], second, actor, now)
    elif kind == "skip":
        skipping.skip(plan.pk, ids[first], actor, now)
    elif kind == "restore":
        skipping.restore(plan.pk, ids[first], actor, now)
    elif kind == "guests":
        headcounts.set_guests(plan.pk, ids[first], second, actor, now)
    elif kind == "exchange":
        exchanging.exchange(plan.pk, ids[first], ids[second], actor, now)
    elif kind == "approve":
        lifecycle.approve(plan.pk, actor, now)
    elif kind == "absent":
        absences.report_absent(home.sunita, Span(DAYS[first], DAYS[first]), Actor("Sunita", "button", cook_id=1), now)
    elif kind == "back":
        returning.withdraw(home.sunita, Span(DAYS[first], DAYS[first]), Actor("Sunita", "button", cook_id=1), now)
    elif kind == "deliver":
        groceries_come(plan, now)
    else:
        for charge in Charge.objects.filter(status=Charge.Status.OPEN):
            make_link(charge, now)
            pay(charge, now)


def check_food(plan: WeekPlan, home: Home) -> None:
    loaded, larder = LoadedHome(home.household, plan.week_start), Larder.read()
    meals = planning.meals_of(plan)
    problem = planning.planned_week(loaded, meals, NOW, larder, {})
    assert rules.unbreakable(solving.violations(problem, planning.chosen(meals))) == []
    on = PlannedMeal.objects.filter(plan=plan, status=MealStatus.PLANNED)
    forbidden = {"peanuts", "chicken", "egg"}
    assert forbidden.isdisjoint(on.values_list("dish__lines__ingredient__slug", flat=True))
    assert all(meal.servings == meal.guests + loaded.servings(meal.date, meal.meal) for meal in on)


def check_money(plan: WeekPlan) -> None:
    plan.refresh_from_db()
    charges = list(Charge.objects.all())
    assert len(charges) <= 1
    for charge in charges:
        lists = plan.grocery_lists.all()
        assert charge.amount_paise == sum(row.total_paise for row in lists)
        assert charge.amount_paise == sum(line["amount_paise"] for line in charge.quote)
        paid = Payment.objects.aggregate(paid=Sum("amount_paise"))["paid"] or 0
        # Nobody takes a dish back after paying for it: the bill never falls below what is bought.
        assert paid <= charge.amount_paise
        if plan.status == PlanStatus.CONFIRMED and charge.status == Charge.Status.SETTLED:
            assert paid == charge.amount_paise


def check_words() -> None:
    sent = Message.objects.filter(direction="out").values_list("contact", "purpose", "text")
    told = [row for row in sent if row[1] in ("plan_confirmed", "cook_week", "weekly_plan_prompt")]
    assert len(told) == len(set(told))


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(st.tuples(PEOPLE, ACTIONS, st.integers(0, 6)), max_size=9))
def test_no_order_of_acts_breaks_a_rule_charges_twice_or_tells_twice(
    plan: WeekPlan,
    home: Home,
    steps: list[tuple[str, tuple, int]],  # type: ignore[type-arg]
) -> None:
    with undone():
        hour = 0
        for who, action, passed in steps:
            hour += passed
            act(plan, home, who, action, hour)
            check_food(plan, home)
            check_money(plan)
        check_words()
