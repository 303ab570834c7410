"""Two contacts become one and are taken apart again; nobody gets another person's thread."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.whatsapp import DAY, HOUR, NOW, make_account, make_contact, queue_text
from tests.whatsapp.test_admin import act
from whatsapp import contacts, merging, optouts
from whatsapp.models import Account, ConsentEvent, Contact, ContactMerge, Message, ThreadNote
from whatsapp.payloads import Sender

pytestmark = pytest.mark.django_db
COLUMNS = ("wa_id", "phone", "bsuid", "opted_in_at", "last_inbound_at", "merged_into_id")


def fresh(contact: Contact) -> Contact:
    return Contact.objects.select_related("account").get(pk=contact.pk)


def standing(*people: Contact) -> list[Any]:
    rows = Contact.objects.filter(pk__in=[p.pk for p in people]).order_by("pk").values_list(*COLUMNS)
    owners = [list(m.objects.order_by("pk").values_list("pk", "contact")) for m in (Message, ConsentEvent, ThreadNote)]
    return [list(rows), owners]


@pytest.fixture
def pair(account: Account) -> tuple[Contact, Contact]:
    """Asha by her number, and a row known by a user id alone; each with a message, a consent and a note."""
    asha = make_contact("+919810000001", wrote_at=NOW - HOUR)
    shadow = contacts.resolve(account, Sender(bsuid="IN.1"))
    Contact.objects.filter(pk=shadow.pk).update(last_inbound_at=NOW - 2 * HOUR)
    optouts.opt_in(shadow, method="signed form", now=NOW - 2 * DAY)
    for row in (fresh(asha), fresh(shadow)):
        queue_text(row)
        ThreadNote.objects.create(contact=row, text="x", at=NOW)
    return fresh(asha), fresh(shadow)


def test_undoing_gives_each_row_back_exactly_what_it_had(pair: tuple[Contact, Contact]) -> None:
    before = standing(*pair)
    contacts.merge(*pair)
    assert standing(*pair) != before
    done = ContactMerge.objects.get()
    merging.undo(done.pk, by=None, because="two sisters", now=NOW)
    assert standing(*pair) == before
    done.refresh_from_db()
    assert (done.undone_at, done.undone_because) == (NOW, "two sisters")


def test_what_came_after_the_merge_stays_with_the_keeper(pair: tuple[Contact, Contact]) -> None:
    keeper = contacts.merge(*pair)
    later = queue_text(fresh(keeper), "after")
    merging.undo(ContactMerge.objects.get().pk, by=None, because="x", now=NOW)
    later.refresh_from_db()
    assert later.contact_id == keeper.pk


@pytest.mark.parametrize("when", ["before", "between"])
def test_an_opt_out_of_either_holds_for_both_after_the_undoing(pair: tuple[Contact, Contact], when: str) -> None:
    asha, shadow = pair
    if when == "before":
        optouts.opt_out(shadow, method="stop word", now=NOW)
    keeper = contacts.merge(asha, fresh(shadow))
    if when == "between":
        optouts.opt_out(keeper, method="stop word", now=NOW)
    merging.undo(ContactMerge.objects.get().pk, by=None, because="x", now=NOW)
    assert [fresh(row).opted_out_at for row in pair] == [NOW, NOW]


def test_a_merge_is_undone_once_and_only_the_newest_of_a_chain(pair: tuple[Contact, Contact]) -> None:
    asha, shadow = pair
    third = make_contact("+919810000003")
    first = contacts.merge(asha, shadow)
    contacts.merge(third, fresh(first))
    inner, outer = ContactMerge.objects.order_by("pk")
    merging.undo(outer.pk, by=None, because="x", now=NOW)
    merging.undo(inner.pk, by=None, because="x", now=NOW)
    with pytest.raises(merging.CannotUndo, match="already"):
        merging.undo(inner.pk, by=None, because="x", now=NOW)


def test_an_address_that_somebody_else_has_by_now_is_not_taken_back(pair: tuple[Contact, Contact]) -> None:
    asha, shadow = pair
    keeper = contacts.merge(asha, shadow)
    contacts.change_bsuid(fresh(keeper), "IN.2")
    newcomer = contacts.resolve(keeper.account, Sender(bsuid="IN.1"))
    with pytest.raises(merging.CannotUndo, match="belongs to somebody else"):
        merging.undo(ContactMerge.objects.get().pk, by=None, because="x", now=NOW)
    assert (fresh(newcomer).bsuid, fresh(keeper).bsuid, fresh(shadow).merged_into) == ("IN.1", "IN.2", keeper)


def test_a_number_that_changed_hands_takes_no_thread_with_it(account: Account) -> None:
    old = contacts.resolve(account, Sender(wa_id="919810000001", bsuid="IN.old"))
    optouts.opt_in(old, method="signed form", now=NOW)
    new = contacts.resolve(account, Sender(bsuid="IN.new"))
    found = contacts.resolve(account, Sender(wa_id="919810000001", bsuid="IN.new"))
    assert (found.pk, fresh(found).wa_id, fresh(found).opted_in_at) == (new.pk, "919810000001", None)
    assert (fresh(old).wa_id, fresh(old).bsuid, fresh(old).merged_into) == (None, "IN.old", None)
    assert ContactMerge.objects.count() == 0


def test_who_moves_to_a_number_of_another_user_gets_the_number_and_not_their_thread(account: Account) -> None:
    mover = contacts.resolve(account, Sender(wa_id="919810000001", bsuid="IN.1"))
    holder = contacts.resolve(account, Sender(wa_id="919810000077", bsuid="IN.2"))
    moved = contacts.change_number(fresh(mover), "919810000077", NOW)
    assert (moved.pk, fresh(moved).wa_id) == (mover.pk, "919810000077")
    assert (fresh(holder).wa_id, fresh(holder).merged_into) == (None, None)


def test_staff_undo_a_merge_with_a_reason_from_either_page(admin_client: Client, pair: tuple[Contact, Contact]) -> None:
    asha, shadow = pair
    contacts.merge(asha, shadow)
    act(admin_client, Contact, "undo_merge", shadow.pk, reason="two sisters")
    assert (fresh(shadow).merged_into, ContactMerge.objects.get().undone_because) == (None, "two sisters")
    act(admin_client, Contact, "undo_merge", shadow.pk, reason="again")
    assert ContactMerge.objects.get().undone_because == "two sisters"
    page = admin_client.get(f"/admin/whatsapp/contact/{shadow.pk}/history/").content.decode()
    assert "Merge undone: two sisters" in page


ids = st.tuples(st.sampled_from(["", "919810000001", "919810000002"]), st.sampled_from(["", "IN.1", "IN.2", "IN.3"]))


@settings(max_examples=40, deadline=None)
@given(senders=st.lists(ids.filter(any), min_size=1, max_size=8))
def test_whatever_ids_meta_shows_nobody_shares_one_and_every_merge_can_be_judged(
    senders: list[tuple[str, str]],
) -> None:
    with transaction.atomic():
        account = make_account()
        for wa_id, bsuid in senders:
            found = contacts.resolve(account, Sender(wa_id=wa_id, bsuid=bsuid))
            assert (wa_id in ("", found.wa_id), bsuid in ("", found.bsuid)) == (True, True)
        assert all(row.wa_id or row.bsuid for row in Contact.objects.filter(merged_into=None))
        assert all(merge.other.merged_into_id for merge in ContactMerge.objects.filter(undone_at=None))
        transaction.set_rollback(True)
