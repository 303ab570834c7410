"""What programs read: messages and what became of them, templates, people, consent."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.whatsapp import DAY, HOUR, NOW, approve, make_contact, queue_text
from tests.whatsapp import doors
from tests.whatsapp.api.calling import Program, code
from whatsapp import optouts
from whatsapp.models import ConsentEvent, Contact, Message

pytestmark = pytest.mark.django_db


def test_a_failed_message_says_why_and_what_to_do(program: Program) -> None:
    message = queue_text(make_contact(wrote_at=NOW - HOUR))
    Message.objects.update(status="failed", failed_at=NOW, error_class="recipient", error_code=131026, error_text="No.")
    found = program.get(f"messages/{message.public_id}").json()
    assert (found["status"], found["failure"]["kind"], found["failure"]["code"]) == ("failed", "recipient", 131026)
    assert found["failure"]["fix"]


def test_the_list_is_filtered_and_paged(program: Program) -> None:
    asha, ravi = make_contact(wrote_at=NOW - HOUR), make_contact(wrote_at=NOW - HOUR)
    rows = [queue_text(asha, f"Text {n}") for n in range(3)]
    queue_text(ravi)
    first = program.get("messages", contact_id=asha.pk, page_size=2).json()
    assert [row["text"] for row in first["results"]] == ["Text 2", "Text 1"]
    rest = program.get(first["next"].split("/api/v1/")[1]).json()
    assert ([row["id"] for row in rest["results"]], rest["next"]) == ([str(rows[0].public_id)], None)
    assert program.get("messages", status="delivered").json()["results"] == []
    assert code(program.get("messages", status="gone")) == "invalid"
    assert code(program.get("messages", since="yesterday")) == "invalid"


def test_templates_say_what_they_need_and_whether_they_can_be_sent(program: Program) -> None:
    approve(doors.PLAN)
    approve(doors.COOK, status="PENDING")
    found = program.get("templates").json()["results"]
    assert [(row["name"], row["language"], row["variables"], row["sendable"]) for row in found] == [
        ("cook_today", "en", ["dishes"], False),
        ("week_ready", "en", ["name", "week"], True),
        ("week_ready", "hi", ["name", "week"], True),
    ]
    assert len(program.get("templates", name="week_ready").json()["results"]) == 2


def test_people_are_added_once_and_found_by_number_and_name(program: Program) -> None:
    body = {"phone": "98100 00001", "name": "Asha", "language": "hi"}
    first, second = (program.post("contacts", body).json() for _ in range(2))
    assert first["id"] == second["id"] == Contact.objects.get().pk
    assert (first["phone"], first["opted_in_at"]) == ("+919810000001", None)
    Contact.objects.update(username="asha.cooks", bsuid="IN.1", parent_bsuid="IN.ENT.1")
    searches = ({"search": word} for word in ("ash", "@asha.c", "asha.cooks", "IN.1", "IN.ENT.1"))
    for query in ({"phone": "+91 98100 00001"}, *searches):
        assert [row["id"] for row in program.get("contacts", **query).json()["results"]] == [first["id"]]
    assert program.get("contacts", search="in.").json()["results"] == []
    assert code(program.get("contacts", phone="12")) == "phone_invalid"


def test_consent_is_recorded_with_its_proof_and_read_back(program: Program) -> None:
    contact = make_contact(opted_in=False)
    body = {"action": "opt_in", "method": "checkbox at sign-up", "note": "form 2026-11-20"}
    answer = program.post(f"contacts/{contact.pk}/consent", body)
    assert (answer.status_code, answer.json()["opted_in_at"] is not None) == (200, True)
    (event,) = program.get(f"contacts/{contact.pk}/consent").json()["results"]
    assert {name: event[name] for name in ("action", "purpose", "method", "note", "message_id")} == {
        "action": "opt_in", "purpose": "all", "method": "checkbox at sign-up",
        "note": "API: Shop. form 2026-11-20", "message_id": None,
    }  # fmt: skip


def test_an_opt_out_holds_at_once_and_cancels_what_waits(program: Program) -> None:
    contact = make_contact("+919810000001", wrote_at=NOW - HOUR)
    waiting = queue_text(contact)
    program.post(f"contacts/{contact.pk}/consent", {"action": "opt_out", "method": "phone call"})
    waiting.refresh_from_db()
    assert (waiting.status, code(program.texts("+919810000001"))) == ("cancelled", "opted_out")


@pytest.mark.parametrize("purpose", ["all", "marketing"])
def test_a_program_cannot_lift_a_persons_own_no(program: Program, purpose: str) -> None:
    contact = make_contact()
    optouts.opt_out(contact, method="stop word", purpose=purpose, now=NOW - DAY)
    body = {"action": "opt_in", "purpose": purpose, "method": "form"}
    answer = program.post(f"contacts/{contact.pk}/consent", body)
    assert (answer.status_code, code(answer)) == (409, "opted_out")
    assert ConsentEvent.objects.filter(contact=contact).first().action == "opt_out"  # type: ignore[union-attr]


def _fill(count: int) -> None:
    for _ in range(count):
        contact = make_contact(wrote_at=NOW - HOUR)
        queue_text(contact)


@pytest.mark.parametrize("path", ["messages", "contacts", "templates"])
def test_a_list_costs_the_same_with_one_row_and_with_three(program: Program, path: str) -> None:
    approve(doors.COOK)
    _fill(1)
    program.get(path)
    counts: list[Any] = []
    for more in (0, 2):
        _fill(more)
        if more:
            approve(doors.PLAN)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert program.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_a_ledger_costs_the_same_with_one_line_and_with_three(program: Program) -> None:
    contact, counts = make_contact(), []
    program.get("templates")  # the token's first use in this minute is written down
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            program.get(f"contacts/{contact.pk}/consent")
        counts.append(len(queries))
        optouts.opt_out(contact, method="stop word", now=NOW, message=queue_text(make_contact(wrote_at=NOW)))
        optouts.opt_in(contact, method="start word", now=NOW, message=queue_text(make_contact(wrote_at=NOW)))
    assert counts == [counts[0], counts[0]]
