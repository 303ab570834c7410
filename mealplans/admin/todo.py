"""What is left to complete, as the lists and pages of dishes and ingredients show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bettermeals.lib.admin import ListFilter
from mealplans import completeness
from mealplans.completeness import Fault

LABELS = {"done": "success", "incomplete": "warning", "unsafe": "danger"}


class TodoFilter(ListFilter):
    """The faults follow from the rows and are no column; the catalogue is hundreds of rows, so all are looked at."""

    title = gettext_lazy("to complete")
    parameter_name = "todo"
    find: Callable[[Any], list[Fault]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("unsafe", _("Unsafe: allergens not stated, or facts that contradict")),
            ("incomplete", _("Incomplete")),
            ("done", _("Complete")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        if self.value() not in LABELS:
            return None
        find = type(self).find
        return queryset.filter(pk__in=[row.pk for row in queryset if self.value() in fates(find(row))])


class DishTodo(TodoFilter):
    find = staticmethod(completeness.of_dish)


class IngredientTodo(TodoFilter):
    find = staticmethod(completeness.of_ingredient)


def fates(found: Sequence[Fault]) -> set[str]:
    """Where a row is found in the filter: an unsafe one may be incomplete as well."""
    return {"unsafe" if fault.unsafe else "incomplete" for fault in found} or {"done"}


def label(found: Sequence[Fault]) -> tuple[str, str]:
    """(key of LABELS, words) for the list."""
    unsafe = sum(fault.unsafe for fault in found)
    if unsafe:
        return "unsafe", ngettext("%(n)s unsafe", "%(n)s unsafe", unsafe) % {"n": unsafe}
    if found:
        return "incomplete", ngettext("%(n)s to complete", "%(n)s to complete", len(found)) % {"n": len(found)}
    return "done", _("Complete")


def listed(found: Sequence[Fault]) -> SafeString:
    """Each fault in words, linked to the field that mends it."""
    if not found:
        return format_html('<span class="todo-none">{}</span>', _("Nothing missing"))
    rows = format_html_join("", '<li class="{}"><a href="{}">{}{}</a></li>', map(_row, found))
    return format_html('<ul class="todo">{}</ul>', rows)


def _row(fault: Fault) -> tuple[str, str, str, str]:
    return (
        ("todo-unsafe", fault.link, _("Unsafe: "), fault.words) if fault.unsafe else ("", fault.link, "", fault.words)
    )
