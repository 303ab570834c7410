"""A bulk send as a draft (template, values, each message, price, exclusions) and afterwards (progress, results)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from bettermeals.lib import clock, sheets
from bettermeals.lib.admin import UnfoldModelAdminViewMixin
from whatsapp import library, rates, rates_said
from whatsapp.admin.dialogs import log
from whatsapp.broadcasts import choosing, sending
from whatsapp.broadcasts.checking import check
from whatsapp.broadcasts.results import STATES, figures, results, table
from whatsapp.models import Broadcast, BroadcastRecipient

CARDS, LINES = 12, 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def find(pk: int) -> Broadcast:
    row = Broadcast.objects.select_related("account", "created_by", "armed_by").filter(pk=pk).first()
    if row is None:
        raise Http404("There is no such bulk send.")
    return row


class DraftPage(UnfoldModelAdminViewMixin, TemplateView):
    permission_required = ("whatsapp.view_broadcast", "whatsapp.view_contact")
    raise_exception = True
    template_name = "whatsapp/broadcast/draft.html"
    title = gettext_lazy("Bulk send")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        broadcast = find(kwargs["pk"])
        if broadcast.status != Broadcast.Status.DRAFT:
            return HttpResponseRedirect(reverse("admin:whatsapp_broadcast_results", args=[broadcast.pk]))
        return super().get(request, *args, broadcast=broadcast, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        broadcast: Broadcast = kwargs["broadcast"]
        looked, who = check(broadcast, clock.now()), self.request.GET.get("who", "all")
        rows = {"going": looked.going, "excluded": looked.excluded}.get(who, looked.rows)
        page = Paginator(rows, CARDS).get_page(self.request.GET.get("p", "1"))
        return super().get_context_data(
            **kwargs,
            check=looked,
            page=page,
            who=who,
            cards=[(row, _fields(row)) for row in page.object_list],
            templates=sorted(library.sendable(broadcast.account_id)),
            variables=_variables(broadcast, looked),
            cost=rates_said.money(looked.cost.amounts) or "—",
            without=rates_said.without(looked.cost.without),
            may_send=self.request.user.has_perm("whatsapp.change_broadcast"),
            now=timezone.localtime(clock.now()),
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        broadcast = find(kwargs["pk"])
        if not request.user.has_perm("whatsapp.change_broadcast"):
            raise PermissionDenied
        if broadcast.status != Broadcast.Status.DRAFT:
            messages.error(request, _("It is no draft any more."))
            return HttpResponseRedirect(reverse("admin:whatsapp_broadcast_results", args=[broadcast.pk]))
        _keep(broadcast, request.POST)
        act = request.POST.get("act", "")
        if act == "arm":
            return _arm(broadcast, request)
        if act == "preset":
            _preset(broadcast, request)
        elif act == "cancel":
            sending.stop(broadcast, request.user, clock.now())
            messages.success(request, _("The draft is thrown away; nothing was sent."))
            return HttpResponseRedirect(reverse("admin:whatsapp_broadcast_changelist"))
        return HttpResponseRedirect(request.get_full_path())


def _fields(row: Any) -> list[tuple[str, str, str]]:
    """(variable, what staff wrote for this person, what stands there otherwise)."""
    if row.filled is None:
        return []
    own = row.recipient.values
    return [(name, own.get(name, ""), value) for name, value in row.filled.values.items()]


def _variables(broadcast: Broadcast, looked: Any) -> list[tuple[str, str, int, int]]:
    """(variable, text for everybody, for how many it is known, of how many)."""
    names = looked.template.variables if looked.template else ()
    return [(name, broadcast.variables.get(name, ""), looked.known[name], len(looked.rows)) for name in names]


def _keep(broadcast: Broadcast, data: Any) -> None:
    """What the form says. Texts of another template go: its variables may mean something else."""
    template = data.get("template", broadcast.template_name)
    sendable = library.sendable(broadcast.account_id)
    if template != broadcast.template_name and (template in sendable or not template):
        broadcast.template_name, broadcast.variables = template, {}
        broadcast.recipients.exclude(values={}).update(values={})
    elif broadcast.template_name in sendable:
        names = sendable[broadcast.template_name].variables
        broadcast.variables = {name: data.get(f"var_{name}", "").strip()[:600] for name in names}
        _keep_own(broadcast, names, data)
    broadcast.name = data.get("name", "").strip()[:120] or broadcast.name
    broadcast.save(update_fields=["template_name", "variables", "name"])


def _keep_own(broadcast: Broadcast, names: Any, data: Any) -> None:
    shown = [int(pk) for pk in data.getlist("shown") if pk.isdigit()]
    changed = []
    for row in broadcast.recipients.filter(pk__in=shown):
        values = {name: text[:600] for name in names if (text := data.get(f"own_{row.pk}_{name}", "").strip())}
        if values != row.values:
            row.values = values
            changed.append(row)
    BroadcastRecipient.objects.bulk_update(changed, ["values"])


def _arm(broadcast: Broadcast, request: HttpRequest) -> HttpResponse:
    reason, moment = request.POST.get("reason", "").strip()[:500], request.POST.get("send_at", "")
    here = HttpResponseRedirect(request.get_full_path())
    if not reason:
        messages.error(request, _("Say why it is sent: whoever looks at it in a month must see it."))
        return here
    send_at = None
    if request.POST.get("when") == "later":
        parsed = parse_datetime(moment)
        if parsed is None:
            messages.error(request, _("Say when it goes out."))
            return here
        send_at = timezone.make_aware(parsed) if timezone.is_naive(parsed) else parsed
    expected = request.POST.get("expected", "")
    try:
        looked = sending.arm(
            broadcast,
            request.user,
            clock.now(),
            send_at=send_at,
            reason=reason,
            expected=int(expected) if expected.isdigit() else -1,
        )
    except sending.NotReady as error:
        messages.error(request, str(error))
        return here
    count = len(looked.going)
    log(request, broadcast, f"Confirmed: {count} messages of {broadcast.template_name}. {reason}")
    messages.success(request, ngettext("%(n)s message goes out.", "%(n)s messages go out.", count) % {"n": count})
    return HttpResponseRedirect(reverse("admin:whatsapp_broadcast_results", args=[broadcast.pk]))


def _preset(broadcast: Broadcast, request: HttpRequest) -> None:
    name = request.POST.get("preset_name", "").strip()[:120]
    if not (name and broadcast.template_name):
        messages.error(request, _("A preset needs a name and a template."))
        return
    choosing.keep_preset(broadcast, name, request.user, clock.now())
    messages.success(request, _("Kept. Start from it under “New bulk send”."))


class ResultsPage(UnfoldModelAdminViewMixin, TemplateView):
    permission_required = ("whatsapp.view_broadcast", "whatsapp.view_contact")
    raise_exception = True
    template_name = "whatsapp/broadcast/results.html"
    title = gettext_lazy("Bulk send")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, **shown(self.request, find(kwargs["pk"])))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        broadcast, act = find(kwargs["pk"]), request.POST.get("act", "")
        if not request.user.has_perm("whatsapp.change_broadcast"):
            raise PermissionDenied
        if act == "retry":
            count = sending.retry(broadcast, clock.now())
            if count:
                log(request, broadcast, f"Tried {count} again.")
            words = ngettext("%(n)s is tried again.", "%(n)s are tried again.", count) % {"n": count}
            messages.success(request, words) if count else messages.error(request, _("There is nothing to retry now."))
        elif act == "stop":
            taken = sending.stop(broadcast, request.user, clock.now())
            if taken is not None:
                log(request, broadcast, f"Stopped; {taken} queued messages taken back.")
            words = _("Stopped; %(n)s queued messages were taken back.") % {"n": taken}
            messages.error(request, _("It was over already.")) if taken is None else messages.success(request, words)
        elif act == "draft" and not sending.back_to_draft(broadcast):
            messages.error(request, _("It goes out already."))
        return HttpResponseRedirect(reverse("admin:whatsapp_broadcast_change", args=[broadcast.pk]))


def shown(request: HttpRequest, broadcast: Broadcast) -> dict[str, Any]:
    found = results(broadcast)
    state = request.GET.get("state", "")
    listed = [result for result in found if result.state == state] if state in STATES else found
    return {
        "broadcast": broadcast,
        "figures": figures(found),
        "states": [(key, str(label), sum(r.state == key for r in found)) for key, label in STATES.items()],
        "state": state,
        "page": Paginator(listed, LINES).get_page(request.GET.get("p", "1")),
        "retryable": sum(result.retryable for result in found),
        "running": broadcast.status in (Broadcast.Status.ARMED, Broadcast.Status.SENDING),
        "forecast": rates_said.expected(rates.Forecast(**broadcast.forecast)) if broadcast.forecast else "",
        "may_send": request.user.has_perm("whatsapp.change_broadcast"),
    }


def _may_look(request: HttpRequest) -> None:
    if not request.user.has_perms(DraftPage.permission_required):
        raise PermissionDenied


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures and lines as they stand, for the page's script."""
    _may_look(request)
    html = render_to_string("whatsapp/broadcast/figures.html", shown(request, find(pk)), request)
    return JsonResponse({"html": html})


def export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    _may_look(request)
    broadcast = find(pk)
    rows = table(results(broadcast))
    name = slugify(broadcast.name) or f"bulk-send-{broadcast.pk}"
    if kind == "csv":
        answer = HttpResponse(sheets.csv_bytes(rows), content_type="text/csv; charset=utf-8")
    elif kind == "xlsx":
        answer = HttpResponse(sheets.xlsx_bytes(rows, broadcast.name), content_type=XLSX)
    else:
        raise Http404("There is csv and xlsx.")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer
