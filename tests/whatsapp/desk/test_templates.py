"""Templates written in the back office: Meta's rules while typing, submitted once, versions, history, use."""

from __future__ import annotations

import json
from typing import Any

import pytest
import responses
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from tests.factories.whatsapp import DAY, NOW, approve, change, make_contact, post, queue_text
from tests.households.admin_pages import queries
from tests.whatsapp import doors
from tests.whatsapp.desk.conftest import make_staff
from tests.whatsapp.graph import BASE, error
from whatsapp import drafts, library, receiving, template_story
from whatsapp.models import Account, Message, MessageTemplate, TemplateDraft, TemplateEvent
from whatsapp.template_rules import findings

TEMPLATES = f"{BASE}/102290129340398/message_templates"
WRITE = "/admin/whatsapp/messagetemplate/write/"
GOOD: dict[str, Any] = {
    "category": "UTILITY", "header": "Kitchen closed", "body": "Hello {{1}}, the kitchen is closed on {{2}} this week.",
    "footer": "BetterMeals", "name_1": "name", "example_1": "Asha", "name_2": "Day of week", "example_2": "Thursday",
    "label_0": "OK", "type_0": "QUICK_REPLY",
}  # fmt: skip


@pytest.fixture
def draft(account: Account, ravi: Any) -> TemplateDraft:
    return drafts.begin(account, "kitchen_closed", "en", "UTILITY", ravi[0], NOW)


def page(draft: TemplateDraft, name: str = "editor") -> str:
    return reverse(f"admin:whatsapp_template_{name}", args=[draft.pk])


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def told() -> list[str]:
    return list(TemplateEvent.objects.order_by("id").values_list("what", flat=True))


def taken(**also: Any) -> None:
    responses.post(TEMPLATES, json={"id": "77", "status": "PENDING", "category": "UTILITY", **also})


def posts() -> list[dict[str, Any]]:
    return [json.loads(call.request.body) for call in responses.calls if call.request.method == "POST"]


def test_a_template_is_begun_from_the_list(boss: Client, account: Account) -> None:
    answer = boss.post(WRITE, {"name": "kitchen_closed", "language": "hi", "category": "MARKETING"})
    made = TemplateDraft.objects.get()
    assert answer["Location"] == page(made)
    assert (made.name, made.language, made.category) == ("kitchen_closed", "hi", "MARKETING")
    assert "kitchen_closed (hi)" in boss.get("/admin/whatsapp/messagetemplate/").content.decode()


@pytest.mark.parametrize(("name", "words"), [("Kitchen closed", "A name holds"), ("cook_today", "exists already")])
def test_a_name_that_meta_would_refuse_or_that_is_taken_is_refused_first(
    boss: Client, account: Account, name: str, words: str
) -> None:
    assert words in said(boss.post(WRITE, {"name": name, "language": "en"}))[0]
    assert TemplateDraft.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ({"body": "{{1}} is the first word of this one"}, "body"),
        ({"body": "This one ends with {{1}}"}, "body"),
        ({"body": "Two variables {{1}}{{2}} touch each other here and there"}, "body"),
        ({"body": "Hello {{1}} and {{3}} of the house, good day to you"}, "body"),
        ({"body": "x" * 1025}, "body"),
        ({"body": ""}, "body"),
        ({"header": "x" * 61}, "header"),
        ({"header": "*Bold*"}, "header"),
        ({"header": "Hello 👋"}, "header"),
        ({"footer": "x" * 61}, "footer"),
        ({"footer": "Hello {{1}}"}, "footer"),
        ({"example_2": ""}, "examples"),
        ({"label_0": "x" * 26}, "buttons"),
        ({"label_0": "Yes 👍"}, "buttons"),
        ({"label_0": "Look", "type_0": "URL", "url_0": "https://bit.ly/x"}, "buttons"),
        ({"label_0": "Look", "type_0": "URL", "url_0": "example.com"}, "buttons"),
    ],
)
def test_each_rule_that_is_broken_is_named_while_typing_and_stops_it(
    boss: Client, draft: TemplateDraft, typed: dict[str, str], part: str
) -> None:
    answer = boss.post(page(draft, "check"), {**GOOD, **typed}).json()
    assert answer["stopped"] is True
    assert "✗" in answer["rules"]
    assert drafts.save(draft, _read({**GOOD, **typed}), NOW)
    assert part in {finding.part for finding in findings(draft)}


def _read(form: dict[str, Any]) -> dict[str, Any]:
    from django.http import QueryDict

    from whatsapp.admin.template_editor import read

    data = QueryDict(mutable=True)
    data.update(form)
    return read(data)


def test_what_keeps_the_rules_is_drawn_with_its_examples_and_nothing_is_kept(
    boss: Client, draft: TemplateDraft
) -> None:
    answer = boss.post(page(draft, "check"), GOOD).json()
    assert (answer["stopped"], answer["count"]) == (False, 2)
    assert "Hello Asha, the kitchen is closed on Thursday this week." in answer["phone"]
    assert TemplateDraft.objects.get().body == ""


def test_words_that_sell_bring_advice_but_do_not_stop(boss: Client, draft: TemplateDraft) -> None:
    answer = boss.post(page(draft, "check"), {**GOOD, "header": "20% off this week"}).json()
    assert (answer["stopped"], "reads like marketing" in answer["rules"]) == (False, True)


@responses.activate
def test_a_template_is_submitted_and_can_be_sent_once_meta_approves_it(
    boss: Client, draft: TemplateDraft, account: Account
) -> None:
    taken()
    answer = boss.post(page(draft), {**GOOD, "act": "submit"})
    row = MessageTemplate.objects.get()
    assert answer["Location"] == reverse("admin:whatsapp_messagetemplate_change", args=[row.pk])
    assert posts() == [
        {
            "name": "kitchen_closed", "language": "en", "category": "UTILITY", "parameter_format": "POSITIONAL",
            "components": [
                {"type": "HEADER", "format": "TEXT", "text": "Kitchen closed"},
                {"type": "BODY", "text": GOOD["body"], "example": {"body_text": [["Asha", "Thursday"]]}},
                {"type": "FOOTER", "text": "BetterMeals"},
                {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "OK"}]},
            ],
        }
    ]  # fmt: skip
    assert (row.status, told()) == ("PENDING", ["submitted as utility", "status: pending"])
    event = {"event": "APPROVED", "message_template_id": 77, "message_template_name": "kitchen_closed",
             "message_template_language": "en", "reason": "NONE"}  # fmt: skip
    post(change(event, "message_template_status_update"))
    receiving.process_pending(NOW)
    assert told()[-1] == "status: pending → approved"
    assert library.sendable(account.pk)["kitchen_closed"].variables == ("name", "day_of_week")


@responses.activate
def test_a_template_that_breaks_a_rule_never_reaches_meta(boss: Client, draft: TemplateDraft) -> None:
    words = said(boss.post(page(draft), {**GOOD, "body": "Ends with {{1}}", "act": "submit"}))
    assert ("Not submitted" in words[0], len(responses.calls)) == (True, 0)
    assert TemplateDraft.objects.get().body == "Ends with {{1}}"


@responses.activate
def test_what_meta_refuses_stays_a_draft_with_the_reason(boss: Client, draft: TemplateDraft) -> None:
    responses.post(TEMPLATES, json=error(2388299, "Variables can't be at the edge."), status=400)
    words = said(boss.post(page(draft), {**GOOD, "act": "submit"}))
    draft.refresh_from_db()
    assert ("Not submitted" in words[0], draft.status, bool(draft.error)) == (True, "draft", True)


@responses.activate
@pytest.mark.parametrize("arrived", [True, False])
def test_when_the_answer_was_lost_meta_is_asked_and_nothing_goes_twice(
    boss: Client, draft: TemplateDraft, arrived: bool
) -> None:
    responses.post(TEMPLATES, body="<html>", status=502)
    held = [{"id": "77", "name": "kitchen_closed", "language": "en", "status": "PENDING", "category": "UTILITY"}]
    responses.get(TEMPLATES, json={"data": held if arrived else []})
    boss.post(page(draft), {**GOOD, "act": "submit"})
    draft.refresh_from_db()
    assert (len(posts()), draft.status) == (1, "submitted" if arrived else "draft")


@responses.activate
def test_a_submission_that_died_in_the_middle_is_asked_about_by_hand(boss: Client, draft: TemplateDraft) -> None:
    TemplateDraft.objects.update(status="submitting", body=GOOD["body"], variables=["a", "b"], examples=["x", "y"])
    assert "Look again at Meta" in boss.get(page(draft)).content.decode()
    responses.get(
        TEMPLATES, json={"data": [{"id": "1", "name": "kitchen_closed", "language": "en", "status": "PENDING"}]}
    )
    boss.post(page(draft), {"act": "ask"})
    draft.refresh_from_db()
    assert (draft.status, MessageTemplate.objects.get().status) == ("submitted", "PENDING")


def test_a_new_version_has_the_words_of_the_old_and_a_name_of_its_own(boss: Client, account: Account) -> None:
    row = next(row for row in approve(doors.PLAN) if row.language == "en")
    boss.post(WRITE, {"of": row.pk})
    made = TemplateDraft.objects.get()
    assert (made.name, made.variables, made.examples) == ("week_ready_v2", ["name", "week"], ["Asha", "23–29 Nov"])
    assert (made.body, made.header, [b["text"] for b in made.buttons]) == (
        doors.PLAN.bodies["en"].body,
        "Your week",
        ["Approve", "Change", "See"],
    )
    boss.post(WRITE, {"of": row.pk})
    assert sorted(TemplateDraft.objects.values_list("version", flat=True)) == [2, 3]


def test_another_language_keeps_the_name(boss: Client, account: Account) -> None:
    row = approve(doors.COOK)[0]
    boss.post(WRITE, {"of": row.pk, "language": "ta"})
    made = TemplateDraft.objects.get()
    assert (made.name, made.language) == ("cook_today", "ta")


@pytest.mark.parametrize(
    ("name", "parts"),
    [("closed", ("closed", 1)), ("closed_v2", ("closed", 2)), ("closed_v2_v3", ("closed_v2", 3)), ("v2", ("v2", 1))],
)
def test_a_name_tells_its_version(name: str, parts: tuple[str, int]) -> None:
    assert drafts.split(name) == parts


def test_a_submitted_draft_is_not_changed_any_more(boss: Client, draft: TemplateDraft) -> None:
    TemplateDraft.objects.update(status="submitted")
    assert said(boss.post(page(draft), {**GOOD, "act": "keep"})) == ["It was submitted already: make a new version."]
    assert TemplateDraft.objects.get().body == ""


def test_the_list_and_the_page_tell_how_a_template_does(boss: Client, account: Account) -> None:
    row = approve(doors.COOK, quality="GREEN")[0]
    contact = make_contact(wrote_at=NOW)
    for status in ("read", "delivered", "failed", "queued"):
        sent = queue_text(contact, status)
        Message.objects.filter(pk=sent.pk).update(status=status, template_name=row.name, language="en")
    old = queue_text(contact, "old")
    Message.objects.filter(pk=old.pk).update(template_name=row.name, language="en", created_at=NOW - 40 * DAY)
    listed = boss.get("/admin/whatsapp/messagetemplate/").context["cl"].result_list
    assert [(each.name, each.uses) for each in listed] == [("cook_today", 4)]
    assert template_story.usage(row, NOW) == {"queued": 4, "accepted": 2, "delivered": 2, "read": 1, "failed": 1}
    assert boss.get(reverse("admin:whatsapp_messagetemplate_change", args=[row.pk])).status_code == 200


def test_a_template_that_staff_wrote_has_no_drift(boss: Client, account: Account) -> None:
    row = MessageTemplate.objects.create(account=account, name="own", language="en", status="APPROVED",
                                         components=[{"type": "BODY", "text": "Words of our own."}])  # fmt: skip
    answer = boss.get(reverse("admin:whatsapp_messagetemplate_change", args=[row.pk]))
    assert (answer.context["drift"], str(answer.context["drawn"].body)) == ([], "Words of our own.")


def test_writing_and_looking_are_different_rights(boss: Client, draft: TemplateDraft) -> None:
    viewer = make_staff("view_messagetemplate", "view_templatedraft")[1]
    assert viewer.get(page(draft)).status_code == 200
    assert viewer.post(page(draft), {**GOOD, "act": "keep"}).status_code == 403
    assert viewer.post(WRITE, {"name": "x"}).status_code == 403
    nobody = make_staff("view_messagetemplate")[1]
    assert (nobody.get(page(draft)).status_code, nobody.post(page(draft, "check"), GOOD).status_code) == (403, 403)
    assert (boss.get(WRITE).status_code, boss.get(page(draft, "check")).status_code) == (302, 405)


def test_a_list_of_three_templates_costs_as_many_queries_as_of_one(boss: Client, account: Account) -> None:
    approve(doors.COOK)
    few = queries(boss, "/admin/whatsapp/messagetemplate/")
    approve(doors.PLAN)
    approve(doors.OFFER)
    assert queries(boss, "/admin/whatsapp/messagetemplate/") == few
