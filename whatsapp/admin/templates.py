"""Templates as Meta holds them: status, quality, category, drift and use; each drawn as on a phone, with its story."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bettermeals.lib import clock
from bettermeals.lib.admin import ReadOnlyAdmin, action, display
from whatsapp import catalogue, drafts, drift, library, template_story, template_sync
from whatsapp.admin import template_editor, tones
from whatsapp.admin.dialogs import ActsByPermission, ConfirmForm, dialog, finish
from whatsapp.admin.pretty import pretty
from whatsapp.declare import NAMED, PLACEHOLDER
from whatsapp.drawing import Drawn, draw_text
from whatsapp.models import Account, Message, MessageTemplate, TemplateDraft, TemplateEvent


def preview(row: MessageTemplate) -> Drawn | None:
    """The template with its examples; None for what only Meta's own editor can show."""
    text = library.text_of(row.components)
    if text is None:
        return None
    declared = catalogue.declared().get(row.name)
    known = declared is not None and row.language in declared.bodies
    count = max(text.positions, default=0)
    if declared is None or not known:
        declared = library.of_meta([row])
    values = declared.example(row.language) if declared else library.examples(row.components, count)
    if declared and row.parameter_format == NAMED:
        samples = dict(zip(declared.variables, values, strict=False))
        return draw_text(text, declared.fill_body(row.language, samples), row.language)
    body = PLACEHOLDER.sub(lambda found: _value(values, int(found[1])), text.body)
    return draw_text(text, body, row.language)


def _value(values: list[str], number: int) -> str:
    return values[number - 1] if number <= len(values) and values[number - 1] != "…" else f"{{{{{number}}}}}"


def problems(row: MessageTemplate) -> list[str]:
    """How it differs from what the code declares. One that staff wrote has nothing to differ from."""
    declared = catalogue.declared().get(row.name)
    if declared is None or row.language not in declared.bodies:
        return []
    found = drift.differences(declared, row.language, row.components)
    if row.category and row.category != declared.category:
        words = _("Meta counts it as %(theirs)s, the code says %(ours)s.")
        found.append(words % {"theirs": row.category.lower(), "ours": declared.category.lower()})
    return found


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ActsByPermission, ReadOnlyAdmin):
    when_empty = "They are read from Meta with the button above."
    list_display = ["name", "language", "state", "category", "quality", "used", "origin", "drifted", "synced_at"]
    list_filter = ["status", "category", "language", "quality", "account"]
    search_fields = ["name", "rejected_reason"]
    list_per_page = 100
    actions_list = ["sync"]
    list_before_template = "whatsapp/template/begin.html"
    change_form_outer_before_template = "whatsapp/template/story.html"
    fields = [
        "name", "language", "status", "category", "previous_category", "quality", "rejected_reason", "meta_id",
        "account", "synced_at", "raw",
    ]  # fmt: skip
    readonly_fields = ["raw"]

    class Media:
        css = {"all": ["whatsapp/whatsapp.css", "whatsapp/inbox.css", "whatsapp/broadcast.css"]}

    def get_queryset(self, request: HttpRequest) -> Any:
        since = clock.now() - template_story.USED_WITHIN
        sent = Message.objects.filter(
            template_name=OuterRef("name"), language=OuterRef("language"), created_at__gte=since
        )
        counted = sent.order_by().values("template_name").annotate(many=Count("pk")).values("many")
        return super().get_queryset(request).annotate(uses=Coalesce(Subquery(counted), 0))

    def get_urls(self) -> list[URLPattern]:
        wrap, editor = self.admin_site.admin_view, template_editor.EditorPage.as_view(model_admin=self)
        return [
            path("write/", wrap(template_editor.write), name="whatsapp_template_write"),
            path("write/<int:pk>/", wrap(editor), name="whatsapp_template_editor"),
            path("write/<int:pk>/check/", wrap(template_editor.check), name="whatsapp_template_check"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {
            "may_write": request.user.has_perm("whatsapp.add_templatedraft"),
            "drafts": TemplateDraft.objects.exclude(status=TemplateDraft.Status.SUBMITTED).order_by("-updated_at")[:12]
            if request.user.has_perm("whatsapp.view_templatedraft")
            else (),
            "languages": template_editor.LANGUAGES.items(),
            "accounts": Account.objects.order_by("-is_default", "name"),
        }
        return super().changelist_view(request, {**shown, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = MessageTemplate.objects.select_related("account").filter(pk=object_id).first()
        shown = _story(row, request) if row else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    @display(description=gettext_lazy("Status"), label=tones.TEMPLATE, ordering="status")
    def state(self, row: MessageTemplate) -> tuple[str, str]:
        return row.status, row.status.lower().replace("_", " ") or "unknown"

    @display(description=gettext_lazy("Sent, 30 days"), ordering="uses")
    def used(self, row: Any) -> int | str:
        return int(row.uses) or "—"

    @display(description=gettext_lazy("Written in"))
    def origin(self, row: MessageTemplate) -> str:
        return _("code") if row.name in catalogue.declared() else _("back office or Meta")

    @display(description=gettext_lazy("Drift"))
    def drifted(self, row: MessageTemplate) -> str:
        return "; ".join(problems(row))[:160] or "—"

    @display(description=gettext_lazy("As Meta holds it"))
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


def _story(row: MessageTemplate, request: HttpRequest) -> dict[str, Any]:
    base, _version = drafts.split(row.name)
    same = MessageTemplate.objects.filter(account=row.account, name__startswith=base).order_by("name", "language")
    events = TemplateEvent.objects.filter(account=row.account, name=row.name, language=row.language)
    return {
        "row": row,
        "drawn": preview(row),
        "drift": problems(row),
        "usage": template_story.usage(row, clock.now()),
        "events": events.select_related("by")[:50],
        "versions": [other for other in same if drafts.split(other.name)[0] == base],
        "languages": template_editor.LANGUAGES.items(),
        "may_write": request.user.has_perm("whatsapp.add_templatedraft"),
    }


@admin.register(TemplateDraft)
class TemplateDraftAdmin(ReadOnlyAdmin):
    """What is being written; the row leads to the editor."""

    when_empty = "Write one from the list of message templates."
    list_display = ["name", "language", "version", "status", "updated_at", "created_by"]
    list_filter = ["status", "language"]
    list_select_related = ["created_by"]
    search_fields = ["base", "body"]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not object_id.isdigit() or not self.has_view_permission(request):
            return super().change_view(request, object_id, form_url, extra_context)
        return HttpResponseRedirect(reverse("admin:whatsapp_template_editor", args=[object_id]))
