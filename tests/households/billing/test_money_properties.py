"""Whatever comes in whatever order: the ledger balances, nobody pays twice without a credit, enough means settled.

Each example plays household, staff, clock, network and provider for some thirty steps against the real code and a
database. After every step the books are proved; at the end every webhook is lost, and asking alone must make our books
the provider's.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from households.billing import charging, credits, ledger, links, manual, polling, providers, refunds, settle
from households.billing.models import Charge, Payment, PaymentLink, Refund
from households.models import OpsItem
from tests.factories.households import MONDAY, NOW, lines, make_household
from tests.households.billing import conftest
from tests.households.billing.fake_provider import FakeRazorpay

# How often each kind of step comes: often enough that most examples pay, and pay too much.
WEIGHTS = {
    "price": 3,
    "cancel": 1,
    "work": 6,
    "work_badly": 3,
    "time_passes": 3,
    "poll": 2,
    "give_back": 2,
    "keep": 1,
    "mark_paid": 1,
    "pay": 5,
    "pay_late": 3,
    "expire": 1,
    "finish_refund": 2,
    "hear": 5,
    "hear_again": 1,
}
NAMES = [name for name, weight in WEIGHTS.items() for _ in range(weight)]
STEPS = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 50)), min_size=25, max_size=40)


class World:
    """One household with two plans to pay."""

    def __init__(self, provider: FakeRazorpay) -> None:
        self.provider, self.now, self.seen = provider, NOW, []
        self.household = make_household()

    # --- our side -----------------------------------------------------------------------------------------------
    def price(self, n: int) -> None:
        subject = f"plan:{n % 2}"
        try:
            charging.open_charge(
                household=self.household,
                subject=subject,
                week_start=MONDAY,
                lines=lines(n // 2 % 6 * 100, 1),
                now=self.now,
                due_by=self.now + timedelta(days=3),
            )
        except charging.BadQuote:
            assert any(ledger.allowance(charge) for charge in Charge.objects.filter(subject=subject))

    def cancel(self, n: int) -> None:
        charging.cancel(self._one(Charge, n).pk, reason="not wanted", now=self.now)

    def work(self, n: int) -> None:
        links.create_links(self.now)
        refunds.send_refunds(self.now)

    def work_badly(self, n: int) -> None:
        self.provider.lose = ("answer", "request")[n % 2]
        self.work(n)
        self.provider.lose = ""

    def time_passes(self, n: int) -> None:
        self.now += timedelta(minutes=(1, 5, 60, 1500)[n % 4])
        self.provider.now = self.now

    def poll(self, n: int) -> None:
        polling.poll_open_links(self.now)
        polling.expire_links(self.now)

    def give_back(self, n: int) -> None:
        payment = self._one(Payment, n)
        most = refunds.refundable(payment, payment.charge) if payment else 0
        if most:
            refunds.refund(payment.pk, amount_paise=max(1, most * (n % 4 + 1) // 4), reason="missing", now=self.now)

    def keep(self, n: int) -> None:
        credits.keep(self._one(Charge, n).pk, by=None, reason="they agreed", now=self.now)

    def mark_paid(self, n: int) -> None:
        charge = self._one(Charge, n)
        try:
            manual.mark_paid(charge.pk, by=None, reason="cash", now=self.now)
        except manual.NothingDue:
            assert ledger.balance(charge).owed == 0

    # --- the world ----------------------------------------------------------------------------------------------
    def pay(self, n: int) -> None:
        payable = self.provider.payable()
        if payable:
            self.provider.pay(payable[n % len(payable)])

    def pay_late(self, n: int) -> None:
        known = list(self.provider.links)
        if known:
            self.provider.pay(known[n % len(known)], late=True)

    def expire(self, n: int) -> None:
        payable = self.provider.payable()
        if payable:
            self.provider.expire(payable[n % len(payable)])

    def finish_refund(self, n: int) -> None:
        waiting = [key for key, refund in self.provider.refunds.items() if refund["status"] == "pending"]
        if waiting:
            self.provider.finish_refund(waiting[n % len(waiting)], ("processed", "processed", "failed")[n % 3])

    def hear(self, n: int) -> None:
        """Any waiting event, in any order: lost, once or twice."""
        if self.provider.outbox:
            told = self.provider.outbox.pop(n % len(self.provider.outbox))
            self.seen.append(told)
            for _ in range((1, 1, 2, 0)[n % 4]):
                self._store(told)
            settle.process_events(self.now)

    def hear_again(self, n: int) -> None:
        if self.seen:
            self._store(self.seen[n % len(self.seen)])
            settle.process_events(self.now)

    def _one(self, model, n: int):
        rows = list(model.objects.order_by("pk"))
        return rows[n % len(rows)] if rows else None

    def _store(self, told: tuple[str, bytes]) -> None:
        settle.store_event(provider="razorpay", event_id=told[0], event_type="", body=told[1], now=self.now)

    # --- what must hold -----------------------------------------------------------------------------------------
    def prove(self) -> None:
        charges = list(Charge.objects.all())
        assert [wrong for charge in charges for wrong in ledger.prove(charge)] == []
        assert ledger.uneven_postings() == []
        assert ledger.wallet(self.household.pk, "INR") >= 0
        self._a_surplus_is_on_the_ops_queue(charges)
        for link in PaymentLink.objects.filter(status__in=("creating", "live")).select_related("charge"):
            assert link.amount_paise == ledger.balance(link.charge).owed
        assert {charge.pk for charge in charges if charge.status == "settled"} <= {pk for pk, _ in conftest.settled}

    def _a_surplus_is_on_the_ops_queue(self, charges: list[Charge]) -> None:
        waiting = {charge.pk for charge in charges if ledger.balance(charge).undecided}
        queue = OpsItem.objects.filter(kind="billing_credit", closed_at=None).values_list("key", flat=True)
        assert {int(key.rsplit(":", 1)[1]) for key in queue} == waiting

    def let_everything_arrive(self) -> None:
        """No webhook comes any more; workers and polls go on."""
        self.provider.outbox.clear()
        for _ in range(6):
            self.now += timedelta(minutes=61)
            self.provider.now = self.now
            self.work(0)
            for refund in self.provider.refunds.values():
                refund["status"] = "processed" if refund["status"] == "pending" else refund["status"]
            for link in PaymentLink.objects.exclude(provider_id=None).select_related("charge__household"):
                polling.poll_link(link, self.now)
        self.prove()

    def compare_books(self) -> None:
        """Theirs: every captured payment, less every refund that did not fail; and no link payable but ours."""
        theirs = {(id, payment["amount"]) for id, payment in self.provider.payments.items()}
        ours = Payment.objects.filter(provider="razorpay")
        assert set(ours.values_list("provider_payment_id", "amount_paise")) == theirs
        went = {(r["receipt"], r["amount"]) for r in self.provider.refunds.values() if r["status"] != "failed"}
        sent = Refund.objects.exclude(status="failed").filter(payment__provider="razorpay")
        assert set(sent.values_list("idempotency_key", "amount_paise")) == went
        assert not Refund.objects.filter(status__in=("requested", "pending")).exists()
        live = PaymentLink.objects.filter(status="live").values_list("provider_id", flat=True)
        assert set(self.provider.payable()) == set(live)

    def what_is_owed_can_be_paid(self) -> None:
        """An open charge has a link that works, or a person has been asked to see to it."""
        open_charges = set(Charge.objects.filter(status="open").values_list("pk", flat=True))
        payable = set(PaymentLink.objects.filter(status="live").values_list("charge_id", flat=True))
        asked = OpsItem.objects.filter(closed_at=None, kind__in=("billing_unpaid", "billing_link_withdrawn"))
        assert open_charges == payable | {int(item.key.rsplit(":", 1)[1]) for item in asked}

    def nobody_lost_money(self) -> None:
        """What came in is what was sold, given back, waits as a credit or is kept: to the paisa, over all charges."""
        came = sum(payment.amount_paise for payment in Payment.objects.all())
        back = sum(refund.amount_paise for refund in Refund.objects.exclude(status="failed"))
        stand = [ledger.balance(charge) for charge in Charge.objects.all()]
        sold = sum(-each.sales - each.owed for each in stand)
        waits = sum(each.undecided for each in stand)
        assert came == back + sold + waits + ledger.wallet(self.household.pk, "INR")


@pytest.fixture
def fake(monkeypatch):
    """`providers.Razorpay` makes the provider of the example that is being played."""
    played = []
    monkeypatch.setattr(providers, "Razorpay", lambda **_: played[-1])
    monkeypatch.setattr(providers.Razorpay, "name", "razorpay", raising=False)
    return played


@settings(
    phases=[Phase.generate],
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(steps=STEPS)
def test_any_interleaving_keeps_the_money_right(db, routes, fake, steps):
    conftest.settled.clear()
    fake.append(FakeRazorpay())
    with transaction.atomic():
        world = World(fake[-1])
        world.price(5)
        world.work(0)
        for name, n in steps:
            getattr(world, name)(n)
            world.prove()
        event(f"{min(Payment.objects.count(), 4)} payments counted before the end")
        world.let_everything_arrive()
        world.compare_books()
        world.what_is_owed_can_be_paid()
        world.nobody_lost_money()
        transaction.set_rollback(True)
