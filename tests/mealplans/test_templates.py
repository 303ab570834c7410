"""What Meta reviews. `whatsapp.declare` checks Meta's rules at import; here stands what this product wants beyond."""

from __future__ import annotations

import re

import pytest

from mealplans.phrases import cooks, labels, residents
from mealplans.templates import CATALOGUE
from whatsapp.declare import UTILITY, DeclaredTemplate, QuickReply, UrlButton

DEVANAGARI, LATIN = re.compile(r"[ऀ-ॿ]"), re.compile(r"[A-Za-z]{2,}")
every_template = pytest.mark.parametrize("template", CATALOGUE, ids=lambda template: template.name)


@every_template
def test_each_template_speaks_english_and_hindi(template: DeclaredTemplate) -> None:
    assert {"en", "hi"} <= set(template.bodies)
    assert not DEVANAGARI.search(template.bodies["en"].body)
    assert not LATIN.search(re.sub(r"\{\{\d\}\}", "", template.bodies["hi"].body))


@every_template
def test_none_is_marketing_because_a_household_asked_for_each(template: DeclaredTemplate) -> None:
    assert template.category == UTILITY


@every_template
def test_hindi_addresses_people_respectfully(template: DeclaredTemplate) -> None:
    words = set(re.findall(r"[ऀ-ॿ]+", template.bodies["hi"].body))
    assert words.isdisjoint({"तू", "तुम", "तेरा", "तुम्हारा", "करो", "दो", "बताओ"})


@every_template
def test_button_labels_carry_no_emoji_since_meta_refuses_them(template: DeclaredTemplate) -> None:
    labels_of = [button.text for text in template.bodies.values() for button in text.buttons]
    indic = "ऀ-ॿ஀-௿ఀ-౿ಀ-೿"  # vowel signs are no word characters to a regular expression
    assert all(re.fullmatch(rf"[\w\s'{indic}।-]+", label) for label in labels_of)


@every_template
def test_an_address_button_ends_in_the_part_that_is_signed(template: DeclaredTemplate) -> None:
    urls = [b for text in template.bodies.values() for b in text.buttons if isinstance(b, UrlButton)]
    assert all(button.dynamic and button.example.endswith("/") for button in urls)


def test_names_are_unique() -> None:
    names = [template.name for template in CATALOGUE]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "phrases", [residents.PHRASES, cooks.PHRASES, labels.PHRASES], ids=["residents", "cooks", "labels"]
)
def test_each_phrase_takes_the_same_facts_in_every_language(phrases: dict[str, dict[str, str]]) -> None:
    fields = {
        key: {language: sorted(set(re.findall(r"\{(\w+)\}", words))) for language, words in languages.items()}
        for key, languages in phrases.items()
    }
    assert {key: found for key, found in fields.items() if found["en"] != found["hi"]} == {}


BUTTONS = [
    "approve", "guests_some", "skip_some", "pay", "pause_ask", "change", "skip", "show_plan", "groceries",
    "staff", "pick", "pause_yes", "pause_no", "ok", "cannot_come", "something_missing", "coming_after_all",
    "recipe", "today_menu", "today", "tomorrow", "late_15", "late_30", "late_60", "find_cook", "we_manage",
    "will_buy", "change_dish", "good", "so_so", "bad",
]  # fmt: skip


@pytest.mark.parametrize("key", BUTTONS)
def test_a_reply_buttons_label_fits_its_twenty_characters(key: str) -> None:
    assert {language: len(words) for language, words in labels.PHRASES[key].items() if len(words) > 20} == {}


def test_a_quick_reply_of_a_template_answers_with_a_payload_of_ours() -> None:
    with_answers = {t.name for t in CATALOGUE if any(isinstance(b, QuickReply) for b in t.bodies["en"].buttons)}
    assert with_answers == {
        "weekly_plan_prompt",
        "plan_reminder",
        "plan_auto_approved",
        "cook_absent",
        "item_missing",
        "meal_rating",
        "cook_instr",
        "cook_reminder",
        "cook_changed",
        "shop_order",
        "not_in_stock",
    }
