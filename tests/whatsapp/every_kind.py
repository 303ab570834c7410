"""Content of every kind, with everything that it can carry: whoever adds a kind adds it here (test_contract.py)."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.whatsapp import doors
from tests.whatsapp.template_kinds import TEMPLATES
from whatsapp import outgoing
from whatsapp.declare import UTILITY, DeclaredTemplate, ExampleFile, TemplateText
from whatsapp.outgoing.content import Content
from whatsapp.outgoing.files import Audio, Document, Image, Sticker, Video
from whatsapp.outgoing.interactive import Buttons, CtaUrl, Flow, ListMessage, LocationRequest, Row, Section
from whatsapp.outgoing.orders import OrderDetails, OrderItem, OrderStatus, Seller
from whatsapp.outgoing.plain import Card, Contacts, Location, Reaction, Text
from whatsapp.outgoing.template import TemplateMessage

LINK = "https://example.com/f/list.pdf?v=2"
_TEN = tuple(Section(tuple(Row(f"r{s}{n}", f"पंक्ति {n}", "with rice") for n in range(5)), f"Day {s}") for s in "ab")
_VALUES = {"name": "Asha", "week": "23–29 Nov"}

_ORDER: dict[str, Any] = {
    "reference": "BM-12-r2-K3QJ7MBA",
    "items": (OrderItem("Groceries 23–29 Nov", 91500),),
    "url": LINK,
}
_SELLER = Seller("BetterMeals", "12 Hill Road, Mumbai", "India", "IN")
_TILL = datetime(2026, 11, 22, 14, tzinfo=UTC)

WITH_FILE = DeclaredTemplate(
    name="the_list",
    category=UTILITY,
    variables=("week",),
    bodies={
        "en": TemplateText("Here is the list for {{1}}, as it was ordered.", file=ExampleFile("a.pdf", Path("a.pdf")))
    },
    examples={"en": ["23–29 Nov"]},
)

CONTENTS: dict[str, Content] = {
    "text": Text("Good morning 🌞"),
    "text with preview": Text("See https://example.com", preview=True),
    "image by id": Image(media_id="1130"),
    "image by link": Image(link=LINK, caption="Tonight"),
    "video by id": Video(media_id="1131", caption="How to fold"),
    "video by link": Video(link=LINK),
    "document by id": Document(media_id="1132", caption="The list", filename="list.pdf"),
    "document by link": Document(link=LINK, filename="list.pdf"),
    "audio": Audio(link=LINK),
    "voice note": Audio(media_id="1133", voice=True),
    "sticker by id": Sticker(media_id="1134"),
    "sticker by link": Sticker(link=LINK),
    "location": Location(19.0760, 72.8777, "Home", "Bandra West"),
    "bare location": Location(-19, 72),
    "contact cards": Contacts([Card("Sunita Devi", "Sunita", "+919810000002", "BetterMeals")] * 6),
    "bare contact card": Contacts([Card("Sunita", "Sunita")]),
    "reaction": Reaction("wamid.HBgM", "👍"),
    "reaction taken back": Reaction("wamid.HBgM", ""),
    "one button": Buttons("Swap?", buttons=[("swap:1", "Yes")]),
    "three buttons": Buttons("Swap?", "Tuesday", "BetterMeals", [("a", "A"), ("b", "B"), ("c", "C")]),
    "buttons under a document": Buttons("All there?", buttons=[("y", "Yes")], document=Document(link=LINK)),
    "short list": ListMessage("Which?", button="Choose", sections=(Section((Row("a", "Rajma"),)),)),
    "long list": ListMessage("Which?", "Dinner", "BetterMeals", "Choose", _TEN),
    "address on a button": CtaUrl("Pay here", "Your week", "BetterMeals", "Open", LINK),
    "flow by id": Flow("Your kitchen", label="Tell us", flow_id="77", token="t1", screen="A", data={"n": 2}),
    "flow by name": Flow("Your kitchen", "Hello", "BetterMeals", "Tell us", name="kitchen", draft=True),
    "review and pay": OrderDetails(
        "Please pay", "Your week", "BetterMeals", **_ORDER, seller=_SELLER, expires_at=_TILL, expiry_text="Sunday"
    ),
    "review and pay without an end": OrderDetails("Please pay", **_ORDER, seller=_SELLER),
    "order is paid": OrderStatus("Paid", footer="BetterMeals", reference="BM-12-r2-K3QJ7MBA", description="Thank you"),
    "order is off": OrderStatus("Off", reference="BM-12-r2-K3QJ7MBA", status="canceled"),
    "location request": LocationRequest("Where do we deliver?"),
    "whole template": TemplateMessage(doors.PLAN, "en", _VALUES, "tok en/", ("approve:1", "change:1")),
    "template without payloads": TemplateMessage(doors.PLAN, "hi", _VALUES, {"देखिए": "tok"}),
    "template with one payload": TemplateMessage(doors.COOK, "en", {"dishes": "Rajma, roti"}, payloads=("seen:1",)),
    "template with a document": TemplateMessage(WITH_FILE, "en", {"week": "23–29 Nov"}, document=Document("1132")),
    **{f"template: {kind}": content for kind, content in TEMPLATES.items()},
    "bare template": TemplateMessage(doors.OFFER, "en", {}),
}


def kinds() -> set[type[Any]]:
    """Every class of `whatsapp.outgoing` that can be content of a message."""
    modules = [
        importlib.import_module(found.name) for found in pkgutil.iter_modules(outgoing.__path__, "whatsapp.outgoing.")
    ]
    classes = {each for module in modules for each in vars(module).values() if isinstance(each, type)}
    return {
        each
        for each in classes
        if getattr(each, "type", "") and not each.__name__.startswith("_") and each is not Content
    }
