"""First page of a bulk send: whom it is for. A filter, and ticks for those who are meant."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from bettermeals.lib import clock
from bettermeals.lib.admin import UnfoldModelAdminViewMixin
from bettermeals.lib.languages import PERSON_LANGUAGES
from whatsapp import conversations, people
from whatsapp.accounts import default_account
from whatsapp.broadcasts import choosing
from whatsapp.broadcasts.choosing import Choice
from whatsapp.models import Account, BroadcastPreset

#: People drawn with a tick of their own; of more, all or none are taken.
SHOWN = 100


class ChoosePage(UnfoldModelAdminViewMixin, TemplateView):
    permission_required = ("whatsapp.add_broadcast", "whatsapp.view_contact")
    raise_exception = True
    template_name = "whatsapp/broadcast/choose.html"
    title = gettext_lazy("New bulk send")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        choice, account = read_choice(self.request.GET), find_account(self.request.GET)
        rows = choosing.chosen(choice, account)
        count = 0 if choice.empty else rows.count()
        return super().get_context_data(
            **kwargs,
            choice=choice,
            account=account,
            accounts=Account.objects.order_by("-is_default", "name"),
            groups=people.groups(),
            languages=PERSON_LANGUAGES.items(),
            presets=BroadcastPreset.objects.all(),
            preset=self.request.GET.get("preset", ""),
            lines=[] if choice.empty else conversations.introduced(rows, SHOWN),
            count=count,
            shown=min(count, SHOWN),
            now=clock.now(),
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        choice, account = read_choice(request.POST), find_account(request.POST)
        picked = {int(pk) for pk in request.POST.getlist("pick") if pk.isdigit()}
        if request.POST.get("everybody"):
            picked = set() if choice.empty else set(choosing.chosen(choice, account).values_list("pk", flat=True))
        name = request.POST.get("name", "").strip() or choosing.default_name(clock.now())
        try:
            made = choosing.make(picked, account, request.user, clock.now(), name=name[:120], choice=choice)
        except ValueError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(f"{request.path}?{request.GET.urlencode()}")
        preset = BroadcastPreset.objects.filter(pk=_number(request.POST.get("preset", ""))).first()
        if preset is not None:
            made.template_name, made.variables = preset.template_name, preset.variables
            made.save(update_fields=["template_name", "variables"])
        return HttpResponseRedirect(reverse("admin:whatsapp_broadcast_draft", args=[made.pk]))


def read_choice(data: Any) -> Choice:
    preset = BroadcastPreset.objects.filter(pk=_number(data.get("preset", ""))).first()
    group, language = data.get("group", ""), data.get("language", "")
    if preset is not None and "group" not in data:
        group, language = preset.group, preset.language
    known = {g.key for g in people.groups()}
    return Choice(
        group if group in known else "", language if language in PERSON_LANGUAGES else "", data.get("q", "").strip()
    )


def find_account(data: Any) -> Account:
    wanted = Account.objects.filter(pk=_number(data.get("account", ""))).first()
    return wanted or default_account()


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
