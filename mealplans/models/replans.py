"""A wish of staff to plan the rest of a week again: asked, worked out by a worker, looked at, applied or dropped."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bettermeals.lib.states import Transitions


class ReplanStatus(models.TextChoices):
    ASKED = "asked", "Being worked out"
    READY = "ready", "To be looked at"
    IMPOSSIBLE = "impossible", "No such week"
    APPLIED = "applied", "Applied"
    DROPPED = "dropped", "Dropped"


REPLAN_MOVES = Transitions(
    {
        "asked": ["ready", "impossible", "dropped"],
        "ready": ["applied", "dropped"],
        "impossible": ["dropped"],
        "applied": [],
        "dropped": [],
    }
)


class Replan(models.Model):
    """`revision`: the plan's when it was worked out; a plan that changed since is never written over."""

    OPEN = (ReplanStatus.ASKED, ReplanStatus.READY, ReplanStatus.IMPOSSIBLE)

    plan = models.ForeignKey("mealplans.WeekPlan", on_delete=models.CASCADE, related_name="replans")
    status = models.CharField(max_length=12, choices=ReplanStatus.choices, default=ReplanStatus.ASKED)
    must_change = models.JSONField(default=list)  # [meal id]
    changes = models.JSONField(default=list)  # [{"meal": id, "old": slug, "new": slug}]
    difference_paise = models.IntegerField(null=True)
    problem = models.TextField(blank=True)
    revision = models.PositiveIntegerField(null=True)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(status__in=["asked", "ready", "impossible"]), name="one_open_replan"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.get_status_display()}"
