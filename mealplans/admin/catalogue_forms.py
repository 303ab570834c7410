"""Dishes and ingredients as a person fills them in: words from the closed lists, steps one on each line."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bettermeals.lib.admin import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget
from households.admin.fields import RupeesField, words_field
from mealplans.admin.dish_photo import PhotoForm
from mealplans.catalogue.vocabulary import AISLES, ALLERGENS, CUISINES, EQUIPMENT, MEALS, TAGS, TECHNIQUES
from mealplans.models import Dish, DishIngredient, Ingredient, IngredientPack
from mealplans.saved_recipe.quantities import CENT, in_base_unit, understood


def said(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(word, word.replace("_", " ").replace("-", " ")) for word in words]


def one_of(words: tuple[str, ...]) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[("", "—"), *said(words)], widget=UnfoldAdminSelectWidget)


class LinesField(forms.CharField):
    """A list of sentences, one on each line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminTextareaWidget(attrs={"rows": 7}), required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.clean(self.prepare_value(initial)) != self.clean(data)


class DishForm(PhotoForm):
    meals = words_field(said(MEALS), required=False)
    cuisine = one_of(CUISINES)
    technique = one_of(TECHNIQUES)
    tags = words_field(said(TAGS), required=False)
    equipment = words_field(said(EQUIPMENT), required=False)
    steps_en = LinesField(label=_("Steps in English"), help_text=_("One step on each line."))
    steps_hi = LinesField(label=_("Steps in Hindi"), help_text=_("Line by line the same steps, in Devanagari."))

    class Meta:
        model = Dish
        exclude: list[str] = []


class DishLineForm(forms.ModelForm):
    """An amount in the ingredient's own unit, or as a recipe writes it (“2 tbsp”): then it is counted when sure,
    and the words stay beside it. Words that no longer say the amount go."""

    class Meta:
        model = DishIngredient
        exclude: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].required = False

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        row, words = given.get("ingredient"), given.get("entered") or ""
        rewritten = "entered" in self.changed_data and bool(words)
        if rewritten and row is not None and ("amount" not in self.changed_data or given.get("amount") is None):
            given["amount"] = self._counted(words, row)
        elif "amount" in self.changed_data and not rewritten:
            given["entered"] = ""
        if given.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("State how much, or write it beside as a recipe does: 2 tbsp."))
        return given

    def _counted(self, words: str, row: Ingredient) -> Decimal | None:
        found = in_base_unit(understood(words), row)
        if found is None:
            self.add_error("entered", _("That is not sure: state the amount in the ingredient's own unit."))
            return self.instance.amount
        return found.quantize(CENT, ROUND_HALF_UP)


class IngredientForm(forms.ModelForm):
    allergens = words_field(said(ALLERGENS), required=False)
    aisle = one_of(AISLES)

    class Meta:
        model = Ingredient
        exclude: list[str] = []

    def clean(self) -> dict[str, Any]:
        """Ticking an allergen is stating it; that there is none must be said."""
        given = super().clean() or {}
        if given.get("allergens"):
            given["allergens_stated"] = True
        return given


class PackForm(forms.ModelForm):
    price_paise = RupeesField(label=_("Price, rupees"))

    class Meta:
        model = IngredientPack
        exclude: list[str] = []
