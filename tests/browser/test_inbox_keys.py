"""The inbox without a mouse: J and K go through the list, R writes, the keys type letters where somebody is writing."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.acting import go
from tests.browser.conftest import Demo

pytestmark = pytest.mark.browser
CHOSEN = "a.ib-line[aria-current]"


def chosen(office: Page) -> str:
    return office.locator(CHOSEN).get_attribute("href") or ""


def press(office: Page, key: str, expected: str) -> None:
    office.keyboard.press(key)
    expect(office.locator(CHOSEN)).to_have_attribute("href", expected)


def test_j_and_k_go_through_the_list_and_stop_at_its_ends(desk: BrowserContext, demo: Demo) -> None:
    office = desk.new_page()
    go(office, demo, "/whatsapp/inboxitem/desk/?box=all")
    first, second = (line.get_attribute("href") or "" for line in office.locator("a.ib-line").element_handles()[:2])
    press(office, "j", first)
    press(office, "j", second)
    press(office, "k", first)
    press(office, "k", first)


def test_where_somebody_writes_the_keys_are_letters(desk: BrowserContext, demo: Demo) -> None:
    office = desk.new_page()
    go(office, demo, "/whatsapp/inboxitem/desk/?box=all")
    office.keyboard.press("j")
    expect(office.locator(CHOSEN)).to_have_count(1)
    before = chosen(office)
    office.locator("#ib-q").focus()
    office.keyboard.type("kjr")
    expect(office.locator("#ib-q")).to_have_value("kjr")
    assert chosen(office) == before
