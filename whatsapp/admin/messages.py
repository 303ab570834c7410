"""Messages: history, read only. What Meta said, each attempt, and the two decisions about a maybe-sent one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join, urlize
from django.utils.safestring import SafeString

from bettermeals.lib import clock
from bettermeals.lib.admin import ListFilter, ReadOnlyAdmin, ReadOnlyInline, action, display
from whatsapp import unknowns
from whatsapp.admin import tones
from whatsapp.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish
from whatsapp.admin.pretty import pretty
from whatsapp.errors import lookup
from whatsapp.models import Contact, MediaFile, Message, SendAttempt


class AttemptInline(ReadOnlyInline):
    model = SendAttempt
    verbose_name_plural = "Attempts"
    fields = ["started_at", "finished_at", "outcome", "http_status", "error_code", "note", "answer"]
    readonly_fields = ["answer"]
    ordering = ["started_at"]
    show_change_link = False

    @display(description="Meta's answer")
    def answer(self, attempt: SendAttempt) -> str:
        return pretty(attempt.response) if attempt.response else "—"


class StatusFilter(ListFilter):
    """Django's would ask `status`; those that need somebody are few among many, and found by the index on `watched`."""

    title = "status"
    parameter_name = "status__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Message.Status.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        if self.value() in Message.WATCHED:
            return queryset.filter(watched=self.value())
        return queryset.filter(status=self.value()) if self.value() else queryset


class DecisionFilter(ListFilter):
    """Messages on which a person must decide."""

    title = "decision"
    parameter_name = "decision"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Maybe sent: decide")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        asked = queryset.filter(watched=Message.Status.UNKNOWN, asked_staff_at__isnull=False)
        return asked if self.value() == "open" else queryset


class WhenFilter(ListFilter):
    """Django's date hierarchy asks for every day there ever was: 80 ms with 100,000 messages."""

    title = "when"
    parameter_name = "when"
    DAYS = (("1", "Last 24 hours"), ("7", "Last 7 days"), ("30", "Last 30 days"))

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(self.DAYS)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        if self.value() not in dict(self.DAYS):
            return queryset
        return queryset.filter(created_at__gte=clock.now() - timedelta(days=int(self.value() or 0)))


class TroubleFilter(ListFilter):
    """The classes of errors that happened; read from the failed messages alone, which have an index."""

    title = "why not"
    parameter_name = "error_class"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        troubled = Message.objects.filter(watched__in=("failed", "unknown")).exclude(error_class="").order_by()
        names = troubled.values_list("error_class", flat=True).distinct()
        return [(name, name.replace("_", " ")) for name in sorted(names)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        return queryset.filter(error_class=self.value()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(ActsByPermission, ReadOnlyAdmin):
    when_empty = "Messages appear here as they are sent and received."
    export_takes = "whatsapp.change_contact"
    list_display = ["when", "person", "way", "state", "words", "purpose", "trouble"]
    list_filter = ["direction", StatusFilter, DecisionFilter, WhenFilter, TroubleFilter, "lane"]
    list_select_related = ["contact"]
    search_fields = ["contact__profile_name", "contact__phone", "contact__username", "text", "wamid", "template_name"]
    list_per_page = 50
    show_full_result_count = False
    inlines = [AttemptInline]
    actions_detail = ["resend", "leave"]
    fieldsets = [
        (None, {"fields": ["person", "status", "what_happened", "words_whole", "attachment", "timeline"]}),
        (
            "Sending",
            {"fields": ["purpose", "lane", "template_name", "language", "category", "route_reason", "once_key",
                        "not_before", "expires_at", "attempt_count", "settle_by", "price"]},
        ),
        ("Handling", {"fields": ["claimed_by", "handled_at", "handling_attempts", "handle_after", "error_of_handler"]}),
        ("Raw", {"fields": ["wamid", "public_id", "reply_to_wamid", "phone_number", "body"]}),
    ]  # fmt: skip
    readonly_fields = [
        "person", "what_happened", "words_whole", "attachment", "timeline", "price", "error_of_handler",
        "body",
    ]  # fmt: skip

    class Media:
        css = {"all": ["whatsapp/whatsapp.css"]}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Message], search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        """Whoever matches is found among the people first: joined to every message it took a second with 100,000."""
        term = search_term.strip()
        if not term:
            return queryset, False
        people = Contact.objects.filter(
            Q(profile_name__icontains=term) | Q(phone__contains=term) | Q(username__icontains=term) | Q(bsuid=term)
        )
        words = Q(text__icontains=term) | Q(wamid=term) | Q(template_name=term) | Q(purpose=term)
        return queryset.filter(words | Q(contact__in=people.order_by().values("pk"))), False

    def get_urls(self) -> list[URLPattern]:
        file = path("<int:pk>/file/", self.admin_site.admin_view(self.file), name="whatsapp_message_file")
        return [file, *super().get_urls()]

    def file(self, request: HttpRequest, pk: int) -> FileResponse:
        """A stored file as an attachment: what people send is never shown by this site itself."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = MediaFile.objects.filter(message_id=pk, status=MediaFile.Status.STORED).first()
        if row is None:
            raise Http404("There is no stored file for this message.")
        name = row.filename or str(row.file.name).rsplit("/", 1)[-1]
        response = FileResponse(row.file.open("rb"), as_attachment=True, filename=name, content_type=row.mime_type)
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    @display(description="When", ordering="created_at")
    def when(self, message: Message) -> str:
        return message.created_at.astimezone().strftime("%d %b %H:%M:%S")

    @display(description="Person", ordering="contact__profile_name")
    def person(self, message: Message) -> str:
        return str(message.contact)

    @display(description="", label={"in": "primary", "out": "info"})
    def way(self, message: Message) -> tuple[str, str]:
        return message.direction, message.get_direction_display()

    @display(description="Status", label=tones.MESSAGE, ordering="status")
    def state(self, message: Message) -> tuple[str, str]:
        return message.status, message.get_status_display()

    @display(description="Text")
    def words(self, message: Message) -> str:
        text = message.text.replace("\n", " ") or f"[{message.kind}]"
        return text if len(text) <= 80 else f"{text[:79]}…"

    @display(description="Why not")
    def trouble(self, message: Message) -> str:
        return message.error_text[:120]

    @display(description="What happened")
    def what_happened(self, message: Message) -> SafeString | str:
        if not message.error_text:
            return "—"
        fix = lookup(message.error_code).remedy if message.error_code is not None else ""
        return format_html("{} <b>{}</b>", message.error_text, urlize(fix, autoescape=True))

    @display(description="Text")
    def words_whole(self, message: Message) -> SafeString:
        return format_html('<p dir="auto" style="white-space: pre-wrap">{}</p>', message.text or "—")

    @display(description="File")
    def attachment(self, message: Message) -> SafeString | str:
        row = MediaFile.objects.filter(message=message).first()
        if row is None:
            return "—"
        if row.status != MediaFile.Status.STORED:
            return f"{row.get_status_display()}. {row.error}"
        return format_html('<a href="../file/">Download {} ({} bytes)</a>', row.filename or row.mime_type, row.size)

    @display(description="Statuses from Meta")
    def timeline(self, message: Message) -> SafeString | str:
        rows = [
            (event.at.astimezone().strftime("%d %b %H:%M:%S"), event.status) for event in message.status_events.all()
        ]
        if not rows:
            return "None yet"
        items = format_html_join("", "<li><time>{}</time><span>{}</span></li>", rows)
        return format_html('<ul class="wa-timeline">{}</ul>', items)

    @display(description="Price by Meta")
    def price(self, message: Message) -> str:
        return ", ".join(f"{key} {value}" for key, value in message.pricing.items()) or "—"

    @display(description="Error of the handler")
    def error_of_handler(self, message: Message) -> SafeString | str:
        return pretty(message.handling_error) if message.handling_error else "—"

    @display(description="JSON")
    def body(self, message: Message) -> SafeString:
        return pretty(message.payload)

    @action(
        description="Send again",
        permissions=["act"],
        icon="replay",
        dialog=dialog(
            "Send again?",
            "Meta's answer was lost. If the first copy did arrive, the person gets it twice. Why send it again?",
            ReasonForm,
            "Send again",
        ),
    )
    def resend(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        won = unknowns.resend(self._row(object_id), request.user, form.cleaned_data["reason"], clock.now())
        return self._decided(request, object_id, won, "Queued again.", form.cleaned_data["reason"])

    @action(
        description="Leave it",
        permissions=["act"],
        icon="do_not_disturb_on",
        dialog=dialog(
            "Leave it?",
            "It is not sent again. If the first copy did arrive, a late status still shows it. Why leave it?",
            ReasonForm,
            "Leave it",
        ),
    )
    def leave(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        won = unknowns.leave(self._row(object_id), request.user, form.cleaned_data["reason"], clock.now())
        return self._decided(request, object_id, won, "Left as it is.", form.cleaned_data["reason"])

    def _row(self, object_id: int) -> Message:
        return Message.objects.get(pk=object_id)

    def _decided(self, request: HttpRequest, object_id: int, won: bool, done: str, reason: str) -> HttpResponse:
        if won:
            self.log_change(request, self._row(object_id), f"{done} {reason}")
        text = done if won else "It needs no decision: it was never unknown, or it was settled in the meantime."
        return finish(request, self, object_id, text, ok=won)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """The two decisions stand only where there is something to decide."""
        if not Message.objects.filter(pk=object_id, status=Message.Status.UNKNOWN).exists():
            return []
        found: list[Any] = super().get_actions_detail(request, object_id)
        return found
