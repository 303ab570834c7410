"""Only the whole message is a stop word, in any of the languages that people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatsapp.consent import START_WORDS, STOP_WORDS, is_start_word, is_stop_word, normalise


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop", " Stop! ", "stop.", "*STOP*", "Please stop", "stop please", "Unsubscribe", "opt-out", "OPT OUT",
     "बंद करो", "बंद करो।", "कृपया बंद करें", "रोक दो", "मैसेज मत भेजो", "स्टॉप", "band karo", "Band Karo ji",
     "band kar do", "rok do", "message mat bhejo", "msg band karo", "বন্ধ করুন", "நிறுத்து", "ఆపండి", "ನಿಲ್ಲಿಸಿ",
     "നിർത്തുക", "थांबवा", "બંધ કરો", "ਬੰਦ ਕਰੋ", "بند کرو", "הסר", "הפסק!", "don’t message me", "stop\u200b", "🛑 STOP 🛑"],
)  # fmt: skip
def test_these_mean_stop(text: str) -> None:
    assert is_stop_word(text)


@pytest.mark.parametrize(
    "text",
    ["stop sending mushrooms", "don't stop", "please stop adding onion", "non-stop", "band karo wali sabzi", "bus stop",
     "प्याज डालना बंद करो", "गैस बंद करो", "kal se paneer band karo", "stopped", "", "   ", "!!!", "cancel", "no", "नहीं",
     "cancel dinner", "the cook did not stop by", "quit onions", "pyaz mat dalna", "start", "end"],
)  # fmt: skip
def test_these_do_not_mean_stop(text: str) -> None:
    assert not is_stop_word(text)


@pytest.mark.parametrize(
    "text", ["START", "start!", "शुरू करो", "shuru karo", "Subscribe", "unstop", "தொடங்கு", "opt me back in"]
)
def test_these_mean_start(text: str) -> None:
    assert is_start_word(text)


def test_no_word_means_both() -> None:
    assert set() == STOP_WORDS & START_WORDS


@given(st.text(max_size=60))
def test_normalising_again_changes_nothing_more_than_politeness(text: str) -> None:
    once = normalise(text)
    assert normalise(once) in (once, normalise(normalise(once)))
    assert is_stop_word(text) == is_stop_word(f"  {text}!! ")


@given(st.sampled_from(sorted(STOP_WORDS)), st.sampled_from(["sambar", "राजमा", "tuesday", "mushrooms"]))
def test_a_stop_word_with_a_dish_beside_it_is_about_the_dish(word: str, dish: str) -> None:
    assert not is_stop_word(f"{word} {dish}")
    assert not is_stop_word(f"{dish} {word}")
