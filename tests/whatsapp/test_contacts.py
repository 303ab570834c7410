"""One person stays one row, whatever Meta shows of them."""

from __future__ import annotations

import pytest

from bettermeals.lib.phones import PhoneError
from tests.factories.whatsapp import DAY, HOUR, NOW, make_contact, queue_text
from whatsapp import contacts, inbox, optouts
from whatsapp.models import Account, Contact, InboxItem, Message
from whatsapp.payloads import Sender


@pytest.mark.parametrize("raw", ["98100 00001", "098100-00001", "+91 98100 00001", "919810000001"])
def test_any_way_to_write_a_number_finds_the_same_person(account: Account, raw: str) -> None:
    first = contacts.get_or_create_contact(account, phone="+919810000001", name="Asha", language="hi")
    again = contacts.get_or_create_contact(account, phone=raw, name="Somebody else", language="en")
    assert (again, again.profile_name, again.language) == (first, "Asha", "hi")


def test_what_is_no_number_says_what_to_do(account: Account) -> None:
    with pytest.raises(PhoneError, match="country code"):
        contacts.get_or_create_contact(account, phone="12")


def test_a_number_that_only_meta_knows_is_believed(account: Account) -> None:
    assert contacts.resolve(account, Sender(wa_id="99912345")).phone == "+99912345"


def test_a_sender_without_any_id_is_refused(account: Account) -> None:
    with pytest.raises(ValueError, match="without"):
        contacts.resolve(account, Sender(profile_name="Nobody"))


def test_a_person_met_by_both_ids_separately_becomes_one_when_meta_shows_them_together(account: Account) -> None:
    by_phone = make_contact("+919810000001", wrote_at=NOW - DAY)
    by_bsuid = contacts.resolve(account, Sender(bsuid="IN.1", profile_name="Asha"))
    Contact.objects.filter(pk=by_bsuid.pk).update(last_inbound_at=NOW)
    message = queue_text(Contact.objects.select_related("account").get(pk=by_bsuid.pk))
    inbox.park(message, "first", NOW)
    inbox.park(queue_text(by_phone, now=NOW - HOUR), "second", NOW)
    one = contacts.resolve(account, Sender(wa_id="919810000001", bsuid="IN.1"))
    assert (one, one.bsuid, one.last_inbound_at) == (by_phone, "IN.1", NOW)
    assert Message.objects.get(pk=message.pk).contact == by_phone
    assert InboxItem.objects.filter(contact=by_phone).count() == 2
    assert InboxItem.objects.filter(contact=by_phone, closed_at=None).count() == 1
    by_bsuid.refresh_from_db()
    assert (by_bsuid.bsuid, by_bsuid.merged_into, contacts.current(by_bsuid)) == (None, by_phone, by_phone)


def test_an_opt_out_survives_a_merge(account: Account) -> None:
    keeper, other = make_contact(), make_contact()
    optouts.opt_out(other, method="stop word", now=NOW)
    assert contacts.merge(keeper, Contact.objects.get(pk=other.pk)).opted_out_at == NOW


def test_a_new_number_that_somebody_else_held_moves_to_the_person_who_has_it_now(account: Account) -> None:
    mover, holder = make_contact("+919810000001"), make_contact("+919810000077")
    moved = contacts.change_number(mover, "919810000077", NOW)
    holder.refresh_from_db()
    assert (moved.pk, moved.phone, holder.merged_into) == (mover.pk, "+919810000077", mover)


def test_a_new_user_id_that_another_row_held_joins_both(account: Account) -> None:
    person = make_contact("+919810000001")
    shadow = contacts.resolve(account, Sender(bsuid="IN.new"))
    joined = contacts.change_bsuid(person, "IN.new", "IN.ENT.1")
    shadow.refresh_from_db()
    assert (joined.bsuid, joined.parent_bsuid, shadow.merged_into) == ("IN.new", "IN.ENT.1", person)


def test_a_person_is_addressed_by_number_with_plus_or_by_user_id_in_its_own_field() -> None:
    assert Contact(phone="+9198", bsuid="IN.1").address == {"to": "+9198"}
    assert Contact(wa_id="9198").address == {"to": "+9198"}
    assert Contact(bsuid="IN.1").address == {"recipient": "IN.1"}


def test_lists_show_a_name_or_a_masked_address() -> None:
    shown = [str(Contact(profile_name="Asha")), str(Contact(phone="+919810000001")), str(Contact(username="meera"))]
    assert shown == ["Asha", "+91••••••01", "@meera"]
