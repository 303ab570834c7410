"""A shop of one household, and what its keeper does with the telephone."""

from __future__ import annotations

from households.billing import ledger
from households.billing.models import Charge
from mealplans import lifecycle
from mealplans.models import (
    GroceryLine,
    ShopRequest,
    Vendor,
    WeekPlan,
)
from mealplans.outcomes import Actor
from tests.factories.households import NOW
from tests.factories.mealplans import Home
from tests.factories.whatsapp import make_contact
from tests.mealplans.people import pay, tap
from whatsapp.models import Contact, Message

#: What may be bought for what is lacking: peanuts are named first, and Kabir must not meet one.
STANDS_FOR = {"toor-dal": ("peanuts", "moong"), "rice": ("chicken",)}


class Shop:
    """The shopkeeper with a telephone, as `people` takes one."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor

    @property
    def contact(self) -> Contact:
        assert self.vendor.contact is not None
        return self.vendor.contact

    def messages(self) -> list[Message]:
        return list(Message.objects.filter(contact=self.contact, direction="out").order_by("id"))


def open_shop() -> Shop:
    return Shop(Vendor.objects.create(name="Annapurna", kind="shop", contact=make_contact(language="en")))


def ask_shop(plan: WeekPlan, home: Home) -> ShopRequest:
    """The week is approved and paid, so the shop has its list."""
    lifecycle.approve(plan.pk, Actor("Asha", "page", resident_id=home.asha.pk), NOW)
    pay(Charge.objects.get())
    return ShopRequest.objects.get()


def line_of(slug: str) -> GroceryLine:
    return GroceryLine.objects.get(ingredient__slug=slug, grocery_list__revision=1)


def lacks(shop: Shop, *slugs: str) -> list[str]:
    """Out of stock, each line picked from the list, that is all."""
    tap(shop, "shop_lacks")
    for slug in slugs:
        tap(shop, "shop_line", line=line_of(slug).pk)
    return tap(shop, "shop_all")


def status(request: ShopRequest) -> str:
    request.refresh_from_db()
    return str(request.status)


def books() -> tuple[int, int, int]:
    """(what the week costs, what stands as received, what a person must decide), and the ledger agrees."""
    charge = Charge.objects.get()
    assert ledger.prove(charge) == []
    stands = ledger.balance(charge)
    return charge.amount_paise, stands.received, stands.undecided
