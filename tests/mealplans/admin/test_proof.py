"""What the planner proved stands in words on the week's page; its numbers are folded beneath, each with a meaning."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from mealplans import headcounts, proposing
from mealplans.models import WeekPlan
from tests.factories.households import MONDAY, NOW
from tests.factories.mealplans import TUESDAY, Home, meal_of
from tests.households.admin_pages import url
from tests.mealplans.test_lifecycle import by

HASH = "5c0ffee" * 9


def shown(client: Client, plan: WeekPlan, **headers: str) -> str:
    page = client.get(url(WeekPlan, "change", plan.pk), headers=headers).content.decode()
    [section] = re.findall(r'<section class="wk-proof".*?</section>', page, re.DOTALL)
    return section


def said(plan: WeekPlan, **solver: Any) -> WeekPlan:
    plan.solver = {"objective": 184_220, "bound": 184_804, "gap": 0.00317, "model_hash": HASH, **solver}
    plan.save(update_fields=["solver"])
    return plan


def test_the_gap_is_a_sentence_and_the_numbers_are_folded_with_their_meaning(
    admin_client: Client, plan: WeekPlan
) -> None:
    page = shown(admin_client, said(plan, deterministic_time=3.456))
    open_part, folded = page.split("<details>")
    assert "At most 0.32 % short of the best: it is proved that no week that keeps every rule scores more." in open_part
    assert not re.search(r"5c0ffee|1,84", open_part)
    for words in ("1,842 of at most 1,848", "<b>0.32 %</b>", "<b>3.46</b>", "<b>5c0ffee5c0ff</b>"):
        assert words in folded, words
    assert folded.count("<small>") == folded.count("<dt>") == 4


def test_the_best_week_is_called_the_best(admin_client: Client, plan: WeekPlan) -> None:
    assert "The best week there is" in shown(admin_client, said(plan, gap=0.0))


def test_what_was_changed_since_is_not_proved(admin_client: Client, plan: WeekPlan, home: Home) -> None:
    said(plan)
    dinner = meal_of(plan, TUESDAY)
    headcounts.set_guests(plan.pk, dinner.pk, 2, by(home.asha), NOW)
    headcounts.set_guests(plan.pk, dinner.pk, 3, by(home.asha), NOW)
    assert "it was changed 2 times since." in shown(admin_client, plan)


def test_it_is_read_in_hindi(admin_client: Client, plan: WeekPlan) -> None:
    page = shown(admin_client, said(plan, given_up="look-alikes may follow each other"), accept_language="hi")
    assert re.findall(r"[A-Za-z]{4,}", re.sub(r"<[^>]*>|5c0ffee5c0ff", " ", page)) == []


@pytest.mark.usefixtures("real_planner")
def test_a_week_without_a_plan_keeps_the_work_that_showed_it(admin_client: Client, home: Home) -> None:
    home.household.weekly_budget_paise = 10_000
    home.household.save()
    plan = proposing.propose(home.household, MONDAY, NOW)
    assert plan.status == "failed"
    assert (plan.solver["proved"], len(plan.solver["model_hash"])) == (True, 64)
    assert "Fingerprint of the facts" in shown(admin_client, plan)
