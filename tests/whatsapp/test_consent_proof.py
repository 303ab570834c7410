"""What proves a consent, taken out for a person who asks or for a dispute; and webhooks processed once more."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from tests.factories.whatsapp import DAY, HOUR, MINUTE, NOW, make_account, make_contact, post, text
from whatsapp import consent_proof, contacts, optouts, receiving
from whatsapp.models import Contact, Message, WebhookDelivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def asha() -> Contact:
    """Agreed on paper yesterday, wrote STOP today."""
    make_account()
    person = make_contact("+919810000001")
    post(text("STOP", phone="+919810000001"))
    receiving.process_pending(NOW)
    return Contact.objects.select_related("account").get(pk=person.pk)


def printed(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_proof_names_purpose_way_moment_and_source(asha: Contact) -> None:
    found = consent_proof.proof(asha)
    source = Message.objects.get(direction="in")
    signed, stopped = found["events"]
    assert (signed["action"], signed["method"], signed["at"]) == ("opt_in", "signed form", (NOW - DAY).isoformat())
    assert (stopped["action"], stopped["purpose"], stopped["method"]) == ("opt_out", "all", "stop word")
    assert (stopped["message_wamid"], stopped["message_text"]) == (source.wamid, "STOP")
    assert found["now"]["opted_out_at"] == asha.opted_out_at.isoformat()  # type: ignore[union-attr]


@pytest.mark.parametrize("who", ["+919810000001", "098100 00001", "id"])
def test_the_command_finds_the_person_by_number_or_id(asha: Contact, who: str) -> None:
    found = json.loads(printed("export_consent", str(asha.pk) if who == "id" else who))
    assert (found["person"]["id"], len(found["events"])) == (asha.pk, 2)


def test_nobody_is_said_in_words() -> None:
    make_account()
    with pytest.raises(CommandError, match="Nobody is known as"):
        printed("export_consent", "+919810000009")


def test_the_table_runs_no_formula(asha: Contact) -> None:
    optouts.opt_in(asha, method="=HYPERLINK(1)", now=NOW)
    rows = list(csv.DictReader(io.StringIO(consent_proof.as_csv(asha))))
    assert [row["method"] for row in rows] == ["signed form", "stop word", "'=HYPERLINK(1)"]
    assert [row["phone"] for row in rows] == ["+919810000001"] * 3


def test_a_merged_persons_ledger_is_one(asha: Contact) -> None:
    other = make_contact("+919810000002")
    merged = contacts.merge(asha, other)
    assert [event["action"] for event in consent_proof.proof(merged)["events"]].count("opt_in") == 2


@pytest.mark.parametrize(("form", "type"), [("csv", "text/csv; charset=utf-8"), ("json", "application/json")])
def test_staff_download_it_and_newcomers_do_not(asha: Contact, client: Client, form: str, type: str) -> None:
    address = f"/admin/whatsapp/contact/{asha.pk}/consent.{form}"
    client.force_login(User.objects.create_user("new", is_staff=True))
    assert client.get(address).status_code == 403
    client.force_login(User.objects.create_superuser("boss"))
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, type)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="consent-{asha.pk}.{form}"'
    assert address in client.get(f"/admin/whatsapp/contact/{asha.pk}/change/").content.decode()
    assert client.get(f"/admin/whatsapp/contact/{asha.pk}/consent.exe").status_code == 404


def test_a_replay_since_a_moment_repeats_nothing(asha: Contact) -> None:
    WebhookDelivery.objects.update(received_at=NOW)
    before = (Message.objects.count(), len(consent_proof.proof(asha)["events"]))
    assert printed("replay", "--since", (NOW + MINUTE).isoformat()) == "0 webhooks are processed again.\n"
    assert printed("replay", "--since", (NOW - HOUR).isoformat(), "--failed") == "0 webhooks are processed again.\n"
    since: Any = (NOW - HOUR).isoformat()
    assert printed("replay", "--since", since) == "1 webhooks are processed again.\n"
    assert receiving.process_pending(NOW) == 1
    assert (Message.objects.count(), len(consent_proof.proof(asha)["events"])) == before


def test_a_replay_needs_a_moment() -> None:
    with pytest.raises(CommandError, match="is no moment"):
        printed("replay", "--since", "yesterday")
