from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from bettermeals.lib import clock
from tests.factories import mealplans as make
from tests.factories.households import NOW
from tests.journeys.stage import Stage
from whatsapp import accounts, cloud_api, signatures, template_sync
from whatsapp.models import MessageTemplate
from whatsapp.simulator import process


@pytest.fixture(scope="session")
def clock_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("clock") / "now"
    clock.set_virtual(NOW, path)
    return path


@pytest.fixture(scope="session")
def simulator(clock_file: Path, django_db_setup: None, live_server: Any) -> Iterator[process.Running]:
    """Meta and the payment provider in a process of their own, on the clock that the tests move.

    The database is asked for first, so that it goes last: PostgreSQL drops none that the server still holds open.
    """
    before = os.environ.get(clock.CLOCK_FILE)
    os.environ[clock.CLOCK_FILE] = str(clock_file)
    try:
        running = process.start(
            waba_id=django_settings.WHATSAPP_BUSINESS_ACCOUNT_ID,
            phone_number_id=django_settings.WHATSAPP_PHONE_NUMBER_ID,
            access_token=django_settings.WHATSAPP_ACCESS_TOKEN,
            app_secret=django_settings.WHATSAPP_APP_SECRET,
            verify_token=django_settings.WHATSAPP_WEBHOOK_VERIFY_TOKEN,
            razorpay_key_id=django_settings.RAZORPAY_KEY_ID,
            razorpay_key_secret=django_settings.RAZORPAY_KEY_SECRET,
            razorpay_webhook_secret=django_settings.RAZORPAY_WEBHOOK_SECRET,
            payment_callback_url=f"{live_server.url}/api/v1/payments/razorpay/webhook",
        )
    finally:
        os.environ.pop(clock.CLOCK_FILE) if before is None else os.environ.update({clock.CLOCK_FILE: before})
    with running:
        yield running


@pytest.fixture
def stage(
    simulator: process.Running, live_server: Any, clock_file: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """Saturday before nine: an account whose templates Meta has approved, and nobody in it yet."""
    monkeypatch.setenv(clock.CLOCK_FILE, str(clock_file))
    clock.set_virtual(NOW, clock_file)
    settings.RAZORPAY_BASE_URL = settings.WHATSAPP_API_BASE_URL = simulator.url
    signatures.forget()
    found = Stage(simulator.url, live_server.url, clock_file, NOW)
    found.tell("reset")
    found.tell("knobs", hold_webhooks=True, template_review_seconds=0, enforce_pace=False)
    _connect(found)
    yield found
    cloud_api._SESSION.close()
    signatures.forget()


def _connect(stage: Stage) -> None:
    account = accounts.ensure_default_account()
    type(account).objects.filter(pk=account.pk).update(base_url=stage.simulator, app_id="634974688087057")
    account.refresh_from_db()
    stage.tell(f"businesses/{account.waba_id}", callback_url=f"{stage.server}/api/v1/whatsapp/webhook")
    accounts.cloud_api(account).subscribe()
    for _ in range(2):  # create, then read what was decided
        template_sync.sync(account, stage.now)
    assert set(MessageTemplate.objects.values_list("status", flat=True)) == {"APPROVED"}


@pytest.fixture
def home(stage: Stage) -> make.Home:
    """The Sharmas and Sunita, with phones."""
    make.make_catalogue()
    sharma = make.make_home()
    for person, role in ((sharma.asha, "resident"), (sharma.ravi, "resident"), (sharma.sunita, "cook")):
        stage.people[person.name] = person.contact.wa_id
        stage.tell("phones", wa_id=person.contact.wa_id, name=person.name, role=role)
    return sharma
