"""Double entry in integer paise: every posting is two rows that add up to nothing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from households.billing.models.charges import Charge
from households.billing.models.payments import Payment, Refund
from households.history import AppendOnly
from households.models import Household


class LedgerEntry(AppendOnly):
    """One side of a posting. `key` names the cause ("payment:pay_29QQ"), so the same cause is posted once."""

    class Account(models.TextChoices):
        DUE = "due", "Owed by the household"
        SALES = "sales", "Charged"
        RECEIVED = "received", "Received"
        CREDIT = "credit", "Over-paid, to be decided"
        WALLET = "wallet", "Kept for the household"

    key = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="ledger")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="ledger")
    account = models.CharField(max_length=10, choices=Account)
    amount_paise = models.BigIntegerField(help_text="Signed: + debit, - credit.")
    currency = models.CharField(max_length=3)
    payment = models.ForeignKey(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger")
    refund = models.ForeignKey(Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger")
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "ledger"
        constraints = [
            models.UniqueConstraint(fields=["key", "account"], name="a_posting_once"),
            models.CheckConstraint(condition=~Q(amount_paise=0), name="ledger_amount_not_zero"),
        ]
        indexes = [models.Index(fields=["household", "account"], name="ledger_by_household")]

    def __str__(self) -> str:
        return f"{self.kind} {self.account} {self.amount_paise:+d}"
