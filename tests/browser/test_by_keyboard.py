"""The office without a mouse: a dialog takes the keyboard and gives it back, and clicks are not needed."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.acting import go, open_row
from tests.browser.conftest import Demo

pytestmark = pytest.mark.browser


@pytest.fixture
def office(desk: BrowserContext) -> Page:
    return desk.new_page()


def test_a_dialog_takes_the_keyboard_and_gives_it_back(office: Page, demo: Demo) -> None:
    open_row(office, demo, "/households/household/")
    opener = office.locator("#header-inner li a", has_text="Pause")
    opener.press("Enter")
    dialog = office.get_by_role("dialog", name="Pause")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    for key in ("Shift+Tab", "Shift+Tab", "Shift+Tab", "Tab", "Tab", "Tab"):
        office.keyboard.press(key)
        assert office.evaluate("document.getElementById('dialog').contains(document.activeElement)"), key
    office.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_what_the_theme_leaves_to_the_mouse_answers_to_the_keyboard(office: Page, demo: Demo) -> None:
    go(office, demo, "/households/household/")
    office.get_by_role("button", name="Account").press("Space")
    expect(office.get_by_role("button", name="Log out")).to_be_visible()
    office.set_viewport_size({"width": 390, "height": 844})
    go(office, demo, "/households/household/")
    office.get_by_role("button", name="Menu").first.press("Enter")
    expect(office.get_by_role("link", name="Saturday run")).to_be_in_viewport()
