"""Money that came in and money that went back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bettermeals.lib.states import Transitions
from households.billing.models.charges import Charge, PaymentLink


class Payment(models.Model):
    """One captured payment. The provider's id is unique, so that a repeated webhook can never count it twice."""

    class Effect(models.TextChoices):
        SETTLES = "settles", "Settles the charge"
        OVER = "over", "Settles it, with a rest to decide on"
        SHORT = "short", "Not enough yet"
        CREDIT = "credit", "Nothing was owed: a credit to decide on"

    class Source(models.TextChoices):
        WEBHOOK = "webhook", "Signed webhook"
        POLL = "poll", "Asked the provider"
        STAFF = "staff", "Marked by staff"

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="payments")
    link = models.ForeignKey(PaymentLink, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=20)
    provider_payment_id = models.CharField(max_length=60)
    amount_paise = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    captured_at = models.DateTimeField(help_text="By the provider's clock.")
    recorded_at = models.DateTimeField()
    effect = models.CharField(max_length=10, choices=Effect)
    surplus_paise = models.PositiveBigIntegerField(default=0, help_text="What of it was not owed when it came.")
    source = models.CharField(max_length=10, choices=Source)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["captured_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_payment_id"], name="a_payment_counts_once"),
            models.CheckConstraint(condition=Q(amount_paise__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(surplus_paise__lte=models.F("amount_paise")), name="payment_surplus_within_amount"
            ),
            models.CheckConstraint(
                condition=Q(effect__in=["settles", "over", "short", "credit"]), name="payment_effect"
            ),
        ]

    def __str__(self) -> str:
        return self.provider_payment_id


class Refund(models.Model):
    """Money on its way back. The row and its ledger posting are committed before the provider is asked."""

    class Status(models.TextChoices):
        REQUESTED = "requested", "To be sent"
        PENDING = "pending", "Accepted by the provider"
        PROCESSED = "processed", "Paid back"
        FAILED = "failed", "Failed"

    TRANSITIONS = Transitions(
        {
            "requested": {"pending", "processed", "failed"},
            "pending": {"processed", "failed"},
        }
    )

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    idempotency_key = models.CharField(max_length=40, unique=True, help_text="Sent with every try: refunded once.")
    provider_refund_id = models.CharField(max_length=60, null=True, blank=True, unique=True)  # unique when known
    amount_paise = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=300)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.REQUESTED)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_paise__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(
                condition=Q(status__in=["requested", "pending", "processed", "failed"]), name="refund_status"
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(status__in=["requested", "pending"]), name="refunds_on_their_way"
            ),
        ]

    def __str__(self) -> str:
        return self.idempotency_key
