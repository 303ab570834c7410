"""The inbox without a mouse: J and K go through the list, and are letters where somebody writes. And a picture that
came in is drawn in its thread."""

from __future__ import annotations

from base64 import b64decode

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bettermeals.management.commands.demo import HOUSEHOLDS, SEED
from bettermeals.sample_homes import sample_homes
from tests.browser.acting import go
from tests.browser.conftest import Demo

pytestmark = pytest.mark.browser
WA_ID = next(each for each in sample_homes(HOUSEHOLDS, SEED)[5].residents if each.phone).phone.removeprefix("+")
PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
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


def test_a_picture_that_came_in_is_drawn_in_its_thread(desk: BrowserContext, demo: Demo) -> None:
    phone = desk.new_page()
    phone.goto(f"{demo.phones}#{WA_ID}")
    expect(phone.get_by_label("Message", exact=True)).to_be_visible()
    phone.locator("input[type=file]").set_input_files({"name": "lid.png", "mimeType": "image/png", "buffer": PIXEL})
    office = desk.new_page()
    go(office, demo, f"/whatsapp/inboxitem/desk/?q={WA_ID[-10:]}")
    office.locator("a.ib-line").first.click()
    picture = office.locator(".ib-in img").last
    expect(picture).to_be_visible(timeout=40_000)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
