"""The provider's signed words, stored before they are judged."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bettermeals.lib.states import Transitions
from households.billing.models.charges import Charge


class ProviderEvent(models.Model):
    class Status(models.TextChoices):
        RECEIVED = "received", "Received"
        PROCESSED = "processed", "Processed"
        IGNORED = "ignored", "Of a kind that changes nothing"
        UNMATCHED = "unmatched", "About a link that is not ours"
        FAILED = "failed", "Failed, will be tried again"

    TRANSITIONS = Transitions(
        {
            "received": {"processed", "ignored", "unmatched", "failed"},
            "failed": {"processed", "ignored", "unmatched", "failed"},
            "unmatched": {"received"},  # replayed by staff, once the cause is found
        }
    )

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=100)
    event_type = models.CharField(max_length=60, blank=True)
    body = models.BinaryField(help_text="Raw bytes, as they were signed.")
    status = models.CharField(max_length=10, choices=Status, default=Status.RECEIVED)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    charge = models.ForeignKey(Charge, null=True, blank=True, on_delete=models.PROTECT, related_name="events")

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="a_provider_event_once"),
            models.CheckConstraint(
                condition=Q(status__in=["received", "processed", "ignored", "unmatched", "failed"]),
                name="provider_event_status",
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"], condition=Q(status__in=["received", "failed"]), name="events_to_process"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"
