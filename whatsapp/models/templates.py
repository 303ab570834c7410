"""Meta's side of a message template; ours is declared in code (see `whatsapp/declare.py`)."""

from __future__ import annotations

from django.db import models

from whatsapp.models.accounts import Account


class MessageTemplate(models.Model):
    """One template in one language as Meta holds it. Only APPROVED can be sent; the enum is open on purpose."""

    APPROVED = "APPROVED"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="templates")
    name = models.CharField(max_length=512)
    language = models.CharField(max_length=15)
    meta_id = models.CharField("Meta's ID", max_length=40, blank=True, default="")
    category = models.CharField(max_length=40, blank=True, default="")
    previous_category = models.CharField(max_length=40, blank=True, default="")
    status = models.CharField(max_length=40, blank=True, default="")
    quality = models.CharField(max_length=20, blank=True, default="")
    components = models.JSONField(default=list)
    parameter_format = models.CharField(max_length=20, blank=True, default="POSITIONAL")
    rejected_reason = models.CharField(max_length=300, blank=True, default="")
    paused_until = models.DateTimeField(null=True, blank=True)
    synced_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "language"]
        constraints = [
            models.UniqueConstraint(fields=["account", "name", "language"], name="whatsapp_template_identity"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"
