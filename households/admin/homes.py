"""The household's page: its people, its weekly pattern, its cooks, this week, and what needs a person."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from bettermeals.lib import clock
from bettermeals.lib.admin import ChoicesDropdownFilter, ModelAdmin, action, display
from households import onboarding, pausing, special_days, timeline
from households.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish
from households.admin.fields import DAY_NAMES
from households.admin.forms import (
    AddCookForm,
    AddResidentForm,
    DaysForm,
    HouseholdForm,
    PauseForm,
    SpecialDayForm,
)
from households.admin.import_page import ImportPage, export
from households.admin.inlines import (
    AwayInline,
    EngagementInline,
    OpenItemInline,
    ResidentInline,
    SpecialDayInline,
    with_actor,
)
from households.admin.panels import panels
from households.admin.talking import talking
from households.food_rules import tell_changed
from households.models import Household, Resident
from households.pattern import set_pattern

TONES = {"active": "success", "paused": "warning", "ended": "danger"}
WHO = ["name", "status", "paused_until", "city", "language", "pattern", "notes"]
WEEK = [
    "timezone",
    "propose_weekday",
    "propose_at",
    "reminders",
    "deadline_weekday",
    "deadline_at",
    "deadline_policy",
    "not_delivered",
]
MEALS = ["veg_days", "fasting_days", "spice_level", "equipment", "delivery_days"]
DAY = [
    *("evening_instruction_at", "morning_lead_minutes", "cook_quiet_until", "cook_answer_minutes"),
    *("cook_escalate_minutes", "rating_at", "summary_at", "created_at"),
]


@admin.register(Household)
class HouseholdAdmin(ActsByPermission, ModelAdmin):
    when_empty = "Add the first home, or bring homes in from a sheet."
    form = HouseholdForm
    list_display = ["name", "state", "decider", "people", "open_items", "city", "language", "deadline_policy"]
    list_filter = [("status", ChoicesDropdownFilter), ("language", ChoicesDropdownFilter), "city"]
    list_filter_submit = True
    search_fields = ["name", "city", "residents__name", "residents__contact__phone"]
    list_per_page = 50
    readonly_fields = ["status", "paused_until", "servings", "created_at"]
    fieldsets = [
        (None, {"fields": WHO}),
        ("Meals", {"classes": ["tab"], "fields": MEALS}),
        ("Money", {"classes": ["tab"], "fields": ["weekly_budget_paise", "currency", "payment_ask"]}),
        ("The week", {"classes": ["tab"], "fields": WEEK}),
        ("The day", {"classes": ["tab"], "fields": DAY}),
    ]
    inlines = [OpenItemInline, ResidentInline, EngagementInline, SpecialDayInline, AwayInline]
    change_form_outer_before_template = "admin/households/panels.html"
    actions_detail = ["add_resident", "add_cook", "special_day", "travel", "pause", "resume", "end"]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("people/", wrap(ImportPage.as_view(model_admin=self)), name="households_household_import"),
            path("people.<slug:kind>", wrap(export), name="households_household_everybody"),
            path("example.<slug:kind>", wrap(partial(export, example=True)), name="households_household_example"),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a household ends; its plans, payments and consent stay

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        home = self.get_object(request, object_id)
        shown = panels(request, home, clock.now(), last=[talking]) if home else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "panels": shown})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The matrix of servings is a form's field; who may only look reads it as a line."""
        _who, *rest = parts = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return parts
        shown = ["servings" if name == "pattern" else name for name in WHO]
        return [(None, {"fields": shown}), *rest]

    @display(description="Servings")
    def servings(self, home: Household) -> str:
        """ "breakfast Mon 3, Tue 3; dinner Mon 3" """
        cells: dict[str, list[str]] = {}
        for cell in home.pattern.order_by("weekday"):
            cells.setdefault(cell.meal, []).append(f"{DAY_NAMES[cell.weekday]} {cell.servings:g}")
        return "; ".join(f"{meal} {', '.join(days)}" for meal, days in cells.items()) or "nothing is cooked"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Household]:
        decider = Resident.objects.filter(household=OuterRef("pk"), decides=True)
        active, waiting = Q(residents__active=True), Q(ops_items__closed_at=None)
        return (
            super()
            .get_queryset(request)
            .annotate(
                decider_name=Subquery(decider.values("name")[:1]),
                people_count=Count("residents", filter=active, distinct=True),
                open_count=Count("ops_items", filter=waiting, distinct=True),
            )
        )

    @display(description="Status", label=TONES, ordering="status")
    def state(self, home: Household) -> tuple[str, str]:
        return home.status, home.get_status_display()

    @display(description="Decides", ordering="decider_name")
    def decider(self, home: Any) -> str:
        return home.decider_name or "— nobody yet"

    @display(description="People", ordering="people_count")
    def people(self, home: Any) -> int:
        return home.people_count

    @display(description="Needs attention", ordering="open_count")
    def open_items(self, home: Any) -> str:
        return str(home.open_count or "—")

    def save_model(self, request: HttpRequest, obj: Household, form: Any, change: bool) -> None:
        if not change:
            obj.created_at = clock.now()
        super().save_model(request, obj, form, change)
        if not change:
            text = f"{obj.name} joined."
            timeline.record(obj, "household_added", text, actor=with_actor(request), now=obj.created_at)
        set_pattern(obj, form.cleaned_data["pattern"], by=with_actor(request), now=clock.now())
        if change and {"veg_days", "fasting_days"} & set(form.changed_data):
            tell_changed(obj, clock.now())

    def _act(
        self, request: HttpRequest, object_id: int, act: Callable[[], Any], done: str, late: str = ""
    ) -> HttpResponse:
        """Run the use case and say its own sentence when it refuses, or `late` when it was so already."""
        try:
            result = act()
        except ValueError as refusal:
            return finish(request, self, object_id, str(refusal), ok=False)
        lost = bool(late) and not result
        return finish(request, self, object_id, late if lost else done, ok=not lost)

    @action(
        description="Add resident",
        permissions=["act"],
        icon="person_add",
        dialog=dialog("Add somebody who eats here", "The first who can be reached decides.", AddResidentForm, "Add"),
    )
    def add_resident(self, request: HttpRequest, form: AddResidentForm, object_id: int) -> HttpResponse:
        def act() -> Any:
            home = Household.objects.get(pk=object_id)
            return onboarding.add_resident(household=home, now=clock.now(), by=with_actor(request), **_said(form))

        return self._act(request, object_id, act, f"{form.cleaned_data['name']} was added.")

    @action(
        description="Add cook",
        permissions=["act"],
        icon="skillet",
        dialog=dialog("Engage a cook", "A cook who is known by the number is engaged as is.", AddCookForm, "Engage"),
    )
    def add_cook(self, request: HttpRequest, form: AddCookForm, object_id: int) -> HttpResponse:
        said = _said(form)
        person = {name: said.pop(name) for name in ("name", "phone", "opted_in_how", "language")}

        def act() -> Any:
            cook = onboarding.add_cook(now=clock.now(), **person)
            home = Household.objects.get(pk=object_id)
            return onboarding.engage(household=home, cook=cook, now=clock.now(), by=with_actor(request), **said)

        return self._act(request, object_id, act, f"{person['name']} cooks here now.")

    @action(
        description="Special day",
        permissions=["act"],
        icon="event",
        dialog=dialog("A special day", "A fast, a festival, or somebody who eats elsewhere.", SpecialDayForm, "Enter"),
    )
    def special_day(self, request: HttpRequest, form: SpecialDayForm, object_id: int) -> HttpResponse:
        def act() -> Any:
            return special_days.enter(object_id, by=with_actor(request), now=clock.now(), **_said(form))

        return self._act(request, object_id, act, "It is entered; weeks planned before were looked through.")

    @action(
        description="Travel",
        permissions=["act"],
        icon="luggage",
        dialog=dialog("Nobody at home", "Nothing is planned, cooked or bought on these days.", DaysForm, "Enter"),
    )
    def travel(self, request: HttpRequest, form: DaysForm, object_id: int) -> HttpResponse:
        def act() -> Any:
            return pausing.travel(object_id, by=with_actor(request), now=clock.now(), **_said(form))

        return self._act(request, object_id, act, "The days are entered.")

    @action(
        description="Pause",
        permissions=["act"],
        icon="pause",
        dialog=dialog("Pause", "No plans and no messages meanwhile.", PauseForm, "Pause"),
    )
    def pause(self, request: HttpRequest, form: PauseForm, object_id: int) -> HttpResponse:
        def act() -> bool:
            return pausing.pause(object_id, by=with_actor(request), now=clock.now(), **_said(form))

        return self._act(request, object_id, act, "Paused.", "It was not active: nothing was changed.")

    @action(
        description="Resume",
        permissions=["act"],
        icon="play_arrow",
        dialog=dialog("Resume", "The next Saturday brings a plan again.", ReasonForm, "Resume"),
    )
    def resume(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        def act() -> bool:
            return pausing.resume(object_id, by=with_actor(request), now=clock.now())

        return self._act(request, object_id, act, "Active again.", "It was active already.")

    @action(
        description="End",
        permissions=["act"],
        icon="logout",
        dialog=dialog("End", "The household leaves; its history stays.", ReasonForm, "End"),
    )
    def end(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        def act() -> bool:
            reason = form.cleaned_data["reason"]
            return pausing.end(object_id, by=with_actor(request), now=clock.now(), reason=reason)

        return self._act(request, object_id, act, "Ended.", "It had ended before.")


def _said(form: Any) -> dict[str, Any]:
    """What was filled in, without the theme's own hidden field."""
    return {name: value for name, value in form.cleaned_data.items() if not name.startswith("_")}
