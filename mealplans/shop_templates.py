"""The templates about a shop's order: to the shop, and to the household when it does not have something."""

from __future__ import annotations

from pathlib import Path

from mealplans.declaring import utility
from whatsapp.declare import ExampleFile, QuickReply

SIX_HOURS, TWELVE_HOURS = 6 * 3600, 12 * 3600

SHOP_ORDER = utility(
    "shop_order",
    ("shop", "household", "lines", "total", "needed_by"),
    {
        "en": "Hello {{1}}, an order for {{2}}: {{3}}, {{4}} by our prices, needed by {{5}}. The list is above.\n\n"
        "Will you bring all of it, or is something out of stock?",
        "hi": "नमस्ते {{1}} जी, {{2}} के लिए ऑर्डर: {{3}}, हमारे हिसाब से {{4}}, {{5}} तक चाहिए। सूची ऊपर है।\n\n"
        "सब मिल जाएगा, या कुछ नहीं है?",
    },
    {
        "en": ["Annapurna Stores", "Sharma", "14 items", "₹1,240", "Mon 23 Nov, 6:00 am"],
        "hi": ["अन्नपूर्णा स्टोर्स", "शर्मा", "14 चीज़ें", "₹1,240", "सोम 23 नव॰, 6:00 am"],
    },
    {
        "en": (QuickReply("We bring it"), QuickReply("Out of stock")),
        "hi": (QuickReply("सब मिलेगा"), QuickReply("कुछ नहीं है")),
    },
    file=ExampleFile("groceries.pdf", Path(__file__).parent / "printing" / "example.pdf"),
    ttl_seconds=SIX_HOURS,
)

SHOP_NOTE = utility(
    "shop_note",
    ("shop", "household", "text"),
    {
        "en": "Hello {{1}}, about the order for {{2}}: {{3}}\n\nPlease write here if anything is unclear.",
        "hi": "नमस्ते {{1}} जी, {{2}} के ऑर्डर के बारे में: {{3}}\n\nकुछ समझ न आए तो यहीं लिखिए।",
    },
    {
        "en": ["Annapurna Stores", "Sharma", "It is called off. Please bring nothing."],
        "hi": ["अन्नपूर्णा स्टोर्स", "शर्मा", "ऑर्डर रद्द है। कुछ मत लाइए।"],
    },
)

NOT_IN_STOCK = utility(
    "not_in_stock",
    ("name", "item", "meals"),
    {
        "en": "Hello {{1}}, the shop has no {{2}}, and we found nothing that may stand for it in your home. It is "
        "needed for {{3}}.\n\nShall we change the dish, or will you buy it? Then its price comes off your bill.",
        "hi": "नमस्ते {{1}} जी, दुकान में {{2}} नहीं है, और उसकी जगह आपके घर में कुछ और ठीक नहीं बैठता। चाहिए था: "
        "{{3}}।\n\nडिश बदल दें, या आप ले आएँगे? तब उसका दाम बिल से हट जाएगा।",
    },
    {
        "en": ["Priya", "paneer", "Tue 24 Nov dinner: Palak Paneer"],
        "hi": ["प्रिया", "पनीर", "मंगल 24 नव॰ रात का खाना: पालक पनीर"],
    },
    {
        "en": (QuickReply("Change the dish"), QuickReply("We will buy it")),
        "hi": (QuickReply("डिश बदलिए"), QuickReply("हम ले आएँगे")),
    },
    ttl_seconds=TWELVE_HOURS,
)

CATALOGUE = [SHOP_ORDER, SHOP_NOTE, NOT_IN_STOCK]
