"""The page on which all about a person is handed out or erased: who may, what must be typed, what is in the audit."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from bettermeals import roles
from households import erasing, onboarding, personal
from households.models import Erasure, Resident
from households.tasks import erase as erase_task
from households.tasks import tick
from tests.factories.households import NOW, make_engagement, make_household, make_resident, make_staff
from tests.factories.whatsapp import make_contact, post, text
from whatsapp import gate, optouts, purging, receiving
from whatsapp.models import Contact, MediaFile, Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def zubeida(db: Any) -> Resident:
    """Somebody who wrote once, in a home where Ravi decides."""
    from tests.factories.whatsapp import make_account

    make_account()
    home = make_household()
    make_resident(home, "Ravi", contact=make_contact())
    person = make_resident(home, "Zubeida", contact=make_contact(profile_name="Zubeida"), allergens=["milk"])
    post(text("I have moved", phone=person.contact.phone, name="Zubeida"))
    receiving.process_pending(NOW)
    return person


def as_role(client: Client, role: str) -> Client:
    roles.bring_up_to_date()
    user = make_staff(role)
    user.groups.set(Group.objects.filter(name=role))
    client.force_login(user)
    return client


def page(person: Resident) -> str:
    return reverse("admin:households_person", args=["resident", person.pk])


def order(**said: str) -> dict[str, str]:
    return {"act": "erase", "reason": "letter of 3 Nov", "confirm": "Zubeida", **said}


@pytest.mark.parametrize(
    ("role", "looks", "takes", "erases"),
    [("viewer", 403, 403, 403), ("catalogue", 403, 403, 403), ("finance", 403, 403, 403), ("ops", 200, 200, 403),
     ("admin", 200, 200, 302)],
)  # fmt: skip
def test_who_may(client: Client, zubeida: Resident, role: str, looks: int, takes: int, erases: int) -> None:
    office = as_role(client, role)
    answers = [
        office.get(page(zubeida)),
        office.post(page(zubeida), {"act": "export"}),
        office.post(page(zubeida), order()),
    ]
    assert [answer.status_code for answer in answers] == [looks, takes, erases]
    assert Erasure.objects.count() == (role == "admin")


@pytest.mark.parametrize("said", [{"reason": " "}, {"confirm": "Zubeid"}, {"confirm": ""}])
def test_without_a_reason_or_the_name_typed_nothing_happens(
    client: Client, zubeida: Resident, said: dict[str, str]
) -> None:
    as_role(client, "admin").post(page(zubeida), order(**said))
    zubeida.refresh_from_db()
    assert (Erasure.objects.count(), zubeida.name, zubeida.active) == (0, "Zubeida", True)


def test_erased_from_the_page_with_the_reason_in_the_audit(client: Client, zubeida: Resident) -> None:
    answer = as_role(client, "admin").post(page(zubeida), order(reason="Zubeida wrote to us on 3 Nov"), follow=True)
    assert "Erased. The ledger and the counts are as before." in answer.content.decode()
    row = Erasure.objects.get()
    assert (row.person, row.finished_at, row.asked_by.username) == ("", NOW, "admin")
    assert row.reason == f"{row.pseudonym} wrote to us on 3 Nov"
    assert LogEntry.objects.latest("pk").change_message == f"Erased at their request: {row.reason}"
    assert "Zubeida" not in answer.content.decode()


def test_who_decides_is_erased_only_after_somebody_else_decides(client: Client, zubeida: Resident) -> None:
    ravi = Resident.objects.get(name="Ravi")
    answer = as_role(client, "admin").post(page(ravi), order(confirm="Ravi"), follow=True)
    assert "let somebody else decide" in answer.content.decode()
    onboarding.let_decide(zubeida, by="priya", now=NOW)
    client.post(page(ravi), order(confirm="ravi"))
    ravi.refresh_from_db()
    assert (ravi.active, ravi.name) == (False, Erasure.objects.get().pseudonym)


def test_a_child_without_a_phone_is_erased_too(client: Client, zubeida: Resident) -> None:
    child = make_resident(zubeida.household, "Kabirkumar", contact=None)
    as_role(client, "admin").post(page(child), order(confirm="Kabirkumar"))
    child.refresh_from_db()
    assert (child.name, child.active) == (f"Erased person resident {child.pk}", False)


def test_a_cook_is_erased_with_the_visits_ended(client: Client, zubeida: Resident) -> None:
    visit = make_engagement(zubeida.household)
    address = reverse("admin:households_person", args=["cook", visit.cook_id])
    as_role(client, "admin").post(address, order(confirm=visit.cook.name))
    visit.refresh_from_db()
    assert (visit.active, visit.cook.active, visit.cook.name) == (False, False, Erasure.objects.get().pseudonym)


def test_the_gate_and_an_opt_in_refuse_an_erased_person(zubeida: Resident) -> None:
    row = erasing.begin(personal.of_resident(zubeida), reason="letter", by=None, now=NOW)
    contact = Contact.objects.select_related("account").get(pk=zubeida.contact_id)
    assert gate.can_send(contact, "text", NOW).code == "erased"
    assert optouts.opt_in(contact, method="told staff", now=NOW) is False
    assert row.finished_at is None


def test_what_is_big_is_left_to_the_worker(client: Client, zubeida: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "AT_ONCE", 0)
    answer = as_role(client, "admin").post(page(zubeida), order(), follow=True)
    assert "The rest is being erased" in answer.content.decode()
    assert "Is being erased" in answer.content.decode()
    erase_task()
    assert Erasure.objects.get().finished_at == NOW


def test_the_tick_goes_on_with_what_a_worker_left(zubeida: Resident) -> None:
    erasing.begin(personal.of_resident(zubeida), reason="letter", by=None, now=NOW)
    tick()
    assert Erasure.objects.get().finished_at == NOW


def handed_out(client: Client, person: Resident) -> ZipFile:
    answer = as_role(client, "ops").post(page(person), {"act": "export"})
    assert answer["Content-Type"] == "application/zip"
    return ZipFile(io.BytesIO(answer.content))


def test_the_file_holds_everything_of_the_person_and_nothing_others_wrote(client: Client, zubeida: Resident) -> None:
    ravi = Contact.objects.exclude(pk=zubeida.contact_id).get()
    post(text("Zubeida snores", phone=ravi.phone, name="Ravi"))
    receiving.process_pending(NOW)
    message = Message.objects.get(contact=zubeida.contact, direction="in")
    media = MediaFile(message=message, media_id="1", status="stored", next_attempt_at=NOW)
    media.file.save("photo.jpg", ContentFile(b"her face"))
    bundle = handed_out(client, zubeida)
    told = json.loads(bundle.read("person.json"))
    assert told["tables"]["whatsapp.Message"][0]["text"] == "I have moved"
    assert [row["allergens"] for row in told["tables"]["households.Resident"]] == [["milk"]]
    assert [part["text"]["body"] for hook in told["webhooks"] for part in hook["parts"] if "text" in part] == [
        "I have moved"
    ]
    assert "snores" not in bundle.read("person.json").decode()
    files = [name for name in bundle.namelist() if name.startswith("files/")]
    assert [bundle.read(name) for name in files] == [b"her face"]
    assert f"consent-{zubeida.contact_id}.csv" in bundle.namelist()
    assert LogEntry.objects.latest("pk").change_message == "Handed out: everything held about this person."


def test_after_the_erasure_the_file_says_nothing_of_who_it_was(client: Client, zubeida: Resident) -> None:
    row = erasing.begin(personal.of_resident(zubeida), reason="letter", by=None, now=NOW)
    erasing.finish(row.pk, NOW)
    written = handed_out(client, zubeida).read("person.json").decode()
    assert [word for word in ("Zubeida", "I have moved", "milk") if word in written] == []


def test_an_unknown_person_is_not_found(client: Client, zubeida: Resident) -> None:
    office = as_role(client, "admin")
    addresses = [reverse("admin:households_person", args=[kind, 99_999]) for kind in ("resident", "contact", "user")]
    assert [office.get(address).status_code for address in addresses] == [404, 404, 404]


def test_the_command_says_what_is_held_and_erases_only_when_told(zubeida: Resident, capsys: Any) -> None:
    phone = zubeida.contact.phone
    call_command("erase_person", phone)
    assert "Nothing was erased" in capsys.readouterr().out
    with pytest.raises(CommandError, match="--reason"):
        call_command("erase_person", phone, "--yes")
    call_command("erase_person", phone, "--yes", "--reason", "letter")
    assert capsys.readouterr().out == f"Erased person contact {zubeida.contact_id}: erased.\n"
    with pytest.raises(CommandError, match="Nobody is known"):
        call_command("erase_person", phone)


def test_the_way_to_it_stands_on_the_persons_pages_for_those_who_may(client: Client, zubeida: Resident) -> None:
    contact_page = reverse("admin:whatsapp_contact_change", args=[zubeida.contact_id])
    address = reverse("admin:households_person", args=["contact", zubeida.contact_id])
    assert address in as_role(client, "ops").get(contact_page).content.decode()
    leads = client.get(reverse("admin:households_resident_data", args=[zubeida.pk]))
    assert leads["Location"] == page(zubeida)
    assert address not in as_role(client, "viewer").get(contact_page).content.decode()


def test_who_is_kept_for_a_dispute_is_not_erased_meanwhile(client: Client, zubeida: Resident) -> None:
    purging.keep(zubeida.contact_id, "a refund before court.", NOW)
    answer = as_role(client, "admin").post(page(zubeida), order(), follow=True)
    assert "is kept for a dispute: a refund before court." in answer.content.decode()
    assert Erasure.objects.count() == 0
