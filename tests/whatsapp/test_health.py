"""Each problem of an account is an incident with a fix, opened once, closed by the check that finds it gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import responses

from tests.factories.whatsapp import DAY, HOUR, MINUTE, NOW, make_account, make_contact, queue_text
from tests.whatsapp.graph import BASE, error
from whatsapp import health, tasks
from whatsapp.models import Account, Incident, Message, PhoneNumber, SendAttempt

WELL = {"can_send_message": "AVAILABLE", "entities": []}
NUMBER = {
    "id": "106540352242922", "display_phone_number": "+91 80 4718 2000", "verified_name": "BetterMeals",
    "status": "CONNECTED", "quality_rating": "GREEN", "platform_type": "CLOUD_API", "throughput": {"level": "STANDARD"},
    "whatsapp_business_manager_messaging_limit": "TIER_2K", "health_status": WELL,
}  # fmt: skip


def meta_says(
    account: dict[str, Any] | None = None, number: dict[str, Any] | None = None, apps: int = 1, **token: Any
) -> None:
    responses.reset()
    waba = f"{BASE}/102290129340398"
    responses.get(waba, json={"id": "102290129340398", "name": "BM", "health_status": WELL, **(account or {})})
    responses.get(f"{waba}/phone_numbers", json={"data": [{**NUMBER, **(number or {})}]})
    responses.get(f"{waba}/subscribed_apps", json={"data": [{"id": "1"}] * apps})
    scopes = ["whatsapp_business_messaging", "whatsapp_business_management"]
    found = {"is_valid": True, "expires_at": 0, "scopes": scopes, **token}
    responses.get(f"{BASE}/debug_token", json={"data": found})


def open_kinds() -> set[str]:
    return set(Incident.objects.filter(closed_at=None).values_list("kind", flat=True))


@pytest.fixture
def ours(db: Any) -> Account:
    return make_account(app_id="1")


@responses.activate
@pytest.mark.parametrize(("code", "status"), [(2, 503), (4, 400), (80007, 400), (131016, 503)])
def test_a_limit_or_an_overload_is_no_alarm_about_credentials(ours: Account, code: int, status: int) -> None:
    responses.get(f"{BASE}/102290129340398", json=error(code), status=status)
    found = health.check(ours, NOW)
    assert (open_kinds(), found["account"]["ok"]) == (set(), False)


@responses.activate
def test_a_healthy_account_has_no_incident_and_its_number_is_known(ours: Account) -> None:
    meta_says()
    health.check(ours, NOW)
    number = PhoneNumber.objects.get()
    assert (open_kinds(), number.status, number.messaging_limit) == (set(), "CONNECTED", "TIER_2K")
    ours.refresh_from_db()
    assert (ours.checked_at, ours.health["account"]["ok"]) == (NOW, True)


BLOCKED = {
    "can_send_message": "BLOCKED",
    "entities": [{"entity_type": "BUSINESS", "errors": [
        {"error_code": 141010, "error_description": "Not verified.", "possible_solution": "Verify it."}]}],
}  # fmt: skip
PROBLEMS: dict[str, dict[str, Any]] = {
    "account health": {"account": {"health_status": BLOCKED}},
    "number": {"number": {"status": "BANNED"}},
    "quality": {"number": {"quality_rating": "RED"}},
    "subscription": {"apps": 0},
    "token": {"is_valid": False},
    "webhook address": {"number": {"webhook_configuration": {"application": "https://elsewhere.example/x"}}},
}


@responses.activate
@pytest.mark.parametrize("kind", PROBLEMS)
def test_a_problem_opens_one_incident_and_the_next_good_check_closes_it(ours: Account, kind: str) -> None:
    for _ in range(2):
        meta_says(**PROBLEMS[kind])
        health.check(ours, NOW)
    incident = Incident.objects.get()
    assert (incident.kind, incident.closed_at, bool(incident.detail), bool(incident.fix)) == (kind, None, True, True)
    meta_says()
    health.check(ours, NOW + HOUR)
    incident.refresh_from_db()
    assert incident.closed_at == NOW + HOUR


@responses.activate
@pytest.mark.parametrize(
    ("token", "words"),
    [({"expires_at": int((NOW + 3 * DAY).timestamp())}, "expires on 24 Nov 2026"),
     ({"scopes": ["whatsapp_business_messaging"]}, "lacks whatsapp_business_management"),
     ({"app_id": "999"}, "belongs to another app (999)")],
)  # fmt: skip
def test_a_token_that_ends_soon_or_may_too_little_is_told_in_time(
    ours: Account, token: dict[str, Any], words: str
) -> None:
    meta_says(**token)
    health.check(ours, NOW)
    assert words in Incident.objects.get().detail


@responses.activate
def test_an_unregistered_number_says_so(ours: Account) -> None:
    meta_says(number={"platform_type": "NOT_APPLICABLE"})
    health.check(ours, NOW)
    assert Incident.objects.get().detail == "The number is not registered on the Cloud API."


@responses.activate
@pytest.mark.parametrize(
    ("said", "detail"),
    [({}, ""), ({"platform_type": "NOT_APPLICABLE"}, "The number is not registered on the Cloud API."),
     ({"health_status": BLOCKED}, "Not verified. Verify it.")],
)  # fmt: skip
def test_a_status_that_meta_does_not_tell_is_no_problem_and_hides_none(
    ours: Account, said: dict[str, Any], detail: str
) -> None:
    meta_says(number={"status": "", **said})
    health.check(ours, NOW)
    assert [incident.detail for incident in Incident.objects.all()] == ([detail] if detail else [])


HERE = "http://testserver/api/v1/whatsapp/webhook"
ADDRESSES: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"application": HERE}, ""),
    ({"application": "https://old.example/x", "whatsapp_business_account": HERE}, ""),
    ({"application": HERE, "whatsapp_business_account": "https://old.example/x"}, "(set at the account)"),
    ({"whatsapp_business_account": HERE, "phone_number": "https://old.example/x"}, "(set at the number)"),
]


@responses.activate
@pytest.mark.parametrize(("configured", "words"), ADDRESSES)
def test_the_nearest_webhook_address_counts(ours: Account, configured: dict[str, str], words: str) -> None:
    meta_says(number={"webhook_configuration": configured})
    health.check(ours, NOW)
    found = Incident.objects.first()
    assert (words in found.detail) if found and words else (found is None and words == "")


@responses.activate
def test_a_number_that_meta_no_longer_lists_is_told_until_it_is_back(ours: Account) -> None:
    meta_says(number={"id": "555"})
    health.check(ours, NOW)
    incident = Incident.objects.get()
    assert (incident.kind, incident.subject) == ("number", NUMBER["id"])
    assert "without" in incident.detail
    meta_says()
    health.check(ours, NOW)
    assert "555" in Incident.objects.get(closed_at=None).subject


@responses.activate
def test_numbers_that_the_token_may_not_read_are_an_incident(ours: Account) -> None:
    meta_says()
    responses.replace(responses.GET, f"{BASE}/102290129340398/phone_numbers", json=error(200), status=403)
    health.check(ours, NOW)
    assert open_kinds() == {"numbers"}
    meta_says()
    health.check(ours, NOW)
    assert open_kinds() == set()


@responses.activate
def test_a_wrong_app_secret_is_an_incident_of_its_own(ours: Account) -> None:
    meta_says()
    responses.replace(responses.GET, f"{BASE}/debug_token", json=error(190), status=401)
    health.check(ours, NOW)
    assert open_kinds() == {"app secret"}
    meta_says()
    health.check(ours, NOW)
    assert open_kinds() == set()


@responses.activate
@pytest.mark.parametrize(
    ("statuses", "silent"),
    [(["accepted"] * 3, True), (["accepted", "accepted"], False), (["delivered", "accepted", "accepted"], False)],
)
def test_one_deaf_number_is_noticed_while_the_accounts_other_webhooks_come(
    ours: Account, statuses: list[str], silent: bool
) -> None:
    person, sent = make_contact(wrote_at=NOW), NOW - timedelta(minutes=30)
    for status in statuses:
        Message.objects.filter(pk=queue_text(person).pk).update(status=status, created_at=sent)
    Account.objects.update(webhooks_seen_at=NOW)
    ours.refresh_from_db()
    meta_says()
    health.check(ours, NOW)
    found = list(Incident.objects.filter(closed_at=None).values_list("kind", "subject"))
    assert found == ([("webhook silence", NUMBER["id"])] if silent else [])


@responses.activate
def test_metas_limited_verdict_is_kept_with_its_reason(ours: Account) -> None:
    entities = [{"entity_type": "BUSINESS", "can_send_message": "LIMITED", "additional_info": ["Verify the business."]}]
    meta_says(number={"health_status": {"can_send_message": "LIMITED", "entities": entities}})
    row = health.check(ours, NOW)["numbers"][0]
    assert (row["sending"], row["limits"], open_kinds()) == ("LIMITED", "Verify the business.", set())


def test_a_network_that_is_down_is_not_a_dead_token(ours: Account) -> None:
    health.check(ours, NOW)  # nobody answers at the address of a test run
    assert open_kinds() == {"unreachable"}


@responses.activate
def test_a_dead_token_is_told_by_metas_answer(ours: Account) -> None:
    responses.get(f"{BASE}/102290129340398", json=error(190), status=401)
    health.check(ours, NOW)
    assert open_kinds() == {"credentials"}
    assert "token" in Incident.objects.get().fix


@responses.activate
def test_a_paused_number_with_nothing_to_send_is_resumed_after_a_while(ours: Account) -> None:
    PhoneNumber.objects.update(paused_reason="x", paused_at=NOW)
    meta_says()
    health.check(ours, NOW + MINUTE)
    assert PhoneNumber.objects.get().paused_reason == "x"
    health.check(ours, NOW + 3 * MINUTE)
    assert PhoneNumber.objects.get().paused_reason == ""


@responses.activate
def test_a_paused_number_lets_a_message_go_ahead_after_a_while_and_what_waits_is_due(ours: Account) -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    Message.objects.update(not_before=NOW + HOUR, error_code=190)
    PhoneNumber.objects.update(paused_reason="x", paused_at=NOW)
    meta_says()
    health.check(ours, NOW + MINUTE)
    assert PhoneNumber.objects.get().probing is False
    health.check(ours, NOW + 3 * MINUTE)
    message.refresh_from_db()
    number = PhoneNumber.objects.get()
    assert (number.paused_reason, number.probing, message.not_before) == ("x", True, NOW + 3 * MINUTE)


@responses.activate
def test_a_number_that_is_still_ill_stays_paused(ours: Account) -> None:
    PhoneNumber.objects.update(paused_reason="x", paused_at=NOW)
    meta_says(number={"health_status": BLOCKED})
    health.check(ours, NOW + HOUR)
    assert PhoneNumber.objects.get().paused_reason == "x"


@responses.activate
@pytest.mark.parametrize(("heard", "silent"), [(None, True), (NOW - 2 * HOUR, True), (NOW - MINUTE, False)])
def test_webhooks_that_stopped_coming_are_noticed(ours: Account, heard: Any, silent: bool) -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    sent = NOW - timedelta(minutes=30)
    SendAttempt.objects.create(message=message, started_at=sent, finished_at=sent, outcome="accepted")
    Account.objects.update(webhooks_seen_at=heard)
    ours.refresh_from_db()
    meta_says()
    health.check(ours, NOW)
    assert ("webhook silence" in open_kinds()) is silent


def test_the_tasks_run_on_an_empty_database_and_twice(db: Any) -> None:
    for task in (tasks.deliver, tasks.process_webhooks, tasks.sweep, tasks.fetch_media, tasks.mark_read,
                 tasks.sync_templates, tasks.check_health):  # fmt: skip
        task(from_a_newer_deployment=True)
        task()
    assert Incident.objects.count() == 0
