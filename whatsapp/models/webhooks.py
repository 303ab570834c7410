"""What Meta posted, byte for byte, before anybody judged it; and what of it nobody understood."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bettermeals.lib.states import Transitions
from whatsapp.models.accounts import Account


class WebhookDelivery(models.Model):
    """One signed POST. Processing starts from this row and can be repeated: effects are keyed, so replay is safe."""

    class Status(models.TextChoices):
        RECEIVED = "received", "Received"
        PROCESSING = "processing", "Processing"
        PROCESSED = "processed", "Processed"
        FAILED = "failed", "Failed"

    TRANSITIONS = Transitions(
        {
            "received": ["processing", "processed", "failed"],
            "processing": ["received", "processed", "failed"],
            "processed": ["received"],
            "failed": ["received"],
        }
    )

    account = models.ForeignKey(
        Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="webhook_deliveries"
    )
    received_at = models.DateTimeField()
    body = models.BinaryField()
    body_sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "webhook deliveries"
        indexes = [
            models.Index(fields=["id"], condition=Q(status="received"), name="whatsapp_webhooks_due"),
            models.Index(fields=["received_at"], name="whatsapp_webhooks_by_age"),
        ]

    def __str__(self) -> str:
        return f"Webhook {self.pk}"


class WebhookAnomaly(models.Model):
    """Something in a webhook that we do not know. Stored and counted, never answered with an error."""

    kind = models.CharField(max_length=60)
    detail = models.CharField(max_length=200)
    count = models.PositiveIntegerField(default=1)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    sample = models.JSONField(default=dict)
    delivery = models.ForeignKey(
        WebhookDelivery, on_delete=models.SET_NULL, null=True, blank=True, related_name="anomalies"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-last_seen"]
        verbose_name_plural = "webhook anomalies"
        constraints = [models.UniqueConstraint(fields=["kind", "detail"], name="whatsapp_anomaly_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"
