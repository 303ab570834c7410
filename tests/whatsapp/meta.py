"""The simulator as a test of the engine sees it: Meta with knobs, and phones that people hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from django.conf import settings
from django.db import transaction

from bettermeals.lib import clock
from tests.factories.whatsapp import make_account
from tests.whatsapp.door import Door
from whatsapp import accounts, receiving
from whatsapp.models import Contact, Message
from whatsapp.simulator import process

PHONE, WA_ID = "+919810000001", "919810000001"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)


@contextmanager
def started() -> Iterator[process.Running]:
    """A simulator that serves the account of the tests' settings."""
    with process.start(
        waba_id=settings.WHATSAPP_BUSINESS_ACCOUNT_ID,
        phone_number_id=settings.WHATSAPP_PHONE_NUMBER_ID,
        access_token=settings.WHATSAPP_ACCESS_TOKEN,
        app_secret=settings.WHATSAPP_APP_SECRET,
        verify_token=settings.WHATSAPP_WEBHOOK_VERIFY_TOKEN,
    ) as simulator:
        yield simulator


class Meta:
    """Webhooks flow only while the test waits for them."""

    def __init__(self, url: str, door: Door) -> None:
        self.url, self.door = url, door

    def connect(self) -> None:
        """An empty world whose webhooks come to our door, and our account subscribed to it."""
        self.tell("reset")
        self.knobs(hold_webhooks=True, template_review_seconds=0)
        waba = settings.WHATSAPP_BUSINESS_ACCOUNT_ID
        self.tell(f"businesses/{waba}", callback_url=f"{self.door.url}/api/v1/whatsapp/webhook")
        account = make_account(base_url=self.url, app_id="634974688087057")
        accounts.cloud_api(account).subscribe()
        self.tell("phones", wa_id=WA_ID, name="Asha")

    def tell(self, path: str, **values: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/_sim/{path}", json=values, timeout=20)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def ask(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.url}/_sim/{path}", timeout=5).json()
        return found

    def knobs(self, **values: Any) -> None:
        self.tell("knobs", **values)

    def webhooks(self) -> None:
        """Deliver what Meta has to say, and process it."""
        self.arrive()
        receiving.process_pending(clock.now())

    def arrive(self) -> None:
        """Deliver it only."""
        self.knobs(hold_webhooks=False)
        assert self.door.open_while(lambda: self.tell("flush", seconds=10))["flushed"] is True
        self.knobs(hold_webhooks=True)

    def says(self, words: str) -> str:
        return str(self.tell(f"phones/{WA_ID}/text", body=words)["wamid"])

    def sends_picture(self, caption: str) -> None:
        files = {"file": ("dinner.png", PNG, "image/png")}
        data = {"kind": "image", "caption": caption}
        answer = requests.post(f"{self.url}/_sim/phones/{WA_ID}/media", files=files, data=data, timeout=10)
        assert answer.status_code == 200, answer.text

    def seen(self) -> list[dict[str, Any]]:
        """Every message it took, in order."""
        return list(self.ask("log")["log"])

    def open_window(self) -> Contact:
        """The person has written; nothing of ours waits."""
        self.says("good morning")
        self.webhooks()
        with transaction.atomic():
            Message.objects.filter(direction="out").delete()
        return Contact.objects.get(wa_id=WA_ID)
