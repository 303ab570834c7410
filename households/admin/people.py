"""A resident's page: food rules are changed by the use case that writes the timeline, never by a plain save."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse

from bettermeals.lib import clock
from bettermeals.lib.admin import ChoicesDropdownFilter, ModelAdmin, action, display
from households import onboarding
from households.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish
from households.admin.erasures import PersonsData
from households.admin.forms import ResidentForm
from households.admin.inlines import with_actor
from households.food_rules import HARD, SOFT, change_food_rules
from households.models import Resident


@admin.register(Resident)
class ResidentAdmin(ActsByPermission, PersonsData, ModelAdmin):
    when_empty = "Residents are entered with their home, or brought in from a sheet."
    form = ResidentForm
    export_takes = "households.change_resident"
    list_display = ["name", "household", "contact", "decides", "diet", "allergy", "language", "active"]
    list_filter = ["active", ("diet", ChoicesDropdownFilter), "jain", ("language", ChoicesDropdownFilter)]
    list_filter_submit = True
    list_select_related = ["household", "contact"]
    search_fields = ["name", "household__name", "contact__phone"]
    list_per_page = 50
    readonly_fields = ["household", "contact", "decides", "active"]
    fieldsets = [
        (None, {"fields": ["name", "household", "contact", "language", "portion", "decides", "active"]}),
        ("Hard rules", {"fields": ["diet", "jain", "allergens", "never"]}),
        ("Taste", {"fields": ["dislikes"]}),
    ]
    actions_detail = ["let_decide", "leaves", "data"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # added on the household's page, where the consent is asked for

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Allergens")
    def allergy(self, row: Resident) -> str:
        return ", ".join(row.allergens) or "—"

    def save_model(self, request: HttpRequest, obj: Resident, form: Any, change: bool) -> None:
        rules = {name: form.cleaned_data[name] for name in (*HARD, *SOFT)}
        obj.save(update_fields=["name", "language", "portion"])
        changed = change_food_rules(obj.pk, by=with_actor(request), now=clock.now(), **rules)
        if set(changed) & set(HARD):
            text = "A hard rule changed: the running weeks were looked through; what changed stands in the timeline."
            self.message_user(request, text, messages.WARNING)

    @action(
        description="Let decide",
        permissions=["act"],
        icon="how_to_reg",
        dialog=dialog("Let this person decide", "Plans and payment links go to them from now on.", ReasonForm, "Yes"),
    )
    def let_decide(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        resident = Resident.objects.select_related("household").get(pk=object_id)
        try:
            onboarding.let_decide(resident, by=with_actor(request), now=clock.now())
        except ValueError as refusal:
            return finish(request, self, object_id, str(refusal), ok=False)
        return finish(request, self, object_id, f"{resident.name} decides.")

    @action(
        description="Leaves",
        permissions=["act"],
        icon="logout",
        dialog=dialog("No longer eats here", "Portions and rules no longer count.", ReasonForm, "Yes"),
    )
    def leaves(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        try:
            done = onboarding.remove_resident(object_id, reason=reason, by=with_actor(request), now=clock.now())
        except ValueError as refusal:
            return finish(request, self, object_id, str(refusal), ok=False)
        return finish(request, self, object_id, "Done." if done else "They had left before.", ok=done)
