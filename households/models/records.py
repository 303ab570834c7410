"""What happened in a household's week, and what needs a person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from households.history import AppendOnly
from households.models.homes import Household


class TimelineEvent(AppendOnly):
    """One line of the household-week timeline: every message, tap, change, payment and instruction with its cause."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="timeline")
    week_start = models.DateField(null=True, blank=True, help_text="The Monday of the week it belongs to.")
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    text = models.TextField()
    actor = models.CharField(max_length=120, blank=True, help_text="Who did it; empty: the system by itself.")
    message = models.ForeignKey(
        "whatsapp.Message", null=True, blank=True, on_delete=models.PROTECT, related_name="timeline_events"
    )
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["household", "-at"], name="timeline_by_household"),
            models.Index(fields=["household", "week_start", "at"], name="timeline_by_week"),
        ]

    def __str__(self) -> str:
        return self.text or self.kind


class OpsItem(models.Model):
    """Something that a person must decide, by a time. `key` names the cause, so the same cause is on the queue once."""

    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    household = models.ForeignKey(Household, null=True, blank=True, on_delete=models.PROTECT, related_name="ops_items")
    reason = models.TextField(help_text="A sentence: what happened and what to do.")
    target_url = models.CharField(max_length=300, blank=True)
    target_label = models.CharField(max_length=80, blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Empty on a closed item: it closed itself.",
    )
    note = models.TextField(blank=True)

    class Meta:
        # SQLite sorts nulls first and PostgreSQL last: what has no due time comes after what has one.
        ordering = [F("due_at").asc(nulls_last=True), "opened_at", "pk"]
        verbose_name = "item that needs attention"
        verbose_name_plural = "Needs attention"
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(closed_at__isnull=True), name="one_open_ops_item_per_cause"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(closed_at__isnull=True), name="open_ops_items_by_due"),
        ]

    def __str__(self) -> str:
        return self.reason or self.kind
