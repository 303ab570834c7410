"""Actions that change something ask in a dialog: the theme runs plain actions on GET, without a CSRF check."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _lazy

from bettermeals.lib.admin import BaseDialogForm, UnfoldAdminTextareaWidget
from bettermeals.lib.pages import returning


class ReasonForm(BaseDialogForm):
    """Whoever reads the row in a month must see why."""

    reason = forms.CharField(max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


class ConfirmForm(BaseDialogForm):
    """Nothing to fill in: the dialog itself is the question."""


def dialog(
    title: str | Promise, description: str | Promise, form: type[BaseDialogForm], submit: str | Promise
) -> dict[str, Any]:
    """The words are written in English and said in the reader's language when the dialog is drawn."""
    said = {"title": title, "description": description, "form_submit_text": submit}
    words = {name: _lazy(text) if isinstance(text, str) else text for name, text in said.items()}
    return {**words, "form_class": form}


def page_of(admin: ModelAdmin[Any], object_id: Any = None) -> str:
    meta = admin.model._meta
    page, args = ("change", [object_id]) if object_id else ("changelist", [])
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def finish(
    request: HttpRequest, admin: ModelAdmin[Any], object_id: Any, text: str, *, ok: bool = True, url: str = ""
) -> HttpResponse:
    """Say what happened, close the dialog and go to the row, or back to where the dialog was opened (`?next=`).

    A redirect() would leave the dialog open with its message unseen.
    """
    messages.add_message(request, messages.SUCCESS if ok else messages.ERROR, gettext(text) if text else text)
    return HttpResponse(headers={"HX-Redirect": returning(request) or url or page_of(admin, object_id)})


def log(request: HttpRequest, row: Model, words: str) -> None:
    """A line in the back office's audit: who did what to which row."""
    LogEntry.objects.log_actions(str(request.user.pk), [row], CHANGE, change_message=words, single_object=True)


class ActsByPermission:
    """For read-only pages with actions: whoever may change the model may act on it."""

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        opts = self.model._meta  # type: ignore[attr-defined]
        return bool(request.user.has_perm(f"{opts.app_label}.change_{opts.model_name}"))
