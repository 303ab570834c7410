"""The steps of connecting an account: each is done, or says what is wrong and how to repair it."""

from __future__ import annotations

from typing import Any

import pytest
import responses
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.whatsapp import MINUTE, NOW, approve, make_account
from tests.whatsapp import doors
from tests.whatsapp.test_health import meta_says
from whatsapp import health, onboarding
from whatsapp.models import Account, PhoneNumber

pytestmark = pytest.mark.django_db
URL = "http://testserver/api/v1/whatsapp/webhook"
WELL = {"is_pin_enabled": True, "webhook_configuration": {"application": URL}}


def judged(account: Account, **said: Any) -> dict[str, onboarding.Step]:
    """The steps after a check in which Meta said so, by title."""
    meta_says(number={**WELL, **said.pop("number", {})}, **said)
    health.check(account, NOW)
    account.refresh_from_db()
    return {step.title: step for step in onboarding.steps(account, NOW)}


@pytest.fixture
def ours() -> Account:
    account = make_account(app_id="1", webhooks_seen_at=NOW - MINUTE)
    for template in doors.CATALOGUE:
        approve(template)
    return account


@responses.activate
def test_a_connected_account_has_every_step_done(ours: Account) -> None:
    found = judged(ours)
    assert {title: step.words for title, step in found.items() if step.tone != "good"} == {}
    assert "tier TIER_2K" in found["Register +91 80 4718 2000"].words


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"scopes": ["whatsapp_business_messaging"]}, "Scopes of the token", "Missing: whatsapp_business_management."),
    ({"app_id": "999"}, "Create the app", "The token belongs to another app, 999."),
    ({"apps": 0}, "Subscribe the account", "No app is."),
    ({"number": {"platform_type": "NOT_APPLICABLE"}}, "Register +91 80 4718 2000",
     "The number is not registered on the Cloud API."),
    ({"number": {"webhook_configuration": {"application": URL, "phone_number": "https://elsewhere.example/x"}}},
     "Webhook of +91 80 4718 2000",
     f"Meta sends to https://elsewhere.example/x; expected is {URL}."),
]  # fmt: skip


@responses.activate
@pytest.mark.parametrize(("said", "title", "words"), WRONG, ids=[case[1] for case in WRONG])
def test_what_is_wrong_says_why_and_how_to_repair_it(
    ours: Account, said: dict[str, Any], title: str, words: str
) -> None:
    step = judged(ours, **said)[title]
    assert (step.tone, step.words) == ("bad", words)
    assert step.fix
    assert judged(ours)[title].tone == "good"


@responses.activate
def test_a_number_whose_status_meta_does_not_tell_is_open_neither_done_nor_wrong(ours: Account) -> None:
    step = judged(ours, number={"status": ""})["Register +91 80 4718 2000"]
    assert (step.state, step.words.split(" · ")[0], step.fix) == ("open", "not known yet", "Press “Check now”.")


@responses.activate
def test_a_missing_pin_is_a_warning(ours: Account) -> None:
    assert judged(ours, number={"is_pin_enabled": False})["PIN of +91 80 4718 2000"].tone == "warn"


@pytest.mark.parametrize("field", ["access_token", "app_secret", "verify_token"])
def test_a_missing_credential_is_found_without_asking_meta(ours: Account, field: str) -> None:
    before = sum(step.tone == "bad" for step in onboarding.steps(ours, NOW))
    setattr(ours, field, "")
    assert sum(step.tone == "bad" for step in onboarding.steps(ours, NOW)) == before + 1


def test_an_account_that_was_never_checked_is_open_not_wrong(ours: Account) -> None:
    Account.objects.filter(pk=ours.pk).update(checked_at=None, health={})
    ours.refresh_from_db()
    tones = {step.title: step.tone for step in onboarding.steps(ours, NOW)}
    assert tones["System user and token"] == tones["Scopes of the token"] == tones["Subscribe the account"] == "warn"


def test_templates_that_are_not_approved_are_counted(ours: Account) -> None:
    approve(doors.COOK, status="REJECTED")
    step = next(step for step in onboarding.steps(ours, NOW) if step.title == "Templates")
    assert (step.tone, step.words) == ("bad", "3 of 4 are approved.")


def test_the_app_id_of_the_environment_reaches_the_account_and_an_empty_one_erases_nothing(
    settings: Any, ours: Account
) -> None:
    assert make_account().app_id == "1"
    settings.WHATSAPP_APP_ID = "77"
    assert make_account().app_id == "77"


def test_the_page_shows_the_steps_and_costs_the_same_with_one_number_and_with_three(
    ours: Account, client: Client
) -> None:
    client.force_login(User.objects.create_superuser("boss"))
    counts = []
    for more in (0, 2):
        for n in range(more):
            PhoneNumber.objects.create(account=ours, phone_number_id=f"9{n}")
        with CaptureQueriesContext(connection) as queries:
            onboarding.steps(ours, NOW)
        counts.append(len(queries))
    html = client.get(f"/admin/whatsapp/account/{ours.pk}/change/").content.decode()
    assert counts[0] == counts[1] <= 4
    assert "Set-up, step by step" in html
    assert ours.access_token not in html
