"""API tokens: made here and shown once, revoked here; and the record of every call."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bettermeals.lib import clock
from bettermeals.lib.admin import (
    ModelAdmin,
    ReadOnlyAdmin,
    UnfoldAdminCheckboxSelectMultipleWidget,
    action,
    display,
)
from whatsapp.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish, page_of
from whatsapp.admin.pretty import pretty
from whatsapp.api import scopes, tokens
from whatsapp.models import Account, ApiCall, ApiToken


class TokenForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        widget=UnfoldAdminCheckboxSelectMultipleWidget, help_text=gettext_lazy("Only what this program needs.")
    )

    class Meta:
        model = ApiToken
        fields = ["name", "account", "scopes", "calls_per_minute"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "scopes" in self.fields:  # a revoked token's page shows them as text
            choices = [(name, f"{name}: {words}") for name, words in scopes.known().items()]
            self.fields["scopes"].choices = choices  # type: ignore[attr-defined]
        if "account" in self.fields and not self.instance.pk:
            self.fields["account"].initial = Account.objects.filter(is_default=True).first()


@admin.register(ApiToken)
class ApiTokenAdmin(ActsByPermission, ModelAdmin):
    when_empty = "A program that sends through us needs one."
    form = TokenForm
    list_display = ["name", "ending", "standing", "account", "allowed", "last_used_at", "created_at"]
    list_select_related = ["account"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter), "account"]
    search_fields = ["name", "ending"]
    actions_detail = ["revoke"]
    readonly_fields = ["ending", "created_at", "created_by", "last_used_at", "revoked_at", "revoked_because"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its calls are the audit; a token is revoked, never deleted."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        asked = ["name", "account", "scopes", "calls_per_minute"]
        return [*asked, *self.readonly_fields] if obj else asked

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A token stays with its account; a revoked one stays as it was."""
        if obj is None:
            return []
        fixed = ["name", "scopes", "calls_per_minute"] if obj.revoked_at else []
        return [*self.readonly_fields, "account", *fixed]

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        row, obj.secret = tokens.make(  # type: ignore[attr-defined]  # for response_add of this very request
            name=obj.name,
            account=obj.account,
            scopes=obj.scopes,
            calls_per_minute=obj.calls_per_minute,
            now=clock.now(),
            by=request.user,
        )
        obj.pk, obj.ending = row.pk, row.ending

    def response_add(self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None) -> HttpResponse:
        """The token stands in this answer and nowhere else: no redirect, no session, no cookie, no cache."""
        shown = {
            **self.admin_site.each_context(request),
            "title": _("Copy the token now"),
            "secret": obj.secret,  # type: ignore[attr-defined]
            "token": obj,
            "list_url": page_of(self),
        }
        answer = TemplateResponse(request, "whatsapp/token_once.html", shown)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @display(description=gettext_lazy("State"), label={"live": "success", "revoked": "danger"})
    def standing(self, token: ApiToken) -> tuple[str, str]:
        return ("revoked", _("revoked")) if token.revoked_at else ("live", _("in use"))

    @display(description=gettext_lazy("Scopes"))
    def allowed(self, token: ApiToken) -> str:
        return ", ".join(token.scopes)

    @action(
        description=gettext_lazy("Revoke"),
        permissions=["act"],
        icon="block",
        dialog=dialog(
            "Revoke this token", "The program is refused from the next call on; there is no way back. Why?",
            ReasonForm, "Revoke",
        ),
    )  # fmt: skip
    def revoke(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        because = f"{request.user}: {form.cleaned_data['reason']}"
        won = tokens.revoke(ApiToken.objects.get(pk=object_id), because, clock.now())
        return finish(request, self, object_id, _("Revoked.") if won else _("It was revoked already."), ok=won)


@admin.register(ApiCall)
class ApiCallAdmin(ReadOnlyAdmin):
    when_empty = "What programs ask of the API is written here."
    list_display = ["at", "token", "door", "action", "outcome", "code"]
    list_filter = ["door", "token", "status"]
    list_select_related = ["token"]
    search_fields = ["action", "code"]
    date_hierarchy = "at"
    list_per_page = 50
    show_full_result_count = False
    fields = ["at", "token", "door", "action", "status", "code", "what"]
    readonly_fields = ["what"]

    class Media:
        css = {"all": ["whatsapp/whatsapp.css"]}

    @display(description=gettext_lazy("Answer"), label={"well": "success", "ill": "danger"})
    def outcome(self, call: ApiCall) -> tuple[str, str]:
        return ("well" if call.status < 400 else "ill"), str(call.status)

    @display(description=gettext_lazy("What"))
    def what(self, call: ApiCall) -> SafeString:
        return pretty(call.detail)
