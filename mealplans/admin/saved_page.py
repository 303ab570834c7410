"""A recipe from a page that somebody saved becomes the draft of a dish, which a person then completes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from bettermeals.lib.admin import UnfoldModelAdminViewMixin
from mealplans.saved_recipe.drafting import draft
from mealplans.saved_recipe.reading import MOST_BYTES, NoRecipe, read


class SavedPage(UnfoldModelAdminViewMixin, TemplateView):
    permission_required = ("mealplans.add_dish", "mealplans.change_dish")
    template_name = "admin/mealplans/saved_page.html"
    title = _("Recipe from a page")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        file = request.FILES.get("file")
        try:
            # One byte more than allowed is read, so that too large a file is told as such and not read whole.
            recipe = read(file.read(MOST_BYTES + 1)) if file else None
        except NoRecipe as problem:
            messages.error(request, said_now(str(problem)))
            return HttpResponseRedirect(request.path)
        if recipe is None:
            messages.error(request, said_now("Choose the page's file first."))
            return HttpResponseRedirect(request.path)
        dish = draft(recipe)
        self.model_admin.log_addition(request, dish, [{"added": {}}])
        messages.success(request, said_now("A draft. It is planned once nothing is missing and “active” is ticked."))
        return HttpResponseRedirect(reverse("admin:mealplans_dish_change", args=[dish.pk]))
