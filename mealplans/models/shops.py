"""What a shop was sent, what it answered, and what became of each line that it does not have."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bettermeals.lib.states import Transitions


class RequestStatus(models.TextChoices):
    ASKED = "asked", "Sent, no answer yet"
    SILENT = "silent", "No answer: with staff"
    SHORT = "short", "Names what it does not have"
    ACCEPTED = "accepted", "Accepted"
    DELIVERED = "delivered", "Delivered"
    CANCELLED = "cancelled", "Called off"


REQUEST_MOVES = Transitions(
    {
        "asked": ["accepted", "short", "silent", "delivered", "cancelled"],
        "silent": ["accepted", "short", "delivered", "cancelled"],
        "short": ["accepted", "delivered", "cancelled"],
        "accepted": ["short", "delivered", "cancelled"],  # found missing when it was packed
        "delivered": [],
        "cancelled": [],
    }
)
#: The shop may still say something about it.
OPEN_REQUESTS = ("asked", "silent", "short", "accepted")


class ShopRequest(models.Model):
    """One placed list as a shop was asked for it; a later change of the week is a list, and a request, of its own.

    `next_due_at`: asked, when its silence is a matter for staff; short, when what it named so far is settled although
    it never said "that is all"; accepted, when somebody asks where the groceries are.
    """

    grocery_list = models.OneToOneField("mealplans.GroceryList", on_delete=models.CASCADE, related_name="request")
    vendor = models.ForeignKey("mealplans.Vendor", on_delete=models.PROTECT, related_name="requests")
    status = models.CharField(max_length=10, choices=RequestStatus.choices, default=RequestStatus.ASKED)
    next_due_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["next_due_at"], condition=Q(next_due_at__isnull=False), name="shop_request_due")
        ]

    def __str__(self) -> str:
        return f"{self.vendor}: {self.get_status_display().lower()}"


class ShortageStatus(models.TextChoices):
    REPORTED = "reported", "Named by the shop"
    UNDECIDED = "undecided", "Waits for the household"
    SUBSTITUTED = "substituted", "Something else is bought"
    SWAPPED = "swapped", "The dish was changed"
    REFUNDED = "refunded", "Left out, its price given back"
    CANCELLED = "cancelled", "Not wanted any more"


SHORTAGE_MOVES = Transitions(
    {
        "reported": ["undecided", "substituted", "swapped", "cancelled"],
        "undecided": ["substituted", "swapped", "refunded", "cancelled"],
        "substituted": [],
        "swapped": [],
        "refunded": [],
        "cancelled": [],
    }
)
#: While one of these holds, the household sees to the ingredient itself: it is not put on a list again.
NOT_BOUGHT = ("undecided", "refunded")


class Shortage(models.Model):
    """One line that the shop does not have. `packs` and `price_paise` are what stood on the line before."""

    request = models.ForeignKey(ShopRequest, on_delete=models.CASCADE, related_name="shortages")
    line = models.OneToOneField("mealplans.GroceryLine", on_delete=models.CASCADE, related_name="shortage")
    status = models.CharField(max_length=12, choices=ShortageStatus.choices, default=ShortageStatus.REPORTED)
    instead = models.ForeignKey(
        "mealplans.Ingredient", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    packs = models.JSONField(default=list)
    price_paise = models.PositiveIntegerField(default=0)
    given_back_paise = models.PositiveIntegerField(default=0, help_text="Off the bill: paid back, credited, not owed.")
    said_by = models.CharField(max_length=120)
    decided_by = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.line.ingredient}: {self.get_status_display().lower()}"
