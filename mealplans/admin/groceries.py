"""Lists, orders and those who deliver them."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bettermeals.lib import clock
from bettermeals.lib.admin import ModelAdmin, ReadOnlyAdmin, display
from bettermeals.lib.money import format_money
from households.admin.dialogs import ActsByPermission, known
from households.admin.plain import PlainInline
from mealplans import picking
from mealplans.admin.board import reads
from mealplans.admin.order_acts import OrderActs, coming_words, lacking_words, shop_words
from mealplans.models import Dish, GroceryLine, GroceryList, GroceryOrder, OrderStatus, Vendor
from mealplans.page_bill import amount_text, for_meal
from mealplans.printing import documents

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = {"pdf": ("application/pdf", documents.as_pdf), "xlsx": (XLSX, documents.as_xlsx)}


class LineInline(PlainInline):
    model = GroceryLine
    fields = ["aisle", "ingredient", "needed", "at_home", "packs_in_words", "price", "for_meals"]
    readonly_fields = fields
    can_delete = False
    extra = 0

    def get_queryset(self, request: HttpRequest):  # type: ignore[no-untyped-def]
        return super().get_queryset(request).select_related("ingredient", "grocery_list__plan__household")

    @display(description="Needed")
    def needed(self, line: GroceryLine) -> str:
        return amount_text(line.need, line.ingredient.base_unit, "en")

    @display(description="At home")
    def at_home(self, line: GroceryLine) -> str:
        return amount_text(line.from_pantry, line.ingredient.base_unit, "en") if line.from_pantry else "—"

    @display(description="Packs")
    def packs_in_words(self, line: GroceryLine) -> str:
        unit = line.ingredient.base_unit
        return " + ".join(f"{pack['count']} × {pack['size']} {unit}" for pack in line.packs) or "—"

    @display(description="Price")
    def price(self, line: GroceryLine) -> str:
        return format_money(line.price_paise)

    @display(description="For")
    def for_meals(self, line: GroceryLine) -> str:
        """Each meal with how many it is cooked for, and how many of them are guests."""
        unit = line.ingredient.base_unit
        said = ((for_meal(origin, unit, self._dishes, reads()),) for origin in line.provenance)
        return format_html_join("", "<div>{}</div>", said) or "—"

    @cached_property
    def _dishes(self) -> dict[str, Dish]:
        """Once for a page: an inline is made for each request."""
        return {dish.slug: dish for dish in Dish.objects.only("slug", "name_en", "name_hi")}


@admin.register(GroceryList)
class GroceryListAdmin(ReadOnlyAdmin):
    when_empty = "A list is made with each proposed week."
    list_display = ["plan", "revision", "total", "created_at", "placed_at"]
    list_select_related = ["plan__household"]
    search_fields = ["plan__household__name"]
    list_per_page = 50
    fields = ["plan", "revision", "total", "created_at", "placed_at"]
    readonly_fields = fields
    inlines = [LineInline]

    @display(description="Total", ordering="total_paise")
    def total(self, row: GroceryList) -> str:
        return format_money(row.total_paise)


@admin.register(GroceryOrder)
class GroceryOrderAdmin(OrderActs, ActsByPermission, ReadOnlyAdmin):
    when_empty = "An order is placed once a week is paid for."
    list_display = ["plan", "vendor", "status", "placed_at", "delivered_at"]
    list_filter = ["status", "vendor"]
    list_select_related = ["plan__household", "vendor", "grocery_list__plan__household"]
    search_fields = ["plan__household__name"]
    list_per_page = 50
    fields = ["plan", "vendor", "standing", "coming", "shop", "lacking", "files"]
    fields += ["grocery_list", "placed_at", "delivered_at"]
    readonly_fields = fields
    actions = ["pick_list_pdf", "pick_list_xlsx"]
    actions_detail = ["delivered", "shop_accepts", "out_of_stock", "left_out"]

    @admin.display(description=_("The shop"))
    def shop(self, order: GroceryOrder) -> str:
        return shop_words(order)

    @admin.display(description=_("What comes when"))
    def coming(self, order: GroceryOrder) -> str:
        return coming_words(order)

    @admin.display(description=_("Status"))
    def standing(self, order: GroceryOrder) -> str:
        return gettext(order.get_status_display())

    @admin.display(description=_("Not in stock"))
    def lacking(self, order: GroceryOrder) -> str:
        return lacking_words(order)

    @admin.display(description=_("Pick list"))
    def files(self, order: GroceryOrder) -> str:
        if order.status != OrderStatus.PLACED:
            return "—"
        addresses = ((reverse("admin:mealplans_groceryorder_picklist", args=[order.pk, kind]), kind) for kind in FILES)
        links = ((address, kind.upper()) for address, kind in addresses)
        return format_html_join(" · ", '<a class="underline" href="{}">{}</a>', links)

    def get_urls(self) -> list[URLPattern]:
        file = self.admin_site.admin_view(self.file)
        own = path("<int:pk>/picklist.<str:kind>", file, name="mealplans_groceryorder_picklist")
        return [own, *super().get_urls()]

    def file(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        orders = self.get_queryset(request).filter(pk=known(GroceryOrder, pk))
        return self._pick_list(request, orders, kind)

    @admin.action(description="Pick list as PDF")
    def pick_list_pdf(self, request: HttpRequest, queryset: QuerySet[GroceryOrder]) -> HttpResponse:
        return self._pick_list(request, queryset, "pdf")

    @admin.action(description="Pick list as XLSX")
    def pick_list_xlsx(self, request: HttpRequest, queryset: QuerySet[GroceryOrder]) -> HttpResponse:
        return self._pick_list(request, queryset, "xlsx")

    def _pick_list(self, request: HttpRequest, orders: QuerySet[GroceryOrder], kind: str) -> HttpResponse:
        if kind not in FILES:
            raise Http404("A pick list is a PDF or an XLSX.")
        try:
            listed = picking.pick_list(orders.select_related("vendor"), clock.now())
        except picking.NothingToPick as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(reverse("admin:mealplans_groceryorder_changelist"))
        content_type, write = FILES[kind]
        response = HttpResponse(write(listed), content_type=content_type)
        name = f"pick-list-{timezone.localtime(listed.made_at):%Y-%m-%d-%H%M}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


@admin.register(Vendor)
class VendorAdmin(ModelAdmin):
    when_empty = "Enter a shop: with its WhatsApp number it is asked by itself."
    list_display = ["name", "kind", "city", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["name", "city"]
    autocomplete_fields = ["contact"]
