"""A household, the people who eat in it, and which meals are cooked on which weekday."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bettermeals.lib.states import Transitions
from households.vocabulary import (
    LANGUAGE_CHOICES,
    PERSON_LANGUAGE_CHOICES,
    SATURDAY,
    SUNDAY,
    DeadlinePolicy,
    Diet,
    Meal,
    NotDelivered,
    PaymentAsk,
)


def default_reminders() -> list[list[Any]]:
    """[weekday, "HH:MM"] in the household's own time: Saturday evening, Sunday morning."""
    return [[SATURDAY, "18:00"], [SUNDAY, "10:00"]]


def default_deliveries() -> list[int]:
    """Monday, Thursday, Saturday: greens and fish keep two days, and Sunday is a day for both."""
    return [0, 3, 5]


def real_timezone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is no timezone; write it as in Asia/Kolkata.")


class Household(models.Model):
    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        ENDED = "ended", "Ended"

    TRANSITIONS = Transitions(
        {
            "active": {"paused", "ended"},
            "paused": {"active", "ended"},
            "ended": {"active"},  # a family that comes back keeps its history
        }
    )

    name = models.CharField(max_length=120)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    paused_until = models.DateField(null=True, blank=True, help_text="First day on again; empty: until resumed.")
    timezone = models.CharField(max_length=40, default="Asia/Kolkata", validators=[real_timezone])
    language = models.CharField(max_length=8, choices=LANGUAGE_CHOICES, default="en")
    city = models.CharField(max_length=80, blank=True)
    currency = models.CharField(max_length=3, default="INR")
    weekly_budget_paise = models.PositiveIntegerField(null=True, blank=True, help_text="In paise; empty: no limit.")
    spice_level = models.PositiveSmallIntegerField(default=2, help_text="0 none, 1 mild, 2 medium, 3 hot")
    veg_days = models.JSONField(default=list, blank=True, help_text="Weekdays without meat, fish or egg; Monday is 0.")
    fasting_days = models.JSONField(default=list, blank=True, help_text="Weekdays with fasting food; Monday is 0.")
    delivery_days = models.JSONField(
        default=default_deliveries, blank=True, help_text="Weekdays on which groceries arrive; Monday is 0."
    )
    equipment = models.JSONField(default=list, blank=True, help_text="What the kitchen has, e.g. mixer, oven.")
    notes = models.TextField(blank=True, help_text="For staff only; nobody is sent this.")

    # The week, in the household's own time. A default here, an own value per household.
    propose_weekday = models.PositiveSmallIntegerField(default=SATURDAY)
    propose_at = models.TimeField(default=time(9))
    reminders = models.JSONField(default=default_reminders, blank=True, help_text='[[5, "18:00"], …]')
    deadline_weekday = models.PositiveSmallIntegerField(default=SUNDAY)
    deadline_at = models.TimeField(default=time(14))
    deadline_policy = models.CharField(
        max_length=15, choices=DeadlinePolicy, default=DeadlinePolicy.ASK_OPS, help_text="When nobody answered."
    )
    not_delivered = models.CharField(
        max_length=10,
        choices=NotDelivered,
        default=NotDelivered.REFUND,
        help_text="What becomes of the price of something that the shop did not have.",
    )
    payment_ask = models.CharField(
        max_length=10,
        choices=PaymentAsk,
        default=PaymentAsk.COUNTRY,
        help_text=_("Review and pay stays in WhatsApp; where it cannot be used, the payment link goes instead."),
    )
    evening_instruction_at = models.TimeField(default=time(19))
    morning_lead_minutes = models.PositiveSmallIntegerField(default=90, help_text="Before the cook arrives.")
    cook_quiet_until = models.TimeField(
        default=time(6), help_text="No message to the cook before; early cooks have it the evening before."
    )
    cook_answer_minutes = models.PositiveSmallIntegerField(default=45, help_text="Then the cook is reminded.")
    cook_escalate_minutes = models.PositiveSmallIntegerField(default=90, help_text="Then it is on the ops queue.")
    rating_at = models.TimeField(default=time(21))
    summary_at = models.TimeField(default=time(20), help_text="Sunday's summary.")

    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["active", "paused", "ended"]), name="household_status"),
            models.CheckConstraint(condition=Q(spice_level__lte=3), name="household_spice_0_to_3"),
            models.CheckConstraint(
                condition=Q(propose_weekday__lte=6, deadline_weekday__lte=6), name="household_weekdays_0_to_6"
            ),
            models.CheckConstraint(
                condition=Q(cook_escalate_minutes__gte=F("cook_answer_minutes")), name="household_remind_then_escalate"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Resident(models.Model):
    """One person who eats here. Children have no contact; exactly one resident decides for the household."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="residents")
    contact = models.ForeignKey(
        "whatsapp.Contact", null=True, blank=True, on_delete=models.PROTECT, related_name="residents"
    )
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=8, choices=PERSON_LANGUAGE_CHOICES, default="en")
    decides = models.BooleanField(default=False)
    diet = models.CharField(max_length=12, choices=Diet, default=Diet.VEGETARIAN)
    jain = models.BooleanField(default=False, help_text="No onion, garlic or roots.")
    allergens = models.JSONField(default=list, blank=True)
    never = models.JSONField(default=list, blank=True, help_text="Ingredients never, whatever the dish (hard rule).")
    dislikes = models.JSONField(default=list, blank=True, help_text="Avoided where possible.")
    portion = models.DecimalField(max_digits=3, decimal_places=2, default=Decimal("1.00"), help_text="A child: 0.5")
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-decides", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(decides=True), name="one_deciding_resident_per_household"
            ),
            models.UniqueConstraint(
                fields=["household", "contact"],
                condition=Q(active=True, contact__isnull=False),
                name="a_contact_once_per_household",
            ),
            models.CheckConstraint(
                condition=Q(decides=False) | Q(active=True, contact__isnull=False),
                name="who_decides_can_be_reached",
            ),
            models.CheckConstraint(condition=Q(portion__gt=0, portion__lte=3), name="portion_above_0_up_to_3"),
            models.CheckConstraint(condition=Q(diet__in=Diet.values), name="resident_diet_known"),
        ]

    def __str__(self) -> str:
        return self.name


class MealPattern(models.Model):
    """A meal that is cooked every week, and for how many. No row: nothing is cooked then."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="pattern")
    weekday = models.PositiveSmallIntegerField(help_text="Monday is 0")
    meal = models.CharField(max_length=10, choices=Meal)
    servings = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "meal"]
        constraints = [
            models.UniqueConstraint(fields=["household", "weekday", "meal"], name="one_pattern_row_per_meal"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="pattern_weekday_0_to_6"),
            models.CheckConstraint(condition=Q(servings__gte=1, servings__lte=50), name="pattern_servings_1_to_50"),
            models.CheckConstraint(condition=Q(meal__in=Meal.values), name="pattern_meal_known"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.meal}: {self.servings}"


class Away(models.Model):
    """Days (both ends included) on which the household is not at home: nothing is planned, cooked or bought."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="away")
    start = models.DateField()
    end = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True, help_text="They are at home after all.")

    class Meta:
        ordering = ["-start", "-pk"]
        verbose_name_plural = "away"
        constraints = [models.CheckConstraint(condition=Q(end__gte=F("start")), name="away_ends_after_it_starts")]

    def __str__(self) -> str:
        return f"{self.start} to {self.end}"
