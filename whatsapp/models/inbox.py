"""Conversations that wait for a person, what staff noted in them, and the sentences they keep ready."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bettermeals.lib.languages import PERSON_LANGUAGES
from whatsapp.models.contacts import Contact
from whatsapp.models.messages import Message


class InboxItem(models.Model):
    """A thread handed to staff. One is open per person: later messages join it."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="inbox_items")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="inbox_items")
    reason = models.TextField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(fields=["contact"], condition=Q(closed_at=None), name="whatsapp_one_open_item"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(closed_at=None), name="whatsapp_inbox_due")]

    def __str__(self) -> str:
        return f"{self.contact}: {self.reason[:60]}"


class ThreadNote(models.Model):
    """What staff wrote to each other in a thread, and each hand-over: who had it when. Never sent, never changed."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        TAKEN = "taken", _("Taken over")
        GIVEN = "given", _("Given back")
        IDLE = "idle", _("Given back by itself: nobody of ours wrote")
        ASSIGNED = "assigned", _("Assigned")
        CLOSED = "closed", _("Closed without an answer")

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="thread_notes")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.NOTE)
    text = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["contact", "at"], name="whatsapp_notes_of_thread")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"


class CannedReply(models.Model):
    """A sentence kept ready, in one language; `key` joins its translations. `{name}` becomes the person's name."""

    key = models.SlugField(max_length=60, help_text=_("The same for all translations of one reply."))
    language = models.CharField(max_length=10, choices=[*PERSON_LANGUAGES.items()], default="en")
    title = models.CharField(max_length=80, help_text=_("What staff choose it by."))
    text = models.TextField(max_length=4096, help_text=_("{name} becomes the person's name."))

    class Meta:
        ordering = ["key", "language"]
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        constraints = [models.UniqueConstraint(fields=["key", "language"], name="whatsapp_canned_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"
