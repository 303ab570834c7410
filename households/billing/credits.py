"""Keep what was over-paid: the other answer to a credit beside a refund."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bettermeals.lib.money import format_money
from households import timeline
from households.billing import ledger
from households.billing.counting import rebalance
from households.billing.ledger import Account
from households.billing.locking import locked


def keep(charge_id: int, *, by: Any, reason: str, now: datetime, most: int | None = None) -> int:
    """Move the charge's credit (all, or `most` paise of it) into the household's wallet; the next charge uses it.

    Returns the paise kept, 0 when there was nothing to decide (any more). Raises ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("Say why the money is kept: the household agreed to it.")
    with locked(charge_id) as charge:
        undecided = ledger.balance(charge).undecided
        paise = undecided if most is None else min(undecided, most)
        if paise <= 0:
            return 0
        ledger.post(
            charge,
            kind="keep",
            key=ledger.sequence(charge, "keep"),
            debit=Account.CREDIT,
            credit=Account.WALLET,
            paise=paise,
            now=now,
            note=reason.strip()[:200],
        )
        timeline.record(
            charge.household,
            "credit_kept",
            f"{format_money(paise, charge.currency)} kept for the next charge: {reason.strip()}",
            week_start=charge.week_start,
            actor=str(by or ""),
            now=now,
            charge=charge.pk,
        )
        rebalance(charge, now)
        return paise
