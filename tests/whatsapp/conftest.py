from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories.whatsapp import make_account
from tests.whatsapp import doors
from tests.whatsapp.door import Door, opened
from tests.whatsapp.meta import Meta, started
from whatsapp import cloud_api, signatures
from whatsapp.models import Account
from whatsapp.simulator import process


@pytest.fixture(autouse=True)
def own_doors(settings: Any) -> Iterator[None]:
    """This package's tests bring their own routes and templates: the layers above are not needed to send a message."""
    settings.WHATSAPP_ROUTES = "tests.whatsapp.doors.ROUTES"
    settings.MESSAGE_FAILED_ROUTES = "tests.whatsapp.doors.MESSAGE_FAILED"
    settings.PAYMENT_TOLD_ROUTES = "tests.whatsapp.doors.PAYMENT_TOLD"
    settings.WHATSAPP_PEOPLE = "tests.whatsapp.doors.PEOPLE"
    settings.WHATSAPP_TEMPLATE_CATALOGUES = ["tests.whatsapp.doors.CATALOGUE"]
    doors.clear()
    signatures.forget()
    cloud_api._SESSION.close()
    yield
    cloud_api._SESSION.close()
    signatures.forget()


@pytest.fixture
def account(db: Any) -> Account:
    return make_account()


@pytest.fixture(scope="session")
def running() -> Iterator[process.Running]:
    with started() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def door() -> Iterator[Door]:
    with opened() as found:
        yield found


@pytest.fixture
def meta(running: process.Running, door: Door, settings: Any, db: Any) -> Meta:
    """An empty Meta whose webhooks come to the real view."""
    settings.PUBLIC_BASE_URL = door.url
    found = Meta(running.url, door)
    found.connect()
    return found
