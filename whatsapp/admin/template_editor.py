"""Writing a template: the words on the left, the phone and Meta's rules on the right, checked while typing."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from bettermeals.lib import clock
from bettermeals.lib.admin import UnfoldModelAdminViewMixin
from whatsapp import drafts
from whatsapp.accounts import default_account
from whatsapp.admin.dialogs import log
from whatsapp.declare import BODY_LIMIT, CATEGORIES, FOOTER_LIMIT, HEADER_LIMIT, PLACEHOLDER
from whatsapp.drawing import draw_text
from whatsapp.models import Account, MessageTemplate, TemplateDraft
from whatsapp.template_rules import STOPS, filled, findings, template_of

#: Languages that staff can choose; Meta knows seventy, these are the ones of our cities and guests.
LANGUAGES = {
    "en": "English", "hi": "हिन्दी", "bn": "বাংলা", "gu": "ગુજરાતી", "kn": "ಕನ್ನಡ", "ml": "മലയാളം", "mr": "मराठी",
    "pa": "ਪੰਜਾਬੀ", "ta": "தமிழ்", "te": "తెలుగు", "ur": "اردو", "ar": "العربية", "he": "עברית",
}  # fmt: skip
BUTTONS = 4


def find(pk: int) -> TemplateDraft:
    draft = TemplateDraft.objects.select_related("account", "created_by").filter(pk=pk).first()
    if draft is None:
        raise Http404("There is no such draft.")
    return draft


class EditorPage(UnfoldModelAdminViewMixin, TemplateView):
    permission_required = "whatsapp.view_templatedraft"
    raise_exception = True
    template_name = "whatsapp/template/editor.html"
    title = gettext_lazy("Write a template")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = find(self.kwargs["pk"])
        row = MessageTemplate.objects.filter(account=draft.account, name=draft.name, language=draft.language).first()
        others = TemplateDraft.objects.filter(account=draft.account, base=draft.base).exclude(pk=draft.pk)
        return super().get_context_data(
            **kwargs,
            **looked_at(draft),
            row=row,
            others=others.order_by("version", "language"),
            categories=CATEGORIES[:2],
            language=LANGUAGES.get(draft.language, draft.language),
            limits={"header": HEADER_LIMIT, "body": BODY_LIMIT, "footer": FOOTER_LIMIT},
            buttons=[draft.buttons[n] if n < len(draft.buttons) else {} for n in range(BUTTONS)],
            variables=variables(draft),
            may_write=self.request.user.has_perm("whatsapp.change_templatedraft") and draft.status == "draft",
            may_ask=self.request.user.has_perm("whatsapp.change_templatedraft") and draft.status == "submitting",
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        draft, act = find(self.kwargs["pk"]), request.POST.get("act", "")
        if not request.user.has_perm("whatsapp.change_templatedraft"):
            raise PermissionDenied
        try:
            if act == "ask":
                return _done(request, drafts.look_again(draft, request.user, clock.now()))
            if not drafts.save(draft, read(request.POST), clock.now()):
                messages.error(request, _("It was submitted already: make a new version."))
            elif act == "submit":
                return _done(request, drafts.submit(draft, request.user, clock.now()))
            else:
                messages.success(request, _("Kept."))
        except drafts.CannotSubmit as error:
            messages.error(request, _("Not submitted: %(why)s") % {"why": error})
        return HttpResponseRedirect(request.path)


def _done(request: HttpRequest, row: MessageTemplate) -> HttpResponse:
    words = _("Submitted. Meta's review takes minutes to a day; it appears here by itself.")
    messages.success(request, words)
    log(request, row, f"Submitted to Meta as {row.category.lower()}.")
    return HttpResponseRedirect(reverse("admin:whatsapp_messagetemplate_change", args=[row.pk]))


def read(data: Any) -> dict[str, Any]:
    """The form's words as a draft keeps them. The variables of the body are counted, their names and examples kept."""
    body = data.get("body", "").replace("\r\n", "\n").strip()
    count = max((int(number) for number in PLACEHOLDER.findall(body) if len(number) < 3), default=0)
    names = [_name(data.get(f"name_{n}", ""), n) for n in range(1, count + 1)]
    return {
        "category": data.get("category", "UTILITY"),
        "header": data.get("header", "").strip(),
        "body": body,
        "footer": data.get("footer", "").strip(),
        "buttons": [button for n in range(BUTTONS) if (button := _button(data, n))],
        "variables": names,
        "examples": [data.get(f"example_{n}", "").strip() for n in range(1, count + 1)],
    }


def _name(text: str, number: int) -> str:
    return re.sub(r"[^a-z0-9_]+", "_", text.strip().lower()).strip("_")[:40] or f"value_{number}"


def _button(data: Any, n: int) -> dict[str, str]:
    label, kind = data.get(f"label_{n}", "").strip(), data.get(f"type_{n}", "")
    if not label:
        return {}
    if kind != "URL":
        return {"type": "QUICK_REPLY", "text": label}
    url, example = data.get(f"url_{n}", "").strip(), data.get(f"rest_{n}", "").strip()
    return {"type": "URL", "text": label, "url": url, "example": example}


def variables(draft: TemplateDraft) -> list[tuple[int, str, str]]:
    """(number, name, example)."""
    examples = [*draft.examples, *[""] * len(draft.variables)]
    return [(n, name, examples[n - 1]) for n, name in enumerate(draft.variables, 1)]


def looked_at(draft: TemplateDraft) -> dict[str, Any]:
    text = template_of(draft).bodies[draft.language]
    found = findings(draft)
    return {
        "draft": draft,
        "drawn": draw_text(text, filled(draft), draft.language),
        "findings": found,
        "stopped": any(finding.weight == STOPS for finding in found),
    }


def check(request: HttpRequest, pk: int) -> HttpResponse:
    """What Meta would say to the words as typed, and the phone with them. Keeps nothing."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perm("whatsapp.view_templatedraft"):
        raise PermissionDenied
    draft = find(pk)
    for name, value in read(request.POST).items():
        setattr(draft, name, value)
    shown = looked_at(draft)
    return JsonResponse(
        {
            "phone": render_to_string("whatsapp/phone.html", shown, request),
            "rules": render_to_string("whatsapp/template/rules.html", shown, request),
            "variables": render_to_string("whatsapp/template/variables.html", {"variables": variables(draft)}, request),
            "count": len(draft.variables),
            "stopped": shown["stopped"],
        }
    )


def write(request: HttpRequest) -> HttpResponse:
    """Begin a template, a new version of one, or one in another language, by POST. Whoever comes by the address (a
    bookmark) is led to the list, where the form stands."""
    if not request.user.has_perm("whatsapp.add_templatedraft"):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:whatsapp_messagetemplate_changelist"))
    row = MessageTemplate.objects.select_related("account").filter(pk=_number(request.POST.get("of", ""))).first()
    language = request.POST.get("language", "")
    language = language if language in LANGUAGES else ""
    try:
        if row is not None:
            draft = drafts.new_version(row, request.user, clock.now(), language=language)
        else:
            category = request.POST.get("category", "")
            category = category if category in CATEGORIES[:2] else CATEGORIES[0]
            base = request.POST.get("name", "")
            draft = drafts.begin(_account(request), base, language or "en", category, request.user, clock.now())
    except ValueError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:whatsapp_messagetemplate_changelist"))
    return HttpResponseRedirect(reverse("admin:whatsapp_template_editor", args=[draft.pk]))


def _account(request: HttpRequest) -> Account:
    wanted = Account.objects.filter(pk=_number(request.POST.get("account", ""))).first()
    return wanted or default_account()


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
