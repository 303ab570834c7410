"""Meta's prices: a new one is a new row with the day from which it holds; the older stay for the weeks they held."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bettermeals.lib import clock
from bettermeals.lib.admin import ModelAdmin, display
from bettermeals.lib.money import SYMBOLS
from whatsapp.models import MessageRate


@admin.register(MessageRate)
class MessageRateAdmin(ModelAdmin):
    when_empty = (
        "Enter Meta's rate card, a price for each country and category: until then a forecast says that "
        "no rate is known."
    )
    list_display = ["region", "category", "shown_price", "valid_from", "standing", "countries", "source"]
    list_filter = ["category", "currency"]
    search_fields = ["region", "countries", "source"]
    date_hierarchy = "valid_from"
    list_per_page = 50
    fields = ["region", "countries", "category", "currency", "price", "valid_from", "source"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MessageRate]:
        same = MessageRate.objects.filter(region=OuterRef("region"), category=OuterRef("category"))
        newer = same.filter(valid_from__gt=OuterRef("valid_from"), valid_from__lte=clock.now().date())
        return super().get_queryset(request).annotate(replaced=Exists(newer))

    @display(description="Price", ordering="price")
    def shown_price(self, row: MessageRate) -> str:
        whole, _point, rest = f"{row.price:f}".partition(".")
        return f"{SYMBOLS[row.currency]}{whole}.{rest.rstrip('0').ljust(2, '0')}"

    @display(description="Now", label={"holds": "success", "over": "info", "coming": "warning"})
    def standing(self, row: Any) -> tuple[str, Any]:
        if row.valid_from > clock.now().date():
            return "coming", _("not yet")
        return ("over", _("replaced")) if row.replaced else ("holds", _("holds"))
