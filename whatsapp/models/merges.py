"""That two contacts were made one: what each was before, and which rows moved, so that it can be taken back."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from whatsapp.models.contacts import Contact


class ContactMerge(models.Model):
    """`before` holds both rows' own values, `moved` the ids of what went from one to the other, by table."""

    keeper = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="merges_kept")
    other = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="merges_given")
    at = models.DateTimeField()
    before = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_because = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["other"], condition=models.Q(undone_at=None), name="whatsapp_merged_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
