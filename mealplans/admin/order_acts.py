"""What staff may do with an order by hand, and what its page says of the shop and of what is lacking."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from bettermeals.lib import clock
from bettermeals.lib.admin import UnfoldAdminCheckboxSelectMultipleWidget, action
from bettermeals.lib.formats import day_and_date
from bettermeals.lib.money import format_money
from households.admin.dialogs import ReasonForm, dialog, finish, known
from households.admin.inlines import with_actor
from mealplans import arriving, shop_by_hand, timetable
from mealplans.models import Delivery, GroceryOrder, ShopRequest, Shortage


class _ChosenForm(ReasonForm):
    """Boxes to tick, and a reason. `none`: what is said when there is nothing to choose from."""

    none: Any = ""
    chosen = forms.TypedMultipleChoiceField(
        coerce=int,
        label="Which",
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        error_messages={"required": "Tick one."},
    )
    field_order = ["chosen", "reason"]

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        rows = GroceryOrder.objects.select_related("plan__household")
        order = rows.filter(pk=object_id).first() if str(object_id).isdecimal() else None
        self.fields["chosen"].choices = self.options(order) if order else []
        if not self.fields["chosen"].choices:
            self.fields["chosen"].help_text = self.none

    def options(self, order: GroceryOrder) -> list[tuple[int, str]]:
        raise NotImplementedError


class DeliveredForm(_ChosenForm):
    """What comes up to today is ticked; what comes later is said when it has come. Nothing left: the order is over."""

    none = lazily("Nothing of this order is still to come.")

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.fields["chosen"].required = bool(self.fields["chosen"].choices)

    def options(self, order: GroceryOrder) -> list[tuple[int, str]]:
        parts = arriving.coming(order.plan)
        today = timetable.local_day(order.plan.household, clock.now())
        self.fields["chosen"].initial = [part.pk for part in arriving.due(parts, today)]
        return [(part.pk, part_words(part)) for part in parts]


class LackingForm(_ChosenForm):
    none = lazily("Nothing of this order is still to come.")

    def options(self, order: GroceryOrder) -> list[tuple[int, str]]:
        return [(line.pk, line.ingredient.name_en) for line in shop_by_hand.lines_of(order)]


class LeftOutForm(_ChosenForm):
    none = lazily("Nothing waits for the household's decision.")

    def options(self, order: GroceryOrder) -> list[tuple[int, str]]:
        return [(row.pk, row.line.ingredient.name_en) for row in shop_by_hand.undecided(order)]


class OrderActs:
    """The actions of the order's page; `with_reason` as everywhere."""

    @action(
        description="Delivered",
        permissions=["act"],
        icon="local_shipping",
        dialog=dialog(
            "The groceries are in the kitchen", "Tick what has come. Who told us?", DeliveredForm, "Delivered"
        ),
    )
    def delivered(self, request: HttpRequest, form: DeliveredForm, object_id: int) -> HttpResponse:
        by, said, order = with_actor(request), form.cleaned_data, _order(object_id)
        won = shop_by_hand.delivered(order, said["chosen"], request.user, by, said["reason"], clock.now())
        text = "Delivered." if won else "It was delivered or cancelled before."
        return _finish(request, self, object_id, text, ok=won)

    @action(
        description="Shop accepts",
        permissions=["act"],
        icon="storefront",
        dialog=dialog("The shop brings it", "Who said so, and when do they come?", ReasonForm, "It brings it"),
    )
    def shop_accepts(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        won = shop_by_hand.accepted(_order(object_id), with_actor(request), form.cleaned_data["reason"], clock.now())
        text = "Noted: the shop brings it." if won else "No shop was asked, or it had said so before."
        return _finish(request, self, object_id, text, ok=won)

    @action(
        description="Out of stock",
        permissions=["act"],
        icon="production_quantity_limits",
        dialog=dialog(
            "Not in stock",
            "Something safe is bought instead; where there is none, the household is asked. Everybody is told.",
            LackingForm,
            "Not in stock",
        ),
    )
    def out_of_stock(self, request: HttpRequest, form: LackingForm, object_id: int) -> HttpResponse:
        said, by = form.cleaned_data, with_actor(request)
        count = shop_by_hand.out_of_stock(_order(object_id), said["chosen"], by, said["reason"], clock.now())
        text = "Settled; see below what became of it." if count else "Somebody else was first; see below."
        return _finish(request, self, object_id, text, ok=bool(count))

    @action(
        description="They buy it",
        permissions=["act"],
        icon="money_off",
        dialog=dialog(
            "The household buys it itself",
            "Its price comes off the bill, and what was paid goes back as the household wishes. Who said so?",
            LeftOutForm,
            "Off the bill",
        ),
    )
    def left_out(self, request: HttpRequest, form: LeftOutForm, object_id: int) -> HttpResponse:
        said, by = form.cleaned_data, with_actor(request)
        count = shop_by_hand.left_out(_order(object_id), said["chosen"], by, said["reason"], clock.now())
        text = "Off the bill." if count else "Somebody else was first; see below."
        return _finish(request, self, object_id, text, ok=bool(count))


def _order(object_id: Any) -> GroceryOrder:
    return GroceryOrder.objects.select_related("plan__household", "vendor").get(pk=known(GroceryOrder, object_id))


def _finish(request: HttpRequest, admin: Any, object_id: Any, text: str, *, ok: bool) -> HttpResponse:
    return finish(request, admin, object_id, text, ok=ok)


def shop_words(order: GroceryOrder) -> str:
    """How each of the order's lists stands with the shop."""
    rows = ShopRequest.objects.filter(grocery_list__plan=order.plan_id).select_related("vendor", "grocery_list")
    said = (
        (_("List %(number)s") % {"number": row.grocery_list.revision}, row.vendor, _(row.get_status_display()))
        for row in rows.order_by("pk")
    )
    none = _("No shop was asked: our own desk buys.")
    return format_html_join("", '<div class="py-1">{}: {} — {}</div>', said) or none


def coming_words(order: GroceryOrder) -> str:
    """Each delivery of the order: what comes with it, and that it came."""
    rows = Delivery.objects.filter(grocery_list__plan=order.plan_id).select_related("grocery_list__plan__household")
    parts = [part for part in rows.order_by("day", "pk") if part.arrived_at or arriving.contents(part)]
    said = ((part_words(part), _came(part)) for part in parts)
    return format_html_join("", '<div class="py-1">{} — {}</div>', said) or "—"


def part_words(part: Delivery) -> str:
    """ "Thu 26 Nov, list 1: Paneer, Spinach"."""
    language = "hi" if (get_language() or "").startswith("hi") else "en"
    values = {"day": day_and_date(part.day, language), "number": part.grocery_list.revision}
    return _("%(day)s, list %(number)s") % values + f": {arriving.named(part, language) or '—'}"


def _came(part: Delivery) -> str:
    if part.arrived_at is None:
        return _("to come")
    when = timezone.localtime(part.arrived_at)
    return _("came %(day)s, says %(who)s") % {"day": date_format(when, "D j M, H:i"), "who": part.said_by}


def lacking_words(order: GroceryOrder) -> str:
    """Each line that is lacking, what became of it, and who said so."""
    rows = Shortage.objects.filter(line__grocery_list__plan=order.plan_id)
    rows = rows.select_related("line__ingredient", "instead", "line__grocery_list__plan__household").order_by("pk")
    said = ((row.line.ingredient.name(get_language() or ""), _became(row)) for row in rows)
    return format_html_join("", '<div class="py-1"><b>{}</b>: {}</div>', said) or "—"


def _became(row: Shortage) -> str:
    parts = [_(row.get_status_display())]
    if row.instead:
        parts.append(_("%(thing)s for it") % {"thing": row.instead.name(get_language() or "")})
    if row.given_back_paise:
        currency = row.line.grocery_list.plan.household.currency
        parts.append(_("%(money)s off the bill") % {"money": format_money(row.given_back_paise, currency)})
    parts.append(_("said by %(who)s") % {"who": row.said_by})
    if row.decided_by:
        parts.append(_("decided by %(who)s") % {"who": row.decided_by})
    return "; ".join(parts)
