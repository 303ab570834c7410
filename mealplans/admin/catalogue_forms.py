"""Dishes and ingredients as a person fills them in: words from the closed lists, steps one on each line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bettermeals.lib.admin import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget
from households.admin.fields import RupeesField, words_field
from mealplans.catalogue.vocabulary import AISLES, ALLERGENS, CUISINES, EQUIPMENT, MEALS, TAGS, TECHNIQUES
from mealplans.models import Dish, Ingredient, IngredientPack


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


class DishForm(forms.ModelForm):
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
