from __future__ import annotations

from typing import Any

import pytest

from mealplans import proposing
from mealplans.models import WeekPlan
from tests.factories import mealplans as make
from tests.mealplans.quick_planner import first_fit


@pytest.fixture(autouse=True)
def no_provider(settings: Any) -> None:
    """Links that need no network: what billing does with a provider is billing's own tests' matter."""
    settings.PAYMENTS_PROVIDER = "manual"


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weeks planned in milliseconds, except where a test is marked to use the real planner."""
    if "real_planner" not in request.fixturenames:
        monkeypatch.setattr(proposing, "solve", first_fit)


@pytest.fixture
def real_planner() -> None:
    """Ask for it to have weeks planned by the solver."""


@pytest.fixture
def home(db: Any) -> make.Home:
    """The Sharmas with their catalogue, on the Saturday morning on which their week is proposed."""
    make.make_catalogue()
    return make.make_home()


@pytest.fixture
def plan(home: make.Home) -> WeekPlan:
    return make.propose_week(home)
