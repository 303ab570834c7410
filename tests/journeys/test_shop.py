"""A shop on WhatsApp, HTTP in and the simulator's phones out: the list as a document, something is out of stock, and
the family buys it itself and has its money back through the provider."""

from __future__ import annotations

import requests

from households.billing import ledger, refunds
from households.billing.models import Charge, Refund
from mealplans.models import GroceryOrder, Shortage, Vendor
from tests.factories.households import NOW
from tests.factories.mealplans import Home
from tests.factories.whatsapp import make_contact
from tests.journeys.stage import TIMEOUT, Stage


def test_what_the_shop_does_not_have_the_family_buys_and_has_its_price_back(stage: Stage, home: Home) -> None:
    contact = make_contact(language="en")
    Vendor.objects.create(name="Annapurna", kind="shop", contact=contact)
    stage.people["Annapurna"] = str(contact.wa_id)
    stage.tell("phones", wa_id=contact.wa_id, name="Annapurna")
    stage.at(NOW)
    asha, ravi, shop = (stage.phone(name) for name in ("Asha", "Ravi", "Annapurna"))
    asha.taps("Approve")
    stage.pay(asha.address_of("Pay now"))

    order = shop.received()[-1]
    document = order["header"]["media"]
    assert order["body"].startswith("Hello Annapurna, an order for Sharma:")
    page = requests.get(document["url"].replace("http://testserver", stage.server), timeout=TIMEOUT)
    assert (page.headers["Content-Type"], page.content[:4]) == ("application/pdf", b"%PDF")

    assert shop.taps("Out of stock").startswith("What of the list for Sharma do you not have?")
    item = shop.rows()[0]["title"]
    price = GroceryOrder.objects.get().grocery_list.lines.get(ingredient__name_en=item).price_paise
    assert shop.picks(f"^{item}$").startswith(f"Noted: no {item}.")
    assert shop.picks("^That is all$").startswith("Thank you. Please bring the rest")
    assert f"the shop has no {item}" in asha.last()
    assert "Asha is asked what to do" in ravi.last()

    assert asha.taps("We will buy it").endswith("It is on its way back to you.")
    refunds.send_refunds(stage.now)
    stage.settle()
    charge = Charge.objects.get()
    assert (Refund.objects.get().status, Refund.objects.get().amount_paise) == ("processed", price)
    assert (ledger.prove(charge), ledger.balance(charge).received) == ([], charge.amount_paise)

    assert "Still to come on" in shop.taps("Delivered")
    while "noted as delivered" not in shop.taps("Delivered"):
        pass
    assert (Shortage.objects.get().status, GroceryOrder.objects.get().status) == ("refunded", "delivered")
