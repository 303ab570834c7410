"""The plan page as it is opened and read: whose link, which words, how much it asks the database."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.models import Household, Resident
from mealplans import lifecycle, plan_links
from mealplans.models import PlannedMeal, PlanStatus, WeekPlan
from mealplans.outcomes import Actor
from tests.factories.households import MONDAY, NOW, make_household, make_resident
from tests.factories.mealplans import TUESDAY, Home, make_catalogue, meal_of
from tests.mealplans import page_visits
from tests.mealplans.page_visits import address, at, post, state, text


@pytest.fixture(autouse=True)
def saturday(monkeypatch: pytest.MonkeyPatch) -> None:
    page_visits.forget_links()
    at(monkeypatch, NOW)


# Opening it


def test_the_week_shows_every_meal_with_its_dish_people_and_reason(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    PlannedMeal.objects.filter(pk=meal.pk).update(reason=[{"code": "not_served_lately", "value": 23}])
    shown = text(Client().get(address(plan, home.asha)))
    assert "Your week, 23 Nov – 29 Nov" in shown
    assert "Please approve by Sun 22 Nov, 2:00 pm." in shown
    assert "no peanut" in shown
    assert f"{meal.dish.name_en} for 2.5 · {meal.dish.minutes} min not served for 23 days" in shown
    assert shown.count("Other dishes") == 12


def test_it_reads_in_the_reader_s_own_language(plan: WeekPlan, home: Home) -> None:
    Resident.objects.filter(pk=home.asha.pk).update(language="hi")
    response = Client().get(address(plan, home.asha))
    shown = text(response)
    assert '<html lang="hi">' in response.content.decode()
    assert meal_of(plan, TUESDAY).dish.name_hi in shown
    assert "यह हफ़्ता मंज़ूर है" in shown
    assert "Approve" not in shown


def test_reading_changes_nothing(plan: WeekPlan, home: Home) -> None:
    before = state(plan)
    meal = meal_of(plan, TUESDAY)
    Client().get(address(plan, home.asha))
    Client().get(address(plan, home.asha, "plan-options", meal.pk))
    Client().get(address(plan, home.asha, "plan-pay"))
    Client().head(address(plan, home.asha))
    assert state(plan) == before


@pytest.mark.parametrize("page", ["plan-approve", "plan-swap", "plan-skip", "plan-restore", "plan-guests"])
def test_a_link_that_is_only_followed_never_acts(plan: WeekPlan, home: Home, page: str) -> None:
    before = state(plan)
    args = [] if page == "plan-approve" else [meal_of(plan, TUESDAY).pk]
    assert Client().get(address(plan, home.asha, page, *args)).status_code == 405
    assert state(plan) == before


def test_a_form_from_another_site_is_refused(plan: WeekPlan, home: Home) -> None:
    before = state(plan)
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(address(plan, home.asha, "plan-approve")).status_code == 403
    assert state(plan) == before


def test_every_form_of_the_page_carries_its_token_and_works_with_it(plan: WeekPlan, home: Home) -> None:
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(address(plan, home.asha)).content.decode()
    tokens = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    ticks = page.count("data-live")
    assert ticks
    assert len(tokens) == page.count('method="post"') == 1 + 2 * 12 + ticks
    browser.post(address(plan, home.asha, "plan-approve"), {"csrfmiddlewaretoken": tokens[0]})
    assert WeekPlan.objects.get().status == PlanStatus.AWAITING_PAYMENT


def test_the_page_has_one_script_of_its_own_and_needs_no_other_site(plan: WeekPlan, home: Home) -> None:
    page = Client().get(address(plan, home.asha)).content.decode()
    assert re.findall(r"<script[^>]*>[^<]*", page) == ['<script src="/static/mealplans/plan.js" defer>']
    assert re.findall(r' on[a-z]+="| style="', page) == []
    assert re.findall(r'(?:src|href|action)="(?!/|#)[^"]*"', page) == []


def test_no_cache_search_engine_or_other_site_learns_the_address(plan: WeekPlan, home: Home) -> None:
    response = Client().get(address(plan, home.asha))
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Content-Security-Policy"].startswith("default-src 'self'; ")
    assert "unsafe" not in response["Content-Security-Policy"]


def test_headings_go_down_one_step_at_a_time_and_every_field_has_a_label(plan: WeekPlan, home: Home) -> None:
    lifecycle.approve(plan.pk, Actor("Asha", "page", resident_id=home.asha.pk), NOW)
    page = Client().get(address(plan, home.asha)).content.decode()
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    fields = re.findall(r'<select name="guests" id="([^"]+)"', page)
    assert fields == re.findall(r'<label for="([^"]+)"', page)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


# Links that do not work


def test_an_expired_link_says_so_in_both_languages_and_shows_nothing(
    plan: WeekPlan, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = address(plan, home.asha)
    at(monkeypatch, NOW + timedelta(days=10))
    response = Client().get(link)
    assert response.status_code == 410
    assert "This link has expired" in text(response)
    assert "इस लिंक का समय पूरा हो गया" in text(response)
    assert "Sharma" not in text(response)
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_a_tampered_link_opens_nothing(plan: WeekPlan, home: Home) -> None:
    token = plan_links.token(plan, home.asha)
    forged = ("A" if token[0] != "A" else "B") + token[1:]
    response = Client().get(reverse("plan-page", args=[forged]))
    assert response.status_code == 404
    assert "This link does not work" in text(response)


def test_a_tampered_or_expired_link_changes_nothing(
    plan: WeekPlan, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, link = state(plan), address(plan, home.asha, "plan-approve")
    assert Client().post(link.replace("/p/", "/p/x")).status_code == 404
    at(monkeypatch, NOW + timedelta(days=30))
    assert Client().post(link).status_code == 410
    assert state(plan) == before


def test_who_left_the_home_has_no_page_any_more(plan: WeekPlan, home: Home) -> None:
    Resident.objects.filter(pk=home.ravi.pk).update(active=False)
    assert Client().get(address(plan, home.ravi)).status_code == 404


def test_a_resident_of_another_home_has_no_page_here(plan: WeekPlan, home: Home) -> None:
    stranger = make_resident(make_household("Iyer"), "Meera")
    assert Client().get(address(plan, stranger)).status_code == 404


@pytest.mark.parametrize("page", ["plan-swap", "plan-skip", "plan-restore", "plan-guests"])
def test_a_meal_of_another_home_cannot_be_touched(plan: WeekPlan, home: Home, page: str) -> None:
    theirs = WeekPlan.objects.create(
        household=make_household("Iyer"), week_start=MONDAY, status=PlanStatus.PROPOSED, created_at=NOW
    )
    meal = PlannedMeal.objects.create(
        plan=theirs, date=TUESDAY, meal="dinner", dish=meal_of(plan, TUESDAY).dish, servings=2, status="planned"
    )
    before = state(theirs)
    response = post(plan, home.asha, page, meal.pk, dish="curd-rice", guests="2")
    assert [row[1:] for row in state(theirs)[1:]] == [row[1:] for row in before[1:]]
    assert response.redirect_chain == [(address(plan, home.asha), 303)]
    assert response.context["page"].said.done is False


def test_the_options_of_a_meal_of_another_home_are_not_shown(plan: WeekPlan, home: Home) -> None:
    response = Client().get(address(plan, home.asha, "plan-options", 999_999))
    assert (response.status_code, response["Location"]) == (303, address(plan, home.asha))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (PlanStatus.DRAFT, "Your week is being planned."),
        (PlanStatus.FAILED, "our team is on it"),
        (PlanStatus.APPROVED, "The bill is being made."),
        (PlanStatus.AWAITING_PAYMENT, "Please pay for the groceries"),
        (PlanStatus.CONFIRMED, "Your cook is told each day"),
        (PlanStatus.COMPLETED, "This week is over."),
        (PlanStatus.CANCELLED, "This week was cancelled."),
    ],
)
def test_wherever_the_week_stands_the_page_says_it(plan: WeekPlan, home: Home, status: str, words: str) -> None:
    WeekPlan.objects.update(status=status)
    shown = text(Client().get(address(plan, home.asha)))
    assert words in shown
    assert "Approve this week" not in shown


# How much it asks the database


def asked(link: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert Client().get(link).status_code == 200
    return len(queries)


def test_the_page_asks_as_often_for_twelve_meals_as_for_one(plan: WeekPlan, home: Home) -> None:
    full = asked(address(plan, home.asha))
    PlannedMeal.objects.exclude(pk=meal_of(plan, TUESDAY).pk).delete()
    assert asked(address(plan, home.asha)) == full


def test_and_as_often_for_an_approved_week_with_its_groceries(plan: WeekPlan, home: Home) -> None:
    post(plan, home.asha, "plan-approve")
    full = asked(address(plan, home.asha))
    lines = WeekPlan.objects.get().grocery_lists.get().lines
    lines.exclude(pk=lines.all()[0].pk).delete()
    PlannedMeal.objects.exclude(pk=meal_of(plan, TUESDAY).pk).delete()
    assert asked(address(plan, home.asha)) == full


def test_an_empty_week_says_so(home: Home) -> None:
    plan = WeekPlan.objects.create(household=home.household, week_start=MONDAY, status=PlanStatus.DRAFT, created_at=NOW)
    assert "No meals are planned in this week." in text(Client().get(address(plan, home.asha)))


def test_names_are_shown_as_text_never_as_markup(db: Any) -> None:
    make_catalogue()
    household: Household = make_household("<b>Bold</b> home")
    reader = make_resident(household, "Asha")
    plan = WeekPlan.objects.create(household=household, week_start=MONDAY, status="draft", created_at=NOW)
    assert "&lt;b&gt;Bold&lt;/b&gt; home" in Client().get(address(plan, reader)).content.decode()
