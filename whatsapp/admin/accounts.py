"""Accounts and numbers: credentials that are written and never read, and a connection that explains itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import urlize
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from bettermeals.lib import clock
from bettermeals.lib.admin import ModelAdmin, ReadOnlyAdmin, ReadOnlyInline, UnfoldAdminPasswordWidget, action, display
from bettermeals.lib.resaying import resaid
from whatsapp import health, number_status, onboarding, resuming, signatures
from whatsapp.accounts import cloud_api
from whatsapp.admin.dialogs import ActsByPermission, ConfirmForm, ReasonForm, dialog, finish
from whatsapp.admin.number_acts import NumberActs
from whatsapp.cloud_api import CloudApiError
from whatsapp.incidents import close_incident
from whatsapp.models import Account, Incident, PhoneNumber

SECRETS = ("access_token", "previous_access_token", "app_secret", "previous_app_secret", "verify_token")
# A newer one beside the one before it: both are right while Meta's side is being changed.
ROTATING = (("app_secret", "previous_app_secret"), ("access_token", "previous_access_token"))


class Line(NamedTuple):
    """One line of the connection page: `tone` is good, warn or bad."""

    tone: str
    title: str
    words: str
    fix: str = ""

    @property
    def mark(self) -> str:
        return {"good": "✓", "warn": "!", "bad": "✗"}[self.tone]


class AccountForm(forms.ModelForm):
    """Secrets are typed in and never shown: an empty field keeps what is stored."""

    class Meta:
        model = Account
        fields = [
            "name",
            "waba_id",
            "business_id",
            "app_id",
            *SECRETS,
            "api_version",
            "base_url",
            "mode",
            "test_recipients",
            "region",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(SECRETS) & set(self.fields):
            stored = getattr(self.instance, name, "") if self.instance.pk else ""
            self.initial[name] = ""
            self.fields[name].required = False
            self.fields[name].widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
            self.fields[name].help_text = f"Stored: {masked(stored)}. Empty keeps it." if stored else "Not set."

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in set(SECRETS) & set(self.fields):
            if not cleaned.get(name) and self.instance.pk:
                cleaned[name] = Account.objects.values_list(name, flat=True).get(pk=self.instance.pk)
        return cleaned


def masked(secret: str) -> str:
    return f"••••{secret[-4:]}" if len(secret) > 12 else "••••"


def connection(account: Account) -> Iterator[Line]:
    """What stands between this account and a delivered message, each with its fix."""
    now = clock.now()
    for name, where in (
        ("access_token", "Business Settings → System users"),
        ("app_secret", "App → Settings → Basic → App secret"),
        ("verify_token", "any text; the same in App → WhatsApp → Configuration"),
    ):
        if not getattr(account, name):
            yield Line("bad", name.replace("_", " ").capitalize(), "Not set.", f"Found at: {where}.")
    checked = f"Checked {timesince(account.checked_at, now)} ago." if account.checked_at else "Never checked."
    yield Line(
        "good" if account.checked_at else "warn", "Check", checked, "" if account.checked_at else "Press “Check now”."
    )
    if account.webhooks_seen_at:
        yield Line("good", "Webhooks", f"The last one came {timesince(account.webhooks_seen_at, now)} ago.")
    else:
        yield Line("warn", "Webhooks", "None has come yet.", "Enter the address in Meta's dashboard, then subscribe.")
    if account.token_expires_at:
        yield Line("good", "Token", f"Valid until {account.token_expires_at:%d %b %Y}.")
    for incident in account.incidents.filter(closed_at=None):
        yield Line("bad", incident.kind.capitalize(), incident.detail, incident.fix)


class NumberInline(ReadOnlyInline):
    model = PhoneNumber
    verbose_name_plural = "Numbers"
    fields = ["display_phone_number", "phone_number_id", "verified_name", "status", "quality_rating", "messaging_limit",
              "throughput_level", "paused_reason"]  # fmt: skip


@admin.register(Account)
class AccountAdmin(ActsByPermission, ModelAdmin):
    when_empty = "Connect a WhatsApp Business account: its page leads through every step."
    form = AccountForm
    list_display = ["name", "waba_id", "state", "mode", "token_end", "webhooks_seen_at", "checked_at", "is_default"]
    inlines = [NumberInline]
    actions_detail = ["check_now", "subscribe"]
    change_form_outer_before_template = "whatsapp/connection.html"
    warn_unsaved_form = True

    class Media:
        css = {"all": ["whatsapp/whatsapp.css"]}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its threads and its ledger would go with it."""
        return False

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only look would be shown the stored text itself: then the fields are not there at all."""
        return () if self.has_change_permission(request, obj) else SECRETS

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:
        for newer, older in ROTATING if change else ():
            stored = Account.objects.values_list(newer, flat=True).get(pk=obj.pk)
            if getattr(obj, newer) != stored and older not in form.changed_data:
                setattr(obj, older, stored)
        super().save_model(request, obj, form, change)
        signatures.forget()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        account = Account.objects.filter(pk=object_id).first()
        address = request.build_absolute_uri(reverse("whatsapp:webhook"))
        shown: dict[str, Any] = {}
        if account:
            shown = {"lines": list(connection(account)), "webhook_address": address}
            shown["steps"] = onboarding.steps(account, clock.now())
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    @display(description="Connection", label={"well": "success", "ill": "danger", "new": "warning"})
    def state(self, account: Account) -> tuple[str, str]:
        problems = [incident for incident in account.incidents.all() if incident.closed_at is None]
        if problems:
            return "ill", problems[0].kind
        return ("well", "connected") if account.checked_at else ("new", "not checked yet")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("incidents")

    @display(description="Token")
    def token_end(self, account: Account) -> str:
        return masked(account.access_token) if account.access_token else "not set"

    @action(
        description="Check now",
        permissions=["act"],
        icon="health_and_safety",
        dialog=dialog(
            "Check the connection", "Asks Meta about account, numbers, token and webhooks.", ConfirmForm, "Check"
        ),
    )
    def check_now(self, request: HttpRequest, form: ConfirmForm, object_id: int) -> HttpResponse:
        found = health.check(Account.objects.get(pk=object_id), clock.now())
        well = bool(found["account"].get("ok"))
        text = "Meta answers." if well else str(found["account"].get("problem", "Meta does not answer."))
        return finish(request, self, object_id, text, ok=well)

    @action(
        description="Subscribe to webhooks",
        permissions=["act"],
        icon="podcasts",
        dialog=dialog(
            "Subscribe to webhooks",
            "Without it Meta's test button works and nothing real arrives.",
            ConfirmForm,
            "Subscribe",
        ),
    )
    def subscribe(self, request: HttpRequest, form: ConfirmForm, object_id: int) -> HttpResponse:
        try:
            cloud_api(Account.objects.get(pk=object_id)).subscribe()
        except CloudApiError as error:
            return finish(request, self, object_id, f"It did not work: {error.sentence}", ok=False)
        return finish(request, self, object_id, "Subscribed.")


@admin.register(PhoneNumber)
class PhoneNumberAdmin(NumberActs, ActsByPermission, ReadOnlyAdmin):
    when_empty = "Numbers are read from Meta when the account's page is checked."
    list_display = [
        "display_phone_number",
        "verified_name",
        "standing",
        "quality_rating",
        "messaging_limit",
        "last_webhook",
        "last_send",
        "account",
    ]
    list_select_related = ["account"]
    list_filter = ["status", "quality_rating", "account"]
    search_fields = ["display_phone_number", "verified_name", "phone_number_id"]
    actions_detail = ["resume", "register", "ask_code", "enter_code"]
    exclude = ["next_slot_at"]
    change_form_outer_before_template = "whatsapp/number.html"

    class Media:
        css = {"all": ["whatsapp/whatsapp.css"]}

    def get_queryset(self, request: HttpRequest) -> Any:
        return onboarding.with_last_send(super().get_queryset(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        number = self.get_queryset(request).select_related("account").filter(pk=object_id).first()
        shown = {"steps": number_status.lines(number, clock.now())} if number else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    @display(description=_("Connection"), label={"good": "success", "warn": "warning", "bad": "danger"})
    def standing(self, number: PhoneNumber) -> tuple[str, str]:
        if number.paused_reason:
            return "bad", _("paused")
        if number.answers_only_until is not None:
            return "warn", _("answers only")
        tone, words = onboarding.standing(number)
        return tone, words.lower()

    @display(description=_("Last webhook"))
    def last_webhook(self, number: PhoneNumber) -> str:
        heard = onboarding.last_heard(number)
        return _("%(ago)s ago") % {"ago": timesince(heard, clock.now())} if heard else "—"

    @display(description=_("Last successful send"))
    def last_send(self, number: Any) -> str:
        return _("%(ago)s ago") % {"ago": timesince(number.last_sent, clock.now())} if number.last_sent else "—"

    @action(
        description="Resume sending",
        permissions=["act"],
        icon="play_arrow",
        dialog=dialog("Resume sending", "Only when the cause is repaired. What was done?", ReasonForm, "Resume"),
    )
    def resume(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        number = PhoneNumber.objects.select_related("account").get(pk=object_id)
        won = resuming.release(number, f"{request.user}: {form.cleaned_data['reason']}", clock.now(), by=request.user)
        return finish(request, self, object_id, "Sending goes on." if won else "Nothing was held.", ok=won)


@admin.register(Incident)
class IncidentAdmin(ActsByPermission, ReadOnlyAdmin):
    when_empty = "Nothing is wrong. A fault opens a line by itself, says what to do, and closes when it is over."
    list_display = ["standing", "kind", "subject", "problem", "remedy", "opened_at", "last_seen_at"]
    list_filter = [("closed_at", admin.EmptyFieldListFilter), "kind", "account"]
    search_fields = ["kind", "subject", "detail"]
    actions_row = ["close"]
    actions_detail = ["close"]

    @display(description="", label={"open": "danger", "closed": "success"})
    def standing(self, incident: Incident) -> tuple[str, str]:
        return ("closed", "closed") if incident.closed_at else ("open", "open")

    @display(description="Detail", ordering="detail")
    def problem(self, incident: Incident) -> str:
        return resaid(incident.detail)

    @display(description="Fix")
    def remedy(self, incident: Incident) -> str:
        return urlize(resaid(incident.fix), autoescape=True)

    @action(
        description="Close",
        permissions=["act"],
        icon="check",
        dialog=dialog(
            "Close it", "It opens again when the next check still finds it. What was done?", ReasonForm, "Close"
        ),
    )
    def close(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        incident = Incident.objects.select_related("account").get(pk=object_id)
        because, now = f"{request.user}: {form.cleaned_data['reason']}", clock.now()
        won = close_incident(
            incident.account, incident.kind, subject=incident.subject, because=because, now=now, by=request.user
        )
        return finish(request, self, None, "Closed." if won else "It was closed already.", ok=won)
