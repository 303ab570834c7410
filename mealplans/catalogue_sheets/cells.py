"""One cell to one value and back, by django-import-export's widgets; what a cell cannot mean is said in words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from import_export.widgets import DateWidget, Widget

from mealplans.catalogue.fields import suggestion
from mealplans.models import DishIngredient, Ingredient

YES, NO = ("yes", "y", "true", "1", "हाँ"), ("no", "n", "false", "0", "नहीं")
NONE = "none"
Line = tuple[str, Decimal, str]


class Yes(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        word = str(value).strip().lower()
        if word not in (*YES, *NO):
            raise ValueError(f"“{value}” is neither yes nor no.")
        return word in YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "yes" if value else "no"


class Number(Widget):
    """Decimal throughout; an empty cell is a measure that nobody took."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        return number(str(value)) if str(value).strip() else None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else f"{Decimal(value).normalize():f}"


def number(text: str) -> Decimal:
    try:
        value = Decimal(text.strip())
    except InvalidOperation as error:
        raise ValueError(f"“{text}” is no number.") from error
    if not value.is_finite():
        raise ValueError(f"“{text}” is no number.")
    return value


class Whole(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int:
        if not str(value).strip().isdecimal():
            raise ValueError(f"“{value}” is no whole number.")
        return int(str(value))


class Rupees(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int:
        paise = number(str(value)) * 100
        if paise <= 0 or paise != paise.to_integral_value():
            raise ValueError(f"“{value}” is no price in rupees, such as 72 or 72.50.")
        return int(paise)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else f"{Decimal(value) / 100:.2f}"


class Day(DateWidget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            return super().clean(str(value).split(" ")[0], row=row, **kwargs)  # a spreadsheet adds 00:00:00
        except ValueError as error:
            raise ValueError(f"“{value}” is no day; write it as 2026-11-01.") from error


class OneOf(Widget):
    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self.words = words

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return known(str(value).strip(), self.words)


class Words(OneOf):
    """Several, with commas; "none" says that there are none."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        said = [word.strip() for word in str(value).split(",") if word.strip()]
        return [] if said == [NONE] else [known(word, self.words) for word in said]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return ", ".join(value or [])


def known(word: str, words: Sequence[str]) -> str:
    if word not in words:
        raise ValueError(f"“{word}” is not one of: {', '.join(words)}{suggestion(word, words)}.")
    return word


class Steps(Widget):
    """One step on each line of the cell, or with | between them."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        return [step.strip() for step in str(value).replace("|", "\n").splitlines() if step.strip()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "\n".join(value or [])


class Recipe(Widget):
    """ "rajma 60; rice 75; tomato 1 (ripe)": slug, amount for one plate in its base unit, perhaps a note."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[Line]:
        lines = [_line(text.strip()) for text in str(value).split(";") if text.strip()]
        slugs = [slug for slug, _amount, _note in lines]
        found = dict(Ingredient.objects.filter(slug__in=slugs).values_list("slug", "merged_into"))
        for slug in slugs:
            if slug not in found or found[slug]:
                every = list(Ingredient.objects.filter(merged_into=None).values_list("slug", flat=True))
                raise ValueError(f"no ingredient is called “{slug}”{suggestion(slug, every)}; bring it in first.")
        if len(set(slugs)) != len(slugs):
            raise ValueError("an ingredient stands twice; add the amounts up in one.")
        return lines

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "; ".join(f"{slug} {amount.normalize():f}{f' ({note})' if note else ''}" for slug, amount, note in value)


def _line(text: str) -> Line:
    head, _paren, note = text.partition("(")
    slug, _space, amount = head.strip().rpartition(" ")
    if not slug:
        raise ValueError(f"“{text}” must be an ingredient and an amount, such as rajma 60.")
    value = number(amount).quantize(Decimal("0.01"))
    if value <= 0:
        raise ValueError(f"the amount of {slug} must be more than 0.")
    return slug.strip(), value, note.removesuffix(")").strip()


def recipe_of(lines: Sequence[DishIngredient]) -> list[Line]:
    return [(line.ingredient.slug, line.amount, line.note) for line in lines]
