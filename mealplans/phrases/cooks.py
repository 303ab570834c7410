"""What cooks are told: short lines, plain numerals, no abbreviations, no blame."""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
    "warning": {"en": "⚠️ NEVER use: {items}", "hi": "⚠️ बिल्कुल नहीं डालना: {items}"},
    "no_warning": {"en": "No allergies", "hi": "किसी चीज़ की मनाही नहीं"},
    "jain": {"en": "onion, garlic, potato, roots", "hi": "प्याज़, लहसुन, आलू, ज़मीन के नीचे की सब्ज़ियाँ"},
    "people": {"en": "{servings} people", "hi": "{servings} लोग"},
    "ahead_tonight": {"en": "Tonight: {tasks}", "hi": "आज रात: {tasks}"},
    "ahead_before": {"en": "Before: {tasks}", "hi": "पहले से: {tasks}"},
    "no_ahead": {"en": "nothing", "hi": "कुछ नहीं"},
    "arrive": {"en": "{day} at {time}", "hi": "{day}, {time}"},
    "minutes": {"en": "{minutes} min", "hi": "{minutes} मिनट"},
    "head": {"en": "{household}, {when}", "hi": "{household}, {when}"},
    "acknowledged": {"en": "Thank you 🙏 {day} is settled.", "hi": "धन्यवाद 🙏 {day} का पक्का है।"},
    "already_acknowledged": {"en": "Thank you, we have noted it already.", "hi": "धन्यवाद, पहले ही लिख लिया है।"},
    "instruction_over": {
        "en": "That day is over or was changed. Today: {today}",
        "hi": "वह दिन निकल गया या बदल गया। आज: {today}",
    },
    "absent_noted": {
        "en": "Noted: you are not coming on {days}. The household has been told.",
        "hi": "ठीक है: {days} को आप नहीं आएँगे। घर पर बता दिया है।",
    },
    "absent_noted_for": {
        "en": "Noted: on {days} you are not coming for {meals}. The household has been told.",
        "hi": "ठीक है: {days} को {meals} के लिए आप नहीं आएँगे। घर पर बता दिया है।",
    },
    "still_cooking": {"en": "You cook: {meals}", "hi": "आपको बनाना है: {meals}"},
    "absent_already": {"en": "We know already: not on {days}.", "hi": "हमें पता है: {days} को आप नहीं आएँगे।"},
    "absent_already_for": {
        "en": "We know already: on {days} not for {meals}.",
        "hi": "हमें पता है: {days} को {meals} के लिए आप नहीं आएँगे।",
    },
    "absent_withdrawn": {
        "en": "Good, you are coming on {days}. The household has been told.",
        "hi": "अच्छा, {days} को आप आएँगे। घर पर बता दिया है।",
    },
    "absent_withdrawn_for": {
        "en": "Good, on {days} you are coming for {meals}. The household has been told.",
        "hi": "अच्छा, {days} को {meals} के लिए आप आएँगे। घर पर बता दिया है।",
    },
    "coming_already": {"en": "We know already: you are coming on {days}.", "hi": "हमें पता है: {days} को आप आएँगे।"},
    "coming_already_for": {
        "en": "We know already: on {days} you are coming for {meals}.",
        "hi": "हमें पता है: {days} को {meals} के लिए आप आएँगे।",
    },
    "absent_cannot_withdraw": {
        "en": "The day was arranged otherwise. Our team will write to you.",
        "hi": "उस दिन का दूसरा इंतज़ाम हो चुका है। हमारी टीम आपको लिखेगी।",
    },
    "absent_when": {"en": "On which day are you not coming?", "hi": "किस दिन नहीं आएँगे?"},
    "away_said": {
        "en": "You told us that you are not coming on {days}. Are you coming?",
        "hi": "आपने कहा था कि {days} को नहीं आएँगे। क्या आप आएँगे?",
    },
    "away_said_for": {
        "en": "You told us that on {days} you are not coming for {meals}. Are you coming?",
        "hi": "आपने कहा था कि {days} को {meals} के लिए नहीं आएँगे। क्या आप आएँगे?",
    },
    "absent_which_meals": {
        "en": "{days}: which meals can you not come for?",
        "hi": "{days}: कौन-सा खाना बनाने नहीं आएँगे?",
    },
    "which_home": {"en": "Which home is it about?", "hi": "किस घर की बात है?"},
    "late_noted": {
        "en": "Noted: {minutes} minutes late. The household has been told.",
        "hi": "ठीक है: {minutes} मिनट देर। घर पर बता दिया है।",
    },
    "late_how_long": {"en": "How late will you be?", "hi": "कितनी देर होगी?"},
    "missing_which": {"en": "What is missing?", "hi": "क्या नहीं है?"},
    "missing_noted": {
        "en": "Noted: no {item}. We asked the household and write at once.",
        "hi": "ठीक है: {item} नहीं है। घर पर पूछा है, अभी बताते हैं।",
    },
    "missing_already": {"en": "The household knows already about {item}.", "hi": "{item} के बारे में घर पर पता है।"},
    "missing_use": {
        "en": "Noted: no {item}. Use {new} instead: {amounts}. The household has been told.",
        "hi": "ठीक है: {item} नहीं है। उसकी जगह {new} डालिए: {amounts}। घर पर बता दिया है।",
    },
    "missing_cook": {
        "en": "Noted: no {item}. Please cook this instead: {dish}",
        "hi": "ठीक है: {item} नहीं है। उसकी जगह यह बनाइए: {dish}",
    },
    "missing_settled": {
        "en": "We know about {item}. Please cook this:",
        "hi": "{item} के बारे में पता है। यह बनाइए:",
    },
    "missing_bought": {
        "en": "{item} will be bought. Please cook {dish} as planned.",
        "hi": "{item} आ जाएगा। {dish} ही बनाइए।",
    },
    "done_noted": {"en": "Thank you, wonderful 🙏", "hi": "धन्यवाद, बहुत अच्छा 🙏"},
    "left_noted": {
        "en": "Thank you 🙏 What is left over is noted.",
        "hi": "धन्यवाद 🙏 जो बचा है, लिख लिया है।",
    },
    "nothing_today": {"en": "No cooking is planned for you today or tomorrow.", "hi": "आज और कल आपका कोई काम नहीं है।"},
    "which_recipe": {"en": "Which dish?", "hi": "कौन-सी डिश?"},
    "recipe_head": {"en": "{dish}, for {servings} people", "hi": "{dish}, {servings} लोगों के लिए"},
    "equipment_noted": {
        "en": "Noted. The household and our team have been told.",
        "hi": "ठीक है। घर पर और हमारी टीम को बता दिया है।",
    },
    "cook_hello": {"en": "Hello {name}! {today}", "hi": "नमस्ते {name} जी! {today}"},
    "cook_ask_again": {"en": "I did not understand. Is it this?", "hi": "समझ नहीं आया। क्या इनमें से कुछ है?"},
    "staff_called": {
        "en": "Somebody from our team reads this and answers here.",
        "hi": "हमारी टीम से कोई इसे पढ़कर यहीं जवाब देगा।",
    },
    "change_swap": {
        "en": "{meal}: {dish} instead of {old}, {servings} people",
        "hi": "{meal}: {old} नहीं, {dish}, {servings} लोग",
    },
    "change_skip": {"en": "{meal}: do not cook {dish}", "hi": "{meal}: {dish} नहीं बनाना है"},
    "change_restore": {
        "en": "{meal}: {dish} after all, {servings} people",
        "hi": "{meal}: {dish} बनाना है, {servings} लोग",
    },
    "change_guests": {"en": "{meal}: {dish} for {servings} people", "hi": "{meal}: {dish}, {servings} लोगों के लिए"},
    "change_day_off": {"en": "Nothing to cook, no need to come", "hi": "कुछ नहीं बनाना है, आने की ज़रूरत नहीं"},
}
