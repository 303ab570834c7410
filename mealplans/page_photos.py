"""A dish's photo as the resident's pages show it: small beside its name, whole when it is tapped."""

from __future__ import annotations

from dataclasses import dataclass

from mealplans import photos
from mealplans.models import Dish
from mealplans.wording import say


@dataclass(frozen=True)
class PagePhoto:
    whole: str
    small: str
    words: str  # for whoever does not see it


def page_photo(dish: Dish, language: str) -> PagePhoto | None:
    """Today's photo, also of a dish that was approved as it was before: it is how the dish looks, not what it is."""
    if not dish.photo:
        return None
    words = say("photo_of", language, to="page", dish=dish.name(language))
    return PagePhoto(photos.address(dish.photo), photos.address(dish.photo, small=True), words)
