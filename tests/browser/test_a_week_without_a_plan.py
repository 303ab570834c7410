"""A home whose rules cannot hold together: from the queue to the reason, the change that is enough, and its plan."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from bettermeals.management.commands.demo import HOUSEHOLDS, SEED
from bettermeals.sample_homes import sample_homes
from tests.browser.conftest import Demo, shot

pytestmark = pytest.mark.browser
#: Not the first (it has its proposal from the start), nor one that the other tests speak for.
HOME = sample_homes(HOUSEHOLDS, SEED)[4]
MILLISECONDS = 120_000
BLOCKED = ".wk-blocked"


def set_budget(office: Page, demo: Demo, rupees: str) -> str:
    office.goto(f"{demo.office.rstrip('/')}/households/household/?q={HOME.name}")
    office.locator("#result_list tbody a[href*='/change/']").first.click()
    office.locator("a", has_text=re.compile(r"^\s*Money\s*$")).click()
    office.locator("[name=weekly_budget_paise]").fill(rupees)
    office.get_by_role("button", name="Save and continue editing").click()
    expect(office.get_by_text("was changed successfully").first).to_be_visible()
    return office.url


def until_planned(office: Page, found: str) -> None:
    """The page looks again by itself while the planner is at work."""
    expect(office.get_by_text("The planner is at work").first).to_be_visible()
    expect(office.locator(found).first).to_be_visible(timeout=MILLISECONDS)


def test_a_budget_that_is_too_small_is_explained_raised_and_planned_again(
    desk: BrowserContext, browser: Browser, signed_in: StorageState, demo: Demo
) -> None:
    office = desk.new_page()
    set_budget(office, demo, "300")
    office.get_by_role("button", name="Plan this home's coming week now").click()
    until_planned(office, BLOCKED)
    from_the_queue(office, demo)
    blocked = office.locator(BLOCKED)
    expect(blocked.get_by_role("heading", name="No plan is possible")).to_be_visible()
    short = blocked.get_by_text(re.compile(r"The budget of ₹300 is ₹[\d,.]+ short"))
    expect(short).to_be_visible()
    shot(office, "no-plan")
    in_hindi(browser, signed_in, office.url)
    raise_it(office)
    until_planned(office, ".wk-board td")
    expect(office.locator(BLOCKED)).to_have_count(0)
    expect(office.get_by_text("Waits for approval").first).to_be_visible()


def from_the_queue(office: Page, demo: Demo) -> None:
    office.goto(demo.office)
    need = office.locator(".bm-need").filter(has_text=f"No plan for {HOME.name}")
    expect(need).to_be_visible()
    need.get_by_role("link", name=re.compile("^The week")).click()


def in_hindi(browser: Browser, signed_in: StorageState, page: str) -> None:
    """The locale of a context decides what it asks for; a header of its own would be overwritten."""
    reader = browser.new_context(viewport={"width": 1366, "height": 850}, locale="hi-IN", storage_state=signed_in)
    office = reader.new_page()
    office.goto(page)
    blocked = office.locator(BLOCKED)
    expect(blocked.get_by_text(re.compile("₹300 के बजट में ₹"))).to_be_visible()
    assert re.findall(r"[A-Za-z]{3,}", blocked.inner_text()) == []
    reader.close()


def raise_it(office: Page) -> None:
    blocked = office.locator(BLOCKED)
    least = int(blocked.get_by_label("New weekly budget").get_attribute("min") or 0)
    assert least > 300
    blocked.get_by_label("New weekly budget").fill(str(least + 200))
    blocked.get_by_label("Who agreed, and how?").fill("asked on the phone, they agreed")
    blocked.get_by_role("button", name="Change it and plan again").click()
    expect(office.get_by_text("the week is being planned again").first).to_be_visible()


@pytest.mark.parametrize("width", [1366, 390])
def test_nothing_of_it_is_wider_than_the_screen(desk: BrowserContext, demo: Demo, width: int) -> None:
    office = desk.new_page()
    office.set_viewport_size({"width": width, "height": 844})
    office.goto(f"{demo.office.rstrip('/')}/mealplans/weekplan/?q={HOME.name}")
    office.locator("#result_list tbody a[href*='/change/']").first.click()
    assert office.evaluate("document.documentElement.scrollWidth") <= width
