"""A program's message, from its own HTTP call to the phone and back to its status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from django.conf import settings

from bettermeals.lib import clock
from tests.factories.whatsapp import make_account, make_contact
from tests.whatsapp.api.calling import Program
from whatsapp import accounts, receiving, template_sync
from whatsapp.delivery import deliver_due
from whatsapp.simulator import process

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, WA_ID = "+919810000001", "919810000001"


@pytest.fixture(autouse=True)
def standing_clock() -> None:
    """The simulator is another process: this test lives in the machine's own time."""


@pytest.fixture
def meta(live_server: Any) -> Iterator[Any]:
    with process.start(
        waba_id=settings.WHATSAPP_BUSINESS_ACCOUNT_ID,
        phone_number_id=settings.WHATSAPP_PHONE_NUMBER_ID,
        access_token=settings.WHATSAPP_ACCESS_TOKEN,
        app_secret=settings.WHATSAPP_APP_SECRET,
        verify_token=settings.WHATSAPP_WEBHOOK_VERIFY_TOKEN,
    ) as running:
        address = f"{live_server.url}/api/v1/whatsapp/webhook"
        tell(running, "knobs", hold_webhooks=True, template_review_seconds=0)
        tell(running, f"businesses/{settings.WHATSAPP_BUSINESS_ACCOUNT_ID}", callback_url=address)
        tell(running, "phones", wa_id=WA_ID, name="Asha")
        account = make_account(base_url=running.url, app_id="634974688087057")
        accounts.cloud_api(account).subscribe()
        template_sync.sync(account, clock.now())
        template_sync.sync(account, clock.now())
        yield running


def tell(running: Any, path: str, **values: Any) -> dict[str, Any]:
    answer = requests.post(f"{running.url}/_sim/{path}", json=values, timeout=20)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_template_sent_by_a_program_arrives_once_and_its_status_is_read_back(meta: Any, live_server: Any) -> None:
    make_contact(PHONE)
    program = Program(accounts.default_account())
    body = {
        "to": PHONE,
        "type": "template",
        "template": {"name": "week_ready", "variables": {"name": "Asha", "week": "23–29 Nov"}, "url_suffix": "abc/"},
    }
    headers = {**program.headers, "Idempotency-Key": "saturday-1"}
    address = f"{live_server.url}/api/v1/messages"
    answers = [requests.post(address, json=body, headers=headers, timeout=20) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    deliver_due(clock.now())
    tell(meta, "knobs", hold_webhooks=False)
    assert tell(meta, "flush", seconds=10)["flushed"] is True
    tell(meta, "knobs", hold_webhooks=True)
    receiving.process_pending(clock.now())
    found = requests.get(f"{address}/{answers[0].json()['id']}", headers=headers, timeout=20).json()
    assert (found["status"], found["failure"], bool(found["wamid"])) == ("delivered", None, True)
    chat = requests.get(f"{meta.url}/_sim/phones/{WA_ID}/messages", timeout=20).json()
    shown = [message for message in chat["messages"] if message["direction"] == "outgoing"]
    assert [message["body"].count("Asha") for message in shown] == [1]
