"""A home's own page: its people are read and answered there, within the window by words, outside it by a template."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bettermeals.management.commands.demo import HOUSEHOLDS, SEED
from bettermeals.rehearsal.phones import Phones
from bettermeals.sample_homes import sample_homes
from tests.browser.conftest import Demo, shot
from tests.browser.test_the_desk import eventually

pytestmark = pytest.mark.browser
# Neither the last home, which the desk writes with, nor the first ones, which play the week.
HOME = sample_homes(HOUSEHOLDS, SEED)[-2]
ASKER, *_OTHERS = [person for person in HOME.residents if person.phone]
WA_ID = ASKER.phone.removeprefix("+")
QUESTION = "Our gate code changed, to whom do I give it?"


@pytest.fixture
def phones(demo: Demo) -> Phones:
    return Phones(demo.phones.rstrip("/"))


@pytest.fixture
def page(desk: BrowserContext, demo: Demo) -> Page:
    """The home's page."""
    page = desk.new_page()
    page.goto(f"{demo.office.rstrip('/')}/households/household/?q={HOME.name}")
    page.locator("#result_list tbody a[href*='/change/']").first.click()
    page.wait_for_url(re.compile(r"/change/"))
    return page


def opened(page: Page, name: str) -> None:
    page.get_by_label("Whose conversation").get_by_role("link", name=re.compile(name)).click()
    expect(page.get_by_label("Whose conversation").locator("[aria-current]")).to_contain_text(name)


def test_a_question_is_answered_on_the_homes_page_by_keyboard(page: Page, phones: Phones) -> None:
    phones.say(WA_ID, QUESTION)
    eventually(lambda: any("window" in str(line) or QUESTION in str(line) for line in phones.chat(WA_ID)), "it arrives")
    opened(page, ASKER.name)
    expect(page.locator(".ib-in .ib-words", has_text=QUESTION)).to_be_visible(timeout=40_000)
    page.reload()
    expect(page.get_by_text(re.compile(r"Window open: 23 h 5\d min left"))).to_be_visible()
    page.locator(".ib-scroll").focus()
    page.keyboard.press("r")
    page.keyboard.type("To me: I write it down.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".ib-out", has_text="To me: I write it down.")).to_be_visible()
    eventually(lambda: any("I write it down" in str(line) for line in phones.chat(WA_ID)), "the answer on the phone")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_label("Answer", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    send = page.get_by_role("button", name=re.compile("^Send"))
    send.scroll_into_view_if_needed()
    expect(send).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1366, "height": 850})
    shot(page, "household")


def test_outside_the_window_a_template_is_seen_before_it_goes(page: Page) -> None:
    opened(page, HOME.cook.name)
    expect(page.get_by_text("only a template may be sent now").first).to_be_visible()
    expect(page.get_by_label("Template", exact=True)).to_have_value("staff_reply")  # for staff's own words: first
    page.locator("#ib-picked input").last.fill("The gate is at the back.")
    expect(page.locator(".ib-phone", has_text="The gate is at the back.")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".ib-out", has_text="The gate is at the back.")).to_be_visible()
