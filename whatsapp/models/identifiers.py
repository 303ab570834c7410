"""How a person could be reached, and from when until when: numbers, user ids and names change hands."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from whatsapp.models.contacts import Contact


class ContactIdentifier(models.Model):
    """One identifier of one contact. While `until` is empty it is theirs; written by whatsapp/identifying.py alone."""

    class Kind(models.TextChoices):
        WA_ID = "wa_id", "WhatsApp ID"
        BSUID = "bsuid", "Business-scoped user ID"
        PARENT_BSUID = "parent_bsuid", "Parent BSUID"
        USERNAME = "username", "Username"

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    value = models.CharField(max_length=180)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "kind"], condition=Q(until=None), name="whatsapp_identifier_one_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["kind", "value"], name="whatsapp_identifier_value")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}"
