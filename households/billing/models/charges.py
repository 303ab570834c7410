"""What a household owes, the quotes it was given, and the links by which it may pay."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bettermeals.lib.states import Transitions
from households.history import AppendOnly
from households.models import Household


class Charge(models.Model):
    """One thing to be paid. `subject` names it ("plan:12"); a subject has at most one charge that is alive."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        SETTLED = "settled", "Settled"
        CANCELLED = "cancelled", "Cancelled"
        REFUNDED = "refunded", "Refunded"

    TRANSITIONS = Transitions(
        {
            "open": {"settled", "cancelled"},
            # A dearer week after payment owes again; a settled charge that is cancelled leaves a credit to decide on.
            "settled": {"open", "cancelled", "refunded"},
            # What was given back stays given back; a dearer week owes its difference alone, on the same books.
            "refunded": {"open"},
        }
    )
    ALIVE = (Status.OPEN, Status.SETTLED, Status.REFUNDED)

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="charges")
    subject = models.CharField(max_length=60)
    week_start = models.DateField(null=True, blank=True)
    amount_paise = models.PositiveBigIntegerField(help_text="The quote's total; what was paid stands in the ledger.")
    currency = models.CharField(max_length=3, default="INR")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    quote = models.JSONField(default=list, help_text="The current revision's lines, frozen.")
    revision = models.PositiveSmallIntegerField(default=1)
    due_by = models.DateTimeField(help_text="No new link is made by itself after this; staff decide.")
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(status__in=["open", "settled", "refunded"]),
                name="one_living_charge_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "settled", "cancelled", "refunded"]), name="charge_status"
            ),
            models.CheckConstraint(condition=Q(amount_paise__gte=0), name="charge_amount_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} of {self.household}"

    @property
    def what(self) -> str:
        """What is to be paid for, as a person calls it."""
        return f"the week from {self.week_start:%d %b}" if self.week_start else self.subject


class Quote(AppendOnly):
    """What the household was told that it would cost, one row per revision of the charge."""

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="quotes")
    revision = models.PositiveSmallIntegerField()
    lines = models.JSONField(help_text="[{label, amount_paise, quantity}, …]")
    amount_paise = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["charge", "revision"]
        constraints = [models.UniqueConstraint(fields=["charge", "revision"], name="one_quote_per_revision")]

    def __str__(self) -> str:
        return f"revision {self.revision}"


class PaymentLink(models.Model):
    """One payable link at the provider. The row (and its reference) is committed before the provider is asked."""

    class Status(models.TextChoices):
        CREATING = "creating", "Being made"
        LIVE = "live", "Live"
        CANCELLING = "cancelling", "Being cancelled"
        PAID = "paid", "Paid"
        CANCELLED = "cancelled", "Cancelled"
        EXPIRED = "expired", "Expired"
        FAILED = "failed", "Failed"

    TRANSITIONS = Transitions(
        {
            # Paid and expired straight from creating: the provider's word can arrive before our own record of it.
            "creating": {"live", "cancelling", "paid", "cancelled", "expired", "failed"},
            "live": {"cancelling", "paid", "cancelled", "expired"},
            # Still payable until the provider has said that it is not, so it may yet turn out paid.
            "cancelling": {"cancelled", "paid", "expired"},
            # The provider may settle what it had first reported as over.
            "cancelled": {"paid"},
            "expired": {"paid"},
            "failed": {"paid"},
        }
    )
    PAYABLE = (Status.CREATING, Status.LIVE, Status.CANCELLING)

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="links")
    reference = models.CharField(max_length=35, unique=True, help_text="Ours: [A-Za-z0-9_.-], at most 35.")
    provider = models.CharField(max_length=20)
    provider_id = models.CharField(max_length=60, null=True, blank=True)  # noqa: DJ001  (unique when known)
    short_url = models.URLField(max_length=300, blank=True)
    revision = models.PositiveSmallIntegerField(help_text="The charge's revision that it was made for.")
    amount_paise = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=Status, default=Status.CREATING)
    created_at = models.DateTimeField()
    live_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    polled_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True, help_text="A worker is asking the provider.")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["charge"],
                condition=Q(status__in=["creating", "live", "cancelling"]),
                name="one_payable_link_per_charge",
            ),
            models.UniqueConstraint(fields=["provider", "provider_id"], name="a_provider_link_once"),
            models.CheckConstraint(condition=Q(amount_paise__gt=0), name="link_amount_positive"),
            models.CheckConstraint(
                condition=Q(status__in=["creating", "live", "cancelling", "paid", "cancelled", "expired", "failed"]),
                name="link_status",
            ),
            models.CheckConstraint(
                condition=~Q(status="live") | (Q(provider_id__isnull=False) & ~Q(short_url="")),
                name="a_live_link_has_an_address",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status", "expires_at"],
                condition=Q(status__in=["creating", "live", "cancelling"]),
                name="payable_links",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
