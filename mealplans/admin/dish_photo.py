"""The photo on a dish's page: shown, put in its place, replaced, removed. Who may change the dish may do so."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as now_said
from django.utils.translation import gettext_lazy as _

from bettermeals.lib.admin import UnfoldAdminFileFieldWidget, UnfoldBooleanWidget, display
from mealplans import photos
from mealplans.models import Dish

KINDS = "image/jpeg,image/png,image/webp"
SHOWN = '<a href="{}"><img class="bm-photo" src="{}" alt="{}" width="160" height="120"></a>'
LISTED = '<img class="bm-thumb" src="{}" alt="" width="40" height="30" loading="lazy"><span class="bm-hidden">{}</span>'


class PhotoForm(forms.ModelForm):
    new_photo = forms.FileField(
        label=_("New photo"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": KINDS}),
        help_text=_("JPEG, PNG or WebP, at most 5 MB. It is kept at 1280 pixels, without where it was taken."),
    )
    remove_photo = forms.BooleanField(label=_("Remove the photo"), required=False, widget=UnfoldBooleanWidget())

    def clean_new_photo(self) -> photos.Photo | None:
        file = self.cleaned_data["new_photo"]
        try:
            return photos.prepared(file) if file else None
        except photos.Unacceptable as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class Photographed:
    """The part of the dishes' admin that keeps row and files together."""

    @display(description=_("Photo"))
    def photo_shown(self, dish: Dish) -> str:
        if not dish.photo:
            return "—"
        words = now_said("Photo of %(dish)s") % {"dish": dish}
        return format_html(SHOWN, photos.address(dish.photo), photos.address(dish.photo, small=True), words)

    @display(description=_("Photo"))
    def picture(self, dish: Dish) -> str:
        """In the list; its sheet says only whether there is one."""
        return format_html(LISTED, photos.address(dish.photo, small=True), now_said("yes")) if dish.photo else "—"

    def photo_fields(self, request: HttpRequest, dish: Dish | None) -> list[str]:
        if not self.has_change_permission(request, dish):  # type: ignore[attr-defined]
            return ["photo_shown"]
        return ["photo_shown", "new_photo", *(["remove_photo"] if dish and dish.photo else [])]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """All of it or nothing: when the change is rolled back, the file that it stored goes with it."""
        try:
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]
        except photos.NotStored:
            text = _("The photo could not be stored and nothing was saved. Try again, or tell whoever runs the server.")
            messages.error(request, text)
            return HttpResponseRedirect(request.get_full_path())
        except Exception:
            photos.discard_unused(getattr(request, "photo_stored", ""))
            raise

    def save_model(self, request: HttpRequest, obj: Dish, form: Any, change: bool) -> None:
        before = photos.locked_name(obj.pk) if change else ""
        obj.photo, new = before, form.cleaned_data.get("new_photo")
        if new:
            obj.photo = request.photo_stored = photos.store(new)  # type: ignore[attr-defined]
        elif form.cleaned_data.get("remove_photo"):
            obj.photo = ""
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        if before != obj.photo:
            photos.forget(before)

    def delete_model(self, request: HttpRequest, obj: Dish) -> None:
        photos.forget(obj.photo)
        super().delete_model(request, obj)  # type: ignore[misc]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Dish]) -> None:
        photos.forget(*queryset.values_list("photo", flat=True))
        super().delete_queryset(request, queryset)  # type: ignore[misc]
