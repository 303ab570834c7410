from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from bettermeals.lib import clock
from tests.factories.whatsapp import NOW
from tests.whatsapp.api.calling import Program
from whatsapp.models import Account


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hour of the factories; calls of the minute are counted from nothing."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    cache.clear()


@pytest.fixture
def program(account: Account) -> Program:
    return Program(account)


@pytest.fixture
def other(db: Any, account: Account) -> Account:
    """Another business beside the default one."""
    return Account.objects.create(name="Other", waba_id="555000111", mode="live")
