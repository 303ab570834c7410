from __future__ import annotations

from datetime import timedelta

import pytest

from households.models import Household, Resident
from mealplans import plan_links
from mealplans.models import WeekPlan
from tests.factories.households import MONDAY, NOW

PLAN = WeekPlan(pk=7, week_start=MONDAY, household=Household(pk=1))
ASHA = Resident(pk=34)


def test_a_link_names_one_plan_and_one_person() -> None:
    link = plan_links.read(plan_links.token(PLAN, ASHA), NOW)
    assert (link.plan_id, link.resident_id) == (7, 34)


def test_it_fits_a_button_and_needs_no_escaping() -> None:
    token = plan_links.token(PLAN, ASHA)
    assert len(token) < 120
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_it_lives_through_its_week_and_then_expires() -> None:
    token = plan_links.token(PLAN, ASHA)
    plan_links.read(token, NOW + timedelta(days=9))
    with pytest.raises(plan_links.ExpiredLink):
        plan_links.read(token, NOW + timedelta(days=11))


@pytest.mark.parametrize("change", ["", "x", "a.b.c"])
def test_what_is_not_ours_opens_nothing(change: str) -> None:
    with pytest.raises(plan_links.BadLink):
        plan_links.read(change, NOW)


def test_a_changed_character_anywhere_breaks_it() -> None:
    token = plan_links.token(PLAN, ASHA)
    for place, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        with pytest.raises(plan_links.BadLink):
            plan_links.read(token[:place] + other + token[place + 1 :], NOW)
