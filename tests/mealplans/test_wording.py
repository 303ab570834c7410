"""People are written to in their own language: every phrase and button, and every date and template of a cook's day."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import translation

from bettermeals.lib.languages import LANGUAGES, PERSON_LANGUAGES
from households.vocabulary import Allergen
from mealplans.cook_template_texts import ANSWERS
from mealplans.models import WeekPlan
from mealplans.phrases import cooks, labels, residents
from mealplans.templates import CATALOGUE
from mealplans.wording import day_name, label, say
from tests.factories.mealplans import Home
from tests.mealplans.people import say as write
from whatsapp.declare import QuickReply

OTHERS = sorted(set(PERSON_LANGUAGES) - set(LANGUAGES))
SCRIPTS = {"kn": "ಀ-೿", "ta": "஀-௿", "te": "ఀ-౿", "mr": "ऀ-ॿ", "he": "֐-׿"}
each_language = pytest.mark.parametrize("language", OTHERS)


def fields(text: str) -> list[str]:
    return sorted(set(re.findall(r"\{(\w+)\}", text)))


def translated(context: str, english: str, language: str) -> str:
    with translation.override(language):
        return translation.pgettext(context, english)


@each_language
def test_every_phrase_for_cooks_is_translated_and_takes_the_same_facts(language: str) -> None:
    for key, phrase in cooks.PHRASES.items():
        text = translated(f"cook.{key}", phrase["en"], language)
        assert fields(text) == fields(phrase["en"]), key
        if re.search(r"[A-Za-z]{3}", re.sub(r"\{\w+\}", "", phrase["en"])):
            assert re.search(f"[{SCRIPTS[language]}]", text), key


@each_language
def test_every_phrase_for_residents_is_translated_and_takes_the_same_facts(language: str) -> None:
    for key, phrase in residents.PHRASES.items():
        text = translated(f"resident.{key}", phrase["en"], language) if phrase["en"] else ""
        assert fields(text) == fields(phrase["en"]), key
        if re.search(r"[A-Za-z]{3}", re.sub(r"\{\w+\}", "", phrase["en"])):
            assert re.search(f"[{SCRIPTS[language]}]", text), key


@each_language
def test_every_label_is_translated_and_fits_a_button(language: str) -> None:
    for key in labels.PHRASES:
        facts = dict.fromkeys(fields(labels.PHRASES[key]["en"]), "3")
        text = label(key, language, **facts)
        assert re.search(f"[{SCRIPTS[language]}]", text) or not label(key, "en", **facts), key
        if not re.match("rule_|how_many|trade_with", key) and key not in Allergen.values:
            assert len(text) <= 20, key


@each_language
def test_a_resident_is_answered_in_their_own_language(plan: WeekPlan, home: Home, language: str) -> None:
    type(home.asha).objects.filter(pk=home.asha.pk).update(language=language)
    (answer,) = write(home.asha, "skip wednesday lunch")
    lunch = f"{day_name(plan.week_start + timedelta(days=2), language)}"
    assert answer.startswith(lunch)
    assert re.search(f"[{SCRIPTS[language]}]", answer)
    assert "-₹" in answer.replace("\u200e", "").replace("\u2212", "-")


@each_language
def test_each_of_the_cooks_templates_is_declared_with_the_buttons_of_the_labels(language: str) -> None:
    mine = {template.name: template for template in CATALOGUE if language in template.bodies}
    assert sorted(mine) == ["cook_changed", "cook_instr", "cook_reminder", "cook_week", "staff_reply"]
    assert ANSWERS[language] == tuple(label(key, language) for key in ("ok", "cannot_come", "something_missing"))
    buttons = [button.text for button in mine["cook_instr"].bodies[language].buttons if isinstance(button, QuickReply)]
    assert tuple(buttons) == ANSWERS[language]
    assert set(re.findall(r"\{\{\d\}\}", mine["cook_instr"].bodies[language].body)) == {
        f"{{{{{n}}}}}" for n in range(1, 7)
    }


@each_language
def test_days_are_named_in_the_language_with_plain_numerals(language: str) -> None:
    name = day_name(date(2026, 11, 24), language)
    assert "24" in name
    assert re.search(f"[{SCRIPTS[language]}]", name)


def test_a_language_of_a_region_is_its_base_and_an_unknown_one_is_english() -> None:
    assert say("no_ahead", "hi_IN", to="cook") == "कुछ नहीं"
    assert say("no_ahead", "fr", to="cook") == "nothing"


@each_language
def test_a_cook_who_greets_is_answered_in_her_language(home: Home, language: str) -> None:
    home.sunita.language = language
    home.sunita.save(update_fields=["language"])
    (answer,) = write(home.sunita, "namaste")
    assert answer == say(
        "cook_hello", language, to="cook", name="Sunita", today=say("nothing_today", language, to="cook")
    )
    assert re.search(f"[{SCRIPTS[language]}]", answer)
