"""The versions of a dish on its page: when, by whom, what was different, and how many approved meals hold to it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mealplans.models import Dish, DishVersion, PlannedMeal
from mealplans.versions import FIELDS

MOST_SHOWN = 12


def listed(dish: Dish) -> SafeString:
    rows = list(dish.versions.order_by("-id")[: MOST_SHOWN + 1])
    if not rows:
        return format_html("{}", _("None yet: the first is kept when a household approves it, or when it is changed."))
    items = format_html_join("", "<li>{}{} <small>{}{}</small></li>", _lines(rows))
    return format_html('<ol class="todo">{}</ol>', items)


def _lines(rows: list[DishVersion]) -> Iterator[tuple[str, str, str, str]]:
    held = dict(PlannedMeal.objects.filter(version__in=rows).values_list("version").annotate(n=Count("pk")))
    for row, before in zip(rows, [*rows[1:], None], strict=True):
        meals = held.get(row.pk, 0)
        words = ngettext("%(n)s approved meal", "%(n)s approved meals", meals) % {"n": meals}
        when = date_format(timezone.localtime(row.made_at), "DATETIME_FORMAT")
        yield when, f" · {row.made_by}" if row.made_by else "", f"{words} · ", _differs(row, before)


def _differs(row: DishVersion, before: DishVersion | None) -> str:
    if before is None:
        return _("the first that was kept")
    now, was = row.content, before.content
    return ", ".join(name for name in (*FIELDS, "lines") if now.get(name) != was.get(name))
