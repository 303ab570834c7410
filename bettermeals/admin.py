"""Django's and the clock's own tables under the theme; unregistered and registered again, or they look unstyled.

Second factors have no page: a colleague's is forgotten from the colleague's own page, with a reason.
"""

from __future__ import annotations

from typing import Any

from axes.utils import reset
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django_celery_beat.admin import PeriodicTaskAdmin as BeatPeriodicTaskAdmin
from django_celery_beat.admin import PeriodicTaskForm
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from bettermeals import second_factor
from bettermeals.lib import audit
from bettermeals.lib.admin import ModelAdmin, ReadOnlyAdmin, action, display
from households.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish, known

SCHEDULES = (IntervalSchedule, CrontabSchedule, SolarSchedule, ClockedSchedule)
for model in (User, Group, TOTPDevice, StaticDevice, PeriodicTask, *SCHEDULES):
    admin.site.unregister(model)


@admin.register(User)
class UserAdmin(ActsByPermission, DjangoUserAdmin, ModelAdmin):  # type: ignore[misc]  # Django's leaves `change` to kwargs
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "first_name", "roles", "is_active", "is_superuser", "last_login"]
    actions_detail = ["forget_phone", "unlock"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @display(description="Roles")
    def roles(self, user: User) -> str:
        return ", ".join(sorted(group.name for group in user.groups.all())) or "—"

    @action(
        description="Forget the phone",
        permissions=["act"],
        icon="phonelink_erase",
        dialog=dialog("Forget this phone", "A new one is set up at the next sign-in. Why?", ReasonForm, "Forget it"),
    )
    def forget_phone(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        user = User.objects.get(pk=known(User, object_id))
        had = second_factor.forget(user)
        self.log_change(request, user, f"Second factor forgotten: {form.cleaned_data['reason']}")
        text = "Forgotten: the next sign-in sets a new phone up." if had else "No phone was set up."
        return finish(request, self, user.pk, text, ok=bool(had))

    @action(
        description="Unlock",
        permissions=["act"],
        icon="lock_open",
        dialog=dialog("Unlock after too many tries", "How do you know it was them?", ReasonForm, "Unlock"),
    )
    def unlock(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        user = User.objects.get(pk=known(User, object_id))
        freed = reset(username=user.get_username())
        self.log_change(request, user, f"Unlocked: {form.cleaned_data['reason']}")
        return finish(request, self, user.pk, "Unlocked." if freed else "It was not locked.", ok=bool(freed))


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    pass


@admin.register(LogEntry)
class AuditAdmin(ReadOnlyAdmin):
    """Everything that was changed in the back office: read, searched, never written."""

    list_display = ["action_time", "user", "what", "row", "changes"]
    list_filter = ["action_flag", "content_type"]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "change_message", "user__username"]
    date_hierarchy = "action_time"
    list_per_page = 50
    fields = ["action_time", "user", "what", "row", "changes"]
    readonly_fields = fields

    @display(description="What")
    def what(self, entry: LogEntry) -> str:
        return f"{entry.get_action_flag_display()}: {entry.content_type}"

    @display(description="Row")
    def row(self, entry: LogEntry) -> str:
        url = entry.get_admin_url()
        return format_html('<a href="{}">{}</a>', url, entry.object_repr) if url else entry.object_repr

    @display(description="From → to")
    def changes(self, entry: LogEntry) -> Any:
        found = audit.read(entry)
        if not found:
            return entry.get_change_message() or "—"
        return format_html_join(
            " · ", "<b>{}</b>: {} → {}", ((name, was or "—", now or "—") for name, was, now in found)
        )


class TickForm(PeriodicTaskForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].widget = UnfoldAdminTextInputWidget()
        self.fields["regtask"].widget = UnfoldAdminSelectWidget(choices=self.fields["regtask"].widget.choices)


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(BeatPeriodicTaskAdmin, ModelAdmin):
    form = TickForm


@admin.register(*SCHEDULES)
class ScheduleAdmin(ModelAdmin):
    pass
