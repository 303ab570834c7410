"""Form fields for what is kept as JSON lists, and the weekday × meal matrix of the pattern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from bettermeals.lib.admin import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)
from households.pattern import MOST
from households.vocabulary import WEEKDAYS, Meal

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def weekdays_field(**kwargs: Any) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        choices=list(enumerate(DAY_NAMES)), coerce=int, widget=UnfoldAdminCheckboxSelectMultipleWidget, **kwargs
    )


def weekday_field(**kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=list(enumerate(DAY_NAMES)), coerce=int, widget=UnfoldAdminSelectWidget, **kwargs
    )


def words_field(choices: Iterable[tuple[str, str]], **kwargs: Any) -> forms.MultipleChoiceField:
    widget = UnfoldAdminCheckboxSelectMultipleWidget
    return forms.MultipleChoiceField(choices=list(choices), widget=widget, **kwargs)


class CommaField(forms.CharField):
    """A list typed with commas: "bhindi, karela"."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        text = ", ".join(value) if isinstance(value, list) else str(value or "")
        return [word.strip() for word in text.split(",") if word.strip()]


class RupeesField(forms.DecimalField):
    """Rupees as typed ("250", "250.50") to paise. Decimal throughout: a float would lose the odd paisa."""

    def __init__(self, **kwargs: Any) -> None:
        widget = UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"})
        super().__init__(min_value=Decimal("0.01"), max_digits=9, decimal_places=2, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A stored amount is a whole number of paise; what was typed comes back as text and is left alone."""
        return f"{Decimal(value) / 100:.2f}".removesuffix(".00") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        rupees = super().clean(value)
        return None if rupees is None else int(rupees * 100)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


# The theme styles only its own widgets; its colours are variables, so the cell follows dark mode too.
CELL = "width:4rem; padding:4px 6px; border:1px solid var(--color-base-300); border-radius:4px; background:transparent"


class MatrixWidget(forms.Widget):
    """One row per meal, one column per weekday, a number of servings in each cell; empty is "not cooked"."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        cells: Mapping[tuple[int, str], Any] = value or {}
        head = format_html_join("", "<th scope='col'>{}</th>", ((day,) for day in DAY_NAMES))
        rows = format_html_join(
            "",
            "<tr><th scope='row'>{}</th>{}</tr>",
            ((meal.label, self._cells(name, meal, cells)) for meal in Meal),
        )
        return format_html(
            "<div class='bm-scroll'><table class='pattern-matrix'><tr><td></td>{}</tr>{}</table></div>", head, rows
        )

    def _cells(self, name: str, meal: Meal, cells: Mapping[tuple[int, str], Any]) -> SafeString:
        return format_html_join(
            "",
            "<td><input type='number' min='0' max='{}' style='{}' name='{}' value='{}' aria-label='{} {}'></td>",
            (
                (MOST, CELL, f"{name}-{day}-{meal}", cells.get((day, meal.value)) or "", DAY_NAMES[day], meal.label)
                for day in WEEKDAYS
            ),
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[tuple[int, str], str]:
        return {(day, meal.value): data.get(f"{name}-{day}-{meal}", "") for day in WEEKDAYS for meal in Meal}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}-") for key in data)


class MatrixField(forms.Field):
    widget = MatrixWidget

    def clean(self, value: Any) -> dict[tuple[int, str], int]:
        try:
            cells = {cell: int(text or 0) for cell, text in (value or {}).items()}
        except ValueError as error:
            raise forms.ValidationError(
                "Servings are whole numbers; leave a cell empty when nothing is cooked."
            ) from error
        if any(not 0 <= servings <= MOST for servings in cells.values()):
            raise forms.ValidationError(f"Servings go from 0 to {MOST}.")
        return cells

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = {cell: str(servings) for cell, servings in (initial or {}).items() if servings}
        after = {cell: str(text) for cell, text in (data or {}).items() if str(text) not in ("", "0")}
        return before != after
