"""Templates at Meta and in the code: pushed, pulled, compared, reported."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
import responses
from django.core.management import CommandError, call_command

from tests.factories.whatsapp import HOUR, NOW
from tests.whatsapp import doors
from tests.whatsapp.graph import BASE, error
from whatsapp import drift, template_sync
from whatsapp.models import Account, Incident, MessageTemplate

TEMPLATES = f"{BASE}/102290129340398/message_templates"
ALL = [doors.PLAN, doors.COOK, doors.OFFER]


def at_meta(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Every declared template as Meta would list it; `changes` by template name."""
    return [
        {
            "id": f"{template.name}-{language}", "name": template.name, "language": language, "status": "APPROVED",
            "category": template.category, "components": template.components(language),
            "quality_score": {"score": "GREEN"}, **changes.get(template.name, {}),
        }
        for template in ALL
        for language in template.bodies
    ]  # fmt: skip


def meta_lists(rows: list[dict[str, Any]]) -> None:
    responses.get(TEMPLATES, json={"data": rows})


def sync(account: Account, **how: bool) -> template_sync.Report:
    return template_sync.sync(account, NOW, **how)


def created() -> list[dict[str, Any]]:
    return [json.loads(call.request.body) for call in responses.calls if call.request.method == "POST"]


@responses.activate
def test_what_is_missing_is_submitted_with_its_examples(account: Account) -> None:
    meta_lists([])
    responses.post(TEMPLATES, json={"id": "1", "status": "PENDING", "category": "UTILITY"})
    report = sync(account)
    assert len(report.created) == 4
    body = next(body for body in created() if body["name"] == "cook_today")
    assert body == {
        "name": "cook_today", "language": "en", "category": "UTILITY", "parameter_format": "POSITIONAL",
        "components": doors.COOK.components("en"),
    }  # fmt: skip


@responses.activate
def test_every_page_of_metas_list_is_read(account: Account) -> None:
    rows = at_meta()
    for n, row in enumerate(rows):
        more = {"next": "https://graph.facebook.com/x"} if n < len(rows) - 1 else {}
        wanted = {"after": str(n)} if n else {}
        match = [responses.matchers.query_param_matcher({**wanted}, strict_match=False)] if n else []
        paging = {"cursors": {"after": str(n + 1)}, **more}
        responses.get(TEMPLATES, json={"data": [row], "paging": paging}, match=match)
    assert sync(account).ready is True
    assert MessageTemplate.objects.filter(status="APPROVED").count() == len(rows)


@responses.activate
def test_what_differs_is_told_in_words_and_opens_an_incident_that_closes_itself(account: Account) -> None:
    meta_lists(at_meta(cook_today={"components": [{"type": "BODY", "text": "Other words {{1}} here."}]}))
    report = sync(account)
    assert report.drifted["cook_today (en)"][0].startswith("the body is “Other words {{1}} here.” at Meta")
    assert (report.ready, Incident.objects.get().kind) == (False, "template drift")
    responses.reset()
    meta_lists(at_meta())
    assert sync(account).ready is True
    assert Incident.objects.get().closed_at == NOW


@responses.activate
def test_an_edit_is_pushed_only_when_asked(account: Account) -> None:
    rows = at_meta(cook_today={"components": [{"type": "BODY", "text": "Other words {{1}} here."}]})
    meta_lists(rows)
    responses.post(f"{BASE}/cook_today-en", json={"success": True})
    assert sync(account).edited == []
    assert sync(account, edit=True).edited == ["cook_today (en)"]
    assert created() == [{"components": doors.COOK.components("en")}]


@responses.activate
def test_a_category_that_meta_changed_is_told(account: Account) -> None:
    meta_lists(at_meta(cook_today={"category": "MARKETING"}))
    assert sync(account).recategorised == ["cook_today (en): MARKETING at Meta, UTILITY in the code"]
    assert Incident.objects.get().kind == "template category"


@responses.activate
@pytest.mark.parametrize(
    ("status", "part"), [("PENDING", "waiting"), ("PAUSED", "waiting"), ("REJECTED", "not_sendable")]
)
def test_what_cannot_be_sent_yet_is_told(account: Account, status: str, part: str) -> None:
    meta_lists(at_meta(cook_today={"status": status}))
    report = sync(account)
    assert (getattr(report, part), report.ready) == ([f"cook_today (en): {status.lower()}"], False)


@responses.activate
def test_a_template_that_exists_already_is_as_good_as_created(account: Account) -> None:
    meta_lists([])
    responses.post(TEMPLATES, json=error(100, error_subcode=2388024), status=400)
    report = sync(account)
    assert (len(report.created), report.errors) == (4, [])


@responses.activate
def test_a_refusal_of_one_template_does_not_keep_the_others_from_it(account: Account) -> None:
    meta_lists([row for row in at_meta() if row["name"] != "cook_today"])
    responses.post(TEMPLATES, json=error(100, "Invalid parameter", error_user_msg="Too long."), status=400)
    report = sync(account)
    assert report.errors == ["cook_today (en): Meta calls a parameter invalid. Invalid parameter"]
    assert MessageTemplate.objects.count() == 3


@responses.activate
def test_a_template_that_meta_no_longer_lists_is_deleted_here_too(account: Account) -> None:
    MessageTemplate.objects.create(account=account, name="old", language="en", status="APPROVED")
    meta_lists(at_meta())
    sync(account)
    assert MessageTemplate.objects.get(name="old").status == "DELETED"


@responses.activate
def test_an_account_that_cannot_be_read_has_an_incident_and_the_next_sync_closes_it(account: Account) -> None:
    responses.get(TEMPLATES, json=error(190), status=401)
    assert template_sync.sync_all(NOW)[0].errors == ["The access token has expired or was revoked."]
    assert Incident.objects.get().kind == "template sync"
    responses.reset()
    meta_lists(at_meta())
    template_sync.sync_all(NOW + HOUR)
    assert Incident.objects.get().closed_at == NOW + HOUR


@responses.activate
def test_the_command_reports_for_people_and_for_programs_and_a_dry_run_changes_nothing(account: Account) -> None:
    meta_lists(at_meta()[:-1])
    said = StringIO()
    call_command("sync_templates", "--dry-run", stdout=said)
    assert said.getvalue() == (
        "BetterMeals: not every declared template can be sent yet\n  missing at Meta: festival_offer (en)\n"
    )
    said = StringIO()
    call_command("sync_templates", "--dry-run", "--json", stdout=said)
    assert json.loads(said.getvalue())[0]["missing"] == ["festival_offer (en)"]
    assert (created(), MessageTemplate.objects.count()) == ([], 0)


def test_the_command_says_when_meta_cannot_be_reached(account: Account) -> None:
    with pytest.raises(CommandError, match="BetterMeals: Meta could not be reached"):
        call_command("sync_templates")


def test_outer_white_space_and_examples_are_no_difference() -> None:
    theirs = [{**part, "text": f" {part.get('text', '')}\n"} if part["type"] == "BODY" else part
              for part in doors.PLAN.components("en")]  # fmt: skip
    theirs = [{k: v for k, v in part.items() if k != "example"} for part in theirs]
    assert drift.differences(doors.PLAN, "en", theirs) == []
