"""A WhatsApp business account with its numbers, and the incidents that stop it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bettermeals.lib.crypto import EncryptedTextField


class Account(models.Model):
    """One WABA and the app that serves it. Credentials are ciphertext in the database and masked everywhere else."""

    class Mode(models.TextChoices):
        TEST = "test", "Test: only the listed recipients"
        LIVE = "live", "Live: everybody with consent"

    name = models.CharField(max_length=100)
    waba_id = models.CharField("WhatsApp Business Account ID", max_length=40, unique=True)
    business_id = models.CharField(
        "Business portfolio ID", max_length=40, blank=True, default="", help_text="Meta tells it at the first check."
    )
    app_id = models.CharField("App ID", max_length=40, blank=True, default="")
    access_token = EncryptedTextField(blank=True, default="")
    previous_access_token = EncryptedTextField(blank=True, default="")
    app_secret = EncryptedTextField(blank=True, default="")
    previous_app_secret = EncryptedTextField(blank=True, default="")
    verify_token = EncryptedTextField(blank=True, default="")
    api_version = models.CharField("Graph API version", max_length=10, default="v25.0")
    base_url = models.CharField("Graph API address", max_length=200, default="https://graph.facebook.com")
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.TEST)
    test_recipients = models.JSONField(default=list, blank=True, help_text="E.164 numbers; “*” allows everybody.")
    region = models.CharField(max_length=2, default="IN")
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    webhooks_seen_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    templates_synced_at = models.DateTimeField(null=True, blank=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    health = models.JSONField(default=dict, blank=True, help_text="What Meta said at the last check.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="whatsapp_one_default_account"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def allows(self, phone: str) -> bool:
        """May this number be messaged at all? In test mode only the listed ones."""
        return self.mode == self.Mode.LIVE or "*" in self.test_recipients or phone in self.test_recipients


class Portfolio(models.Model):
    """A business at Meta: its accounts and numbers share one limit on whom they write to first. The row is the lock
    under which its people are counted; `key` is the business's id, or the account's while that is unknown."""

    key = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.key


class Reach(models.Model):
    """A person whom a portfolio wrote to outside an open window, last `at`: counts for 24 hours. See `reach.py`."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="reached")
    person = models.CharField(max_length=200, help_text="WhatsApp ID, else BSUID: the same in all its accounts.")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portfolio", "person"], name="whatsapp_reached_once")]
        indexes = [models.Index(fields=["portfolio", "at"], name="whatsapp_reached_lately")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class PhoneNumber(models.Model):
    """A business number: what messages are sent from. `paused_reason` stops its queue without losing a row."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="numbers")
    phone_number_id = models.CharField("Phone number ID", max_length=40, unique=True)
    display_phone_number = models.CharField(max_length=30, blank=True, default="")
    verified_name = models.CharField(max_length=120, blank=True, default="")
    status = models.CharField(max_length=30, blank=True, default="")
    quality_rating = models.CharField(max_length=20, blank=True, default="")
    throughput_level = models.CharField(max_length=20, blank=True, default="STANDARD")
    messaging_limit = models.CharField(max_length=30, blank=True, default="")
    checked_at = models.DateTimeField(null=True, blank=True)
    paused_reason = models.TextField(blank=True, default="")
    paused_at = models.DateTimeField(null=True, blank=True)
    # See whatsapp/resuming.py: one message may go ahead while it is paused; what is no answer waits until then.
    probing = models.BooleanField(default=False, editable=False)
    answers_only_until = models.DateTimeField(null=True, blank=True, editable=False)
    on_business_app = models.BooleanField(
        "Shared with the WhatsApp Business app", default=False, help_text="Meta tells it; such a number is slower."
    )
    next_slot_at = models.FloatField(
        default=0.0, editable=False, help_text="Machine time (epoch seconds) from which the next send slot is free."
    )

    class Meta:
        indexes = [models.Index(fields=["paused_at"], condition=~Q(paused_reason=""), name="whatsapp_paused_numbers")]

    def __str__(self) -> str:
        return self.display_phone_number or self.phone_number_id


class Incident(models.Model):
    """Something that stops or endangers sending: opened once, closed by the check that finds it gone."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="incidents")
    kind = models.CharField(max_length=50)
    subject = models.CharField(max_length=200, blank=True, default="", help_text="The number or template concerned.")
    detail = models.TextField()
    fix = models.TextField(blank=True, default="")
    opened_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.TextField(blank=True, default="")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "subject"], condition=Q(closed_at=None), name="whatsapp_one_open_incident"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}".strip()
