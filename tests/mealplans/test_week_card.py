"""The cook's week on one page: the meals of the plan, in the cook's script, sent once with the confirmed week."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
import typst
from django.test import Client
from django.urls import reverse
from django.utils.translation import get_language_info

from bettermeals.lib.languages import PERSON_LANGUAGES
from households.models import Cook
from mealplans import absences, card_links, lifecycle, planning, skipping, week_card
from mealplans.models import WeekPlan
from mealplans.outcomes import Actor
from mealplans.printing import week_card as printed
from mealplans.printing.documents import fonts
from mealplans.slots import Home as Loaded
from mealplans.spans import Span
from mealplans.wording import meal_name
from tests.factories.households import NOW, make_cook
from tests.factories.mealplans import DAYS, TUESDAY, Home, meal_of
from tests.mealplans.people import later, say
from tests.mealplans.test_lifecycle import by, confirmed
from whatsapp.models import Message

FONT = {"kn": b"NotoSansKannada", "ta": b"NotoSansTamil", "te": b"NotoSansTelugu", "he": b"NotoSansHebrew",
        "hi": b"NotoSansDevanagari", "mr": b"NotoSansDevanagari", "en": b"NotoSans"}  # fmt: skip
CARD = b"%PDF-1."


def card(plan: WeekPlan, cook: Cook) -> week_card.Card:
    return week_card.card(plan, Loaded(plan.household, plan.week_start), planning.meals_of(plan), cook)


def words(node: Any) -> str:
    """The text of a piece of the typeset document, as the typesetter tells it."""
    if isinstance(node, list):
        return "".join(words(part) for part in node)
    if not isinstance(node, dict):
        return ""
    if node.get("func") == "space":
        return " "
    if isinstance(node.get("text"), str):
        return str(node["text"])
    return "".join(words(node.get(name)) for name in ("children", "child", "body"))


def set_text(found: week_card.Card) -> list[list[str]]:
    """Each day's table of the finished page: meal, dish, people, meal, …"""
    tables = json.loads(typst.query(printed.SOURCE, "table", font_paths=fonts(), sys_inputs=printed.inputs(found)))
    return [[words(cell) for cell in table["children"]] for table in tables]


@pytest.mark.parametrize("language", PERSON_LANGUAGES)
def test_the_page_holds_the_weeks_meals_in_the_cooks_language(plan: WeekPlan, home: Home, language: str) -> None:
    home.sunita.language = language
    expected = [
        [
            text
            for meal in (meal_of(plan, day, "lunch"), meal_of(plan, day, "dinner"))
            for text in (meal_name(meal.meal, language), meal.dish.name(language))
        ]
        for day in DAYS[:6]
    ]
    days = set_text(card(plan, home.sunita))
    assert [[text for n, text in enumerate(day) if n % 3 != 2] for day in days] == expected


@pytest.mark.parametrize("language", PERSON_LANGUAGES)
def test_the_page_is_set_in_the_scripts_own_font_and_right_to_left_where_it_must_be(
    plan: WeekPlan, home: Home, language: str
) -> None:
    home.sunita.language = language
    found = card(plan, home.sunita)
    made = printed.as_pdf(found)
    assert made.startswith(CARD)
    assert FONT[language] in made
    assert found.rtl == get_language_info(language)["bidi"] == (language == "he")
    assert len(made) < 100_000


@pytest.mark.parametrize("name", ["शर्मा परिवार", '#eval("1") "quoted" \\ $x$', "משפחת שרמה"])
def test_whatever_the_home_is_called_is_text(plan: WeekPlan, home: Home, name: str) -> None:
    plan.household.name = name
    assert printed.as_pdf(card(plan, home.sunita)).startswith(CARD)


def test_what_must_never_reach_the_table_stands_first_and_what_is_off_is_not_there(plan: WeekPlan, home: Home) -> None:
    home.sunita.language = "en"
    confirmed(plan, home)
    lunch = meal_of(plan, TUESDAY, "lunch")
    skipping.skip(plan.pk, lunch.pk, by(home.asha), NOW)
    absences.report_absent(home.sunita, Span(DAYS[2], DAYS[2]), Actor("Sunita", "text", cook_id=home.sunita.pk), NOW)
    found = card(plan, home.sunita)
    assert found.warning == "NEVER use: peanut"
    assert [(day.name, day.times) for day in found.days][:2] == [("Mon 23 Nov", "10:00 am"), ("Tue 24 Nov", "10:00 am")]
    assert [meal.name for meal in found.days[1].meals] == ["dinner"]
    assert "Wed 25 Nov" not in [day.name for day in found.days]


def test_it_goes_with_the_confirmed_week_once_as_the_templates_document(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    assert lifecycle.confirm(plan.pk, by(home.asha), NOW) is False
    [sent] = Message.objects.filter(contact=home.sunita.contact, purpose="cook_week")
    header, body = sent.payload["template"]["components"][:2]
    assert (header["type"], body["type"]) == ("header", "body")
    document = header["parameters"][0]["document"]
    assert document == {
        "link": card_links.address(plan, home.sunita),
        "filename": f"week-2026-11-23-{plan.household_id}.pdf",
    }


def test_to_a_cook_who_wrote_today_it_is_a_document_with_the_words_under_it(plan: WeekPlan, home: Home) -> None:
    say(home.sunita, "namaste", NOW)
    confirmed(plan, home)
    [sent] = Message.objects.filter(contact=home.sunita.contact, purpose="cook_week")
    assert sent.type == "document"
    assert sent.payload["document"]["caption"].startswith("नमस्ते Sunita जी, Sharma के घर")
    assert sent.route_reason == "Free text: the person wrote in the last 24 hours."


def test_the_address_opens_the_card_for_two_weeks_and_nobody_can_make_one_up(
    plan: WeekPlan, home: Home, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = urlsplit(card_links.address(plan, home.sunita)).path
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"], answer.content[:7]) == (200, "application/pdf", CARD)
    assert client.get(address.replace(".pdf", "x.pdf")).status_code == 404
    assert client.get(urlsplit(card_links.address(plan, make_cook("Meena"))).path).status_code == 404
    monkeypatch.setattr("time.time", lambda: later(days=60).timestamp() + 10**9)
    assert client.get(address).status_code == 404


def test_the_office_prints_it_from_the_weeks_page(plan: WeekPlan, home: Home, admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:mealplans_weekplan_change", args=[plan.pk])).content.decode()
    address = reverse("admin:mealplans_weekplan_card", args=[plan.pk, home.sunita.pk])
    assert address in page
    assert admin_client.get(address).content.startswith(CARD)


def test_it_is_not_shown_to_somebody_who_may_not_see_plans(plan: WeekPlan, home: Home, client: Client) -> None:
    from tests.factories.households import make_staff

    client.force_login(make_staff("nobody"))
    address = reverse("admin:mealplans_weekplan_card", args=[plan.pk, home.sunita.pk])
    assert client.get(address).status_code in (302, 403)
