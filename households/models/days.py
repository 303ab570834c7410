"""Days on which a person, or everybody at home, eats differently: fasts, feasts, or eats elsewhere."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from households.models.homes import Household, Resident


class DayKind(models.TextChoices):
    FASTING = "fasting", "Fasts"
    VEGETARIAN = "vegetarian", "No meat, fish or egg"
    FESTIVAL = "festival", "Festival: something special"
    ELSEWHERE = "elsewhere", "Eats elsewhere"


class SpecialDay(models.Model):
    """Every week on one weekday, or once from `start` to `end` (both included); for one resident or for everybody."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="special_days")
    resident = models.ForeignKey(
        Resident,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="special_days",
        help_text="Empty: everybody at home.",
    )
    kind = models.CharField(max_length=10, choices=DayKind)
    weekday = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Every week; Monday is 0.")
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    meals = models.JSONField(default=list, blank=True, help_text="Empty: the whole day.")
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True, help_text="It does not hold any more.")

    class Meta:
        ordering = ["household", F("start").asc(nulls_first=True), "weekday", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__isnull=False, weekday__lte=6, start=None, end=None)
                | Q(weekday=None, start__isnull=False, end__gte=F("start")),
                name="special_day_is_weekly_or_dated",
            ),
            models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="special_day_kind_known"),
        ]

    def __str__(self) -> str:
        who = self.resident.name if self.resident else "Everybody"
        return f"{who}: {self.get_kind_display()}"
