"""Spelling: what sounds the same is the same; what merely looks alike is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mealplans.intents.lexicon import keys
from mealplans.intents.normalise import MAX_LENGTH, clean
from mealplans.intents.transliterate import is_devanagari


@pytest.mark.parametrize(
    "spellings",
    [
        ("nahi", "nahin", "nhi", "nahiii", "नहीं", "नही"),
        ("theek", "thik", "ठीक"),
        ("krdo", "kar do", "कर दो"),
        ("mangalwar", "mangalvar", "मंगलवार"),
        ("chahiye", "chaiye", "चाहिए"),
        ("Accha", "achha", "अच्छा"),
    ],
)
def test_one_word_in_every_spelling(spellings: tuple[str, ...]) -> None:
    assert {keys(spelling) for spelling in spellings} == {keys(spellings[0])}


@pytest.mark.parametrize(("one", "other"), [("soon", "sun"), ("good", "gud dal"), ("tell", "tel"), ("saat", "sat")])
def test_short_words_are_compared_as_written(one: str, other: str) -> None:
    assert keys(one) != keys(other)


def test_digits_quotes_and_invisible_marks_come_over() -> None:
    assert clean("५ मेहमान\u200d don’t 👍\U0001f3fd") == "5 mehman don't 👍"


@given(st.text())
def test_cleaning_keeps_its_limit_and_leaves_no_devanagari_letters(text: str) -> None:
    cleaned = clean(text * 50)
    assert len(cleaned) <= MAX_LENGTH * 20  # a ligature may unfold into several letters, never into a book
    assert not any(is_devanagari(char) and char.isalpha() for char in cleaned)
