"""A number is verified and registered from its page, against the simulator; neither PIN nor code is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from bettermeals.lib import clock
from tests.factories.whatsapp import HOUR, queue_text
from tests.whatsapp.meta import Meta
from whatsapp import health, onboarding
from whatsapp.cloud_api import AnswerLost, CloudApi
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, Message, PhoneNumber

pytestmark = pytest.mark.django_db
PIN = "739402"


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


@pytest.fixture
def number(meta: Meta) -> PhoneNumber:
    """Bought a moment ago: neither verified nor registered."""
    found = PhoneNumber.objects.get()
    meta.tell(f"numbers/{found.phone_number_id}", code_verification_status="NOT_VERIFIED", registered=False)
    health.check(Account.objects.get(), clock.now())
    return found


def act(boss: Client, name: str, number: PhoneNumber, **values: Any) -> Any:
    url = reverse(f"admin:whatsapp_phonenumber_{name}", args=[number.pk])
    return boss.post(url, {"_form_submitted": "True", **values})


def said() -> list[str]:
    return list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True))


def steps() -> dict[str, tuple[str, str]]:
    return {s.title.split(" +")[0]: (s.tone, s.link) for s in onboarding.steps(Account.objects.get(), clock.now())}


def test_the_account_leads_to_the_page_where_the_code_is_asked_for_and_entered_and_the_pin_set(
    meta: Meta, number: PhoneNumber, boss: Client
) -> None:
    page = reverse("admin:whatsapp_phonenumber_change", args=[number.pk])
    assert (steps()["Verify"], steps()["Register"]) == (("bad", page), ("bad", page))
    assert page in boss.get(reverse("admin:whatsapp_account_change", args=[number.account_id])).content.decode()
    act(boss, "ask_code", number, method="SMS", language="hi_IN")
    code = meta.ask("state")["numbers"][0]["code"]
    act(boss, "enter_code", number, code=code)
    act(boss, "register", number, pin=PIN, again=PIN)
    assert said() == ["A code is on its way to the number.", "The number is verified.", "Registered with a PIN."]
    assert ("Verify" in steps(), steps()["Register"], steps()["PIN of"]) == (False, ("good", ""), ("good", ""))


def test_what_meta_refuses_is_said_with_its_reason(number: PhoneNumber, boss: Client) -> None:
    act(boss, "register", number, pin=PIN, again=PIN)
    act(boss, "enter_code", number, code="000000")
    assert [words.split(":")[0] for words in said()] == ["Meta refused", "Meta refused"]
    assert "The number must be verified first." in said()[0]
    assert "The code is wrong or too old." in said()[1]


@pytest.mark.parametrize(
    ("pin", "again", "why"), [("12345", "12345", "Six digits."), (PIN, "739403", "The two PINs differ.")]
)
def test_a_pin_that_is_no_pin_is_not_sent_and_the_dialog_says_why(
    number: PhoneNumber, boss: Client, pin: str, again: str, why: str
) -> None:
    assert why in act(boss, "register", number, pin=pin, again=again).content.decode()
    assert said() == []


def test_an_answer_that_is_lost_says_to_look_before_trying_again(
    number: PhoneNumber, boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any) -> None:
        raise AnswerLost("time-out")

    monkeypatch.setattr(CloudApi, "register", lost)
    act(boss, "register", number, pin=PIN, again=PIN)
    assert said() == ["Meta's answer was lost: look at the status below before you try again."]


def test_the_pin_stands_nowhere_afterwards(
    meta: Meta, number: PhoneNumber, boss: Client, caplog: pytest.LogCaptureFixture
) -> None:
    meta.tell(f"numbers/{number.phone_number_id}", code_verification_status="VERIFIED")
    act(boss, "register", number, pin=PIN, again=PIN)
    assert said() == ["Registered with a PIN."]
    rows = [str(row) for model in apps.get_models() for row in model._default_manager.values()]
    assert [row for row in rows if PIN in row] == []
    assert PIN not in caplog.text


def test_who_may_not_act_on_numbers_does_not_register_one(number: PhoneNumber, client: Client) -> None:
    user = User.objects.create_user("looks", is_staff=True)
    client.force_login(user)
    assert act(client, "register", number, pin=PIN, again=PIN).status_code == 403
    assert (said(), Message.objects.count()) == ([], 0)


def test_the_age_of_the_last_webhook_and_send_are_the_numbers_own(meta: Meta) -> None:
    queue_text(meta.open_window(), "hello", clock.now())
    deliver_due(clock.now())
    meta.webhooks()
    PhoneNumber.objects.create(account=Account.objects.get(), phone_number_id="7")
    rows = {row.phone_number_id: row for row in onboarding.with_last_send(PhoneNumber.objects.all())}
    mine = rows.pop(next(pk for pk in rows if pk != "7"))
    heard = onboarding.last_heard(mine)
    assert heard is not None
    assert clock.now() - heard < HOUR
    assert (onboarding.last_heard(rows["7"]), rows["7"].last_sent) == (None, None)  # type: ignore[attr-defined]
