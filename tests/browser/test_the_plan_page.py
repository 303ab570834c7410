"""A resident's own page on a phone: a meal is skipped and wanted after all, guests are said; nothing needs a login."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Browser, demo: Demo) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-IN", timezone_id="Asia/Kolkata")
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(demo.plan)
    yield page
    context.close()


def press(phone: Page, words: str) -> None:
    """In the choices of the week's last meal, which no other test looks at."""
    meal = phone.locator(".meal").last
    if meal.locator("summary").count():
        meal.locator("summary").click()
    meal.get_by_role("button", name=re.compile(words)).click()
    expect(phone.get_by_role("status").first).to_be_visible()


def test_a_meal_is_skipped_and_wanted_after_all(phone: Page) -> None:
    press(phone, "Skip this meal|यह खाना न बने")
    expect(phone.locator(".meal").last).to_have_class(re.compile(r"\boff\b"))
    press(phone, "Cook it after all|फिर से बने")
    expect(phone.locator(".meal").last).not_to_have_class(re.compile(r"\boff\b"))


def test_guests_are_said_and_taken_back(phone: Page) -> None:
    for guests in ("2", "0"):
        phone.locator(".meal summary").last.click()
        phone.locator(".meal select[name=guests]").last.select_option(guests)
        phone.locator(".meal .guests button").last.click()
        expect(phone.get_by_role("status").first).to_be_visible()
        expect(phone.locator(".meal select[name=guests]").last).to_have_value(guests)
