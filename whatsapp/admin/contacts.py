"""People: their thread, their consent, and what may be sent to them now."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bettermeals.lib import clock
from bettermeals.lib.admin import (
    BaseDialogForm,
    ReadOnlyAdmin,
    ReadOnlyInline,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    action,
    display,
)
from whatsapp import catalogue, consent_proof, merging, optouts, people, purging, sending, window
from whatsapp.admin import thread
from whatsapp.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish, log
from whatsapp.broadcasts import choosing
from whatsapp.models import Account, ConsentEvent, Contact, ContactIdentifier

STAFF_TEMPLATE = "staff_reply"
PROOF_FORMS = ("csv", "json")


class ConsentInline(ReadOnlyInline):
    model = ConsentEvent
    verbose_name_plural = "Consent ledger"
    fields = ["at", "action", "purpose", "method", "note", "message"]
    show_change_link = False


class IdentifierInline(ReadOnlyInline):
    model = ContactIdentifier
    verbose_name_plural = _("Identifiers, and when they were theirs")
    fields = ["kind", "value", "since", "until"]
    show_change_link = False


class TemplateForm(BaseDialogForm):
    """A template whose variables are one text: what staff want to say, wrapped in words that Meta has approved."""

    template = forms.ChoiceField(widget=UnfoldAdminSelectWidget, help_text="Templates that take one text.")
    text = forms.CharField(max_length=600, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [(name, name) for name in staff_templates()]


def staff_templates() -> list[str]:
    """Declared templates that staff can fill in: exactly one variable beside a name. `staff_reply` first."""
    fitting = [name for name, t in catalogue.declared().items() if set(t.variables) - {"name"} == {_text_variable(t)}]
    return sorted(fitting, key=lambda name: (name != STAFF_TEMPLATE, name))


def _text_variable(template: Any) -> str:
    rest = [variable for variable in template.variables if variable != "name"]
    return rest[0] if len(rest) == 1 and not any(getattr(b, "dynamic", False) for b in _buttons(template)) else ""


def _buttons(template: Any) -> list[Any]:
    return [button for text in template.bodies.values() for button in text.buttons]


@admin.register(Contact)
class ContactAdmin(ActsByPermission, ReadOnlyAdmin):
    when_empty = "People appear here when they write, or with the home that they are entered in."
    export_takes = "whatsapp.change_contact"
    list_display = ["who", "phone", "language", "standing", "window_left", "last_inbound_at"]
    list_filter = ["language", ("opted_out_at", admin.EmptyFieldListFilter), ("bsuid", admin.EmptyFieldListFilter)]
    search_fields = ["profile_name", "phone", "wa_id", "username", "bsuid"]
    list_per_page = 50
    inlines = [ConsentInline, IdentifierInline]
    actions = ["bulk_send"]
    actions_detail = ["send_template", "record_opt_in", "record_opt_out", "keep", "release", "undo_merge"]
    change_form_outer_before_template = "whatsapp/thread.html"
    fieldsets = [
        (None, {"fields": ["who", "phone", "language", "last_inbound_at"]}),
        ("Ids", {"fields": ["account", "wa_id", "bsuid", "parent_bsuid", "username", "merged_into"]}),
        (
            "Consent and reach",
            {"fields": ["opted_in_at", "opted_out_at", "marketing_opted_out_at", "undeliverable_since",
                        "undeliverable_reason", "proof", "data"]},
        ),
        (_("Kept for a dispute"), {"fields": ["kept_since", "kept_because"]}),
    ]  # fmt: skip
    readonly_fields = ["who", "proof", "data", "kept_since", "kept_because"]

    class Media:
        css = {"all": ["whatsapp/whatsapp.css"]}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.download_proof)
        return [path("<int:pk>/consent.<str:form>", view, name="whatsapp_contact_consent"), *super().get_urls()]

    def download_proof(self, request: HttpRequest, pk: int, form: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        contact = get_object_or_404(Contact.objects.select_related("account"), pk=pk)
        if form == "csv":
            answer = HttpResponse(consent_proof.as_csv(contact), content_type="text/csv; charset=utf-8")
        elif form == "json":
            answer = JsonResponse(consent_proof.proof(contact), json_dumps_params={"ensure_ascii": False, "indent": 1})
        else:
            raise Http404
        answer.headers["Content-Disposition"] = f'attachment; filename="consent-{pk}.{form}"'
        return answer

    @display(description=_("Proof of consent"))
    def proof(self, contact: Contact) -> SafeString:
        links = [
            (reverse("admin:whatsapp_contact_consent", args=[contact.pk, form]), form.upper()) for form in PROOF_FORMS
        ]
        return format_html_join(" · ", '<a href="{}" download>{}</a>', links)

    @display(description=_("All that is held"))
    def data(self, contact: Contact) -> SafeString | str:
        page = contact.data_page  # type: ignore[attr-defined]  # set for whom the page is drawn
        return format_html('<a href="{}">{}</a>', page, _("Hand out or erase")) if page else "—"

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        contact = super().get_object(request, object_id, from_field)
        if contact is not None:
            contact.data_page = people.data_page(contact.pk, request.user)
        return contact

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        contact = Contact.objects.select_related("account").filter(pk=object_id).first()
        shown = thread.context(contact, request) if contact else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    @display(description="Name", ordering="profile_name")
    def who(self, contact: Contact) -> str:
        return str(contact)

    @display(description="Consent", label={"in": "success", "out": "danger", "none": "warning", "merged": "info"})
    def standing(self, contact: Contact) -> tuple[str, str]:
        if contact.erased_at is not None:
            return "out", str(_("erased"))
        if contact.merged_into_id is not None:
            return "merged", "merged into another"
        if contact.opted_out_at is not None:
            return "out", "opted out"
        return ("in", "opted in") if contact.opted_in_at else ("none", "no opt-in recorded")

    @display(description="Window")
    def window_left(self, contact: Contact) -> str:
        minutes = int(window.remaining(contact.last_inbound_at, clock.now()).total_seconds() // 60)
        return f"{minutes // 60} h {minutes % 60:02d}" if minutes else "closed"

    @action(description=_("Send a template to them"), permissions=["bulk"])
    def bulk_send(self, request: HttpRequest, rows: Any) -> HttpResponse:
        """A draft for the ticked people, or for all that the list's filter names. Nothing is sent here."""
        accounts = set(rows.order_by().values_list("account", flat=True))
        if len(accounts) != 1:
            messages.error(request, _("A bulk send is of one account: filter the list by account first."))
            return HttpResponseRedirect(request.get_full_path())
        account = Account.objects.get(pk=accounts.pop())
        name = choosing.default_name(clock.now())
        ids = list(rows.values_list("pk", flat=True))
        made = choosing.make(ids, account, request.user, clock.now(), name=name)
        return HttpResponseRedirect(reverse("admin:whatsapp_broadcast_draft", args=[made.pk]))

    def has_bulk_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("whatsapp.add_broadcast")

    @action(
        description="Send a template",
        permissions=["act"],
        icon="outgoing_mail",
        dialog=dialog("Send a template", "For people whose window is closed.", TemplateForm, "Send"),
    )
    def send_template(self, request: HttpRequest, form: TemplateForm, object_id: int) -> HttpResponse:
        contact = Contact.objects.select_related("account").get(pk=object_id)
        return finish(request, self, object_id, *queue_staff_template(contact, form, request))

    @action(
        description="Record opt-in",
        permissions=["act"],
        icon="how_to_reg",
        dialog=dialog("Record an opt-in", "How did the person agree, and when?", ReasonForm, "Record"),
    )
    def record_opt_in(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        contact, reason = Contact.objects.get(pk=object_id), form.cleaned_data["reason"]
        won = optouts.opt_in(contact, method="recorded by staff", now=clock.now(), note=f"{request.user}: {reason}")
        text = "Recorded." if won else "The person was opted in already."
        return finish(request, self, object_id, text, ok=won)

    @action(
        description="Record opt-out",
        permissions=["act"],
        icon="block",
        dialog=dialog(
            "Record an opt-out", "Nothing more is sent from now on. How did they say it?", ReasonForm, "Record"
        ),
    )
    def record_opt_out(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        contact, reason = Contact.objects.get(pk=object_id), form.cleaned_data["reason"]
        won = optouts.opt_out(contact, method="told staff", now=clock.now(), note=f"{request.user}: {reason}")
        text = "Recorded; what was queued is cancelled." if won else "The person was opted out already."
        return finish(request, self, object_id, text, ok=won)

    @action(
        description=_("Keep everything"),
        permissions=["act"],
        icon="lock",
        dialog=dialog(
            _("Keep everything of this person"),
            _("While a dispute lasts nothing of theirs is removed. What is it about?"),
            ReasonForm,
            _("Keep"),
        ),
    )
    def keep(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        won = purging.keep(object_id, f"{request.user}: {form.cleaned_data['reason']}", clock.now())
        if won:
            log(request, Contact.objects.get(pk=object_id), f"Kept: {form.cleaned_data['reason']}")
        text = _("Nothing of theirs is removed from now on.") if won else _("It was kept already.")
        return finish(request, self, object_id, str(text), ok=won)

    @action(
        description=_("Keep no longer"),
        permissions=["act"],
        icon="lock_open",
        dialog=dialog(
            _("Keep it no longer"),
            _("The usual periods hold again. How did the dispute end?"),
            ReasonForm,
            _("Release"),
        ),
    )
    def release(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        won = purging.release(object_id)
        if won:
            log(request, Contact.objects.get(pk=object_id), f"Kept no longer: {form.cleaned_data['reason']}")
        text = _("The usual periods hold again.") if won else _("It was not kept.")
        return finish(request, self, object_id, str(text), ok=won)

    @action(
        description=_("Undo the last merge"),
        permissions=["act"],
        icon="call_split",
        dialog=dialog(
            _("Take two people apart again"),
            _("Each gets back what it had before; what came since stays. Check residents and cooks. Why?"),
            ReasonForm,
            _("Undo"),
        ),
    )
    def undo_merge(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        found, reason = merging.latest(object_id), form.cleaned_data["reason"]
        if found is None:
            return finish(request, self, object_id, str(_("Nothing was merged here.")), ok=False)
        try:
            apart = merging.undo(found.pk, by=request.user, because=reason, now=clock.now())
        except merging.CannotUndo as error:
            return finish(request, self, object_id, f"{_('Not undone')}: {error}", ok=False)
        log(request, apart, f"Merge undone: {reason}")
        return finish(request, self, apart.pk, str(_("They are two people again.")))


def queue_staff_template(contact: Contact, form: TemplateForm, request: HttpRequest) -> tuple[str]:
    """Queue what the form says. Returns the sentence for staff; a refusal is one too."""
    template = catalogue.declared()[form.cleaned_data["template"]]
    variables = {_text_variable(template): form.cleaned_data["text"]}
    if "name" in template.variables:
        variables["name"] = contact.profile_name or "there"
    try:
        with transaction.atomic():
            sending.queue_template(
                contact=contact,
                template=template,
                variables=variables,
                purpose="staff_answer",
                lane=sending.REPLY,
                route_reason=f"Sent by {request.user}.",
                now=clock.now(),
            )
    except (sending.CannotSend, sending.ContentError) as error:
        return (f"Not sent: {error}",)
    return ("Queued; it goes out within seconds.",)
