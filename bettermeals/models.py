"""What staff agreed among themselves about a line of the home page's queue: whose it is, and until when it can wait."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AttentionMark(models.Model):
    """`key` names the row behind the line ("whatsapp.Incident:5"); the line itself goes when its cause does."""

    key = models.CharField(max_length=120, unique=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    snoozed_until = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return self.key
