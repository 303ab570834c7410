"""The plan page as a resident's browser asks for it: through HTTP, with a signed link and nothing else."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bettermeals.lib import clock
from households.models import Resident, TimelineEvent
from mealplans import plan_links
from mealplans.models import PlannedMeal, WeekPlan


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


_tokens: dict[tuple[int, int], str] = {}


def forget_links() -> None:
    """Each test makes its own; the database of the one before is gone."""
    _tokens.clear()


def address(plan: WeekPlan, reader: Resident, page: str = "plan-page", *args: Any) -> str:
    """Below the one address that this reader was sent."""
    token = _tokens.setdefault((plan.pk, reader.pk), plan_links.token(plan, reader))
    return reverse(page, args=[token, *args])


def text(response: Any) -> str:
    """What stands on the page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def post(plan: WeekPlan, reader: Resident, page: str, *args: Any, **data: Any) -> Any:
    return Client().post(address(plan, reader, page, *args), data, follow=True)


def state(plan: WeekPlan) -> list[tuple[Any, ...]]:
    """All that a visitor could have changed."""
    meals = PlannedMeal.objects.filter(plan=plan).order_by("pk").values_list("dish", "guests", "status", "servings")
    return [(WeekPlan.objects.get(pk=plan.pk).status, TimelineEvent.objects.count()), *meals]
