"""How often in a week a kind of dish is served: for every household, or for one instead."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from mealplans.catalogue.vocabulary import TAGS


class WeeklyQuota(models.Model):
    """`at_least` is for a week of fourteen lunches and dinners; a shorter week is asked its share of it."""

    household = models.ForeignKey(
        "households.Household",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="quotas",
        help_text="Empty: every household that has no quota of its own for this kind.",
    )
    tag = models.CharField(max_length=20, choices=[(tag, tag.replace("-", " ").replace("_", " ")) for tag in TAGS])
    at_least = models.PositiveSmallIntegerField(default=0)
    at_most = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: no limit.")

    class Meta:
        ordering = ["tag", F("household").asc(nulls_first=True)]
        verbose_name_plural = "weekly quotas"
        constraints = [
            models.UniqueConstraint(fields=["household", "tag"], name="one_quota_per_household_and_kind"),
            models.UniqueConstraint(fields=["tag"], condition=Q(household=None), name="one_quota_for_all_per_kind"),
            models.CheckConstraint(
                condition=Q(at_most=None) | Q(at_most__gte=F("at_least")), name="quota_at_most_is_not_below_at_least"
            ),
        ]

    def __str__(self) -> str:
        most = f", at most {self.at_most}" if self.at_most is not None else ""
        return f"{self.get_tag_display()}: at least {self.at_least}{most}"
