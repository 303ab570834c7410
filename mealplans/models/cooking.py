"""What the cook is told, what the cook answers, and the buttons under every message."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bettermeals.lib.states import Transitions


class InstructionStatus(models.TextChoices):
    DUE = "due", "Scheduled"
    SENT = "sent", "Sent, no answer yet"
    OVERDUE = "overdue", "Reminded, no answer yet"
    ESCALATED = "escalated", "No answer: with staff"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    DONE = "done", "Cooked"
    CANCELLED = "cancelled", "Cancelled"


INSTRUCTION_MOVES = Transitions(
    {
        "due": ["sent", "cancelled"],
        "sent": ["acknowledged", "overdue", "done", "cancelled"],
        "overdue": ["acknowledged", "escalated", "done", "cancelled"],
        "escalated": ["acknowledged", "done", "cancelled"],
        "acknowledged": ["done", "cancelled"],
        "done": [],
        "cancelled": ["due"],  # the cook can come after all, a skipped meal is on again
    }
)
#: Told to the cook and not yet over: a change of the meals must reach the cook again.
TOLD = ("sent", "overdue", "escalated", "acknowledged")


class VoiceNote(models.TextChoices):
    """Of an instruction, for a cook who prefers to listen: due -> sent or failed; the text goes out anyway."""

    NONE = "", "None"
    DUE = "due", "Due"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not made"


class CookInstruction(models.Model):
    """One message of one working day. `next_due_at` walks due_at -> remind_at -> escalate_at, then null."""

    plan = models.ForeignKey("mealplans.WeekPlan", on_delete=models.CASCADE, related_name="instructions")
    engagement = models.ForeignKey("households.Engagement", on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    kind = models.CharField(max_length=8, choices=[("evening", "Evening before"), ("morning", "Morning")])
    status = models.CharField(max_length=12, choices=InstructionStatus.choices, default=InstructionStatus.DUE)
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True, blank=True)
    escalate_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    updates = models.PositiveSmallIntegerField(default=0)  # how often it came back, to be told anew
    message = models.ForeignKey("whatsapp.Message", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    voice = models.CharField(max_length=6, choices=VoiceNote.choices, blank=True, default="")
    voice_at = models.DateTimeField(null=True, blank=True)  # when it is tried next
    voice_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["date", "due_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "engagement", "date", "kind"], name="one_instruction_per_day_and_kind"
            )
        ]
        indexes = [
            models.Index(fields=["next_due_at"], condition=Q(next_due_at__isnull=False), name="instruction_due"),
            models.Index(fields=["engagement", "date"], name="instruction_engagement_date"),
            models.Index(fields=["voice_at"], condition=Q(voice="due"), name="instruction_voice_due"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.date:%a %d %b}"


class CookReport(models.Model):
    """What a cook told us about a day; the week follows from it. Append-only."""

    engagement = models.ForeignKey("households.Engagement", on_delete=models.PROTECT, related_name="reports")
    date = models.DateField()
    kind = models.CharField(
        max_length=10,
        choices=[
            ("absent", "Cannot come"),
            ("late", "Late"),
            ("missing", "Something is missing"),
            ("equipment", "Equipment"),
            ("done", "Cooked"),
        ],
    )
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    message = models.ForeignKey("whatsapp.Message", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["engagement", "date"], name="cookreport_engagement_date")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.date:%a %d %b}"


class Offer(models.Model):
    """What one button means. The payload on the wire is only `token`: old buttons stay tappable for ever, and
    anybody may forward one, so meaning, owner and expiry are looked up, never read from the message."""

    token = models.CharField(max_length=32, unique=True)
    action = models.CharField(max_length=30)
    household = models.ForeignKey("households.Household", on_delete=models.CASCADE, related_name="+")
    plan = models.ForeignKey("mealplans.WeekPlan", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    contact = models.ForeignKey("whatsapp.Contact", on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="offer_expires_at")]

    def __str__(self) -> str:
        return f"{self.action} offered to {self.contact}"
