"""Signing in: a password, then a code from the phone; guesses wait, a lost phone is forgotten by an admin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.factories.households import NOW
from tests.households.admin_pages import press

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-password"
STEP = "/admin/second-step/"


@pytest.fixture(autouse=True)
def required(settings: Any) -> Iterator[None]:
    settings.STAFF_SECOND_FACTOR = True
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def neha(db: None) -> User:
    return User.objects.create_superuser("neha", password=PASSWORD)


def give_password(client: Client, password: str = PASSWORD, **how: Any) -> Any:
    return client.post("/admin/login/?next=/admin/", {"username": "neha", "password": password}, **how)


def code_of(user: User) -> str:
    """What the phone's app shows now."""
    return f"{totp(TOTPDevice.objects.get(user=user).bin_key, 30, t0=0):06d}"


def set_up(client: Client, user: User) -> list[str]:
    """The first sign-in; returns the codes for paper."""
    give_password(client)
    client.get(STEP)
    return list(client.post(STEP, {"code": code_of(user)}).context["codes"])


def test_the_password_alone_opens_nothing(client: Client, neha: User) -> None:
    give_password(client)
    answer = client.get("/admin/households/household/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/households/household/")
    onward = client.get(answer["Location"])
    assert onward["Location"] == "/admin/second-step/?next=%2Fadmin%2Fhouseholds%2Fhousehold%2F"


def test_the_first_time_a_phone_is_set_up_and_ten_codes_are_shown_once(client: Client, neha: User) -> None:
    give_password(client)
    asked = client.get(STEP)
    assert asked.context["qr"].startswith("data:image/svg+xml")
    assert client.get(STEP).context["secret"] == asked.context["secret"]
    done = client.post(STEP, {"code": code_of(neha)})
    codes = done.context["codes"]
    assert (len(set(codes)), TOTPDevice.objects.get(user=neha).confirmed) == (10, True)
    assert client.get("/admin/").status_code == 200
    assert codes[0] not in client.get(STEP).content.decode()


def test_later_only_the_code_is_asked_for(client: Client, neha: User) -> None:
    set_up(client, neha)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        again = Client()
        give_password(again)
        shown = again.get(STEP).context
        assert (shown["qr"], shown["secret"]) == ("", "")
        answer = again.post(f"{STEP}?next=/admin/households/cook/", {"code": code_of(neha)})
        assert answer["Location"] == "/admin/households/cook/"
        assert again.get("/admin/").status_code == 200


def test_a_code_is_good_once(client: Client, neha: User) -> None:
    set_up(client, neha)
    again = Client()
    give_password(again)
    assert again.post(STEP, {"code": code_of(neha)}).status_code == 200
    assert again.get("/admin/").status_code == 302


def test_wrong_codes_have_to_wait_longer_and_longer(client: Client, neha: User) -> None:
    set_up(client, neha)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        again = Client()
        give_password(again)
        again.post(STEP, {"code": "000000"})
        again.post(STEP, {"code": code_of(neha)})
        assert again.get("/admin/").status_code == 302
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        again.post(STEP, {"code": code_of(neha)})
        assert again.get("/admin/").status_code == 200


def test_a_code_from_paper_lets_in_once(client: Client, neha: User) -> None:
    codes = set_up(client, neha)
    for expected in (200, 302):
        again = Client()
        give_password(again)
        again.post(STEP, {"code": codes[3]})
        assert again.get("/admin/").status_code == expected
    assert StaticToken.objects.count() == 9


def test_the_way_onward_never_leads_to_another_site(client: Client, neha: User) -> None:
    set_up(client, neha)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        again = Client()
        give_password(again)
        answer = again.post(f"{STEP}?next=https://evil.example/", {"code": code_of(neha)})
        assert answer["Location"] == "/admin/"


def test_the_second_step_is_for_staff_who_gave_the_password(client: Client) -> None:
    assert client.get(STEP)["Location"] == "/admin/login/"
    client.force_login(User.objects.create_user("resident"))
    assert client.get(STEP)["Location"] == "/admin/login/"


def test_in_a_demonstration_the_password_is_enough(client: Client, neha: User, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False
    give_password(client)
    assert client.get("/admin/").status_code == 200


def test_the_sixth_guess_waits_even_with_the_right_password(client: Client, neha: User, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False
    for _guess in range(5):
        last = give_password(client, "wrong")
    assert last.status_code == 429
    locked = give_password(client)
    assert (locked.status_code, "Too many tries" in locked.content.decode()) == (429, True)
    elsewhere = give_password(Client(), REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 302
    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        assert give_password(Client()).status_code == 302


def test_an_admin_forgets_a_lost_phone_and_says_why(client: Client, neha: User, settings: Any) -> None:
    set_up(client, neha)
    settings.STAFF_SECOND_FACTOR = False
    boss = Client()
    boss.force_login(User.objects.create_superuser("boss"))
    answer = press(boss, User, "forget_phone", neha.pk, reason="Her phone was stolen")
    assert [str(m) for m in get_messages(answer.wsgi_request)] == ["Forgotten: the next sign-in sets a new phone up."]
    assert TOTPDevice.objects.count() == StaticToken.objects.count() == 0
    assert LogEntry.objects.filter(change_message="Second factor forgotten: Her phone was stolen").count() == 1


def test_an_admin_unlocks_a_colleague(client: Client, neha: User, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False
    for _guess in range(5):
        give_password(client, "wrong")
    boss = Client()
    boss.force_login(User.objects.create_superuser("boss"))
    press(boss, User, "unlock", neha.pk, reason="She called")
    assert give_password(client).status_code == 302
