"""Templates as Meta holds them, drawn as on a phone, with what differs from the code."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from bettermeals.lib import clock
from bettermeals.lib.admin import ReadOnlyAdmin, action, display
from whatsapp import catalogue, drift, template_sync
from whatsapp.admin import tones
from whatsapp.admin.dialogs import ActsByPermission, ConfirmForm, dialog, finish
from whatsapp.admin.pretty import pretty
from whatsapp.declare import PLACEHOLDER
from whatsapp.models import MessageTemplate


def preview(row: MessageTemplate) -> dict[str, Any]:
    """The parts as the phone shows them, filled with the declared examples, and the problems of this template."""
    parts = {str(part.get("type", "")).upper(): part for part in row.components if isinstance(part, dict)}
    declared = catalogue.declared().get(row.name)
    known = declared is not None and row.language in declared.bodies
    values = declared.example(row.language) if declared and known else []
    problems = drift.differences(declared, row.language, row.components) if declared and known else []
    if not known:
        problems = ["The code declares no such template: nothing of ours sends it."]
    elif declared and row.category and row.category != declared.category:
        problems.append(f"Meta counts it as {row.category.lower()}, the code says {declared.category.lower()}.")
    header = parts.get("HEADER", {})
    return {
        "header": header.get("text") or (f"[{header['format'].lower()}]" if header.get("format") else ""),
        "body": PLACEHOLDER.sub(lambda m: _value(values, int(m[1])), str(parts.get("BODY", {}).get("text", ""))),
        "footer": parts.get("FOOTER", {}).get("text", ""),
        "buttons": parts.get("BUTTONS", {}).get("buttons", []),
        "problems": problems,
    }


def _value(values: list[str], number: int) -> str:
    return values[number - 1] if number <= len(values) else f"{{{{{number}}}}}"


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ActsByPermission, ReadOnlyAdmin):
    list_display = ["name", "language", "state", "category", "quality", "problems", "synced_at"]
    list_filter = ["status", "category", "language", "quality", "account"]
    search_fields = ["name", "rejected_reason"]
    list_per_page = 100
    actions_list = ["sync"]
    change_form_outer_before_template = "whatsapp/template_preview.html"
    fields = [
        "name", "language", "status", "category", "previous_category", "quality", "rejected_reason", "meta_id",
        "account", "synced_at", "raw",
    ]  # fmt: skip
    readonly_fields = ["raw"]

    class Media:
        css = {"all": ["whatsapp/whatsapp.css"]}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = MessageTemplate.objects.filter(pk=object_id).first()
        shown = {"preview": preview(row)} if row else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    @display(description="Status", label=tones.TEMPLATE, ordering="status")
    def state(self, row: MessageTemplate) -> tuple[str, str]:
        return row.status, row.status.lower().replace("_", " ") or "unknown"

    @display(description="Problems")
    def problems(self, row: MessageTemplate) -> str:
        return "; ".join(preview(row)["problems"])[:160] or "—"

    @display(description="As Meta holds it")
    def raw(self, row: MessageTemplate) -> str:
        return pretty(row.components)

    @action(
        description="Sync with Meta",
        permissions=["act"],
        icon="sync",
        dialog=dialog("Sync with Meta", "Submits what is missing and reads everything.", ConfirmForm, "Sync"),
    )
    def sync(self, request: HttpRequest, form: ConfirmForm) -> HttpResponse:
        reports = template_sync.sync_all(clock.now())
        errors = "; ".join(error for report in reports for error in report.errors)
        created = sum(len(report.created) for report in reports)
        text = f"Not everything worked: {errors}" if errors else f"Synced; {created} submitted to Meta."
        return finish(request, self, None, text, ok=not errors)
