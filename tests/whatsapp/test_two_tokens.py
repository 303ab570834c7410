"""While a token is rotated two are right: the newer is used, the one before it steps in when Meta refuses the newer."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import responses
from django.contrib.auth.models import User
from django.test import Client

from tests.factories.whatsapp import NOW, make_account, make_contact, queue_text
from tests.whatsapp.graph import BASE, accepted, answer, breaks, error
from tests.whatsapp.test_health import meta_says, open_kinds
from whatsapp import accounts, health, onboarding
from whatsapp.cloud_api import AnswerLost, Refused
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, PhoneNumber, SendAttempt

pytestmark = pytest.mark.django_db
OLD, NEW = "EAAold-token-0001", "EAAnew-token-0002"


@pytest.fixture
def ours(account: Account) -> Account:
    account.access_token, account.previous_access_token, account.app_id = NEW, OLD, "1"
    account.save()
    return account


def bearers() -> list[str]:
    return [str(call.request.headers["Authorization"]).removeprefix("Bearer ") for call in responses.calls]


@responses.activate
def test_a_refused_newer_token_sends_by_the_older_one_and_once(ours: Account, caplog: Any) -> None:
    answer(error(190), 401)
    answer(accepted())
    message = queue_text(make_contact(wrote_at=NOW))
    with caplog.at_level(logging.WARNING):
        deliver_due(NOW)
    message.refresh_from_db()
    assert (message.status, SendAttempt.objects.count(), bearers()) == ("accepted", 1, [NEW, OLD])
    assert PhoneNumber.objects.get().paused_reason == ""
    assert "trying the previous one" in caplog.text
    assert (OLD in caplog.text, NEW in caplog.text) == (False, False)


@responses.activate
def test_when_both_are_refused_the_number_pauses_and_the_message_waits(ours: Account) -> None:
    answer(error(190), 401)
    answer(error(190), 401)
    message = queue_text(make_contact(wrote_at=NOW))
    deliver_due(NOW)
    message.refresh_from_db()
    assert (message.status, bearers(), PhoneNumber.objects.get().paused_reason != "") == ("queued", [NEW, OLD], True)


@responses.activate
@pytest.mark.parametrize("code", [131047, 10, 200, 100])
def test_a_refusal_that_is_not_about_the_token_is_not_tried_again(ours: Account, code: int) -> None:
    answer(error(code), 400)
    with pytest.raises(Refused):
        accounts.cloud_api(ours).send(PhoneNumber.objects.get().phone_number_id, {})
    assert bearers() == [NEW]


@responses.activate
def test_a_lost_answer_is_never_tried_with_the_other_token(ours: Account) -> None:
    breaks(ConnectionResetError())
    answer({"error": {"message": "?", "code": 1}}, 500)
    for _ in range(2):
        with pytest.raises((AnswerLost, ConnectionResetError)):
            accounts.cloud_api(ours).send(PhoneNumber.objects.get().phone_number_id, {})
    assert set(bearers()) == {NEW}


@responses.activate
def test_a_file_is_downloaded_by_the_older_token_too(ours: Account) -> None:
    responses.get("https://lookaside.example/file", json=error(190), status=401)
    responses.get("https://lookaside.example/file", body=b"bytes")
    assert accounts.cloud_api(ours).download("https://lookaside.example/file", 100) == b"bytes"
    assert bearers() == [NEW, OLD]


def by_token(taken: set[str]) -> None:
    """Meta takes these tokens, for every question about the account."""
    meta_says()

    def say(request: Any) -> tuple[int, dict[str, str], str]:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        return (200, {}, '{"id": "102290129340398"}') if token in taken else (401, {}, '{"error": {"code": 190}}')

    responses.remove(responses.GET, f"{BASE}/102290129340398")
    responses.add_callback(responses.GET, f"{BASE}/102290129340398", say)


@responses.activate
@pytest.mark.parametrize(
    ("taken", "kinds", "kept"),
    [
        ({OLD, NEW}, set(), OLD),
        ({OLD}, {"token rotation"}, OLD),
        ({NEW}, set(), ""),
        (set(), {"credentials"}, OLD),
    ],
    ids=["both", "newer refused", "older revoked", "none"],
)
def test_the_check_says_which_of_the_two_is_right(ours: Account, taken: set[str], kinds: set[str], kept: str) -> None:
    by_token(taken)
    health.check(ours, NOW)
    assert (open_kinds(), Account.objects.get().previous_access_token) == (kinds, kept)


@responses.activate
def test_the_rotations_incident_closes_itself_and_the_page_tells_each_state(ours: Account) -> None:
    def step() -> onboarding.Step:
        row = Account.objects.get()
        return onboarding.token(row, row.health)

    by_token({OLD})
    health.check(ours, NOW)
    assert (step().tone, "still in use" in step().words) == ("bad", True)
    by_token({OLD, NEW})
    health.check(ours, NOW)
    assert (open_kinds(), step().tone, "under way" in step().words) == (set(), "good", True)
    by_token({NEW})
    health.check(ours, NOW)
    assert step().words == "Meta accepts the token."


def test_saving_a_new_token_on_the_page_keeps_the_one_before_it(account: Account, client: Client) -> None:
    client.force_login(User.objects.create_superuser("boss"))
    before, url = account.access_token, f"/admin/whatsapp/account/{account.pk}/change/"
    form = {
        "name": "BM", "waba_id": account.waba_id, "app_id": "1", "api_version": "v25.0", "base_url": account.base_url,
        "mode": "live", "test_recipients": "[]", "region": "IN", "numbers-TOTAL_FORMS": 0, "numbers-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert client.post(url, form | {"access_token": NEW}).status_code == 302
    row = Account.objects.get()
    assert (row.access_token, row.previous_access_token) == (NEW, before)
    client.post(url, form)
    assert Account.objects.get().previous_access_token == before
    page = client.get(url).content.decode()
    assert (before in page, NEW in page) == (False, False)


def test_a_new_token_of_the_environment_keeps_the_one_that_stood_here(account: Account, settings: Any) -> None:
    before = account.access_token
    settings.WHATSAPP_ACCESS_TOKEN = NEW
    assert (make_account().access_token, make_account().previous_access_token) == (NEW, before)
    settings.WHATSAPP_ACCESS_TOKEN_PREVIOUS = OLD
    assert make_account().previous_access_token == OLD


def test_a_previous_token_that_was_saved_meanwhile_is_not_forgotten(ours: Account) -> None:
    stale = Account.objects.get()
    row = Account.objects.get()
    row.previous_access_token = "EAAanother"
    row.save()
    assert accounts.forget_previous_token(stale) is False
    assert Account.objects.get().previous_access_token == "EAAanother"
