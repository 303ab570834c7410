"""A number's page explains its connection: each line done, open or wrong, with the fix."""

from __future__ import annotations

import re
from typing import Any

import pytest
import responses
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.whatsapp import DAY, HOUR, MINUTE, NOW, make_account, make_contact, queue_text
from tests.whatsapp.test_health import BLOCKED, meta_says
from whatsapp import accounts, health, number_status, onboarding
from whatsapp.models import Account, Incident, Message, PhoneNumber
from whatsapp.onboarding import Step

pytestmark = pytest.mark.django_db
URL = "http://testserver/api/v1/whatsapp/webhook"
ADDRESS = {"webhook_configuration": {"application": URL}}


@pytest.fixture
def ours() -> Account:
    return make_account(app_id="1", webhooks_seen_at=NOW - MINUTE)


def read() -> PhoneNumber:
    rows = onboarding.with_last_send(PhoneNumber.objects.select_related("account"))
    return rows.order_by("pk")[0]


def judged(account: Account, **said: Any) -> dict[str, Step]:
    """The lines after a check in which Meta said so, by title."""
    meta_says(number={**ADDRESS, **said.pop("number", {})}, **said)
    health.check(account, NOW)
    return {line.title: line for line in number_status.lines(read(), NOW)}


def sent(at: Any = NOW - HOUR, **fields: Any) -> Message:
    message = queue_text(make_contact(wrote_at=NOW))
    Message.objects.filter(pk=message.pk).update(**({"status": "delivered", "created_at": at, "sent_at": at} | fields))
    return message


@responses.activate
def test_a_well_number_says_everything_and_nothing_is_wrong(ours: Account) -> None:
    sent()
    found = judged(ours)
    assert {title: line.words for title, line in found.items()} == {
        "Last check": "0\xa0minutes ago",
        "System user and token": "Meta accepts the token.",
        "Scopes of the token": "whatsapp_business_messaging, whatsapp_business_management",
        "Meta's verdict (health_status)": "AVAILABLE",
        "Status": "CONNECTED",
        "Quality": "GREEN",
        "Tier": "TIER_2K",
        "Throughput": "STANDARD: 80 messages a second",
        "Display name": "BetterMeals",
        "Webhook address": URL,
        "Last webhook": "1\xa0hour ago",
        "Last successful send": "1\xa0hour ago",
    }
    assert {line.tone for line in found.values()} == {"good"}


WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    ({"number": {"status": "BANNED"}}, "Status", "bad", "BANNED"),
    ({"number": {"quality_rating": "RED"}}, "Quality", "bad", "RED"),
    ({"number": {"quality_rating": "YELLOW"}}, "Quality", "warn", "YELLOW"),
    ({"number": {"health_status": BLOCKED}}, "Meta's verdict (health_status)", "bad",
     "BLOCKED · Not verified. Verify it."),
    ({"number": {"webhook_configuration": {"phone_number": "https://x.example/"}}}, "Webhook address", "bad",
     f"Meta sends to https://x.example/; expected is {URL}."),
    ({"scopes": ["whatsapp_business_messaging"]}, "Scopes of the token", "bad",
     "Missing: whatsapp_business_management."),
    ({"number": {"throughput": {"level": "HIGH"}}}, "Throughput", "good", "HIGH: 1000 messages a second"),
]  # fmt: skip


@responses.activate
@pytest.mark.parametrize(("said", "title", "tone", "words"), WRONG)
def test_what_is_wrong_is_on_its_line(ours: Account, said: dict[str, Any], title: str, tone: str, words: str) -> None:
    line = judged(ours, **said)[title]
    assert (line.tone, line.words, bool(line.fix)) == (tone, words, tone == "bad")


@responses.activate
def test_open_incidents_of_the_number_and_its_account_stand_below(ours: Account) -> None:
    found = judged(ours, number={"quality_rating": "RED"}, apps=0)
    assert [title for title in found if title.startswith("Incident")] == ["Incident: quality", "Incident: subscription"]
    Incident.objects.create(
        account=ours, kind="number", subject="of another", detail="x", opened_at=NOW, last_seen_at=NOW
    )
    assert "Incident: number" not in {line.title for line in number_status.lines(read(), NOW)}


def test_a_number_that_nobody_checked_is_open_not_wrong(ours: Account) -> None:
    Account.objects.update(webhooks_seen_at=None)
    tones = {line.title: line.tone for line in number_status.lines(read(), NOW)}
    assert {title for title, tone in tones.items() if tone == "bad"} == set()
    assert {"Last check", "Last webhook", "Last successful send", "Webhook address"} <= {
        title for title, tone in tones.items() if tone == "warn"
    }


@responses.activate
def test_a_check_that_is_hours_old_asks_about_beat(ours: Account) -> None:
    judged(ours)
    line = number_status.lines(read(), NOW + 2 * HOUR)[0]
    assert (line.tone, "beat" in line.fix) == ("warn", True)


def test_a_status_that_meta_has_not_told_is_open_and_not_done(ours: Account) -> None:
    PhoneNumber.objects.update(status="")
    line = next(line for line in number_status.lines(read(), NOW) if line.title == "Status")
    assert (line.state, line.words, line.fix) == (
        "open",
        "not known yet",
        "On the account's page press “Check now”.",
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"status": ""}, "not known yet"), ({"status": "CONNECTED"}, "connected"), ({"status": "BANNED"}, "banned"),
     ({"answers_only_until": NOW}, "answers only"), ({"status": "", "paused_reason": "x"}, "paused")],
)  # fmt: skip
def test_the_list_says_of_each_number_how_it_stands(
    ours: Account, admin_client: Client, fields: dict[str, Any], words: str
) -> None:
    PhoneNumber.objects.update(**fields)
    page = admin_client.get("/admin/whatsapp/phonenumber/").content.decode()
    said = page.split('class="field-standing')[1].split("</td>")[0]
    assert re.sub(r"<[^>]+>", " ", said.partition(">")[2]).split() == words.split()


def test_a_paused_number_says_why(ours: Account) -> None:
    accounts.pause_number(PhoneNumber.objects.get(), "The token ended.", NOW)
    line = next(line for line in number_status.lines(read(), NOW) if line.title == "Status")
    assert (line.tone, line.words) == ("bad", "The token ended.")


@pytest.mark.parametrize(
    ("status", "counts"), [("read", True), ("accepted", True), ("failed", False), ("unknown", False)]
)
def test_only_what_meta_took_is_the_last_successful_send(ours: Account, status: str, counts: bool) -> None:
    sent(NOW - 2 * DAY)
    sent(NOW - HOUR, status=status)
    assert read().last_sent == (NOW - HOUR if counts else NOW - 2 * DAY)  # type: ignore[attr-defined]


def test_the_page_and_the_list_show_it_at_the_same_cost_for_one_and_three(ours: Account, admin_client: Client) -> None:
    costs = []
    for more in (0, 2):
        for n in range(more):
            PhoneNumber.objects.create(account=ours, phone_number_id=f"9{n}")
        with CaptureQueriesContext(connection) as queries:
            admin_client.get("/admin/whatsapp/phonenumber/")
        costs.append(len(queries))
    page = admin_client.get(f"/admin/whatsapp/phonenumber/{read().pk}/change/").content.decode()
    assert (costs[0], "Connection of this number" in page, ours.access_token in page) == (costs[1], True, False)


@responses.activate
def test_that_the_account_hears_is_no_proof_for_a_number(ours: Account) -> None:
    line = judged(ours)["Last webhook"]
    assert (line.tone, line.words) == ("warn", "None of this number yet; the account's last came 1\xa0minute ago.")
