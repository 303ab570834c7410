from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories.whatsapp import make_account
from tests.whatsapp import doors
from whatsapp import cloud_api, signatures
from whatsapp.models import Account


@pytest.fixture(autouse=True)
def own_doors(settings: Any) -> Iterator[None]:
    """This package's tests bring their own routes and templates: the layers above are not needed to send a message."""
    settings.WHATSAPP_ROUTES = "tests.whatsapp.doors.ROUTES"
    settings.MESSAGE_FAILED_ROUTES = "tests.whatsapp.doors.MESSAGE_FAILED"
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
