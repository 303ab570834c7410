"""Meta's side of a message template, those written in the back office, and what happened to each.

What the product itself sends is declared in code (see `whatsapp/declare.py`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bettermeals.lib.states import Transitions
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


class TemplateDraft(models.Model):
    """A template that staff write, in one language. Meta lets an approved text hardly be changed: a new version gets a
    name of its own (`closed_notice`, `closed_notice_v2`)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTING = "submitting", _("Being submitted")
        SUBMITTED = "submitted", _("Submitted")

    TRANSITIONS = Transitions({"draft": ["submitting"], "submitting": ["draft", "submitted"], "submitted": []})

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="template_drafts")
    base = models.CharField(_("name"), max_length=500)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    language = models.CharField(_("language"), max_length=15, default="en")
    category = models.CharField(_("category"), max_length=40, default="UTILITY")
    header = models.TextField(blank=True, default="")
    body = models.TextField(blank=True, default="")
    footer = models.TextField(blank=True, default="")
    buttons = models.JSONField(default=list, blank=True, help_text="[{type, text, url, example}]")
    variables = models.JSONField(default=list, blank=True, help_text=_("Names of {{1}}, {{2}}, … in order."))
    examples = models.JSONField(default=list, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.DRAFT)
    error = models.TextField(blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-updated_at"]
        verbose_name = _("template draft")
        verbose_name_plural = _("template drafts")
        constraints = [
            models.UniqueConstraint(fields=["account", "base", "version", "language"], name="whatsapp_one_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def name(self) -> str:
        return self.base if self.version == 1 else f"{self.base}_v{self.version}"


class TemplateEvent(models.Model):
    """Something that happened to a template: submitted by whom, approved, paused, counted otherwise. Never changed."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="template_events")
    name = models.CharField(max_length=512)
    language = models.CharField(max_length=15)
    what = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["account", "name", "language"], name="whatsapp_template_story")]

    def __str__(self) -> str:
        return f"{self.name} ({self.language}): {self.what}"
