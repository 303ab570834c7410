"""What was removed because its time was over: the proof that it happens, and of how much."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PurgeRun(models.Model):
    """One run of the purge, counted as it goes: a run that died shows how far it came, the next one does the rest."""

    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    webhooks = models.PositiveIntegerField(_("webhooks removed"), default=0)
    samples = models.PositiveIntegerField(_("examples emptied"), default=0)
    messages = models.PositiveIntegerField(_("messages emptied"), default=0)
    files = models.PositiveIntegerField(_("files removed"), default=0)
    notes = models.PositiveIntegerField(_("notes and other words emptied"), default=0)
    held = models.PositiveIntegerField(
        _("kept beyond their time"), default=0, help_text=_("Not finished, of an open case, or proof of a consent.")
    )
    error = models.TextField(_("error"), blank=True, default="")

    class Meta:
        ordering = ["-started_at", "-id"]
        verbose_name = _("purge")
        verbose_name_plural = _("purges")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
