"""One order, brought in parts: what does not keep comes with the newest delivery before its meal, the rest at once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from households.billing.models import Charge
from households.models import Household
from mealplans import lifecycle, picking
from mealplans.deliveries import Part, days_of, parts
from mealplans.models import GroceryLine, GroceryOrder, Ingredient, WeekPlan
from mealplans.outcomes import Actor
from tests.factories.households import MONDAY, NOW
from tests.factories.mealplans import Home
from tests.mealplans.people import pay

MON, THU, SAT = MONDAY, MONDAY + timedelta(days=3), MONDAY + timedelta(days=5)
DAYS = (MON, THU, SAT)


def need(*meals: tuple[date, int]) -> list[dict[str, str]]:
    return [{"date": day.isoformat(), "amount": str(amount)} for day, amount in meals]


def brought(meals: list[dict[str, str]], keeps: int, **how: Decimal | date) -> list[Part]:
    return parts(meals, keeps, DAYS, **{"not_before": MON, **how})  # type: ignore[arg-type]


def test_what_keeps_comes_whole_on_the_first_day() -> None:
    assert brought(need((MON, 100), (SAT, 50)), 10) == [Part(MON, Decimal(150))]


def test_what_does_not_keep_comes_in_time_for_each_meal() -> None:
    tuesday, friday = MON + timedelta(days=1), THU + timedelta(days=1)
    found = brought(need((tuesday, 100), (friday, 40), (SAT, 60)), 2)
    assert found == [Part(MON, Decimal(100)), Part(THU, Decimal(40)), Part(SAT, Decimal(60))]


def test_what_is_at_home_is_for_the_first_meals() -> None:
    assert brought(need((MON, 100), (SAT, 60)), 2, at_home=Decimal(130)) == [Part(SAT, Decimal(30))]


def test_a_delivery_that_is_over_brings_nothing_and_what_is_cooked_before_the_next_comes_at_once() -> None:
    tuesday, sunday = MON + timedelta(days=1), SAT + timedelta(days=1)
    assert brought(need((THU, 10)), 2, not_before=tuesday) == [Part(THU, Decimal(10))]
    assert brought(need((tuesday, 10)), 2, not_before=tuesday) == [Part(tuesday, Decimal(10))]
    assert brought(need((sunday, 10)), 2, not_before=sunday) == [Part(sunday, Decimal(10))]


def test_the_first_day_is_a_delivery_whatever_is_agreed() -> None:
    assert days_of(MON, [3, 5]) == DAYS
    assert days_of(MON, []) == (MON,)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(1, 500)), min_size=1, max_size=8),
    st.integers(0, 16),
    st.sets(st.integers(0, 6)),
    st.integers(0, 600),
)
def test_all_of_it_comes_once_and_never_after_its_meal_nor_staler_than_the_planner_reckoned(
    meals: list[tuple[int, int]], keeps: int, weekdays: set[int], at_home: int
) -> None:
    listed = need(*((MON + timedelta(days=n), amount) for n, amount in meals))
    days = days_of(MON, weekdays)
    found = parts(listed, keeps, days, at_home=Decimal(at_home), not_before=MON)
    total = sum(amount for _, amount in meals)
    assert sum(part.amount for part in found) == max(0, total - at_home)
    assert {part.day for part in found} <= set(days)
    for part in found:
        fed = [MON + timedelta(days=n) for n, _ in meals if _came(MON + timedelta(days=n), days, keeps) == part.day]
        assert fed
        assert min(fed) >= part.day


def _came(day: date, days: tuple[date, ...], keeps: int) -> date:
    """No older than the planner minds, else no older than it reckoned."""
    before = [each for each in days if each <= day]
    return min((each for each in before if (day - each).days <= keeps // 2), default=max(before))


def test_the_pick_list_says_when_to_bring_what_does_not_come_at_once(plan: WeekPlan, home: Home) -> None:
    Ingredient.objects.exclude(Q(slug="paneer")).update(shelf_life_days=60)
    Ingredient.objects.filter(slug="paneer").update(shelf_life_days=2)
    Household.objects.update(delivery_days=[3, 5])
    lifecycle.approve(plan.pk, Actor("Asha", "page", resident_id=home.asha.pk), NOW)
    pay(Charge.objects.get())
    order = GroceryOrder.objects.get()
    GroceryLine.objects.filter(ingredient__slug="paneer").update(
        need=140, from_pantry=0, provenance=need((MON, 100), (THU + timedelta(days=1), 40))
    )
    found = {pick.name: pick.shares[0].when for pick in picking.pick_list([order], NOW).picks}
    assert found.pop("Paneer") == "Mon 23 Nov 100 g, Thu 26 Nov 40 g"
    assert set(found.values()) == {""}
