"""A contact is a person with dated identifiers: who had which number, user id or name, and from when until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from bettermeals.lib import clock
from households import personal
from tests.factories.whatsapp import DAY, HOUR, NOW, make_account, make_contact, post, text
from whatsapp import contacts, erasing, merging, receiving
from whatsapp.models import Account, Contact, ContactIdentifier, ContactMerge
from whatsapp.payloads import Sender

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "919810000001", "919810000002"


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch, account: Account) -> Any:
    """The clock stands at NOW until the test moves it."""

    def move(now: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: now)

    move(NOW)
    return move


def dated(contact: Contact) -> list[tuple[str, str, Any, Any]]:
    """(kind, value, since, until) in hours from NOW, oldest first."""
    rows = ContactIdentifier.objects.filter(contact=contact).order_by("kind", "since", "pk")
    return [(r.kind, r.value, _hours(r.since), _hours(r.until)) for r in rows]


def _hours(moment: datetime | None) -> int | None:
    return None if moment is None else int((moment - NOW) / HOUR)


def resolve(**ids: str) -> Contact:
    return contacts.resolve(Account.objects.get(), Sender(**ids))


def test_what_a_person_writes_from_is_dated_from_the_first_message(moment: Any) -> None:
    post(text("hello", phone=f"+{NUMBER}", name="Asha"))
    receiving.process_pending(NOW)
    contact = Contact.objects.get()
    assert dated(contact) == [("wa_id", NUMBER, 0, None)]
    moment(NOW + HOUR)
    resolve(wa_id=NUMBER, bsuid="IN.1", username="asha")
    resolve(wa_id=NUMBER, bsuid="IN.1", username="asha")
    assert dated(contact) == [("bsuid", "IN.1", 1, None), ("username", "asha", 1, None), ("wa_id", NUMBER, 0, None)]


def test_a_new_number_and_a_new_user_id_end_the_old_ones(moment: Any) -> None:
    contact = resolve(wa_id=NUMBER, bsuid="IN.1")
    moment(NOW + HOUR)
    contacts.change_number(contact, OTHER, NOW + HOUR)
    contacts.change_bsuid(contact, "IN.2")
    assert dated(contact) == [
        ("bsuid", "IN.1", 0, 1), ("bsuid", "IN.2", 1, None), ("wa_id", NUMBER, 0, 1), ("wa_id", OTHER, 1, None),
    ]  # fmt: skip


def test_a_number_that_changes_hands_is_the_ones_until_then_and_the_others_from_then(moment: Any) -> None:
    before, after = resolve(wa_id=NUMBER, bsuid="IN.1"), resolve(wa_id=OTHER, bsuid="IN.2")
    moment(NOW + HOUR)
    resolve(wa_id=NUMBER, bsuid="IN.2")
    assert ("wa_id", NUMBER, 0, 1) in dated(before)
    assert dated(after)[-2:] == [("wa_id", OTHER, 0, 1), ("wa_id", NUMBER, 1, None)]


def test_a_merge_brings_the_others_and_undoing_gives_them_back_as_they_were(moment: Any) -> None:
    keeper, other = resolve(wa_id=NUMBER), resolve(bsuid="IN.1", username="asha")
    before = [dated(keeper), dated(other)]
    moment(NOW + HOUR)
    contacts.merge(keeper, other)
    assert (dated(other), len(dated(keeper))) == ([], 3)
    moment(NOW + 2 * HOUR)
    merging.undo(ContactMerge.objects.get().pk, by=None, because="two sisters", now=NOW + 2 * HOUR)
    keeper.refresh_from_db()
    other.refresh_from_db()
    assert [dated(keeper), dated(other)] == before


def test_of_two_numbers_the_keepers_goes_on_and_undoing_lets_the_other_go_on_too(moment: Any) -> None:
    keeper, other = resolve(wa_id=NUMBER), resolve(wa_id=OTHER)
    moment(NOW + HOUR)
    contacts.merge(keeper, other)
    assert dated(keeper) == [("wa_id", NUMBER, 0, None), ("wa_id", OTHER, 0, 1)]
    merging.undo(ContactMerge.objects.get().pk, by=None, because="x", now=NOW + 2 * HOUR)
    assert [dated(keeper), dated(other)] == [[("wa_id", NUMBER, 0, None)], [("wa_id", OTHER, 0, None)]]


def test_an_erasure_knows_old_numbers_and_leaves_none(moment: Any) -> None:
    contact = resolve(wa_id=NUMBER, bsuid="IN.1")
    contacts.change_number(contact, OTHER, NOW)
    resolve(bsuid="IN.1", wa_id=OTHER)
    person = personal.of_contact(contact)
    assert (person.numbers, person.ids) == ([NUMBER, OTHER], ["IN.1"])
    erasing.contacts([contact.pk])
    assert set(ContactIdentifier.objects.values_list("value", flat=True)) == {""}
    assert ContactIdentifier.objects.filter(until=None).count() == 0


def test_a_number_that_somebody_else_has_by_now_is_not_erased_with_the_one_who_had_it(moment: Any) -> None:
    before = resolve(wa_id=NUMBER, bsuid="IN.1")
    resolve(wa_id=OTHER, bsuid="IN.2")
    resolve(wa_id=NUMBER, bsuid="IN.2")
    before.refresh_from_db()
    assert personal.of_contact(before).numbers == []


def test_the_persons_page_shows_them_with_their_dates(client: Client, moment: Any) -> None:
    contact = make_contact("+919810000003")
    moment(NOW + DAY)
    contacts.change_number(contact, OTHER, NOW + DAY)
    client.force_login(User.objects.create_superuser("boss"))
    page = client.get(reverse("admin:whatsapp_contact_change", args=[contact.pk])).content.decode()
    assert "Identifiers, and when they were theirs" in page
    assert "919810000003" in page


def test_the_secret_before_and_staff_own_it_stay_when_the_environment_names_none(settings: Any) -> None:
    settings.WHATSAPP_APP_SECRET_PREVIOUS = settings.WHATSAPP_ACCESS_TOKEN_PREVIOUS = ""
    Account.objects.all().delete()
    account = make_account()
    account.previous_app_secret = "entered by staff"
    account.save()
    assert make_account().previous_app_secret == "entered by staff"
    standing, settings.WHATSAPP_APP_SECRET = settings.WHATSAPP_APP_SECRET, "a newer one"
    assert make_account().previous_app_secret == standing
    assert make_account().previous_app_secret == standing
    settings.WHATSAPP_APP_SECRET_PREVIOUS = "the environment's"
    assert make_account().previous_app_secret == "the environment's"
