"""Of people with an open case nothing is removed: see whatsapp/retention.py."""

from __future__ import annotations

from typing import Any

import pytest

from households import holding, ops
from households.billing import refunds
from tests.factories.households import (
    HOUR,
    NOW,
    make_charge,
    make_engagement,
    make_household,
    make_live_link,
    make_resident,
)
from whatsapp import retention

pytestmark = pytest.mark.django_db


def held(ask: Any) -> set[int]:
    return {row["pk"] for row in ask()}


def test_an_open_item_holds_everybody_of_that_home_and_lets_go_when_it_is_done() -> None:
    home, other = make_household(), make_household("Rao home")
    asha, cook = make_resident(home), make_engagement(home).cook
    make_resident(other, "Ravi")
    ops.open_item(kind="k", key="k:1", reason="R", now=NOW, household=home)
    ops.open_item(kind="k", key="k:2", reason="of no home", now=NOW)
    assert held(holding.of_open_items) == {asha.contact_id, cook.contact_id}
    ops.close_item("k:1", by=None, note="done", now=NOW + HOUR)
    assert held(holding.of_open_items) == set()


def test_money_asked_back_holds_the_home_until_the_bank_has_paid_it(provider: Any, deliver: Any) -> None:
    asha = make_resident(make_household())
    charge = make_charge(asha.household)
    provider.pay(make_live_link(charge).provider_id)
    deliver(NOW)
    assert held(holding.of_open_refunds) == set()
    made = refunds.refund(charge.payments.get().pk, amount_paise=5_000, reason="Paneer missing", now=NOW)
    assert held(holding.of_open_refunds) == {asha.contact_id}
    refunds.send_refunds(NOW)
    assert held(holding.of_open_refunds) == {asha.contact_id}
    provider.finish_refund(made.idempotency_key)
    deliver(NOW)
    assert held(holding.of_open_refunds) == set()


def test_the_purge_asks_both(settings: Any) -> None:
    asha = make_resident(make_household())
    ops.open_item(kind="k", key="k:1", reason="R", now=NOW, household=asha.household)
    found = [set(rows.values_list("pk", flat=True)) for rows in retention.holds()]
    assert (settings.RETENTION_HOLDS, found) == ("bettermeals.routes.RETENTION_HOLDS", [{asha.contact_id}, set()])
