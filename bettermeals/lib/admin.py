"""The admin theme behind one module: its names change between minor releases, so nobody else imports unfold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm, ChoiceField, Field, ModelChoiceField
from django.forms.utils import pretty_name
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext, gettext_lazy
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.admin import StackedInline
from unfold.admin import TabularInline as UnfoldTabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter, RelatedDropdownFilter
from unfold.decorators import action as _action
from unfold.decorators import display as _display
from unfold.forms import BaseDialogForm as UnfoldDialogForm
from unfold.sections import TableSection, TemplateSection
from unfold.views import UnfoldModelAdminViewMixin
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from bettermeals.lib import audit, list_export

__all__ = [
    "BaseDialogForm",
    "ChoicesDropdownFilter",
    "ListFilter",
    "ModelAdmin",
    "RangeDateTimeFilter",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "RelatedDropdownFilter",
    "StackedInline",
    "TableSection",
    "TabularInline",
    "TemplateSection",
    "UnfoldAdminCheckboxSelectMultipleWidget",
    "UnfoldAdminFileFieldWidget",
    "UnfoldAdminIntegerFieldWidget",
    "UnfoldAdminPasswordWidget",
    "UnfoldAdminSelectWidget",
    "UnfoldAdminSingleDateWidget",
    "UnfoldAdminTextInputWidget",
    "UnfoldAdminTextareaWidget",
    "UnfoldBooleanWidget",
    "UnfoldModelAdminViewMixin",
    "action",
    "display",
]


def action(function: Any = None, *, description: Any = None, **how: Any) -> Any:
    """The theme's, whose button is in the reader's language: written in English, translated when it is drawn."""
    return _action(function, description=gettext_lazy(description) if description else description, **how)


def display(function: Any = None, *, description: Any = None, **how: Any) -> Any:
    """The theme's, whose column is named in the reader's language."""
    return _display(function, description=gettext_lazy(description) if description else description, **how)


def _say(fields: Mapping[str, Field]) -> None:
    """Labels, helps and choices of a form's own fields, in the reader's language. Those of a model come said already
    (bettermeals/apps.py); what is said already stays."""
    for name, field in fields.items():
        field.label = gettext(str(field.label or pretty_name(name)))
        field.help_text = gettext(str(field.help_text)) if field.help_text else ""
        if isinstance(field, ChoiceField) and not isinstance(field, ModelChoiceField):
            choices: Any = field.choices
            field.choices = [(value, gettext(str(words)) if words else "") for value, words in choices]


def _say_in_cells(fields: Mapping[str, Field]) -> None:
    """As `_say`, and each names itself also for whoever does not see the column that it stands in."""
    _say(fields)
    for field in fields.values():
        widget: Any = getattr(field.widget, "widget", field.widget)  # a related field wraps its own
        widget.attrs.setdefault("aria-label", str(field.label))


def _said(form: type[BaseForm], say: Callable[[Mapping[str, Field]], None] = _say) -> Any:
    """The same form, whose fields are said for each reader: fields declared in a form are one for all requests."""

    class Said(form):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            say(self.fields)

    Said.__name__ = form.__name__
    return Said


class BaseDialogForm(UnfoldDialogForm):
    """The theme's; its fields are named in the reader's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields)


class ListFilter(admin.SimpleListFilter):
    """Django's; its title and choices are written in English and said in the reader's language."""

    #: What the list shows when nothing is asked for, where that is not everything.
    usual = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = gettext(str(self.title))

    def choices(self, changelist: Any) -> Iterator[Any]:
        for at, choice in enumerate(super().choices(changelist)):
            words = self.usual if self.usual and at == 0 else choice["display"]
            yield {**choice, "display": gettext(str(words))}


class ModelAdmin(UnfoldModelAdmin):
    """The theme's; every change is logged with what stood there before and what stands there now, and every list can
    be taken away as a sheet."""

    list_after_template = "admin/take_away.html"
    #: Beside looking at the rows; for lists of people that of everybody's sheet.
    export_takes = ""
    #: What an empty list says: how its rows come about.
    when_empty = ""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The parts of a form are headed in the reader's language."""
        return [(title and gettext(str(title)), parts) for title, parts in super().get_fieldsets(request, obj)]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return _said(super().get_form(request, obj, change, **kwargs))

    def has_export_permission(self, request: HttpRequest) -> bool:
        may_look = self.has_view_or_change_permission(request)
        return bool(may_look and request.user.has_perms(self.export_takes.split()))

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.model._meta.app_label}_{self.model._meta.model_name}_sheet"
        return [path("list.<slug:kind>", self.admin_site.admin_view(self.export_list), name=name), *super().get_urls()]

    def export_list(self, request: HttpRequest, kind: str) -> HttpResponse:
        if not self.has_export_permission(request):
            raise PermissionDenied
        if kind not in list_export.TYPES:
            raise Http404("There is csv and xlsx.")
        return list_export.answer(self, request, kind)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {"may_take_away": self.has_export_permission(request), **(extra_context or {})}
        return super().changelist_view(request, shown)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        message = super().construct_change_message(request, form, formsets, add)
        return audit.with_values(message, form, formsets or [])


class TabularInline(UnfoldTabularInline):
    """The theme's, said in the reader's language."""

    verbose_name_plural: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verbose_name_plural = gettext_lazy(str(self.verbose_name_plural))

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form = _said(formset.form, _say_in_cells)
        return formset


class _NoEdits:
    """History is never edited: what staff change goes through an action that calls the same use case as the phone."""

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False


class ReadOnlyAdmin(_NoEdits, ModelAdmin):
    pass


class ReadOnlyInline(_NoEdits, TabularInline):
    extra = 0
    show_change_link = True
