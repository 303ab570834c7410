"""A confirmed week with a shop that was asked for it; which ingredients stand in for which is fixed."""

from __future__ import annotations

import pytest

from mealplans import substituting
from mealplans.models import ShopRequest, WeekPlan
from tests.factories.mealplans import Home
from tests.mealplans.shopkeeper import STANDS_FOR, Shop, ask_shop, open_shop


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(substituting, "stands_for", lambda: STANDS_FOR)


@pytest.fixture
def shop(home: Home) -> Shop:
    return open_shop()


@pytest.fixture
def asked(shop: Shop, plan: WeekPlan, home: Home) -> ShopRequest:
    return ask_shop(plan, home)
