"""The message templates that start a conversation, exactly as Meta reviews them, in English and Hindi; the
cook's also in the other languages cooks read.

All are UTILITY: each is about the household's own meals and was asked for by joining. Meta refuses a body that begins
or ends with a variable, has two side by side, or has too few words for its variables; `whatsapp.declare` checks that
when this module is imported. Button labels carry no emoji: Meta refuses them there.

An approved text is not edited (one edit a day, and it may go back into review): a changed one gets a new name.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from mealplans import cook_template_texts as cooks
from mealplans import shop_templates
from mealplans.declaring import utility as _utility
from whatsapp.declare import ExampleFile, QuickReply, UrlButton

#: The rest of the address is a signed token of `plan_links` and a slash.
PLAN_PAGE = f"{settings.PUBLIC_BASE_URL}/p/{{{{1}}}}"
#: Our own address that leads to the charge's live payment link: a renewed link keeps old buttons working, and Meta
#: refuses the provider's short links in a button.
PAY_PAGE = f"{settings.PUBLIC_BASE_URL}/pay/{{{{1}}}}"
EXAMPLE_TOKEN = "WzEyLDM0LDE3OTk5OTk5OTld.1vM2Qx.q8yZ/"  # noqa: S105  (an example for Meta's reviewers)
SIX_HOURS, TWELVE_HOURS = 6 * 3600, 12 * 3600

SEE_WEEK = {
    "en": UrlButton("See the week", PLAN_PAGE, EXAMPLE_TOKEN),
    "hi": UrlButton("पूरा हफ़्ता देखिए", PLAN_PAGE, EXAMPLE_TOKEN),
}
PAY_NOW = {
    "en": UrlButton("Pay now", PAY_PAGE, EXAMPLE_TOKEN),
    "hi": UrlButton("भुगतान कीजिए", PAY_PAGE, EXAMPLE_TOKEN),
}
APPROVE_OR_CHANGE = {
    "en": (QuickReply("Approve"), QuickReply("Change")),
    "hi": (QuickReply("मंज़ूर है"), QuickReply("बदलना है")),
}


WEEKLY_PLAN_PROMPT = _utility(
    "weekly_plan_prompt",
    ("name", "week", "meals", "highlights", "price"),
    {
        "en": "Hello {{1}}, your meals for {{2}} are ready: {{3}}.\n\n{{4}}\n\nGroceries come to about {{5}}. "
        "Tap Approve if the week looks good, or Change to swap a dish, add guests or skip a meal.",
        "hi": "नमस्ते {{1}} जी, {{2}} का खाना तैयार है: {{3}}।\n\n{{4}}\n\nइस हफ़्ते का राशन लगभग {{5}} का होगा। "
        "ठीक लगे तो मंज़ूर है दबाइए; डिश बदलने, मेहमान जोड़ने या खाना रोकने के लिए बदलना है दबाइए।",
    },
    {
        "en": ["Priya", "23 Nov – 29 Nov", "14 meals", "Mon: Rajma Chawal, Palak Paneer | Tue: Veg Pulao", "₹3,240"],
        "hi": ["प्रिया", "23 नव॰ – 29 नव॰", "14 बार का खाना", "सोम: राजमा चावल, पालक पनीर | मंगल: वेज पुलाव", "₹3,240"],
    },
    {code: (*APPROVE_OR_CHANGE[code], SEE_WEEK[code]) for code in ("en", "hi")},
)

PLAN_REMINDER = _utility(
    "plan_reminder",
    ("name", "week", "deadline"),
    {
        "en": "Hello {{1}}, your meals for {{2}} still wait for your answer. Please approve or change them by {{3}}, "
        "so that the groceries arrive in time.",
        "hi": "नमस्ते {{1}} जी, {{2}} का खाना आपके जवाब के इंतज़ार में है। कृपया {{3}} तक मंज़ूर कीजिए या बदलिए, "
        "ताकि राशन समय पर आ जाए।",
    },
    {
        "en": ["Priya", "23 Nov – 29 Nov", "Sun 22 Nov, 2:00 pm"],
        "hi": ["प्रिया", "23 नव॰ – 29 नव॰", "रवि 22 नव॰, 2:00 pm"],
    },
    {code: (*APPROVE_OR_CHANGE[code], SEE_WEEK[code]) for code in ("en", "hi")},
    ttl_seconds=SIX_HOURS,
)

PLAN_AUTO_APPROVED = _utility(
    "plan_auto_approved",
    ("name", "week"),
    {
        "en": "Hello {{1}}, there was no answer about your meals for {{2}}, so we approved the week as you asked us to "
        "do then. You can still change any meal.",
        "hi": "नमस्ते {{1}} जी, {{2}} के खाने पर जवाब नहीं आया, इसलिए जैसा आपने कहा था, हमने हफ़्ता मंज़ूर कर दिया। "
        "आप अब भी कोई भी खाना बदल सकते हैं।",
    },
    {"en": ["Priya", "23 Nov – 29 Nov"], "hi": ["प्रिया", "23 नव॰ – 29 नव॰"]},
    {"en": (QuickReply("Change"), SEE_WEEK["en"]), "hi": (QuickReply("बदलना है"), SEE_WEEK["hi"])},
)

PAYMENT_PROMPT = _utility(
    "payment_prompt",
    ("name", "week", "amount", "pay_by"),
    {
        "en": "Hello {{1}}, the groceries for {{2}} come to {{3}}. Please pay by {{4}}, so that everything is in the "
        "kitchen before the first meal.",
        "hi": "नमस्ते {{1}} जी, {{2}} का राशन {{3}} का है। कृपया {{4}} तक भुगतान कीजिए, ताकि पहले खाने से पहले सारा "
        "सामान रसोई में हो।",
    },
    {
        "en": ["Priya", "23 Nov – 29 Nov", "₹3,240", "Sun 22 Nov, 8:00 pm"],
        "hi": ["प्रिया", "23 नव॰ – 29 नव॰", "₹3,240", "रवि 22 नव॰, 8:00 pm"],
    },
    {"en": (PAY_NOW["en"],), "hi": (PAY_NOW["hi"],)},
)

PAYMENT_REMINDER = _utility(
    "payment_reminder",
    ("name", "amount", "week", "pay_by"),
    {
        "en": "Hello {{1}}, a reminder: {{2}} for the groceries of {{3}} is not paid yet. After {{4}} we cannot "
        "promise that everything arrives in time.",
        "hi": "नमस्ते {{1}} जी, याद दिला दें: {{2}} अभी बाकी हैं, {{3}} के राशन के लिए। {{4}} के बाद हम समय पर सामान "
        "पहुँचने का भरोसा नहीं दे सकते।",
    },
    {
        "en": ["Priya", "₹3,240", "23 Nov – 29 Nov", "Sun 22 Nov, 8:00 pm"],
        "hi": ["प्रिया", "₹3,240", "23 नव॰ – 29 नव॰", "रवि 22 नव॰, 8:00 pm"],
    },
    {"en": (PAY_NOW["en"],), "hi": (PAY_NOW["hi"],)},
    ttl_seconds=SIX_HOURS,
)

PLAN_CONFIRMED = _utility(
    "plan_confirmed",
    ("name", "week", "highlights"),
    {
        "en": "Hello {{1}}, your week {{2}} is confirmed:\n\n{{3}}\n\nThe cook has the plan. Write here any time to "
        "change a dish, add guests or skip a meal.",
        "hi": "नमस्ते {{1}} जी, आपका हफ़्ता {{2}} पक्का हो गया:\n\n{{3}}\n\nकुक को योजना मिल गई है। डिश बदलने, मेहमान "
        "जोड़ने या खाना रोकने के लिए कभी भी यहाँ लिखिए।",
    },
    {
        "en": ["Priya", "23 Nov – 29 Nov", "Mon: Rajma Chawal, Palak Paneer | Tue: Veg Pulao"],
        "hi": ["प्रिया", "23 नव॰ – 29 नव॰", "सोम: राजमा चावल, पालक पनीर | मंगल: वेज पुलाव"],
    },
    {"en": (SEE_WEEK["en"],), "hi": (SEE_WEEK["hi"],)},
)

PLAN_CHANGED = _utility(
    "plan_changed",
    ("name", "change"),
    {
        "en": "Hello {{1}}, a change in your meals: {{2}}\n\nIf this does not suit you, just write here.",
        "hi": "नमस्ते {{1}} जी, आपके खाने में बदलाव: {{2}}\n\nअगर ठीक न लगे तो यहीं लिखिए।",
    },
    {
        "en": ["Priya", "Tue 24 Nov dinner is now Rajma Chawal."],
        "hi": ["प्रिया", "मंगल 24 नव॰ रात का खाना: अब राजमा चावल बनेगा।"],
    },
)

COOK_ABSENT = _utility(
    "cook_absent",
    ("name", "cook", "days", "meals"),
    {
        "en": "Hello {{1}}, {{2}} cannot come on {{3}}. Not cooked then: {{4}}\n\nShall we look for another cook, or "
        "will you manage?",
        "hi": "नमस्ते {{1}} जी, {{2}} नहीं आ पाएँगे: {{3}}। यह खाना नहीं बनेगा: {{4}}\n\nक्या हम दूसरा कुक ढूँढें, या आप सँभाल लेंगे?",
    },
    {
        "en": ["Priya", "Sunita", "Tue 24 Nov", "lunch: Veg Pulao, dinner: Rajma Chawal"],
        "hi": ["प्रिया", "सुनीता", "मंगल 24 नव॰", "दोपहर का खाना: वेज पुलाव, रात का खाना: राजमा चावल"],
    },
    {
        "en": (QuickReply("Find another cook"), QuickReply("We will manage")),
        "hi": (QuickReply("दूसरा कुक भेजें"), QuickReply("हम सँभाल लेंगे")),
    },
    ttl_seconds=TWELVE_HOURS,
)

ITEM_MISSING = _utility(
    "item_missing",
    ("name", "cook", "item", "meal"),
    {
        "en": "Hello {{1}}, {{2}} finds no {{3}} in the kitchen. It is needed for {{4}} today.\n\nWill you buy it, or "
        "shall we change the dish?",
        "hi": "नमस्ते {{1}} जी, {{2}} को रसोई में {{3}} नहीं मिला। आज {{4}} के लिए चाहिए।\n\nक्या आप ले आएँगे, या हम डिश बदल दें?",
    },
    {
        "en": ["Priya", "Sunita", "tomatoes", "dinner: Rajma Chawal"],
        "hi": ["प्रिया", "सुनीता", "टमाटर", "रात का खाना: राजमा चावल"],
    },
    {
        "en": (QuickReply("We will buy it"), QuickReply("Change the dish")),
        "hi": (QuickReply("हम ले आएँगे"), QuickReply("डिश बदलिए")),
    },
    ttl_seconds=SIX_HOURS,
)

MEAL_RATING = _utility(
    "meal_rating",
    ("name", "dish"),
    {
        "en": "Hello {{1}}, how was {{2}} today? One tap helps us to plan your next week.",
        "hi": "नमस्ते {{1}} जी, आज {{2}} कैसा लगा? एक बार दबाइए, अगला हफ़्ता बेहतर बनेगा।",
    },
    {"en": ["Priya", "Rajma Chawal"], "hi": ["प्रिया", "राजमा चावल"]},
    {
        "en": (QuickReply("Good"), QuickReply("Okay"), QuickReply("Not good")),
        "hi": (QuickReply("अच्छा"), QuickReply("ठीक-ठाक"), QuickReply("अच्छा नहीं")),
    },
    ttl_seconds=TWELVE_HOURS,
)

WEEKLY_SUMMARY = _utility(
    "weekly_summary",
    ("name", "week", "cooked", "liked", "spent"),
    {
        "en": "Hello {{1}}, your week {{2}} in short: {{3}} cooked, you liked {{4}} best, and the groceries came to "
        "{{5}} in all. Write here what we should do better.",
        "hi": "नमस्ते {{1}} जी, आपका हफ़्ता {{2}}: {{3}} बना, सबसे अच्छा लगा {{4}}, और राशन कुल {{5}} का हुआ। "
        "क्या बेहतर कर सकते हैं, यहाँ लिखिए।",
    },
    {
        "en": ["Priya", "23 Nov – 29 Nov", "14 meals", "Rajma Chawal", "₹3,240"],
        "hi": ["प्रिया", "23 नव॰ – 29 नव॰", "14 बार का खाना", "राजमा चावल", "₹3,240"],
    },
)

STAFF_REPLY = _utility(
    "staff_reply",
    ("name", "text"),
    {
        "en": "Hello {{1}}, a message from our team: {{2}}\n\nYou can answer right here.",
        "hi": "नमस्ते {{1}} जी, हमारी टीम का संदेश: {{2}}\n\nआप यहीं जवाब दे सकते हैं।",
        **cooks.BODIES["staff_reply"],
    },
    {
        "en": ["Priya", "Your refund of ₹240 was sent today."],
        "hi": ["प्रिया", "आपके ₹240 आज लौटा दिए गए हैं।"],
        **cooks.examples("staff_reply"),
    },
)

COOK_WEEK = _utility(
    "cook_week",
    ("name", "household", "week", "menu"),
    {
        "en": "Hello {{1}}, the meals at {{2}} for {{3}} are settled:\n\n{{4}}\n\nThe details come the evening before "
        "each day.",
        "hi": "नमस्ते {{1}} जी, {{2}} के घर {{3}} का खाना तय हो गया है:\n\n{{4}}\n\nहर दिन की पूरी बात एक शाम पहले भेजेंगे।",
        **cooks.BODIES["cook_week"],
    },
    {
        "en": ["Sunita", "Sharma", "23 Nov – 29 Nov", "Mon: Rajma Chawal, Palak Paneer | Tue: Veg Pulao"],
        "hi": ["सुनीता", "शर्मा", "23 नव॰ – 29 नव॰", "सोम: राजमा चावल, पालक पनीर | मंगल: वेज पुलाव"],
        **cooks.examples("cook_week"),
    },
    file=ExampleFile("week.pdf", Path(__file__).parent / "printing" / "example_week.pdf"),
)

COOK_INSTR = _utility(
    "cook_instr",
    ("warning", "name", "household", "when", "dishes", "ahead"),
    {
        "en": "Please note: {{1}}\n\nHello {{2}}, cooking at {{3}}, {{4}}:\n{{5}}\n\nTo prepare before: {{6}}\n\nIs "
        "everything clear?",
        "hi": "ध्यान दीजिए: {{1}}\n\nनमस्ते {{2}} जी, {{3}} के घर, {{4}}:\n{{5}}\n\nपहले से करना है: {{6}}\n\nसब ठीक है?",
        **cooks.BODIES["cook_instr"],
    },
    {
        "en": [
            "⚠️ NEVER use: peanut",
            "Sunita",
            "Sharma",
            "Tue 24 Nov at 7:30 am",
            "1. dinner: Rajma Chawal, 4 people",
            "soak the rajma tonight",
        ],
        "hi": [
            "⚠️ बिल्कुल नहीं डालना: मूँगफली",
            "सुनीता",
            "शर्मा",
            "मंगल 24 नव॰, 7:30 am",
            "1. रात का खाना: राजमा चावल, 4 लोग",
            "रात को राजमा भिगो दीजिए",
        ],
        **cooks.examples("cook_instr"),
    },
    {
        "en": (QuickReply("OK"), QuickReply("Can't come"), QuickReply("Something's missing")),
        "hi": (QuickReply("ठीक है"), QuickReply("नहीं आ पाएँगे"), QuickReply("सामान कम है")),
        **cooks.quick_replies(3),
    },
    ttl_seconds=TWELVE_HOURS,
)

COOK_REMINDER = _utility(
    "cook_reminder",
    ("name", "household", "when"),
    {
        "en": "Hello {{1}}, we have no answer yet about cooking at {{2}}, {{3}}. Please tap one button.",
        "hi": "नमस्ते {{1}} जी, {{2}} के घर, {{3}} के बारे में आपका जवाब नहीं आया। कृपया एक बटन दबाइए।",
        **cooks.BODIES["cook_reminder"],
    },
    {
        "en": ["Sunita", "Sharma", "Tue 24 Nov at 7:30 am"],
        "hi": ["सुनीता", "शर्मा", "मंगल 24 नव॰, 7:30 am"],
        **cooks.examples("cook_reminder"),
    },
    {
        "en": (QuickReply("OK"), QuickReply("Can't come")),
        "hi": (QuickReply("ठीक है"), QuickReply("नहीं आ पाएँगे")),
        **cooks.quick_replies(2),
    },
    ttl_seconds=SIX_HOURS,
)

COOK_CHANGED = _utility(
    "cook_changed",
    ("warning", "name", "household", "when", "change"),
    {
        "en": "Please note: {{1}}\n\nHello {{2}}, a change at {{3}}, {{4}}:\n{{5}}\n\nThank you for cooking it so.",
        "hi": "ध्यान दीजिए: {{1}}\n\nनमस्ते {{2}} जी, {{3}} के घर, {{4}} में बदलाव:\n{{5}}\n\nकृपया ऐसे ही बनाइए, धन्यवाद।",
        **cooks.BODIES["cook_changed"],
    },
    {
        "en": [
            "No allergies",
            "Sunita",
            "Sharma",
            "Tue 24 Nov at 7:30 am",
            "dinner: Veg Pulao instead of Rajma Chawal, 4 people",
        ],
        "hi": [
            "किसी चीज़ की मनाही नहीं",
            "सुनीता",
            "शर्मा",
            "मंगल 24 नव॰, 7:30 am",
            "रात का खाना: राजमा चावल नहीं, वेज पुलाव, 4 लोग",
        ],
        **cooks.examples("cook_changed"),
    },
    {
        "en": (QuickReply("OK"), QuickReply("Can't come"), QuickReply("Something's missing")),
        "hi": (QuickReply("ठीक है"), QuickReply("नहीं आ पाएँगे"), QuickReply("सामान कम है")),
        **cooks.quick_replies(3),
    },
    ttl_seconds=TWELVE_HOURS,
)

CATALOGUE = [
    WEEKLY_PLAN_PROMPT,
    PLAN_REMINDER,
    PLAN_AUTO_APPROVED,
    PAYMENT_PROMPT,
    PAYMENT_REMINDER,
    PLAN_CONFIRMED,
    PLAN_CHANGED,
    COOK_ABSENT,
    ITEM_MISSING,
    MEAL_RATING,
    WEEKLY_SUMMARY,
    STAFF_REPLY,
    COOK_WEEK,
    COOK_INSTR,
    COOK_REMINDER,
    COOK_CHANGED,
    *shop_templates.CATALOGUE,
]
