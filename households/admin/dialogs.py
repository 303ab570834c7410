"""Dialogs in the admin: the theme runs a plain action on GET without a CSRF check, a dialog acts on POST only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _lazy

from bettermeals.lib.admin import BaseDialogForm, UnfoldAdminTextareaWidget
from bettermeals.lib.pages import returning


class ReasonForm(BaseDialogForm):
    """A reason, always: who reads the timeline in a month must see why."""

    reason = forms.CharField(max_length=200, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


def dialog(title: str, description: str, form: type[BaseDialogForm], submit: str) -> dict[str, Any]:
    """The words are written in English and said in the reader's language when the dialog is drawn."""
    words = {"title": _lazy(title), "description": _lazy(description), "form_submit_text": _lazy(submit)}
    return {**words, "form_class": form}


def finish(request: HttpRequest, admin: ModelAdmin[Any], object_id: Any, text: str, *, ok: bool = True) -> HttpResponse:
    """Say what happened, close the dialog and go to the row, or back to where the dialog was opened (`?next=`).

    A redirect() would leave the dialog open and its message unseen.
    """
    messages.add_message(request, messages.SUCCESS if ok else messages.ERROR, gettext(text) if text else text)
    meta = admin.model._meta
    page = "change" if object_id else "changelist"
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[object_id] if object_id else [])
    return HttpResponse(headers={"HX-Redirect": returning(request) or url})


def known(model: type[Model], object_id: Any) -> int:
    """The row's number, or 404: an address typed wrong is no error of ours."""
    if not str(object_id).isdecimal() or not model._default_manager.filter(pk=object_id).exists():
        raise Http404(f"There is no such {model._meta.verbose_name}.")
    return int(object_id)


class ActsByPermission:
    """For read-only admins with actions: whoever may change the model may act on it."""

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        opts = self.model._meta  # type: ignore[attr-defined]
        return request.user.has_perm(f"{opts.app_label}.change_{opts.model_name}")
