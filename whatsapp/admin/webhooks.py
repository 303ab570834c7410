"""The webhook log with replay, and what nobody understood."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bettermeals.lib import clock
from bettermeals.lib.admin import ReadOnlyAdmin, action, display
from whatsapp.admin import tones
from whatsapp.admin.dialogs import ActsByPermission, ConfirmForm, dialog, finish
from whatsapp.admin.pretty import pretty
from whatsapp.admin.replay_page import ReplayPage
from whatsapp.models import WebhookAnomaly, WebhookDelivery
from whatsapp.nudges import PROCESS_WEBHOOKS, nudge
from whatsapp.receiving import replay


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ActsByPermission, ReadOnlyAdmin):
    when_empty = "What Meta sends us is kept here."
    list_display = ["id", "when", "state", "attempts", "short_error", "account"]
    list_filter = ["status", "account"]
    list_select_related = ["account"]
    search_fields = ["body_sha256", "error"]
    date_hierarchy = "received_at"
    list_per_page = 50
    show_full_result_count = False
    actions_detail = ["process_again"]
    actions_list = ["replay_since"]
    fields = [
        "account", "received_at", "status", "attempts", "next_attempt_at", "processed_at", "problem", "digest", "json",
    ]  # fmt: skip
    readonly_fields = ["problem", "digest", "json"]

    class Media:
        css = {"all": ["whatsapp/whatsapp.css"]}

    def get_queryset(self, request: HttpRequest) -> object:
        """Lists and their sheets do not read the bodies: a busy day holds gigabytes of them."""
        rows, page = super().get_queryset(request), str(request.resolver_match and request.resolver_match.url_name)
        return rows.defer("body") if page.endswith(("_changelist", "_sheet")) else rows

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(ReplayPage.as_view(model_admin=self))
        return [path("replay/", page, name="whatsapp_webhookdelivery_replay"), *super().get_urls()]

    @action(description=_("Replay since…"), permissions=["act"], icon="replay")
    def replay_since(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:whatsapp_webhookdelivery_replay"))

    @display(description="Received", ordering="received_at")
    def when(self, row: WebhookDelivery) -> str:
        return row.received_at.astimezone().strftime("%d %b %H:%M:%S")

    @display(description="Status", label=tones.DELIVERY, ordering="status")
    def state(self, row: WebhookDelivery) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(description="Error")
    def short_error(self, row: WebhookDelivery) -> str:
        return row.error.strip().rsplit("\n", 1)[-1][:140]

    @display(description="Error")
    def problem(self, row: WebhookDelivery) -> SafeString | str:
        return pretty(row.error) if row.error else "—"

    @display(description="SHA-256")
    def digest(self, row: WebhookDelivery) -> str:
        """Cut: 64 characters without a break would push the page beyond a phone's edge."""
        return f"{row.body_sha256[:16]}…"

    @display(description="Body")
    def json(self, row: WebhookDelivery) -> SafeString:
        return pretty(row.body)

    @action(
        description="Replay",
        permissions=["act"],
        icon="replay",
        dialog=dialog(
            "Process it again?", "Safe: what it did already is recognised and done once only.", ConfirmForm, "Replay"
        ),
    )
    def process_again(self, request: HttpRequest, form: ConfirmForm, object_id: int) -> HttpResponse:
        won = replay(WebhookDelivery.objects.get(pk=object_id))
        if won:
            nudge(PROCESS_WEBHOOKS)
        return finish(request, self, object_id, "It is processed again." if won else "It is waiting already.", ok=won)


@admin.register(WebhookAnomaly)
class WebhookAnomalyAdmin(ActsByPermission, ReadOnlyAdmin):
    when_empty = "What Meta sends and we do not understand is counted here: nothing so far."
    list_display = ["kind", "detail", "count", "first_seen", "last_seen", "seen"]
    list_filter = ["kind", ("acknowledged_at", admin.EmptyFieldListFilter)]
    search_fields = ["kind", "detail"]
    actions_row = ["acknowledge"]
    actions_detail = ["acknowledge"]
    fields = ["kind", "detail", "count", "first_seen", "last_seen", "acknowledged_at", "delivery", "example"]
    readonly_fields = ["example"]

    class Media:
        css = {"all": ["whatsapp/whatsapp.css"]}

    @display(description="Looked at", boolean=True)
    def seen(self, row: WebhookAnomaly) -> bool:
        return row.acknowledged_at is not None

    @display(description="Example")
    def example(self, row: WebhookAnomaly) -> SafeString:
        return pretty(row.sample)

    @action(
        description="Looked at",
        permissions=["act"],
        icon="visibility",
        dialog=dialog("Looked at?", "It comes back when it happens again.", ConfirmForm, "Looked at"),
    )
    def acknowledge(self, request: HttpRequest, form: ConfirmForm, object_id: int) -> HttpResponse:
        rows = WebhookAnomaly.objects.filter(pk=object_id, acknowledged_at=None)
        won = bool(rows.update(acknowledged_at=clock.now()))
        return finish(request, self, None, "Noted." if won else "Somebody had looked at it already.", ok=won)
