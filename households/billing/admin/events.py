"""The provider's signed words as they came, and their replay."""

from __future__ import annotations

import json

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from bettermeals.lib import clock
from bettermeals.lib.admin import BaseDialogForm, ChoicesDropdownFilter, ReadOnlyAdmin, action, display
from households.admin.dialogs import ActsByPermission, dialog, finish
from households.billing import settle
from households.billing.models import ProviderEvent

TONES = {"received": "info", "processed": "success", "ignored": "", "unmatched": "warning", "failed": "danger"}


@admin.register(ProviderEvent)
class ProviderEventAdmin(ActsByPermission, ReadOnlyAdmin):
    when_empty = "What the payment provider reports is kept here."
    list_display = ["received_at", "event_type", "state", "charge", "attempts", "event_id"]
    list_filter = [("status", ChoicesDropdownFilter), "event_type"]
    list_filter_submit = True
    list_select_related = ["charge__household"]
    list_per_page = 50
    search_fields = ["event_id", "charge__subject", "charge__household__name"]
    fields = ["event_id", "event_type", "status", "charge", "received_at", "processed_at", "attempts", "error", "raw"]
    readonly_fields = ["raw"]
    actions = ["process_again"]
    actions_detail = ["replay"]

    @display(description="Status", label=TONES, ordering="status")
    def state(self, event: ProviderEvent) -> tuple[str, str]:
        return event.status, event.get_status_display()

    @display(description="Body")
    def raw(self, event: ProviderEvent) -> str:
        body = bytes(event.body).decode(errors="replace")
        return format_html("<pre>{}</pre>", _pretty(body))

    @admin.action(description="Process again", permissions=["act"])
    def process_again(self, request: HttpRequest, events: QuerySet[ProviderEvent]) -> None:
        """Counting is idempotent, so replaying what was counted already changes nothing."""
        done = settle.process_again(list(events.values_list("pk", flat=True)), clock.now())
        self.message_user(request, f"{done} of {events.count()} processed; what failed says why on its row.")

    @action(
        description="Replay",
        permissions=["act"],
        icon="replay",
        dialog=dialog(
            "Process it again?", "Safe: what it did already is recognised and done once only.", BaseDialogForm, "Replay"
        ),
    )
    def replay(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        done = settle.process_again([object_id], clock.now())
        text = "Processed." if done else "It could not be processed: the row says why."
        return finish(request, self, object_id, text, ok=bool(done))


def _pretty(body: str) -> str:
    """Indented when it is JSON; what is not is shown as it came, since that is just what staff must see."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
