"""A person's own page: what is held about them, all of it as a file, and the erasure that cannot be taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from bettermeals.lib import clock
from bettermeals.lib.admin import ReadOnlyAdmin, UnfoldModelAdminViewMixin, action, display
from households import dossier, erasing, personal
from households.models import Cook, Erasure, Resident
from households.personal import Person
from whatsapp.admin.dialogs import log
from whatsapp.models import Contact


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    when_empty = "Nobody was erased. It is done on a person's page."
    list_display = ["pseudonym", "state", "asked_at", "asked_by", "reason", "finished_at"]
    list_filter = [("finished_at", admin.EmptyFieldListFilter)]
    list_select_related = ["asked_by"]
    search_fields = ["subject", "reason"]
    list_per_page = 50
    fields = ["pseudonym", "state", "asked_at", "asked_by", "reason", "finished_at", "rows", "consent_digest"]
    readonly_fields = ["state", "rows"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(PersonPage.as_view(model_admin=self))
        return [path("person/<slug:kind>/<int:pk>/", view, name="households_person"), *super().get_urls()]

    @display(description=gettext_lazy("State"), label={"done": "success", "running": "warning"})
    def state(self, row: Erasure) -> tuple[str, str]:
        return ("done", _("erased")) if row.finished_at else ("running", _("being erased: %s") % row.step)

    @display(description=gettext_lazy("Rows changed"))
    def rows(self, row: Erasure) -> str:
        return ", ".join(f"{table} {count}" for table, count in row.changed.items()) or "—"


class PersonsData:
    """For the pages of a person: the way to what is held about them. It only leads there."""

    def has_person_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("households.export_person")

    @action(description=gettext_lazy("Their data"), permissions=["person"], icon="folder_shared")
    def data(self, request: HttpRequest, object_id: int) -> HttpResponse:
        kind = self.model._meta.model_name  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("admin:households_person", args=[kind, object_id]))


def find(kind: str, pk: int) -> tuple[Person, Any]:
    """The person behind the address, and the row that staff came from. Raises Http404."""
    models: dict[str, Any] = {"contact": Contact, "resident": Resident, "cook": Cook}
    row = models[kind].objects.filter(pk=pk).first() if kind in models else None
    if row is None:
        raise Http404("There is no such person.")
    if isinstance(row, Resident):
        return personal.of_resident(row), row
    return personal.of_contact(row.contact if isinstance(row, Cook) else row), row


class PersonPage(UnfoldModelAdminViewMixin, TemplateView):
    """GET shows; POST hands out or erases. To look takes the right to hand out."""

    permission_required = "households.export_person"
    template_name = "admin/households/person.html"
    title = gettext_lazy("A person's data")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person, row = find(self.kwargs["kind"], self.kwargs["pk"])
        return super().get_context_data(
            **kwargs,
            person=person,
            called=str(row),
            held=dossier.held(person),
            erasure=Erasure.objects.filter(subject=person.subject).first(),
            may_erase=may_erase(self.request),
            back=_page_of(row),
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        person, row = find(self.kwargs["kind"], self.kwargs["pk"])
        if request.POST.get("act") == "export":
            return _hand_out(request, person, row)
        if not may_erase(request):
            raise PermissionDenied
        _erase(request, person, row)
        return HttpResponseRedirect(request.path)


def may_erase(request: HttpRequest) -> bool:
    return request.user.has_perm("households.erase_person")


def _page_of(row: Any) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def _hand_out(request: HttpRequest, person: Person, row: Any) -> HttpResponse:
    body = dossier.as_zip(person, clock.now())
    log(request, row, "Handed out: everything held about this person.")
    name = f"person-{person.subject.replace(':', '-')}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(body, "application/zip", headers=headers)


def _erase(request: HttpRequest, person: Person, row: Any) -> None:
    reason, typed = (request.POST.get(name, "").strip() for name in ("reason", "confirm"))
    if not reason:
        return messages.error(request, _("Say who asked for it and when: the reason stays, the person does not."))
    if typed.casefold() != str(row).strip().casefold():
        return messages.error(request, _("Type the name exactly as it stands here. Nothing was erased."))
    now = clock.now()
    try:
        started = erasing.begin(person, reason=reason, by=request.user, now=now)
    except erasing.CannotErase as refusal:
        return messages.error(request, str(refusal))
    if erasing.is_big(person):
        text = _("Nothing more is sent to them. The rest is being erased; this page says when it is done.")
    else:
        erasing.finish(started.pk, now)
        text = _("Erased. The ledger and the counts are as before.")
    log(request, started, f"Erased at their request: {started.reason}")
    return messages.success(request, text)
