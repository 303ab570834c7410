"""The ledger of a charge: postings that add up to nothing, and the proof that they agree with everything else.

Accounts, seen from us (+ debit, - credit):

    due       what the household still owes on the charge; below zero it has paid too much
    sales     what it was charged (negative); a refund of delivered goods takes some of it back
    received  money that is with the provider or with us
    credit    over-paid and waiting for a person's decision (negative)
    wallet    kept for the household's next charge, by decision (negative)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, Sum

from households.billing.models import Charge, LedgerEntry, Payment, Refund

Account = LedgerEntry.Account


class UnevenPosting(ValueError):
    """A posting of nothing, or between an account and itself: a bug in the caller."""


@dataclass(frozen=True)
class Balance:
    """What stands on each account of one charge, in paise."""

    due: int = 0
    sales: int = 0
    received: int = 0
    credit: int = 0
    wallet: int = 0

    @property
    def total(self) -> int:
        return self.due + self.sales + self.received + self.credit + self.wallet

    @property
    def owed(self) -> int:
        return max(self.due, 0)

    @property
    def surplus(self) -> int:
        """Paid beyond what was owed and not yet moved to the credit account."""
        return max(-self.due, 0)

    @property
    def undecided(self) -> int:
        """The credit that staff must refund or keep."""
        return -self.credit


def post(
    charge: Charge, *, kind: str, key: str, debit: Account, credit: Account, paise: int, now: datetime, **also: Any
) -> None:
    """Move `paise` from the `credit` account to the `debit` account. Write it under the charge's lock.

    `key` names the cause; the same cause posted twice violates a constraint, so a caller that may run twice looks
    before. A negative amount is the same move the other way round (a cheaper quote). `also`: payment, refund, note.
    """
    if paise == 0 or debit == credit:
        raise UnevenPosting(f"{kind} of {paise} paise from {credit} to {debit}")
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            key=key,
            kind=kind,
            household_id=charge.household_id,
            charge=charge,
            account=account,
            amount_paise=amount,
            currency=charge.currency,
            at=now,
            **also,
        )
        for account, amount in ((debit, paise), (credit, -paise))
    )


def balance(charge: Charge) -> Balance:
    """What stands on the charge's accounts now, by one query."""
    rows = LedgerEntry.objects.filter(charge=charge).values_list("account").annotate(Sum("amount_paise")).order_by()
    return Balance(**{str(account): int(amount) for account, amount in rows})


def wallet(household_id: int, currency: str) -> int:
    """What is kept for the household, in paise of `currency`; never negative."""
    rows = LedgerEntry.objects.filter(household_id=household_id, account=Account.WALLET, currency=currency)
    return -int(rows.aggregate(paise=Sum("amount_paise"))["paise"] or 0)


def allowance(charge: Charge) -> int:
    """What of the price was given back by refunds (goods that were not delivered), in paise."""
    rows = LedgerEntry.objects.filter(charge=charge, account=Account.SALES, refund__isnull=False)
    return _sum(rows)


def sequence(charge: Charge, kind: str) -> str:
    """A key for a cause that may come again (re-pricing, using the wallet): its number on this charge."""
    count = LedgerEntry.objects.filter(charge=charge, kind=kind).count() // 2
    return f"{kind}:{charge.pk}:{count + 1}"


def prove(charge: Charge) -> list[str]:
    """Sentences about what does not agree; empty when all is right.

    The ledger is compared with tables that are written independently of it: quotes, payments, refunds.
    """
    stands = balance(charge)
    paid = _sum(Payment.objects.filter(charge=charge))
    back = _sum(Refund.objects.filter(charge=charge).exclude(status=Refund.Status.FAILED))
    posted = {
        kind: int(amount)
        for kind, amount in LedgerEntry.objects.filter(charge=charge, account=Account.SALES)
        .values_list("kind")
        .annotate(Sum("amount_paise"))
        .order_by()
    }
    charged = -(posted.get("quote", 0) + posted.get("cancel", 0))
    wanted = charge.amount_paise
    if charge.status == Charge.Status.CANCELLED:
        charged, wanted = -stands.sales, 0
    return [
        sentence
        for wrong, sentence in (
            (stands.total != 0, f"the postings add up to {stands.total} paise, not to 0"),
            (
                stands.received != paid - back,
                f"received {stands.received}, but payments less refunds are {paid - back}",
            ),
            (charged != wanted, f"charged {charged}, but the quote is {wanted}"),
            (stands.due < 0, f"{stands.surplus} paise over-paid and not yet a credit"),
            (stands.received < 0, f"{-stands.received} paise more given back than ever came"),
            (
                min(stands.owed, stands.undecided) > 0,
                f"{stands.owed} paise owed beside a credit that covers some of it",
            ),
            (stands.credit > 0, f"{stands.credit} paise more credit given back than there was"),
            (
                (stands.due > 0) != (charge.status == Charge.Status.OPEN),
                f"the charge is {charge.status} and {stands.due} paise are owed",
            ),
        )
        if wrong
    ]


def _sum(rows: Any) -> int:
    return int(rows.aggregate(paise=Sum("amount_paise"))["paise"] or 0)


def uneven_postings() -> list[str]:
    """Keys of postings that do not add up, over the whole ledger: for the nightly reconciliation."""
    return list(
        LedgerEntry.objects.values("key")
        .annotate(paise=Sum("amount_paise"))
        .filter(~Q(paise=0))
        .values_list("key", flat=True)
        .order_by("key")
    )
