"""A home's week changed for its people: one meal from the board, then the rest planned again by a worker."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from bettermeals.management.commands.demo import HOUSEHOLDS, SEED
from bettermeals.sample_homes import sample_homes
from tests.browser.acting import open_row, said
from tests.browser.conftest import Demo, shot

pytestmark = pytest.mark.browser
#: A home that no other test speaks for.
HOME = sample_homes(HOUSEHOLDS, SEED)[3]
MILLISECONDS = 120_000


@pytest.fixture
def week(desk: BrowserContext, demo: Demo) -> Page:
    """The week's own page, its plan made from the home's page the first time."""
    office = desk.new_page()
    open_row(office, demo, f"/households/household/?q={HOME.name}")
    plan_now = office.get_by_role("button", name="Plan this home's coming week now")
    if plan_now.count():
        plan_now.click()
        expect(office.locator(".wk-board td a").first).to_be_visible(timeout=MILLISECONDS)
    open_row(office, demo, f"/mealplans/weekplan/?q={HOME.name}")
    return office


def first_meal(week: Page) -> Locator:
    return week.locator(".wk-board td a").first


def test_a_meal_is_swapped_from_the_homes_board_with_a_reason(week: Page, demo: Demo) -> None:
    open_row(week, demo, f"/households/household/?q={HOME.name}")
    first_meal(week).click()
    expect(week.get_by_text("other dishes that everybody at this table may eat")).to_be_visible()
    shot(week, "meal")
    option = week.locator(".wk-option").first
    dish = option.locator("b").inner_text()
    option.click()
    week.get_by_role("button", name="Put the chosen dish there").click()
    assert "/meal/" in week.url, "without a reason it stays on the page"
    week.get_by_label("Why do you change it for them?").fill("Kavita called: her mother visits")
    week.get_by_role("button", name="Put the chosen dish there").click()
    week.wait_for_url(re.compile(r"/weekplan/\d+/change/"))
    expect(first_meal(week)).to_have_text(dish)
    said(week, re.compile("Kavita called: her mother visits"))


def test_guests_are_set_and_a_meal_is_skipped_and_cooked_after_all(week: Page) -> None:
    first_meal(week).click()
    for press, shown in (("Set guests", "2 guests"), ("Skip this meal", "Skipped")):
        week.get_by_label("Why do you change it for them?").fill("Kavita called")
        week.get_by_label("Guests").fill("2")
        week.get_by_role("button", name=press).click()
        week.wait_for_url(re.compile(r"/weekplan/\d+/change/"))
        expect(week.locator(".wk-board td").filter(has=week.locator("a")).first).to_contain_text(shown)
        first_meal(week).click()
    week.get_by_label("Why do you change it for them?").fill("Kavita called again")
    week.get_by_role("button", name="Cook it after all").click()
    week.wait_for_url(re.compile(r"/weekplan/\d+/change/"))
    expect(week.locator(".wk-board td").filter(has=week.locator("a")).first).not_to_contain_text("Skipped")


def test_the_rest_is_planned_again_looked_at_and_taken(week: Page) -> None:
    before = first_meal(week).inner_text()
    week.get_by_role("link", name="Plan the rest again").click()
    week.get_by_label(re.compile(re.escape(before))).first.check()
    week.get_by_role("button", name="Find the smallest change").click()
    expect(week.get_by_role("heading", name="What would change")).to_be_visible(timeout=MILLISECONDS)
    expect(week.locator(".wk-list s").first).to_have_text(before)
    shot(week, "replan")
    instead = week.locator(".wk-list b").first.inner_text()
    week.get_by_label("Why do you change it for them?").fill("the gas is low all week")
    week.get_by_role("button", name="Change the week like this").click()
    said(week, re.compile("The week is changed; the groceries cost"))
    expect(first_meal(week)).to_have_text(instead)
    said(week, "Planned the rest again: the gas is low all week")


def test_the_week_is_printed_for_the_cook(week: Page) -> None:
    address = week.locator("a", has_text=f"{HOME.cook.name} (PDF)").get_attribute("href") or ""
    card = week.request.get(urljoin(week.url, address))
    assert (card.status, card.body()[:5]) == (200, b"%PDF-")
