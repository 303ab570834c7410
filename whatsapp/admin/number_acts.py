"""What connects a number: a code that proves whose it is, and the registration with its PIN. Neither is kept anywhere.

Each is asked in a dialog, written into the audit without the digits, and followed by a check, so that the page says at
once what Meta says.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bettermeals.lib import clock
from bettermeals.lib.admin import BaseDialogForm, UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget, action
from whatsapp import health
from whatsapp.accounts import cloud_api
from whatsapp.admin.dialogs import dialog, finish, log
from whatsapp.cloud_api import AnswerLost, CloudApi, CloudApiError
from whatsapp.models import PhoneNumber

SIX = RegexValidator(r"^\d{6}$", gettext_lazy("Six digits."))
#: Meta writes the SMS and speaks the call in these; others of its languages are not needed here.
LANGUAGES = (("en_US", "English"), ("hi_IN", "हिन्दी"))


def _digits(label: Any) -> forms.CharField:
    widget = UnfoldAdminPasswordWidget(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "6"})
    return forms.CharField(label=label, max_length=6, validators=[SIX], widget=widget)


class PinForm(BaseDialogForm):
    """The PIN goes to Meta and is forgotten."""

    pin = _digits(gettext_lazy("Two-step PIN"))
    again = _digits(gettext_lazy("The PIN again"))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("pin") != found.get("again"):
            self.add_error("again", _("The two PINs differ."))  # the theme's dialog shows only what belongs to a field
        return found


class AskForm(BaseDialogForm):
    method = forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=[("SMS", gettext_lazy("By SMS")), ("VOICE", gettext_lazy("By a call"))],
        widget=UnfoldAdminSelectWidget,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, widget=UnfoldAdminSelectWidget)


class CodeForm(BaseDialogForm):
    code = _digits(gettext_lazy("The code"))


class NumberActs:
    """For the page of a number."""

    @action(
        description="Register",
        permissions=["act"],
        icon="app_registration",
        dialog=dialog(
            "Register the number",
            "Meta sets this PIN if the number has none; otherwise it must be the one that is set. Keep it in a safe "
            "place: it is not stored here. Ten tries in three days.",
            PinForm,
            "Register",
        ),
    )
    def register(self, request: HttpRequest, form: PinForm, object_id: int) -> HttpResponse:
        pin = form.cleaned_data["pin"]
        return self._act(request, object_id, _("Registered with a PIN."), lambda api, number: api.register(number, pin))

    @action(
        description="Ask for a code",
        permissions=["act"],
        icon="sms",
        dialog=dialog(
            "Ask for a code", "Meta sends the number a code, which proves that it is yours.", AskForm, "Send the code"
        ),
    )
    def ask_code(self, request: HttpRequest, form: AskForm, object_id: int) -> HttpResponse:
        how = (form.cleaned_data["method"], form.cleaned_data["language"])
        return self._act(
            request, object_id, _("A code is on its way to the number."),
            lambda api, number: api.request_code(number, *how),
        )  # fmt: skip

    @action(
        description="Enter the code",
        permissions=["act"],
        icon="password",
        dialog=dialog("Enter the code", "As the SMS or the call said it.", CodeForm, "Verify"),
    )
    def enter_code(self, request: HttpRequest, form: CodeForm, object_id: int) -> HttpResponse:
        code = form.cleaned_data["code"]
        return self._act(request, object_id, _("The number is verified."), lambda api, n: api.verify_code(n, code))

    def _act(self, request: HttpRequest, object_id: int, done: str, act: Any) -> HttpResponse:
        number = PhoneNumber.objects.select_related("account").get(pk=object_id)
        words, ok = _ask_meta(cloud_api(number.account), number, act, done)
        log(request, number, words)
        health.check(number.account, clock.now())
        return finish(request, self, object_id, words, ok=ok)  # type: ignore[arg-type]


def _ask_meta(api: CloudApi, number: PhoneNumber, act: Any, done: str) -> tuple[str, bool]:
    try:
        act(api, number.phone_number_id)
    except AnswerLost:
        return _("Meta's answer was lost: look at the status below before you try again."), False
    except CloudApiError as error:
        return _("Meta refused: %(why)s") % {"why": error.sentence}, False
    return done, True
