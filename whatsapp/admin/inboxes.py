"""The inbox: conversations that wait for a person, most urgent first, answered where they are read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from bettermeals.lib import clock
from bettermeals.lib.admin import ListFilter, ModelAdmin, ReadOnlyAdmin, action, display
from whatsapp import inbox
from whatsapp.admin import inbox_acts, thread
from whatsapp.admin.contacts import TemplateForm, queue_staff_template
from whatsapp.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish
from whatsapp.admin.inbox_page import InboxPage, News
from whatsapp.models import CannedReply, InboxItem


class StandingFilter(ListFilter):
    """Open ones unless the closed are asked for: the list is a queue."""

    title = "standing"
    parameter_name = "standing"
    usual = "Still open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("closed", "Closed"), ("all", "All")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() == "all" else queryset.filter(closed_at__isnull=self.value() != "closed")


@admin.register(InboxItem)
class InboxItemAdmin(ActsByPermission, ReadOnlyAdmin):
    when_empty = "Nobody waits for an answer. What the machine cannot answer appears here by itself."
    list_display = ["due", "person", "words", "reason", "opened_at"]
    list_filter = [StandingFilter]
    list_select_related = ["contact", "message"]
    search_fields = ["contact__profile_name", "contact__phone", "message__text", "reason"]
    list_per_page = 50
    actions_row = ["close"]
    actions_detail = ["send_template", "close"]
    fields = ["person", "reason", "opened_at", "due_at", "closed_at", "closed_by", "note"]
    readonly_fields = ["person"]
    change_form_outer_before_template = "whatsapp/thread.html"

    class Media:
        css = {"all": ["whatsapp/whatsapp.css"]}

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("desk/", wrap(InboxPage.as_view(model_admin=self)), name="whatsapp_inbox"),
            path("desk/news/", wrap(News.as_view(model_admin=self)), name="whatsapp_inbox_news"),
            path("desk/<int:pk>/", wrap(InboxPage.as_view(model_admin=self)), name="whatsapp_inbox_thread"),
            path("desk/<int:pk>/<slug:name>/", wrap(inbox_acts.act), name="whatsapp_inbox_act"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        item = InboxItem.objects.select_related("contact__account").filter(pk=object_id).first()
        shown = thread.context(item.contact, request) if item else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    @display(description="Due", label={"overdue": "danger", "open": "info", "closed": "success"}, ordering="due_at")
    def due(self, item: InboxItem) -> tuple[str, str]:
        when = item.due_at.astimezone().strftime("%a %d %b %H:%M")
        if item.closed_at is not None:
            return "closed", "closed"
        return ("overdue", f"overdue, {when}") if item.due_at < clock.now() else ("open", when)

    @display(description="Person", ordering="contact__profile_name")
    def person(self, item: InboxItem) -> str:
        return str(item.contact)

    @display(description="They wrote")
    def words(self, item: InboxItem) -> str:
        text = item.message.text.replace("\n", " ") or f"[{item.message.kind}]"
        return text if len(text) <= 90 else f"{text[:89]}…"

    @action(
        description="Close",
        permissions=["act"],
        icon="check",
        dialog=dialog("Close without an answer", "What was done about it?", ReasonForm, "Close"),
    )
    def close(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        item = InboxItem.objects.get(pk=object_id)
        won = inbox.close(item, request.user, form.cleaned_data["reason"], clock.now())
        return finish(request, self, None, "Closed." if won else "Somebody else had closed it already.", ok=won)

    @action(
        description="Send a template",
        permissions=["act"],
        icon="outgoing_mail",
        dialog=dialog(
            "Send a template",
            "Outside the 24-hour window only approved words may be sent.",
            TemplateForm,
            "Send and close",
        ),
    )
    def send_template(self, request: HttpRequest, form: TemplateForm, object_id: int) -> HttpResponse:
        item = InboxItem.objects.select_related("contact__account").get(pk=object_id)
        (text,) = queue_staff_template(item.contact, form, request)
        sent = not text.startswith("Not sent")
        if sent:
            inbox.close(item, request.user, "Answered with a template.", clock.now())
        return finish(request, self, None if sent else object_id, text, ok=sent)


@admin.register(CannedReply)
class CannedReplyAdmin(ModelAdmin):
    """One row per language; the inbox offers the one in the person's own."""

    when_empty = "Write an answer that is given often: the inbox offers it."
    list_display = ["title", "language", "key", "text"]
    list_filter = ["language"]
    search_fields = ["title", "text", "key"]
