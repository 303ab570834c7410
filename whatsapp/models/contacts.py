"""People on WhatsApp, and the ledger of their consent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bettermeals.lib import phones
from whatsapp.models.accounts import Account


class Contact(models.Model):
    """One person at one business account, known by a phone number, a business-scoped user id (BSUID), or both.

    Meta may leave out either: the key is this row, never the phone. A duplicate that turned out to be the same person
    is kept, emptied of its ids, with `merged_into` set.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="contacts")
    phone = models.CharField("Phone (E.164)", max_length=20, null=True, blank=True)  # noqa: DJ001  (absent is not "")
    wa_id = models.CharField("WhatsApp ID", max_length=32, null=True, blank=True)  # noqa: DJ001  (unique when known)
    bsuid = models.CharField("Business-scoped user ID", max_length=180, null=True, blank=True)  # noqa: DJ001
    parent_bsuid = models.CharField("Parent BSUID", max_length=180, blank=True, default="")
    username = models.CharField(max_length=80, blank=True, default="")
    profile_name = models.CharField(max_length=200, blank=True, default="")
    language = models.CharField(max_length=10, default="en")
    created_at = models.DateTimeField(auto_now_add=True)
    last_inbound_at = models.DateTimeField(null=True, blank=True)
    opted_in_at = models.DateTimeField(null=True, blank=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    marketing_opted_out_at = models.DateTimeField(null=True, blank=True)
    undeliverable_since = models.DateTimeField(null=True, blank=True)
    undeliverable_reason = models.TextField(blank=True, default="")
    # While a dispute lasts nothing of this person is removed: see whatsapp/retention.py.
    kept_since = models.DateTimeField(null=True, blank=True, editable=False)
    kept_because = models.TextField(blank=True, default="", editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    # The desk's side of the thread: see whatsapp/desk.py. Shared by all staff, as the inbox is.
    desk_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taken_over_at = models.DateTimeField(null=True, blank=True)
    unread_since = models.DateTimeField(null=True, blank=True)
    # Meta's limit per person: see whatsapp/pacing.py.
    pace_at = models.DateTimeField(null=True, blank=True, editable=False)
    burst_until = models.DateTimeField(null=True, blank=True, editable=False)
    burst_count = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-last_inbound_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "wa_id"], condition=Q(wa_id__isnull=False), name="whatsapp_contact_wa_id"
            ),
            models.UniqueConstraint(
                fields=["account", "bsuid"], condition=Q(bsuid__isnull=False), name="whatsapp_contact_bsuid"
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=False)
                | Q(wa_id__isnull=False)
                | Q(bsuid__isnull=False)
                | Q(merged_into__isnull=False),
                name="whatsapp_contact_has_an_address",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "phone"], name="whatsapp_contact_phone"),
            models.Index(fields=["last_inbound_at"], name="whatsapp_contact_wrote"),
            models.Index(
                fields=["unread_since"], condition=Q(unread_since__isnull=False), name="whatsapp_contact_unread"
            ),
            models.Index(
                fields=["taken_over_at"], condition=Q(taken_over_at__isnull=False), name="whatsapp_contact_taken"
            ),
        ]

    def __str__(self) -> str:
        return self.profile_name or self.masked_address

    @property
    def masked_address(self) -> str:
        if self.phone:
            return phones.mask(self.phone)
        return f"@{self.username}" if self.username else f"{(self.bsuid or '')[:6]}…"

    @property
    def address(self) -> dict[str, str]:
        """How Meta wants the recipient named. `to` needs the plus: without it the sender's country may be prepended.

        A BSUID goes in `recipient`: placed in `to` it is accepted and silently lost.
        """
        if self.phone:
            return {"to": self.phone}
        return {"to": f"+{self.wa_id}"} if self.wa_id else {"recipient": self.bsuid or ""}


class ConsentEvent(models.Model):
    """What a person allowed or forbade, how and when: the proof. Never changed, never deleted."""

    class Action(models.TextChoices):
        OPT_IN = "opt_in", "Opted in"
        OPT_OUT = "opt_out", "Opted out"

    class Purpose(models.TextChoices):
        ALL = "all", "All messages"
        MARKETING = "marketing", "Marketing"

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="consent_events")
    action = models.CharField(max_length=10, choices=Action.choices)
    purpose = models.CharField(max_length=20, choices=Purpose.choices, default=Purpose.ALL)
    method = models.CharField(max_length=80, help_text="For example: stop word, signed form, Meta preference.")
    message = models.ForeignKey(
        "whatsapp.Message", on_delete=models.PROTECT, null=True, blank=True, related_name="consent_events"
    )
    at = models.DateTimeField()
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({self.get_purpose_display().lower()})"
