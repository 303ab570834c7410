"""What a week's meals must be bought for, and from whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bettermeals.lib.states import Transitions


class PantryItem(models.Model):
    """What the household has, in the ingredient's base unit. Kept up by orders, "done" and "missing"."""

    household = models.ForeignKey("households.Household", on_delete=models.CASCADE, related_name="pantry")
    ingredient = models.ForeignKey("mealplans.Ingredient", on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    updated_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True, help_text="When it last came; its shelf life begins.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household", "ingredient"], name="one_pantry_row_per_ingredient"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="pantry_is_never_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.ingredient.base_unit} {self.ingredient}"


class AtHome(models.Model):
    """A resident's tick on this week's list: "we have that". Not bought while it stands, and taken back as easily.

    It says nothing of an amount, so the pantry does not learn one from it.
    """

    plan = models.ForeignKey("mealplans.WeekPlan", on_delete=models.CASCADE, related_name="at_home")
    ingredient = models.ForeignKey("mealplans.Ingredient", on_delete=models.PROTECT, related_name="+")
    ticked_by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        ordering = ["plan", "ingredient"]
        constraints = [models.UniqueConstraint(fields=["plan", "ingredient"], name="one_tick_per_ingredient")]

    def __str__(self) -> str:
        return f"{self.ingredient} is at home ({self.ticked_by})"


class GroceryList(models.Model):
    """The priced list of one plan revision. Older ones stay: they are what was shown and charged then.

    Once a list is placed with the vendor it is bought; a later change is a further list that holds only what is
    needed beyond everything placed before. The bill of a plan is its placed lists and its newest list.
    """

    plan = models.ForeignKey("mealplans.WeekPlan", on_delete=models.CASCADE, related_name="grocery_lists")
    revision = models.PositiveIntegerField()
    total_paise = models.PositiveIntegerField()
    placed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["plan", "-revision"]
        constraints = [models.UniqueConstraint(fields=["plan", "revision"], name="one_list_per_plan_revision")]

    def __str__(self) -> str:
        return f"Groceries of {self.plan} (revision {self.revision})"


class GroceryLine(models.Model):
    """One ingredient: need = from_pantry + to buy; `provenance` names the meals it is for."""

    grocery_list = models.ForeignKey(GroceryList, on_delete=models.CASCADE, related_name="lines")
    ingredient = models.ForeignKey("mealplans.Ingredient", on_delete=models.PROTECT, related_name="+")
    need = models.DecimalField(max_digits=9, decimal_places=2)
    from_pantry = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    packs = models.JSONField(default=list)  # [{"size": "500", "count": 2, "price_paise": 4500}]
    price_paise = models.PositiveIntegerField(default=0)
    aisle = models.CharField(max_length=20)
    provenance = models.JSONField(default=list)  # [{"date": "…", "meal": "dinner", "dish": "…", "amount": "80",
    # "servings": "2.5", "guests": 0}]

    class Meta:
        ordering = ["grocery_list", "aisle", "ingredient"]
        constraints = [
            models.UniqueConstraint(fields=["grocery_list", "ingredient"], name="one_line_per_listed_ingredient")
        ]

    def __str__(self) -> str:
        return f"{self.need.normalize():f} {self.ingredient.base_unit} {self.ingredient}"


class Vendor(models.Model):
    """Who buys or delivers: our own desk, or a shop that gets the list on WhatsApp."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=[("ops_desk", "Our own desk"), ("shop", "Shop on WhatsApp")])
    contact = models.ForeignKey("whatsapp.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    city = models.CharField(max_length=80, blank=True, help_text="Empty serves every city.")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def on_whatsapp(self) -> bool:
        """A shop with nobody to write to is an errand of our own desk."""
        return self.kind == "shop" and self.contact_id is not None


class OrderStatus(models.TextChoices):
    WAITING = "waiting", "Waits for payment"
    PLACED = "placed", "Placed"
    DELIVERED = "delivered", "Delivered"
    CANCELLED = "cancelled", "Cancelled"


ORDER_MOVES = Transitions(
    {
        "waiting": ["placed", "cancelled"],
        "placed": ["delivered", "cancelled"],
        "delivered": ["placed"],  # a later change of the week buys more
        "cancelled": [],
    }
)


class GroceryOrder(models.Model):
    """One order per plan; it always means the newest list. Placed only when the plan is confirmed; delivered when all
    of all its lists is in the kitchen."""

    plan = models.OneToOneField("mealplans.WeekPlan", on_delete=models.CASCADE, related_name="order")
    grocery_list = models.ForeignKey(GroceryList, on_delete=models.PROTECT, related_name="+")
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="orders")
    status = models.CharField(max_length=10, choices=OrderStatus.choices, default=OrderStatus.WAITING)
    placed_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Order of {self.plan} with {self.vendor}"
