"""What of a placed list comes on which day, and what of it is in the kitchen."""

from __future__ import annotations

from django.db import models


class Delivery(models.Model):
    """One list on one day. `amounts`: slug -> base units, frozen when the list was placed, so that a home that changes
    its delivery days in the middle of a week neither loses nor doubles what was ordered.

    `arrived_at` is written once, by whoever is first; what the shop turned out not to have is left out then.
    """

    grocery_list = models.ForeignKey("mealplans.GroceryList", on_delete=models.CASCADE, related_name="deliveries")
    day = models.DateField()
    amounts = models.JSONField()
    arrived_at = models.DateTimeField(null=True, blank=True)
    said_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["day", "pk"]
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["grocery_list", "day"], name="one_delivery_of_a_list_per_day")]

    def __str__(self) -> str:
        return f"{self.grocery_list} on {self.day:%a %d %b}"
