"""What residents write, phrase by phrase, in the languages they write it in."""

from __future__ import annotations

import pytest

from tests.mealplans.intents.hearing import hear, meant

ASKED_PLAN = "plan_approval"


@pytest.mark.parametrize(
    "text",
    [
        "Looks good, go ahead",
        "ठीक है, यही फाइनल कर दो",
        "haan final kar do",
        "👍",
        "approved!!",
        "thik h ji kr do",
        "sari",
        "seri",
        "sare",
    ],
)
def test_agreeing_to_the_plan_just_shown_approves_it(text: str) -> None:
    assert meant(text, awaiting=ASKED_PLAN) == ("approve", {})


@pytest.mark.parametrize("text", ["ok", "👍", "haan", "theek hai"])
def test_the_same_words_approve_nothing_when_nothing_was_asked(text: str) -> None:
    assert hear(text).intent in (None, "other")


@pytest.mark.parametrize(
    "text", ["show me another plan", "दूसरा प्लान बनाओ", "kuch aur plan bhejo", "no", "pasand nahi aaya"]
)
def test_turning_the_plan_down_asks_for_a_change(text: str) -> None:
    assert meant(text, awaiting=ASKED_PLAN) == ("change_plan", {})


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("Change Tuesday dinner to khichdi", {"date": "2026-11-24", "meal": "dinner", "dish": "khichdi"}),
        ("मंगलवार रात को खिचड़ी कर दो", {"date": "2026-11-24", "meal": "dinner", "dish": "khichdi"}),
        ("Tue dinner me khichdi kar do", {"date": "2026-11-24", "meal": "dinner", "dish": "khichdi"}),
        ("rajma ki jagah chole", {"dish": "chole"}),
        ("chole instead of rajma on friday", {"date": "2026-11-27", "dish": "chole"}),
        ("rajma hatao chole rakho", {"dish": "chole"}),
        ("मंगलवार का खाना बदल दो", {"date": "2026-11-24"}),
        ("repu dinner marchandi", {"date": "2026-11-22", "meal": "dinner"}),
    ],
)
def test_a_swap_names_the_meal_and_the_dish_wanted(text: str, slots: dict[str, str]) -> None:
    assert meant(text) == ("swap_meal", slots)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("No dinner on Friday", {"date": "2026-11-27", "meal": "dinner"}),
        ("शुक्रवार रात खाना नहीं चाहिए", {"date": "2026-11-27", "meal": "dinner"}),
        ("Friday dinner skip", {"date": "2026-11-27", "meal": "dinner"}),
        ("aaj raat bahar khayenge", {"date": "2026-11-21", "meal": "dinner"}),
        ("naale madhyahna oota beda", {"date": "2026-11-22", "meal": "lunch"}),
        ("udya nashta nako", {"date": "2026-11-22", "meal": "breakfast"}),
    ],
)
def test_skipping_a_meal(text: str, slots: dict[str, str]) -> None:
    assert meant(text) == ("skip_meal", slots)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("4 guests on Saturday lunch", {"date": "2026-11-28", "meal": "lunch", "delta": 4}),
        ("शनिवार दोपहर 4 मेहमान आएँगे", {"date": "2026-11-28", "meal": "lunch", "delta": 4}),
        ("Sat lunch me 4 log aa rahe hain", {"date": "2026-11-28", "meal": "lunch", "delta": 4}),
        ("guests on Friday, +3", {"date": "2026-11-27", "delta": 3}),
        ("kal 6 logon ke liye khana banana", {"date": "2026-11-22", "count": 6}),
        ("just me tonight", {"date": "2026-11-21", "meal": "dinner", "count": 1}),
        ("papa aaj raat nahi khayenge", {"date": "2026-11-21", "meal": "dinner", "delta": -1}),
        ("naalaikku 4 per varanga", {"date": "2026-11-22", "delta": 4}),
    ],
)
def test_guests_are_a_change_in_heads_or_heads_in_all(text: str, slots: dict[str, object]) -> None:
    assert meant(text) == ("guests", slots)


@pytest.mark.parametrize(
    ("text", "ingredient"),
    [
        ("No more bhindi please", "okra"),
        ("भिंडी मत बनवाओ", "okra"),
        ("bhindi mat rakhna yaar", "okra"),
        ("we don't like mushrooms", "mushroom"),
    ],
)
def test_a_dislike_names_the_ingredient(text: str, ingredient: str) -> None:
    assert meant(text) == ("avoid_ingredient", {"ingredient": ingredient})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("bachon ko pasta khana hai", ("request_dish", {"dish": "pasta"})),
        ("What's for dinner tonight?", ("show_plan", {"date": "2026-11-21", "meal": "dinner"})),
        ("आज रात क्या बनेगा?", ("show_plan", {"date": "2026-11-21", "meal": "dinner"})),
        ("saman ki list bhejo", ("show_groceries", {})),
        ("payment link bhejo", ("payment_link", {})),
        ("Paid, please check", ("payment_done", {})),
        ("पैसे भेज दिए, देख लो", ("payment_done", {})),
        ("We are away 12th to 15th", ("pause", {"date": {"start": "2026-12-12", "end": "2026-12-15"}})),
        ("12 se 15 tak ghar pe nahi hain", ("pause", {"date": {"start": "2026-12-12", "end": "2026-12-15"}})),
        ("wapas aa gaye hain, shuru kar do", ("resume", {})),
        ("Dal was too salty", ("rate_meal", {"rating": "bad"})),
        ("Talk to a person", ("call_staff", {})),
        ("किसी से बात करनी है", ("call_staff", {})),
        ("start messages again", ("opt_in", {})),
        ("namaste", ("greeting", {})),
        ("धन्यवाद", ("thanks", {})),
    ],
)
def test_everything_else_a_resident_may_want(text: str, wanted: tuple[str, dict[str, object]]) -> None:
    assert meant(text) == wanted


@pytest.mark.parametrize(
    ("text", "rating"),
    [("accha tha", "good"), ("theek tha", "ok"), ("bekar tha", "bad"), ("👎", "bad"), ("7/10", "good")],
)
def test_an_answer_to_how_was_it_is_a_rating(text: str, rating: str) -> None:
    assert meant(text, awaiting="rating") == ("rate_meal", {"rating": rating})


@pytest.mark.parametrize("text", ["done", "ho gaya", "हो गया", "kar diya"])
def test_done_after_a_payment_link_says_paid_and_after_a_plan_does_not(text: str) -> None:
    assert meant(text, awaiting="payment") == ("payment_done", {})
    assert hear(text, awaiting="plan_approval").intent != "payment_done"


def test_an_allergy_is_handed_to_a_person_and_never_taken_for_a_dislike() -> None:
    for text in (
        "My son is allergic to peanuts",
        "बेटे को मूँगफली से एलर्जी है",
        "bete ko moongfali se allergy hai",
        "naaku palli allergy undi",
    ):
        heard = hear(text)
        assert (heard.intent, heard.outcome) == (None, "hand_over")
        assert heard.reason == "a hard food rule (allergy) is never changed on free text"


@pytest.mark.parametrize(
    "text", ["Monday ko mera vrat hai", "we are Jain", "mummy diabetic hain", "turned vegan this month"]
)
def test_fasts_diets_and_illness_are_hard_rules_too(text: str) -> None:
    heard = hear(text)
    assert (heard.intent, heard.outcome) == (None, "hand_over")


def test_seven_people_are_no_saturday() -> None:
    assert meant("शुक्रवार के लंच पर कुल सात लोग होंगे") == (
        "guests",
        {"date": "2026-11-27", "meal": "lunch", "count": 7},
    )


def test_an_arrow_puts_a_dish_in_a_meals_place() -> None:
    assert meant("sat lunch -> biryani") == ("swap_meal", {"date": "2026-11-28", "meal": "lunch", "dish": "biryani"})


def test_a_party_of_ten_is_ten_people_in_all() -> None:
    assert meant("party of ten on 5th dec for dinner") == (
        "guests",
        {"date": "2026-12-05", "meal": "dinner", "count": 10},
    )
