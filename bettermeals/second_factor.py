"""The second step of signing in: a code from the phone, or one of ten codes kept on paper.

The theme's login page draws user name and password only, so this is a page of its own between it and the back office.
Tries are throttled by the device itself: each wrong one doubles the wait.
"""

from __future__ import annotations

import base64
import secrets
from typing import Any

import segno
from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django_otp import login as otp_login
from django_otp import match_token
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.widgets import UnfoldAdminTextInputWidget

PAPER_CODES = 10
WRONG = _("That code is not right, or too many were tried. Wait a little and try the next one.")


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=16,
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "dir": "ltr"}
        ),
    )

    def clean_code(self) -> str:
        """Phones show "123 456"."""
        return str(self.cleaned_data["code"]).replace(" ", "")


def needed(user: Any) -> bool:
    """Signed in with the password, and not yet with the second step."""
    return user.is_authenticated and not user.is_verified()


@never_cache
def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Ask for a code; the first time, show what the phone's app must scan. `context` is the admin site's."""
    user = request.user
    if not (isinstance(user, User) and user.is_active and user.is_staff):
        return HttpResponseRedirect(reverse("admin:login"))
    device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    fresh = None if device else _new_device(user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if found := _match(user, fresh, form.cleaned_data["code"]):
            return _let_in(request, found, context, first_time=fresh is not None)
        form.add_error("code", WRONG)
    drawn = segno.make(fresh.config_url).svg_data_uri(scale=4, border=2) if fresh else ""
    contents = {**context, "title": _("Second step"), "form": form, "qr": drawn, "secret": _typed(fresh)}
    return TemplateResponse(request, "admin/second_factor.html", contents)


def _new_device(user: User) -> TOTPDevice:
    """The same one until it is confirmed: a page loaded again must not make the scanned picture worthless."""
    device, _made = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "phone"})
    return device


def _match(user: User, fresh: TOTPDevice | None, code: str) -> Any:
    if fresh is None:
        return match_token(user, code)
    return fresh if fresh.verify_is_allowed()[0] and fresh.verify_token(code) else None


def _let_in(request: HttpRequest, device: Any, context: dict[str, Any], *, first_time: bool) -> HttpResponse:
    if first_time:
        device.confirmed = True
        device.save()
    otp_login(request, device)
    onward = _onward(request)
    if not first_time:
        return HttpResponseRedirect(onward)
    codes = paper_codes(request.user)
    contents = {**context, "title": _("Ten codes for paper"), "codes": codes, "onward": onward}
    return TemplateResponse(request, "admin/paper_codes.html", contents)


def paper_codes(user: Any) -> list[str]:
    """Ten new codes, each good once; the older ones are void. Shown once, never stored anywhere else."""
    device, _made = StaticDevice.objects.get_or_create(user=user, name="paper", defaults={"confirmed": True})
    device.token_set.all().delete()
    codes = [f"{secrets.randbelow(10**8):08d}" for _number in range(PAPER_CODES)]
    for code in codes:
        device.token_set.create(token=code)
    return codes


def forget(user: User) -> int:
    """The phone is lost: the next sign-in sets a new one up. Returns how many devices were known."""
    rows = [TOTPDevice.objects.filter(user=user), StaticDevice.objects.filter(user=user)]
    return sum(found.delete()[0] for found in rows)


def _typed(device: TOTPDevice | None) -> str:
    """The secret as an app without a camera takes it, in groups of four."""
    if device is None:
        return ""
    plain = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def _onward(request: HttpRequest) -> str:
    """Where they wanted to go; never another site."""
    wanted = request.GET.get("next") or reverse("admin:index")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("admin:index")


def address(request: HttpRequest) -> str:
    return f"{reverse('admin:second-factor')}?{urlencode({'next': request.GET.get('next') or request.path})}"
