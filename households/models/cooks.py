"""Cooks, the households they cook for, and the days on which they do not come."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from households.models.homes import Household
from households.vocabulary import PERSON_LANGUAGE_CHOICES


class Cook(models.Model):
    """A person who cooks; may serve several households, and may be a resident somewhere too."""

    contact = models.OneToOneField("whatsapp.Contact", on_delete=models.PROTECT, related_name="cook")
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=8, choices=PERSON_LANGUAGE_CHOICES, default="hi")
    cannot_make = models.JSONField(
        default=list,
        blank=True,
        help_text="Dishes, families, techniques or cuisines this cook does not know: biryani, baked, indo-chinese.",
    )
    wants_voice = models.BooleanField(
        _("prefers to listen"),
        default=False,
        help_text=_("The day's message is sent as a voice note too, where a speech engine is set up (SPEECH_COMMAND)."),
    )
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Engagement(models.Model):
    """One regular visit: this cook, this household, these weekdays, these meals. Two visits a day are two rows."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="engagements")
    cook = models.ForeignKey(Cook, on_delete=models.PROTECT, related_name="engagements")
    weekdays = models.JSONField(default=list, help_text="Monday is 0")
    meals = models.JSONField(default=list)
    arrives_at = models.TimeField(help_text="In the household's own time.")
    minutes_per_visit = models.PositiveSmallIntegerField(default=90)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["household", "arrives_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "cook", "arrives_at"],
                condition=Q(active=True),
                name="one_active_engagement_per_visit",
            ),
            models.CheckConstraint(
                condition=Q(minutes_per_visit__gte=15, minutes_per_visit__lte=720), name="visit_of_15_to_720_minutes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cook} for {self.household}"


class CookLeave(models.Model):
    """Days (both ends included) on which a cook does not come; with meals it is a part of the day."""

    cook = models.ForeignKey(Cook, on_delete=models.PROTECT, related_name="leaves")
    household = models.ForeignKey(
        Household,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cook_leaves",
        help_text="Empty: from every household.",
    )
    start = models.DateField()
    end = models.DateField()
    meals = models.JSONField(default=list, blank=True, help_text="Empty: the whole day.")
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True, help_text="The cook comes after all.")

    class Meta:
        ordering = ["-start", "-pk"]
        verbose_name_plural = "cook leave"
        constraints = [models.CheckConstraint(condition=Q(end__gte=F("start")), name="leave_ends_after_it_starts")]
        indexes = [models.Index(fields=["cook", "start", "end"], name="leave_by_cook_and_day")]

    def __str__(self) -> str:
        return f"{self.cook}: {self.start} to {self.end}"
