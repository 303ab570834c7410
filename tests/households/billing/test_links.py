"""A link's life: claimed, asked for, recorded, withdrawn; and what a lost answer or a dying worker leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from households.billing import aligning, charging, ledger, links, polling
from households.billing.locking import locked
from households.billing.models import Charge, PaymentLink
from households.models import OpsItem
from tests.factories.households import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    lines,
    make_charge,
    make_household,
    make_live_link,
    make_staff,
)
from tests.households.billing import conftest

pytestmark = pytest.mark.django_db


def statuses(charge):
    return [(link.status, link.amount_paise) for link in charge.links.order_by("pk")]


def reprice(charge, *amounts, now=NOW):
    return charging.open_charge(household=charge.household, subject=charge.subject, lines=lines(*amounts), now=now)


def open_causes():
    return sorted(OpsItem.objects.filter(closed_at=None).values_list("kind", flat=True))


def test_a_charge_waits_for_a_link_and_the_worker_makes_it(provider):
    charge = make_charge()
    assert statuses(charge) == [("creating", 120_000)]
    link = links.create_link(charge.pk, NOW)
    assert (link.status, link.short_url, link.expires_at) == ("live", f"https://rzp.io/i/{link.reference}", NOW + DAY)
    assert conftest.ready == [(charge.pk, link.reference)]
    assert links.create_link(charge.pk, NOW) is None


def test_the_reference_fits_razorpay_and_whatsapp():
    reference = make_charge().links.get().reference
    assert len(reference) <= 35
    assert set(reference) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-")


def test_no_request_is_made_inside_a_transaction(provider, monkeypatch, transactional_db):
    held = []
    for call in ("create", "cancel", "fetch", "find"):
        real = getattr(provider, call)
        monkeypatch.setattr(
            provider, call, lambda *args, real=real: held.append(connection.in_atomic_block) or real(*args)
        )
    charge = make_charge()
    provider.lose = "answer"
    links.create_links(NOW)
    links.create_links(NOW + MINUTE)
    polling.poll_open_links(NOW + HOUR)
    reprice(charge, 50_000)
    links.create_links(NOW + MINUTE)
    links.create_links(NOW + MINUTE)
    assert (set(held), len(held) >= 6) == ({False}, True)


@pytest.mark.parametrize("lost", ["answer", "request"])
def test_after_a_silence_the_reference_is_looked_up_before_asking_again(provider, lost):
    charge = make_charge()
    provider.lose = lost
    link = links.create_link(charge.pk, NOW)
    assert (link.status, link.error) == ("creating", "no answer to create")
    assert links.create_link(charge.pk, NOW) is None  # not at once
    assert links.create_link(charge.pk, NOW + MINUTE).status == "live"
    assert (len(provider.links), provider.calls[:2]) == (1, ["create", "find"])


def test_a_worker_that_dies_after_asking_leaves_a_link_that_is_found_again(provider, monkeypatch):
    charge = make_charge()

    class Killed(BaseException):
        pass

    def die(*args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(links, "_record", die)
        with pytest.raises(Killed):
            links.create_link(charge.pk, NOW)
    assert links.create_link(charge.pk, NOW + MINUTE) is None  # the claim is still held
    assert links.create_link(charge.pk, NOW + 3 * MINUTE).status == "live"
    assert len(provider.links) == 1


def test_a_route_that_fails_undoes_the_record_and_is_tried_again(provider, settings):
    def broken(charge, link, now):
        raise RuntimeError("the template is gone")

    conftest.READY_ROUTES.append(broken)
    try:
        charge = make_charge()
        link = links.create_link(charge.pk, NOW)
        assert (link.status, link.error) == ("creating", "the template is gone")
    finally:
        conftest.READY_ROUTES.remove(broken)
    assert links.create_link(charge.pk, NOW + MINUTE).status == "live"
    assert len(provider.links) == 1


def test_a_found_link_that_asks_for_another_amount_is_never_taken_for_ours(provider):
    charge = make_charge()
    provider.lose = "answer"
    links.create_link(charge.pk, NOW)
    next(iter(provider.links.values()))["amount"] = 1
    assert links.create_link(charge.pk, NOW + MINUTE).status == "failed"
    assert open_causes() == ["billing_link_failed"]


def test_a_refused_link_is_on_the_ops_queue_and_a_new_one_closes_it(provider, monkeypatch):
    def refuse(request):
        raise links.NotPossible("Order amount less than minimum amount allowed")

    charge = make_charge()
    with monkeypatch.context() as patch:
        patch.setattr(provider, "create", refuse)
        assert links.create_link(charge.pk, NOW).status == "failed"
    assert "less than minimum" in OpsItem.objects.get(closed_at=None).reason
    with locked(charge.pk) as row:
        assert aligning.renew(row, NOW, by=make_staff(), reason="put right") is True
    make_live_link(charge)
    assert open_causes() == []


def test_trouble_that_lasts_is_shown_while_it_is_tried_again(provider):
    charge, now = make_charge(), NOW
    for _ in range(4):
        provider.lose = "request"
        links.create_link(charge.pk, now)
        now += HOUR
    assert open_causes() == ["billing_provider_trouble"]
    assert links.create_link(charge.pk, now).status == "live"
    assert open_causes() == []


def test_repricing_makes_the_old_link_unpayable_before_there_is_a_new_one(provider):
    charge = make_charge()
    make_live_link(charge)
    reprice(charge, 150_000)
    assert statuses(charge) == [("cancelling", 120_000)]
    links.create_link(charge.pk, NOW)
    assert (statuses(charge), provider.payable()) == ([("cancelled", 120_000), ("creating", 150_000)], [])
    links.create_link(charge.pk, NOW)
    assert statuses(charge) == [("cancelled", 120_000), ("live", 150_000)]
    assert [ref for _, ref in conftest.ready] == list(charge.links.order_by("pk").values_list("reference", flat=True))


def test_repricing_before_anybody_asked_needs_no_provider(provider):
    charge = make_charge()
    reprice(charge, 150_000)
    assert (statuses(charge), provider.calls) == ([("cancelled", 120_000), ("creating", 150_000)], [])


def test_repricing_to_the_same_amount_keeps_the_link(provider):
    charge = make_charge(None, 60_000, 60_000)
    make_live_link(charge)
    assert reprice(charge, 120_000).revision == 2
    assert statuses(charge) == [("live", 120_000)]


def test_repricing_while_the_answer_is_under_way_withdraws_what_comes_of_it(provider, monkeypatch):
    charge = make_charge()
    real = provider.create

    def slow(request):
        state = real(request)
        reprice(charge, 150_000)
        return state

    with monkeypatch.context() as patch:
        patch.setattr(provider, "create", slow)
        assert links.create_link(charge.pk, NOW).status == "cancelling"
    links.create_link(charge.pk, NOW)
    assert make_live_link(charge).amount_paise == 150_000
    assert (len(provider.payable()), len(conftest.ready)) == (1, 1)


def test_a_zombies_late_answer_is_withdrawn_at_the_provider(provider, monkeypatch):
    """Its claim ran out, the link was given up as never made, and only then its request arrived."""
    charge = make_charge()
    real = provider.create

    def very_slow(request):
        charging.cancel(charge.pk, reason="not wanted", now=NOW)
        links.create_link(charge.pk, NOW + 3 * MINUTE)
        return real(request)

    with monkeypatch.context() as patch:
        patch.setattr(provider, "create", very_slow)
        links.create_link(charge.pk, NOW)
    assert (statuses(charge), provider.payable()) == ([("cancelled", 120_000)], [])


def test_a_link_that_is_paid_while_we_cancel_it_is_believed(provider):
    charge = make_charge()
    link = make_live_link(charge)
    reprice(charge, 150_000)
    provider.pay(link.provider_id)
    links.create_link(charge.pk, NOW)
    assert statuses(charge) == [("paid", 120_000), ("creating", 30_000)]
    assert ledger.balance(charge).owed == 30_000


def test_an_expired_link_has_a_successor_until_the_time_to_pay_is_over(provider):
    charge = make_charge(due_by=NOW + 2 * DAY)
    first = make_live_link(charge)
    provider.expire(first.provider_id)
    polling.expire_links(NOW + DAY)
    second = make_live_link(charge, NOW + DAY)
    assert (second.expires_at, second.reference != first.reference) == (NOW + 2 * DAY, True)
    provider.expire(second.provider_id)
    polling.expire_links(NOW + 2 * DAY)
    assert statuses(charge) == [("expired", 120_000), ("expired", 120_000)]
    assert open_causes() == ["billing_unpaid"]
    assert polling.expire_links(NOW + 3 * DAY) == 0


def test_a_link_never_ends_sooner_than_razorpay_allows(provider):
    charge = make_charge(due_by=NOW + MINUTE)
    assert make_live_link(charge).expires_at == NOW + 20 * MINUTE


def test_a_link_cancelled_in_the_dashboard_is_for_staff_and_gets_no_successor_by_itself(provider):
    charge = make_charge()
    link = make_live_link(charge)
    provider.cancel(link.provider_id)
    polling.poll_open_links(NOW + HOUR)
    polling.poll_open_links(NOW + 5 * HOUR)
    assert (statuses(charge), open_causes()) == ([("cancelled", 120_000)], ["billing_link_withdrawn"])


def test_the_database_itself_refuses_a_second_payable_link(provider):
    charge = make_charge()
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentLink.objects.create(
            charge=charge,
            reference="x",
            provider="razorpay",
            revision=1,
            amount_paise=1,
            currency="INR",
            created_at=NOW,
        )


def test_a_reminder_is_due_after_four_hours_and_taken_once(provider):
    charge = make_charge()
    link = make_live_link(charge)
    later = NOW + 4 * HOUR
    assert list(links.due_for_reminder(later - MINUTE)) == []
    assert list(links.due_for_reminder(later)) == [link]
    assert (links.mark_reminded(link, later), links.mark_reminded(link, later)) == (True, False)
    assert list(links.due_for_reminder(later)) == []


def test_nobody_is_reminded_of_what_is_paid_or_over(provider, deliver):
    paid, over = make_charge(make_household("A")), make_charge(make_household("B"))
    make_live_link(over)
    provider.pay(make_live_link(paid).provider_id)
    deliver(NOW)
    assert [link.charge for link in links.due_for_reminder(NOW + 5 * HOUR)] == [over]
    assert list(links.due_for_reminder(NOW + DAY + timedelta(minutes=1))) == []


@pytest.mark.parametrize("count", [1, 3])
def test_reminders_load_charge_and_household_in_one_query(provider, django_assert_num_queries, count):
    for number in range(count):
        make_live_link(make_charge(make_household(f"Home {number}")))
    with django_assert_num_queries(1):
        names = [link.charge.household.name for link in links.due_for_reminder(NOW + 5 * HOUR)]
    assert names == [f"Home {number}" for number in range(count)]


def test_one_household_in_trouble_does_not_hold_up_the_others(provider, monkeypatch):
    bad, good = make_charge(make_household("A")), make_charge(make_household("B"))
    real = links._make
    monkeypatch.setattr(links, "_make", lambda link, now: 1 / 0 if link.charge_id == bad.pk else real(link, now))
    assert links.create_links(NOW) == 2
    assert [Charge.objects.get(pk=c.pk).links.get().status for c in (bad, good)] == ["creating", "live"]
