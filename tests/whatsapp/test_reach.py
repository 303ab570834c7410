"""Meta's limit on whom a business writes to first: over 24 hours, for all accounts and numbers of its portfolio."""

from __future__ import annotations

from datetime import datetime

import pytest
import responses
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.whatsapp import DAY, HOUR, MINUTE, NOW, approve, make_account, make_contact
from tests.households.at_once import at_once
from tests.whatsapp import doors
from tests.whatsapp.test_health import WELL, meta_says
from whatsapp import claiming, contacts, erasing, headroom, health, optouts, reach, sending
from whatsapp.models import Account, Contact, Incident, Message, PhoneNumber, Portfolio, Reach

pytestmark = pytest.mark.django_db
BUSINESS = "9017"


@pytest.fixture
def ours() -> Account:
    account = make_account(business_id=BUSINESS)
    approve(doors.COOK)
    limit("2")
    return account


def second_account(business_id: str = BUSINESS) -> Account:
    """Another WABA of the business, with a number of its own."""
    other = Account.objects.create(
        name="Second", waba_id="555", business_id=business_id, access_token="t", mode="live", base_url="http://x"
    )
    PhoneNumber.objects.create(account=other, phone_number_id="5551", messaging_limit="2")
    approve(doors.COOK, other)
    return other


def limit(value: str) -> None:
    PhoneNumber.objects.update(messaging_limit=value)


def person(account: Account, phone: str = "", bsuid: str = "") -> Contact:
    found = make_contact(phone) if account.is_default else contacts.get_or_create_contact(account, phone=phone)
    optouts.opt_in(found, method="signed form", now=NOW - DAY)
    if bsuid:
        Contact.objects.filter(pk=found.pk).update(bsuid=bsuid)
    return Contact.objects.select_related("account").get(pk=found.pk)


def prompt(contact: Contact, now: datetime = NOW) -> Message:
    with transaction.atomic():
        return sending.queue_template(contact=contact, template=doors.COOK, variables={"dishes": "Rajma"}, now=now)


def claimed(now: datetime = NOW) -> list[int]:
    return sorted(each.message_id for each in claiming.claim(now, 50))


def test_who_is_over_the_limit_waits_and_goes_when_the_first_leaves_the_24_hours(ours: Account) -> None:
    messages = [prompt(person(ours)) for _ in range(3)]
    assert claimed() == [messages[0].pk, messages[1].pk]
    messages[2].refresh_from_db()
    assert (messages[2].status, messages[2].not_before) == ("queued", NOW + DAY)
    assert "2 people in 24 hours" in messages[2].error_text
    assert claimed(NOW + DAY - MINUTE) == []
    assert claimed(NOW + DAY) == [messages[2].pk]


def test_two_accounts_of_one_portfolio_share_the_limit(ours: Account) -> None:
    other = second_account()
    first, second = prompt(person(ours)), prompt(person(other, "+919811000001"))
    third, fourth = prompt(person(ours)), prompt(person(other, "+919811000002"))
    assert claimed() == [first.pk, third.pk]  # numbers are taken in one order: the first account's people first
    assert {m.pk for m in Message.objects.filter(not_before=NOW + DAY)} == {second.pk, fourth.pk}
    assert (headroom.left(ours, NOW), headroom.left(other, NOW), Reach.objects.count()) == (0, 0, 2)


def test_accounts_of_two_businesses_do_not_share(ours: Account) -> None:
    other = second_account("another business")
    for n in range(2):
        prompt(person(ours))
        prompt(person(other, f"+91981100000{n}"))
    assert len(claimed()) == 4


def test_one_person_of_two_accounts_counts_once(ours: Account) -> None:
    other = second_account()
    limit("1")
    for account in (ours, other):
        prompt(person(account, "+919811000001"))
    assert (len(claimed()), Reach.objects.count()) == (2, 1)


def test_somebody_whose_phone_one_account_does_not_see_counts_once(ours: Account) -> None:
    other = second_account()
    limit("1")
    shown, hidden = person(ours, "+919811000001", "IN.asha"), person(other, "+919811000001", "IN.asha")
    Contact.objects.filter(pk=hidden.pk).update(phone=None, wa_id=None)
    prompt(shown)
    prompt(Contact.objects.select_related("account").get(pk=hidden.pk))
    assert (len(claimed()), list(Reach.objects.values_list("person", flat=True))) == (2, ["919811000001"])


def test_who_wrote_within_the_window_counts_not_and_waits_not(ours: Account) -> None:
    limit("1")
    prompt(person(ours))
    wrote = make_contact(wrote_at=NOW - HOUR)
    prompt(wrote)
    assert (len(claimed()), Reach.objects.count()) == (2, 1)


def test_a_second_message_to_somebody_who_counts_already_goes_at_once(ours: Account) -> None:
    limit("1")
    asha = person(ours)
    prompt(asha)
    assert len(claimed()) == 1
    Message.objects.update(status="delivered")
    prompt(asha)
    assert len(claimed(NOW + HOUR)) == 1
    assert Reach.objects.get().at == NOW + HOUR, "and counts for 24 hours from the last one"


@pytest.mark.parametrize("told", ["TIER_UNLIMITED", ""])
def test_without_a_known_limit_nothing_is_held_and_nothing_counted(ours: Account, told: str) -> None:
    limit(told)
    for _ in range(5):
        prompt(person(ours))
    assert (len(claimed()), Reach.objects.count()) == (5, 0)


@responses.activate
def test_the_limit_is_an_incident_that_closes_when_people_may_be_written_to_again(ours: Account) -> None:
    for _ in range(3):
        prompt(person(ours))
    claimed()
    incident = Incident.objects.get(kind="messaging limit")
    assert ("2 people" in incident.detail, bool(incident.fix)) == (True, True)
    for moment, still_open in ((NOW + HOUR, True), (NOW + DAY + MINUTE, False)):
        meta_says(number={"whatsapp_business_manager_messaging_limit": "2"})
        health.check(ours, moment)
        incident.refresh_from_db()
        assert (incident.closed_at is None) is still_open


@responses.activate
def test_meta_tells_the_portfolio_and_who_was_counted_before_counts_there_too(ours: Account) -> None:
    Account.objects.update(business_id="")
    ours.refresh_from_db()
    prompt(person(ours))
    claimed()
    meta_says(account={"health_status": {**WELL, "entities": [{"entity_type": "BUSINESS", "id": BUSINESS}]}})
    health.check(ours, NOW)
    ours.refresh_from_db()
    assert (ours.business_id, headroom.reached(ours, NOW).count()) == (BUSINESS, 1)
    assert set(Portfolio.objects.values_list("key", flat=True)) == {BUSINESS, f"waba:{ours.waba_id}"}


def test_what_is_left_counts_who_waits_in_the_queue_once(ours: Account) -> None:
    limit("10")
    asha, meera = person(ours), person(ours)
    prompt(asha)
    assert headroom.left(ours, NOW) == 9
    claimed()
    assert headroom.left(ours, NOW) == 9
    for _ in range(2):
        prompt(meera)
    prompt(make_contact(wrote_at=NOW))
    assert headroom.left(ours, NOW) == 8


def test_an_erased_person_counts_on_under_nobodys_name(ours: Account) -> None:
    for asha in (person(ours), person(ours)):
        prompt(asha)
    claimed()
    for asha in Contact.objects.order_by("pk"):
        erasing.stop(asha, NOW)
    assert (Reach.objects.count(), headroom.left(ours, NOW)) == (2, 0)
    assert all(row.person.startswith("erased:") for row in Reach.objects.all())


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_never_count_beyond_the_limit(ours: Account) -> None:
    other = second_account()
    limit("7")
    for n in range(10):
        prompt(person(ours))
        prompt(person(other, f"+9198110000{n:02d}"))
    found = at_once(*[lambda: claiming.claim(NOW, 6)] * 4)
    while more := claiming.claim(NOW, 50):
        found.append(more)
    assert (sum(map(len, found)), Reach.objects.count()) == (7, 7)


moments = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5)), min_size=1, max_size=25)


@settings(max_examples=25, deadline=None)
@given(plan=moments, most=st.integers(1, 4))
def test_in_no_24_hours_are_more_people_written_to_first_than_the_limit(plan: list[tuple[int, int]], most: int) -> None:
    with transaction.atomic():
        account = make_account(business_id=BUSINESS)
        limit(str(most))
        sent: list[tuple[datetime, str]] = []
        for hours, who in sorted(plan):
            at = NOW + hours * HOUR
            message = Message(pk=who + 1, template_name="x", contact=Contact(pk=who + 1, wa_id=str(who)))
            sent += [(at, str(who)) for _ in reach.within_limit([message], account, at)]
        for start, _who in sent:
            assert len({who for at, who in sent if start <= at < start + DAY}) <= most
        transaction.set_rollback(True)
