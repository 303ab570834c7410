"""The closed lists that households, cooks and the planner share. A word that is not here is refused at the door."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bettermeals.lib.languages import LANGUAGES, PERSON_LANGUAGES

LANGUAGE_CHOICES = list(LANGUAGES.items())
PERSON_LANGUAGE_CHOICES = list(PERSON_LANGUAGES.items())
WEEKDAYS = range(7)  # Monday is 0, as in datetime.date.weekday()
SATURDAY, SUNDAY = 5, 6


class Meal(models.TextChoices):
    BREAKFAST = "breakfast", "Breakfast"
    LUNCH = "lunch", "Lunch"
    DINNER = "dinner", "Dinner"


class Diet(models.TextChoices):
    """Each one eats everything that the ones before it eat."""

    VEGAN = "vegan", "Vegan"
    VEGETARIAN = "vegetarian", "Vegetarian"
    EGG = "egg", "Vegetarian with egg"
    NONVEG = "nonveg", "Non-vegetarian"


class Allergen(models.TextChoices):
    """The EU's declarable allergens that occur in this cuisine; a person's other hard rules go into `never`."""

    GLUTEN = "gluten", "Gluten"
    MILK = "milk", "Milk"
    EGG = "egg", "Egg"
    PEANUT = "peanut", "Peanut"
    TREE_NUT = "tree_nut", "Tree nuts"
    SOY = "soy", "Soy"
    SESAME = "sesame", "Sesame"
    MUSTARD = "mustard", "Mustard"
    FISH = "fish", "Fish"
    CRUSTACEAN = "crustacean", "Crustaceans"
    MOLLUSC = "mollusc", "Molluscs"
    SULPHITE = "sulphite", "Sulphites"


class DeadlinePolicy(models.TextChoices):
    AUTO_APPROVE = "auto_approve", "Approve the plan for them"
    ASK_OPS = "ask_ops", "Hand it to staff"


class NotDelivered(models.TextChoices):
    REFUND = "refund", "Pay it back at once"
    NEXT_BILL = "next_bill", "Take it off the next bill"
    ASK_OPS = "ask_ops", "Hand it to staff"


class PaymentAsk(models.TextChoices):
    """How a home is asked to pay; the provider's link is behind each."""

    COUNTRY = "country", _("As set for the country")
    CHAT = "chat", _("In the chat: Review and pay")
    LINK = "link", _("By a payment link")


def choice_list(values: list[str], choices: type[models.TextChoices], what: str) -> list[str]:
    """The values in the list's own order, without doubles. Raises ValueError with the words that would be right."""
    unknown = sorted(set(values) - set(choices.values))
    if unknown:
        raise ValueError(f"{what}: no such word as {', '.join(unknown)}; choose from {', '.join(choices.values)}")
    return [value for value in choices.values if value in values]


def weekday_list(values: list[int], what: str) -> list[int]:
    """Sorted weekdays, 0 Monday to 6 Sunday. Raises ValueError."""
    if any(value not in WEEKDAYS for value in values):
        raise ValueError(f"{what}: weekdays are the numbers 0 (Monday) to 6 (Sunday), not {values}")
    return sorted(set(values))
