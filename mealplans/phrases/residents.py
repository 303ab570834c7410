"""What residents are told in free text, in each language. Short sentences; the new state first."""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
    "approved": {
        "en": "Approved ✅ Your meals for {week} are set. Groceries come to {amount}; the payment link follows.",
        "hi": "मंज़ूर ✅ {week} का खाना तय हो गया। राशन {amount} का है; भुगतान का लिंक अभी आता है।",
    },
    "approved_free": {
        "en": "Approved ✅ Your meals for {week} are confirmed. There is nothing to pay.",
        "hi": "मंज़ूर ✅ {week} का खाना पक्का हो गया। कुछ भी भुगतान नहीं करना है।",
    },
    "approved_unpriced": {
        "en": "Approved ✅ Your meals for {week} are set. Our team is pricing the groceries and will write to you.",
        "hi": "मंज़ूर ✅ {week} का खाना तय हो गया। हमारी टीम राशन का हिसाब करके आपको बताएगी।",
    },
    "already_approved": {
        "en": "Your meals for {week} were already approved by {by}. {state}",
        "hi": "{week} का खाना {by} पहले ही मंज़ूर कर चुके हैं। {state}",
    },
    "not_decider": {
        "en": "{decider} approves the week in your home. You can still change a dish, add guests or skip a meal.",
        "hi": "आपके घर में हफ़्ते की मंज़ूरी {decider} देते हैं। आप डिश बदल सकते हैं, मेहमान जोड़ सकते हैं या खाना रोक सकते हैं।",
    },
    "needs_change": {
        "en": "A rule of your home changed since we planned this week, so it must change first. Our team is on it.",
        "hi": "योजना बनने के बाद आपके घर का कोई नियम बदला है, इसलिए पहले योजना बदलनी होगी। हमारी टीम देख रही है।",
    },
    "plan_over": {
        "en": "The week of {week} can no longer be changed.",
        "hi": "{week} वाला हफ़्ता अब बदला नहीं जा सकता।",
    },
    "no_plan": {
        "en": "There is no week plan just now. The next one comes on {day}.",
        "hi": "अभी कोई हफ़्ते की योजना नहीं है। अगली {day} को आएगी।",
    },
    "swapped": {
        "en": "{day} {meal} is now {dish}; {servings} servings; {money}.",
        "hi": "{day} {meal}: अब {dish} बनेगा; {servings} लोगों के लिए; {money}।",
    },
    "same_dish": {
        "en": "{day} {meal} already is {dish}. Nothing changed.",
        "hi": "{day} {meal}: पहले से {dish} ही है। कुछ नहीं बदला।",
    },
    "refused": {
        "en": "{dish} is not possible for {day} {meal}: {why}",
        "hi": "{day} {meal} में {dish} नहीं बन सकता: {why}",
    },
    "refused_exchange": {
        "en": "{day} {meal} cannot trade places with that meal: one of the dishes does not fit there.",
        "hi": "{day} {meal} की उससे अदला-बदली नहीं हो सकती: एक डिश वहाँ नहीं बैठती।",
    },
    "skipped": {
        "en": "{day} {meal} is skipped; {money}.",
        "hi": "{day} {meal} नहीं बनेगा; {money}।",
    },
    "already_skipped": {
        "en": "{day} {meal} is already off. Nothing changed.",
        "hi": "{day} {meal} पहले से बंद है। कुछ नहीं बदला।",
    },
    "restored": {
        "en": "{day} {meal} is on again: {dish}; {money}.",
        "hi": "{day} {meal} फिर से बनेगा: {dish}; {money}।",
    },
    "at_home": {"en": "{item} is at home, so it is not bought; {money}.", "hi": "{item} घर पर है, नहीं मँगाएँगे; {money}।"},
    "not_at_home": {"en": "{item} is bought after all; {money}.", "hi": "{item} मँगाया जाएगा; {money}।"},
    "list_bought": {
        "en": "The groceries of {week} are ordered already. Write to us, and a person will see what can be done.",
        "hi": "{week} का राशन मँगाया जा चुका है। हमें लिखिए, कोई देखेगा कि क्या हो सकता है।",
    },
    "not_on_list": {
        "en": "That is not on the list of {week} any more. The list below is the newest.",
        "hi": "वह अब {week} की सूची में नहीं है। नीचे नई सूची है।",
    },
    "guests_set": {
        "en": "{day} {meal}: {dish} for {servings} servings, {guests} guests included; {money}.",
        "hi": "{day} {meal}: {dish}, {servings} लोगों के लिए, {guests} मेहमान मिलाकर; {money}।",
    },
    "guests_none": {
        "en": "{day} {meal}: {dish} for {servings} servings, no guests; {money}.",
        "hi": "{day} {meal}: {dish}, {servings} लोगों के लिए, कोई मेहमान नहीं; {money}।",
    },
    "same_guests": {
        "en": "{day} {meal} is already planned for {servings} servings. Nothing changed.",
        "hi": "{day} {meal} पहले से {servings} लोगों के लिए है। कुछ नहीं बदला।",
    },
    "too_many_guests": {
        "en": "{guests} guests are more than one cook can feed at {day} {meal}. A person from our team will write.",
        "hi": "{day} {meal} में {guests} मेहमान एक कुक के लिए ज़्यादा हैं। हमारी टीम से कोई आपको लिखेगा।",
    },
    "too_late": {
        "en": "{day} {meal} can no longer be changed: it is too close or already over.",
        "hi": "{day} {meal} अब नहीं बदल सकता: समय बहुत कम है या निकल चुका है।",
    },
    "no_such_meal": {
        "en": "No meal is planned then.",
        "hi": "उस समय कोई खाना नहीं है।",
    },
    "dish_unknown": {
        "en": "We do not have that dish yet. Pick another one below.",
        "hi": "वह डिश अभी हमारे पास नहीं है। नीचे से कोई और चुनिए।",
    },
    "shop_lacks": {"en": "The shop has no {item}. ", "hi": "दुकान में {item} नहीं है। "},
    "bought_instead": {
        "en": "We buy {new} instead; nobody in your home is barred from it. {meals}",
        "hi": "उसकी जगह {new} मँगा रहे हैं; आपके घर में किसी को मनाही नहीं है। {meals}",
    },
    "shop_asks_decider": {
        "en": "{decider} is asked what to do about {meals}.",
        "hi": "{meals} का क्या करें, यह {decider} से पूछा है।",
    },
    "left_out": {
        "en": "{by} buys {item}; its price is off the bill.",
        "hi": "{item} {by} ले आएँगे; उसका दाम बिल से हट गया।",
    },
    "not_needed_now": {
        "en": "{item} is not needed any more; its price is off the bill.",
        "hi": "{item} अब नहीं चाहिए; उसका दाम बिल से हट गया।",
    },
    "you_buy": {
        "en": "Good: you buy {item}. {amount} comes off your bill.",
        "hi": "ठीक: {item} आप ले आएँगे। बिल से {amount} कम।",
    },
    "shortage_settled": {"en": "{item} is settled already (by {by}).", "hi": "{item} का फ़ैसला हो चुका है ({by})।"},
    "bill_same": {"en": "Your bill stays the same.", "hi": "आपका बिल वही रहेगा।"},
    "bill_less": {"en": "Your bill is {amount} less. {how}", "hi": "आपका बिल {amount} कम हुआ। {how}"},
    "bill_more": {"en": "Your bill is {amount} more.", "hi": "आपका बिल {amount} बढ़ा।"},
    "back_refund": {"en": "It is on its way back to you.", "hi": "पैसा आपको वापस भेज दिया है।"},
    "back_next_bill": {"en": "It comes off your next bill.", "hi": "अगले बिल में कम होगा।"},
    "back_ask_ops": {"en": "Our team sees to it.", "hi": "हमारी टीम देख लेगी।"},
    "back_": {"en": "", "hi": ""},
    "list_up": {"en": "list updated {delta}", "hi": "राशन की सूची {delta}"},
    "list_down": {"en": "list updated {delta}", "hi": "राशन की सूची {delta}"},
    "list_same": {"en": "no change in price", "hi": "दाम वही"},
    "old_button": {
        "en": "That button belongs to an older message. {state}",
        "hi": "वह बटन पुराने संदेश का है। {state}",
    },
    "not_yours": {
        "en": "That button was meant for somebody else, so nothing changed.",
        "hi": "वह बटन किसी और के लिए था, इसलिए कुछ नहीं बदला।",
    },
    "state_proposed": {
        "en": "Your meals for {week} wait for your answer.",
        "hi": "{week} का खाना आपके जवाब के इंतज़ार में है।",
    },
    "state_approved": {
        "en": "The groceries for {week} are being priced.",
        "hi": "{week} के राशन का हिसाब हो रहा है।",
    },
    "state_awaiting_payment": {
        "en": "{week} is approved; {amount} for groceries is still to be paid.",
        "hi": "{week} मंज़ूर है; राशन के {amount} बाकी हैं।",
    },
    "state_confirmed": {"en": "{week} is confirmed.", "hi": "{week} पक्का है।"},
    "state_completed": {"en": "The week of {week} is over.", "hi": "{week} का हफ़्ता पूरा हो गया।"},
    "state_cancelled": {"en": "The week of {week} was cancelled.", "hi": "{week} का हफ़्ता रद्द हो गया।"},
    "state_draft": {"en": "We are planning {week} just now.", "hi": "{week} की योजना बन रही है।"},
    "state_failed": {
        "en": "Our team is working on your meals for {week}.",
        "hi": "हमारी टीम {week} के खाने पर काम कर रही है।",
    },
    "choose_meal": {"en": "Which meal?", "hi": "कौन-सा खाना?"},
    "choose_dish": {
        "en": "{day} {meal} is {dish}. What would you like instead?",
        "hi": "{day} {meal}: {dish}। इसकी जगह क्या चाहिए?",
    },
    "no_alternative": {
        "en": "Nothing else fits {day} {meal} with your home's rules. A person from our team will write.",
        "hi": "आपके घर के नियमों में {day} {meal} के लिए और कुछ नहीं बैठता। हमारी टीम से कोई लिखेगा।",
    },
    "replace_which": {
        "en": "{dish}: gladly. Which meal should it replace?",
        "hi": "{dish}: ज़रूर। किसकी जगह बनाएँ?",
    },
    "noted_dislike": {
        "en": "Noted: we will avoid {ingredient} from now on.",
        "hi": "ठीक है: आगे से {ingredient} नहीं रखेंगे।",
    },
    "noted_dislike_week": {
        "en": "Noted: we will avoid {ingredient} from now on. This week it is still in: {meals}.",
        "hi": "ठीक है: आगे से {ingredient} नहीं रखेंगे। इस हफ़्ते यह इनमें है: {meals}।",
    },
    "which_ingredient": {
        "en": "Which ingredient should we avoid? Write just its name.",
        "hi": "कौन-सी चीज़ न रखें? सिर्फ़ उसका नाम लिखिए।",
    },
    "pause_which": {
        "en": "Should we stop all meals until you write again?",
        "hi": "क्या आपके दोबारा लिखने तक सारा खाना रोक दें?",
    },
    "paused": {
        "en": "Meals are stopped until you write “resume”. The cook has been told.",
        "hi": "जब तक आप “फिर से शुरू” नहीं लिखते, खाना बंद है। कुक को बता दिया है।",
    },
    "already_paused": {"en": "Meals are already stopped.", "hi": "खाना पहले से बंद है।"},
    "away_set": {
        "en": "No meals from {start} to {end}; {count} planned meals are skipped; {money}.",
        "hi": "{start} से {end} तक खाना नहीं बनेगा; {count} खाने हटाए गए; {money}।",
    },
    "kept_cooking": {"en": "Fine, nothing changed.", "hi": "ठीक है, कुछ नहीं बदला।"},
    "resumed": {
        "en": "Welcome back! The next plan comes on {day}.",
        "hi": "आपका फिर से स्वागत है! अगली योजना {day} को आएगी।",
    },
    "not_paused": {"en": "Your meals are running already.", "hi": "आपका खाना पहले से चालू है।"},
    "pay_here": {
        "en": "{amount} for {week} is to be paid here: {url}",
        "hi": "{week} के {amount} यहाँ दीजिए: {url}",
    },
    "link_coming": {
        "en": "Your payment link for {amount} is being made and comes in a moment.",
        "hi": "{amount} के भुगतान का लिंक बन रहा है, अभी आता है।",
    },
    "nothing_to_pay": {"en": "There is nothing to pay just now.", "hi": "अभी कुछ भुगतान नहीं करना है।"},
    "paid_seen": {
        "en": "Your payment for {week} has arrived, thank you.",
        "hi": "{week} का भुगतान मिल गया, धन्यवाद।",
    },
    "paid_unseen": {
        "en": "Thank you. The bank has not confirmed it yet; we will write as soon as it does. Please pay only once.",
        "hi": "धन्यवाद। बैंक से पुष्टि अभी नहीं आई; आते ही बताएँगे। कृपया दोबारा भुगतान न करें।",
    },
    "rated": {"en": "Thank you! We will remember it: {dish}, {rating}.", "hi": "धन्यवाद! हम याद रखेंगे: {dish}, {rating}।"},
    "nothing_to_rate": {"en": "Thank you for telling us.", "hi": "बताने के लिए धन्यवाद।"},
    "nothing_rated": {"en": "nothing you told us about", "hi": "आपने कुछ बताया नहीं, वह"},
    "rating_good": {"en": "good", "hi": "अच्छा"},
    "rating_ok": {"en": "okay", "hi": "ठीक-ठाक"},
    "rating_bad": {"en": "not good", "hi": "अच्छा नहीं"},
    "hello": {"en": "Hello {name}! {state}", "hi": "नमस्ते {name} जी! {state}"},
    "welcome": {"en": "Gladly!", "hi": "आपका स्वागत है!"},
    "staff_called": {
        "en": "A person from our team reads this and answers here.",
        "hi": "हमारी टीम से कोई इसे पढ़कर यहीं जवाब देगा।",
    },
    "ask_again": {
        "en": "Sorry, I am not sure what you mean. Is it one of these?",
        "hi": "माफ़ कीजिए, मैं ठीक से समझ नहीं पाया। क्या इनमें से कुछ है?",
    },
    "plan_head": {"en": "Your meals for {week}:", "hi": "{week} का खाना:"},
    "groceries_head": {"en": "Groceries for {week}, {amount} in all:", "hi": "{week} का राशन, कुल {amount}:"},
    "no_groceries": {"en": "There is no grocery list yet.", "hi": "राशन की सूची अभी नहीं बनी है।"},
    "will_buy": {
        "en": "Thank you, {cook} is told that {item} will be there.",
        "hi": "धन्यवाद, {cook} को बता दिया है कि {item} आ जाएगा।",
    },
    "find_cook": {
        "en": "Our team is looking for another cook for {day} and writes as soon as there is one.",
        "hi": "हमारी टीम {day} के लिए दूसरे कुक को ढूँढ रही है; मिलते ही बताएँगे।",
    },
    "we_manage": {"en": "Fine, {day} is left to you.", "hi": "ठीक है, {day} आप सँभाल लेंगे।"},
    "already_decided": {"en": "That has already been decided. {state}", "hi": "यह पहले ही तय हो चुका है। {state}"},
    "change_swap": {"en": "{day} {meal} is now {dish}.", "hi": "{day} {meal}: अब {dish} बनेगा।"},
    "change_skip": {"en": "{day} {meal} is off.", "hi": "{day} {meal} नहीं बनेगा।"},
    "change_restore": {"en": "{day} {meal} is on again: {dish}.", "hi": "{day} {meal} फिर से बनेगा: {dish}।"},
    "change_guests": {
        "en": "{day} {meal}: {dish} for {servings} servings.",
        "hi": "{day} {meal}: {dish}, {servings} लोगों के लिए।",
    },
    "change_away": {"en": "No meals from {start} to {end}.", "hi": "{start} से {end} तक खाना नहीं बनेगा।"},
    "change_cook_back": {"en": "{cook} comes on {day} after all.", "hi": "{day} को {cook} आ रहे हैं।"},
    "change_cook_back_for": {
        "en": "{cook} comes for {meals} on {day} after all.",
        "hi": "{day} को {meals} बनाने {cook} आ रहे हैं।",
    },
    "change_late": {
        "en": "{cook} will be about {minutes} minutes late today.",
        "hi": "{cook} को आज लगभग {minutes} मिनट देर होगी।",
    },
    "change_equipment": {
        "en": "{cook} reports a problem in the kitchen: {text}. Our team is on it.",
        "hi": "{cook} ने रसोई की दिक़्क़त बताई है: {text}। हमारी टीम देख रही है।",
    },
    "leftovers": {
        "en": "{cook} says that food is left over. Keep it cold and eat it by {day}.",
        "hi": "{cook} ने बताया कि खाना बचा है। फ्रिज में रखिए और {day} तक खा लीजिए।",
    },
    "leftovers_of": {
        "en": "{cook} says that {dish} is left over. Keep it cold and eat it by {day}.",
        "hi": "{cook} ने बताया कि {dish} बचा है। फ्रिज में रखिए और {day} तक खा लीजिए।",
    },
    "cook_lacks": {"en": "{cook} finds no {item}.", "hi": "{cook} को {item} नहीं मिला।"},
    "change_by": {"en": "{change} ({by} changed it.)", "hi": "{change} (बदलाव: {by}।)"},
}
