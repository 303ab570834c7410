"""One template to many people, chosen by staff: what was chosen, to whom it goes, what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bettermeals.lib.states import Transitions
from whatsapp.models.accounts import Account
from whatsapp.models.contacts import Contact
from whatsapp.models.messages import Message


class Broadcast(models.Model):
    """`variables` maps a template's variable to {"text": …} for everybody, or is empty for what is known of each."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ARMED = "armed", _("Planned")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        CANCELLED = "cancelled", _("Cancelled")

    TRANSITIONS = Transitions(
        {
            "draft": ["armed", "cancelled"],
            "armed": ["draft", "sending", "cancelled"],
            "sending": ["sent", "cancelled"],
            "sent": ["sending"],  # a retry
            "cancelled": [],
        }
    )

    name = models.CharField(_("name"), max_length=120)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="broadcasts")
    template_name = models.CharField(_("template"), max_length=512, blank=True, default="")
    variables = models.JSONField(default=dict, blank=True)
    # By which filter its people were chosen, for a preset made from it; words may name somebody and are not kept.
    group = models.CharField(max_length=120, blank=True, default="", editable=False)
    language = models.CharField(max_length=10, blank=True, default="", editable=False)
    chosen_by = models.CharField(_("chosen by"), max_length=300, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("made"))
    armed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(_("why"), blank=True, default="")
    send_at = models.DateTimeField(_("goes out"), null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # At the moment of confirming: {"amounts": {"INR": 259}, "without": {"NP": 2}}, as in whatsapp/rates.py.
    forecast = models.JSONField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("bulk send")
        verbose_name_plural = _("bulk sends")
        indexes = [
            models.Index(
                fields=["send_at"], condition=Q(status__in=["armed", "sending"]), name="whatsapp_broadcasts_due"
            )
        ]

    def __str__(self) -> str:
        return self.name


class BroadcastRecipient(models.Model):
    """One person of a bulk send. `excluded_code` says why nothing goes to them; `message` is the latest try."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="recipients")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="broadcasts")
    values = models.JSONField(default=dict, blank=True, help_text=_("What staff wrote for this person alone."))
    excluded_code = models.CharField(max_length=40, blank=True, default="")
    excluded_reason = models.TextField(blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["broadcast", "contact"], name="whatsapp_once_in_a_broadcast")]
        indexes = [
            models.Index(
                fields=["broadcast"], condition=Q(message=None, excluded_code=""), name="whatsapp_broadcast_to_queue"
            )
        ]

    def __str__(self) -> str:
        return f"{self.broadcast}: {self.contact}"


class BroadcastPreset(models.Model):
    """A bulk send to start from again: the same template with the same texts, to the same kind of people."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    template_name = models.CharField(_("template"), max_length=512)
    variables = models.JSONField(default=dict, blank=True)
    group = models.CharField(max_length=120, blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
