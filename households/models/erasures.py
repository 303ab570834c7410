"""Somebody who asked to be erased: who did it, why, how far it is, and what proves afterwards that it was done."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bettermeals.lib.crypto import EncryptedTextField


class Erasure(models.Model):
    """One erasure, in steps that can be gone on with. `person` is what must still be found while it runs: ciphertext,
    and emptied at the end."""

    subject = models.CharField(max_length=60, unique=True, help_text="contact:12, or resident:7 without a phone.")
    pseudonym = models.CharField(max_length=60)
    person = EncryptedTextField(blank=True, default="")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=200)
    consent_digest = models.CharField(
        max_length=64, blank=True, help_text="Keyed digest of the proof of consent as it was exported before."
    )
    step = models.CharField(max_length=80)
    cursor = models.BigIntegerField(default=0)
    changed = models.JSONField(default=dict, blank=True, help_text="Rows changed, by table.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["asked_at"], condition=Q(finished_at=None), name="erasures_to_go_on_with")]
        permissions = [("erase_person", "Can erase a person"), ("export_person", "Can export all about a person")]

    def __str__(self) -> str:
        return self.pseudonym
