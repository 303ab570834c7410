"""A household's week and its meals. The legal moves stand beside the states; a change is compare-and-set."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Q

from bettermeals.lib.states import Transitions


class PlanStatus(models.TextChoices):
    DRAFT = "draft", "Being planned"
    FAILED = "failed", "No plan possible"
    PROPOSED = "proposed", "Waits for approval"
    APPROVED = "approved", "Approved, groceries to price"
    AWAITING_PAYMENT = "awaiting_payment", "Waits for payment"
    CONFIRMED = "confirmed", "Confirmed"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


PLAN_MOVES = Transitions(
    {
        "draft": ["proposed", "failed", "cancelled"],
        "failed": ["draft", "cancelled"],  # staff changed a rule and try again
        "proposed": ["approved", "cancelled"],
        "approved": ["awaiting_payment", "confirmed", "cancelled"],
        "awaiting_payment": ["confirmed", "cancelled"],
        "confirmed": ["completed", "cancelled"],
        "completed": [],
        "cancelled": [],
    }
)
#: Meals of a plan in these states may still be changed by the household.
OPEN_TO_CHANGE = ("proposed", "approved", "awaiting_payment", "confirmed")
#: The week is settled: the cook works by it.
IN_FORCE = ("confirmed", "completed")


class Step(models.TextChoices):
    """What `next_due_at` is waiting for: the plan's next expected step, shown as such to staff."""

    GENERATE = "generate", "Plan the week"
    REMIND_FIRST = "remind_first", "First reminder to approve"
    REMIND_LAST = "remind_last", "Last reminder to approve"
    DEADLINE = "deadline", "Approval deadline"
    REMIND_PAYMENT = "remind_payment", "Payment reminder"
    PAY_BY = "pay_by", "Payment cut-off"
    RATE = "rate", "Ask how dinner was"
    SUMMARY = "summary", "Weekly summary"
    NONE = "", "Nothing"


class WeekPlan(models.Model):
    """Monday to Sunday of one household. `revision` grows with every change of its meals."""

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="plans")
    week_start = models.DateField()
    status = models.CharField(max_length=20, choices=PlanStatus.choices, default=PlanStatus.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    next_step = models.CharField(max_length=20, choices=Step.choices, blank=True, default="")
    next_due_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)  # lease of the worker that is solving
    attempts = models.PositiveSmallIntegerField(default=0)
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    proposed_at = models.DateTimeField(null=True, blank=True)
    decide_by = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        "households.Resident", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_how = models.CharField(max_length=20, blank=True)
    pay_by = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    solver = models.JSONField(default=dict, blank=True)
    problem = models.TextField(blank=True, help_text="Why no plan was possible, in words.")
    pantry = models.JSONField(default=dict, blank=True, help_text="What was in the house when the plan was made.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-week_start", "household"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "week_start"],
                condition=~Q(status="cancelled"),
                name="one_live_plan_per_week",
            )
        ]
        indexes = [
            models.Index(fields=["next_due_at"], condition=Q(next_due_at__isnull=False), name="weekplan_due"),
            models.Index(fields=["week_start", "status"], name="weekplan_week_status"),
        ]

    def __str__(self) -> str:
        return f"{self.household}, week of {self.week_start:%d %b %Y}"

    @property
    def week_end(self) -> date:
        return self.week_start + timedelta(days=6)


class MealStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    SKIPPED = "skipped", "Skipped"
    CANCELLED = "cancelled", "Cancelled"
    COOKED = "cooked", "Cooked"


MEAL_MOVES = Transitions(
    {
        "planned": ["skipped", "cancelled", "cooked"],
        "skipped": ["planned"],  # "we are home after all"
        "cancelled": ["planned"],  # the cook can come after all
        "cooked": [],
    }
)


class PlannedMeal(models.Model):
    """One dish on one table. `version` is the dish as the household agreed to it."""

    plan = models.ForeignKey(WeekPlan, on_delete=models.CASCADE, related_name="meals")
    date = models.DateField()
    meal = models.CharField(max_length=10)
    dish = models.ForeignKey("mealplans.Dish", on_delete=models.PROTECT, related_name="+")
    servings = models.DecimalField(max_digits=5, decimal_places=2)  # guests included
    guests = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=10, choices=MealStatus.choices, default=MealStatus.PLANNED)
    pinned = models.BooleanField(default=False, help_text="Chosen by a resident: a new plan keeps it.")
    no_cook = models.BooleanField(default=False, help_text="Put together by the residents; the cook is away.")
    reason = models.JSONField(default=list, blank=True)
    instead = models.JSONField(
        default=dict, blank=True, help_text="What stands for an ingredient that could not be had, by slug."
    )
    version = models.ForeignKey(
        "mealplans.DishVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["plan", "date", "meal"]
        constraints = [models.UniqueConstraint(fields=["plan", "date", "meal"], name="one_dish_per_meal")]
        indexes = [models.Index(fields=["date", "status"], name="plannedmeal_date_status")]

    def __str__(self) -> str:
        return f"{self.dish} for {self.meal} on {self.date:%a %d %b}"


class MealRating(models.Model):
    """One tap after dinner; a second tap of the same person replaces the first."""

    planned_meal = models.ForeignKey(PlannedMeal, on_delete=models.CASCADE, related_name="ratings")
    resident = models.ForeignKey("households.Resident", on_delete=models.PROTECT, related_name="+")
    rating = models.CharField(max_length=4, choices=[("good", "Good"), ("ok", "Okay"), ("bad", "Not good")])
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["planned_meal", "resident"], name="one_rating_per_person_and_meal")
        ]

    def __str__(self) -> str:
        return f"{self.get_rating_display()}: {self.planned_meal}"


TASTE_KINDS = [
    ("requested", "Asked for"),
    ("swapped_in", "Taken instead"),
    ("swapped_out", "Swapped away"),
    ("left_over", "Was left over"),
    ("ran_short", "Was not enough"),
]


class TasteSignal(models.Model):
    """What else tells how a household likes a dish: asked for, swapped, left over. Ratings stand in MealRating."""

    household = models.ForeignKey("households.Household", on_delete=models.CASCADE, related_name="+")
    dish = models.ForeignKey("mealplans.Dish", on_delete=models.CASCADE, related_name="+")
    meal = models.ForeignKey(
        PlannedMeal,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Of which it was said.",
    )
    kind = models.CharField(max_length=12, choices=TASTE_KINDS)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["household", "at"], name="tastesignal_household_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["meal", "kind"],
                condition=Q(kind__in=["left_over", "ran_short"]),
                name="one_word_about_a_pot",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dish} {self.get_kind_display().lower()} by {self.household}"
