"""Conversations that wait for a person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from whatsapp.models.contacts import Contact
from whatsapp.models.messages import Message


class InboxItem(models.Model):
    """A thread handed to staff. One is open per person: later messages join it."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="inbox_items")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="inbox_items")
    reason = models.TextField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(fields=["contact"], condition=Q(closed_at=None), name="whatsapp_one_open_item"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(closed_at=None), name="whatsapp_inbox_due")]

    def __str__(self) -> str:
        return f"{self.contact}: {self.reason[:60]}"
