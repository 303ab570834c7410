"""The back office. Its index is "Needs attention"; Django's and beat's own tables get the theme here too."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from bettermeals.lib import clock


class BetterMealsAdminSite(UnfoldAdminSite):
    site_title = "BetterMeals"
    site_header = "BetterMeals"
    index_title = _("Needs attention")
    index_template = "admin/needs_attention.html"

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff, and outside a demonstration past the second step."""
        from bettermeals import second_factor

        allowed = super().has_permission(request)
        return allowed and not (settings.STAFF_SECOND_FACTOR and second_factor.needed(request.user))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Who has given the password goes on to the second step instead of being asked for it again."""
        from bettermeals import second_factor

        if super().has_permission(request) and not self.has_permission(request):
            return HttpResponseRedirect(second_factor.address(request))
        return super().login(request, extra_context)

    def second_step(self, request: HttpRequest) -> HttpResponse:
        from bettermeals import second_factor

        return second_factor.page(request, self.each_context(request))

    def analytics(self, request: HttpRequest) -> HttpResponse:
        from bettermeals.analytics import page

        return page.page(request, self.each_context(request))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        # Models are not there yet when the site is made.
        from bettermeals import home

        return super().index(request, {**home.contents(request, clock.now()), **(extra_context or {})})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from bettermeals import demo_clock, home, marks, navigation
        from bettermeals.analytics import page

        return [
            path("second-step/", self.second_step, name="second-factor"),
            path("demo-clock/", self.admin_view(demo_clock.push), name="demo-clock"),
            path("analytics/", self.admin_view(self.analytics), name="analytics"),
            path("analytics/<slug:key>.<slug:kind>", self.admin_view(page.export), name="analytics-export"),
            path("queue/", self.admin_view(home.queue), name="attention-queue"),
            path("queue/counts/", self.admin_view(navigation.counts), name="attention-counts"),
            path("queue/mark/", self.admin_view(marks.mark), name="attention-mark"),
            *super().get_urls(),
        ]


def environment_badge(request: HttpRequest) -> list[str] | None:
    """Staff must never mistake a trial for the real thing."""
    if settings.DEMO:
        return [gettext("Demo"), "info"]
    if settings.WHATSAPP_MODE == "test":
        return [gettext("Test mode"), "warning"]
    return None
