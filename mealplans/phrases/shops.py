"""What a shop is told in free text and on its buttons, in English and Hindi."""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
    "bring": {"en": "We bring it", "hi": "सब मिलेगा"},
    "lacks": {"en": "Out of stock", "hi": "कुछ नहीं है"},
    "delivered": {"en": "Delivered", "hi": "पहुँचा दिया"},
    "that_is_all": {"en": "That is all", "hi": "बस इतना ही"},
    "more": {"en": "More of the list", "hi": "और चीज़ें"},
    "choose": {"en": "Choose", "hi": "चुनिए"},
    "items": {"en": "{n} items", "hi": "{n} चीज़ें"},
    "accepted": {
        "en": "Thank you. {household}, needed by {needed_by}. Tap when it is delivered.",
        "hi": "धन्यवाद। {household}, {needed_by} तक चाहिए। पहुँचाने पर दबाइए।",
    },
    "already": {"en": "Thank you, we have that already.", "hi": "धन्यवाद, यह हमें पता है।"},
    "over": {"en": "That order is over. Please bring nothing for it.", "hi": "वह ऑर्डर अब नहीं है। उसके लिए कुछ मत लाइए।"},
    "which": {
        "en": "What of the list for {household} do you not have? Choose one, or write the names.",
        "hi": "{household} की सूची में से क्या नहीं है? एक चुनिए, या नाम लिखिए।",
    },
    "noted": {
        "en": "Noted: no {items}. Anything else?",
        "hi": "ठीक, ये नहीं है: {items}। और कुछ?",
    },
    "settled": {
        "en": "Thank you. Please bring the rest by {needed_by}. The new list is above.",
        "hi": "धन्यवाद। बाकी सामान {needed_by} तक लाइए। नई सूची ऊपर है।",
    },
    "nothing_left": {
        "en": "Thank you. Then nothing is left to bring for {household}.",
        "hi": "धन्यवाद। तब {household} के लिए कुछ नहीं लाना है।",
    },
    "thanks_delivered": {"en": "Thank you, it is noted as delivered.", "hi": "धन्यवाद, पहुँच गया लिख लिया।"},
    "part_delivered": {
        "en": "Thank you, it is noted. Still to come on {day}: {items}. Tap when that is delivered.",
        "hi": "धन्यवाद, लिख लिया। {day} को अभी लाना है: {items}। पहुँचाने पर दबाइए।",
    },
    "ask_back": {
        "en": "Order for {household}: do you bring all of it, or is something out of stock?",
        "hi": "{household} का ऑर्डर: सब मिलेगा, या कुछ नहीं है?",
    },
    "called_off": {
        "en": "It is called off. Please bring nothing for it.",
        "hi": "ऑर्डर रद्द है। उसके लिए कुछ मत लाइए।",
    },
}
