"""What a household's page shows of its week: people, cooks, what happened, what needs a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from bettermeals.lib.admin import display
from households.admin.fields import DAY_NAMES
from households.admin.plain import PlainInline
from households.models import Away, CookLeave, Engagement, OpsItem, Resident, SpecialDay
from households.special_days import when_in_words


class ResidentInline(PlainInline):
    model = Resident
    fields = ["name", "contact", "decides", "rules", "portion", "active", "page"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resident]:
        return super().get_queryset(request).select_related("contact")

    @display(description="Eats")
    def rules(self, row: Resident) -> str:
        parts = [row.get_diet_display(), "Jain" if row.jain else ""]
        parts.append("no " + ", ".join(row.allergens) if row.allergens else "")
        parts.append("never " + ", ".join(row.never) if row.never else "")
        return "; ".join(part for part in parts if part)


class EngagementInline(PlainInline):
    model = Engagement
    fields = ["cook", "household", "days", "meals_in_words", "arrives_at", "minutes_per_visit", "active", "page"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Engagement]:
        return super().get_queryset(request).select_related("cook", "household")

    @display(description="Days")
    def days(self, row: Engagement) -> str:
        return ", ".join(DAY_NAMES[day] for day in row.weekdays)

    @display(description="Meals")
    def meals_in_words(self, row: Engagement) -> str:
        return ", ".join(row.meals)


class AwayInline(PlainInline):
    model = Away
    fields = ["start", "end", "reason", "cancelled_at"]
    readonly_fields = fields


class SpecialDayInline(PlainInline):
    model = SpecialDay
    fields = ["kind", "resident", "when", "meals_in_words", "reason", "cancelled_at", "page"]
    readonly_fields = fields
    verbose_name_plural = "Special days"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SpecialDay]:
        return super().get_queryset(request).select_related("resident")

    @display(description="When")
    def when(self, row: SpecialDay) -> str:
        return when_in_words(row)

    @display(description="Meals")
    def meals_in_words(self, row: SpecialDay) -> str:
        return ", ".join(row.meals) or "the whole day"


class LeaveInline(PlainInline):
    model = CookLeave
    fields = ["start", "end", "meals", "household", "reason", "cancelled_at"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[CookLeave]:
        return super().get_queryset(request).select_related("household", "cook")


class OpenItemInline(PlainInline):
    model = OpsItem
    verbose_name_plural = "Needs attention"
    fields = ["due_at", "reason", "target", "page"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[OpsItem]:
        return super().get_queryset(request).filter(closed_at=None)

    @display(description="Where")
    def target(self, row: OpsItem) -> str:
        return target_link(row)


def target_link(row: OpsItem) -> str:
    if not row.target_url:
        return "—"
    return format_html('<a href="{}">{}</a>', row.target_url, row.target_label or "Open")


def due_tone(due: datetime | None, now: datetime) -> str:
    """How urgent: a label's colour in the list."""
    if due is None:
        return "later"
    if due <= now:
        return "overdue"
    return "soon" if due <= now + timedelta(hours=2) else "later"


def with_actor(request: HttpRequest) -> Any:
    """The name that stands in the timeline for what this staff member does."""
    return request.user.get_username()
