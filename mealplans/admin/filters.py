"""Weeks and days as staff speak of them, instead of a list of every date there ever was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from bettermeals.lib import clock
from bettermeals.lib.admin import ListFilter


def today() -> date:
    """The date on the wall of the office."""
    return timezone.localtime(clock.now()).date()


class WeekFilter(ListFilter):
    title = "week"
    parameter_name = "week"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("this", "This week"), ("coming", "The coming week"), ("earlier", "Earlier weeks")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        monday = today() - timedelta(days=today().weekday())
        wanted = {
            "this": Q(week_start=monday),
            "coming": Q(week_start__gt=monday),
            "earlier": Q(week_start__lt=monday),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


class DayFilter(ListFilter):
    """Today and tomorrow unless asked otherwise: the list is where staff see which cook is silent now."""

    title = "day"
    parameter_name = "day"
    usual = "Today and tomorrow"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("later", "Later"), ("earlier", "Earlier"), ("all", "All days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        tomorrow = today() + timedelta(days=1)
        wanted = {
            "later": Q(date__gt=tomorrow),
            "earlier": Q(date__lt=today()),
            "all": Q(),
        }
        return queryset.filter(wanted.get(self.value() or "", Q(date__range=(today(), tomorrow))))
