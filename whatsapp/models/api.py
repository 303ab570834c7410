"""Programs that may use the engine: their tokens, what they called, and what they were answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from whatsapp.models.accounts import Account


class ApiToken(models.Model):
    """A program's key to one business account. Only its digest is kept: whoever reads the database cannot use it."""

    name = models.CharField(max_length=100, help_text="Which program, and who answers for it.")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    ending = models.CharField(max_length=8, editable=False, help_text="The token's last characters.")
    scopes = models.JSONField(default=list)
    calls_per_minute = models.PositiveIntegerField(default=120)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_because = models.TextField(blank=True, default="", editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.name} (…{self.ending})"


class ApiCall(models.Model):
    """One call with a right token: who, when, what, and how it was answered. Texts are not kept here, ids are."""

    class Door(models.TextChoices):
        REST = "rest", "REST API"
        MCP = "mcp", "Assistant"

    token = models.ForeignKey(ApiToken, on_delete=models.PROTECT, related_name="calls")
    at = models.DateTimeField()
    door = models.CharField(max_length=4, choices=Door.choices)
    action = models.CharField(max_length=200, help_text="Method and address, or the tool's name.")
    status = models.PositiveSmallIntegerField(help_text="HTTP status; for a tool 200 or the status of its error.")
    code = models.CharField(max_length=60, blank=True, default="", help_text="The error's code, when it was one.")
    detail = models.JSONField(default=dict, blank=True, help_text="Ids of what was read, sent or changed.")

    class Meta:
        ordering = ["-id"]
        verbose_name = "API call"
        indexes = [models.Index(fields=["at"], name="whatsapp_api_calls_by_age")]

    def __str__(self) -> str:
        return f"{self.action} {self.status}"


class ApiRequest(models.Model):
    """An idempotency key and what was asked with it. Kept as long as the messages: a key never means two things."""

    token = models.ForeignKey(ApiToken, on_delete=models.PROTECT, related_name="requests")
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what was asked.")
    answer = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="whatsapp_api_key_once")]

    def __str__(self) -> str:
        return self.key
