from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.test import Client

from tests.factories.households import NOW


@pytest.fixture(autouse=True)
def saturday() -> Iterator[None]:
    """The pages ask the clock themselves."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def staff(db: None) -> Client:
    """Neha of operations, who may change plans, and is no superuser."""
    neha = User.objects.create_user("neha", first_name="Neha", is_staff=True)
    wanted = ["weekplan", "cookinstruction", "groceryorder"]
    neha.user_permissions.set(
        Permission.objects.filter(codename__in=[f"{verb}_{name}" for verb in ("view", "change") for name in wanted])
    )
    client = Client()
    client.force_login(neha)
    return client


@pytest.fixture
def viewer(db: None) -> Client:
    vik = User.objects.create_user("vik", is_staff=True)
    vik.user_permissions.set(Permission.objects.filter(codename="view_weekplan"))
    client = Client()
    client.force_login(vik)
    return client
