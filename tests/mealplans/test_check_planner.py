"""The nightly look for a broken rule: what it counts, and that it can fail."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import call_command

from mealplans import proving
from mealplans.planner.outcome import Rule, Violation
from mealplans.planner.plan import PlannerMistake
from mealplans.proving import Tally, judge, judge_all


def run(*said: str) -> tuple[dict[str, Any], str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("check_planner", *said, stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


def test_random_households_are_planned_without_a_broken_rule() -> None:
    figures, _ = run("--households", "3", "--seed", "40")
    assert (figures["households"], figures["violations"]) == (3, 0)
    assert figures["planned"] + figures["impossible"] + figures["neither_plan_nor_proof"] == 3
    assert figures["households_per_core_hour"] > 0


def test_the_same_seed_gives_the_same_verdict_in_another_process() -> None:
    alone, beside = judge(41), next(judge_all([41, 42], workers=2))
    assert (alone.seed, alone.planned, alone.gap, alone.wrong) == (
        beside.seed,
        beside.planned,
        beside.gap,
        beside.wrong,
    )


def test_a_broken_rule_is_printed_and_ends_in_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [Violation(Rule.ALLERGEN, subject="peanut")]
    monkeypatch.setattr(proving, "check_plan", lambda problem, meals: broken)
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_planner", "--households", "1", "--seed", "22", stdout=out, stderr=err)
    assert ended.value.code == 1
    assert json.loads(out.getvalue())["violations"] == 1
    assert "household 22" in err.getvalue()
    assert "allergen" in err.getvalue()


def test_a_bill_that_is_not_the_shopping_lists_counts_as_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other:
        total_paise = -1

    monkeypatch.setattr(proving, "bill", lambda problem, meals: Other)
    assert judge(22).wrong[0].startswith("costs -1 paise")


def test_a_mistake_of_the_planner_is_counted_and_the_night_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(problem: object, effort: object) -> None:
        raise PlannerMistake("above the proved bound")

    monkeypatch.setattr(proving, "plan_week", mistaken)
    assert [verdict.wrong for verdict in judge_all([1, 2])] == [("above the proved bound",)] * 2


def test_a_tally_without_households_divides_by_nothing() -> None:
    assert Tally.begin().figures()["households_per_core_hour"] == 0
