"""What staff do on any page of the office: go there, open a row by what it is called, press an act, fill its dialog."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Demo


def go(office: Page, demo: Demo, path: str) -> None:
    answer = office.goto(demo.office.rstrip("/") + path)
    assert answer is not None
    assert answer.ok, f"{answer.status} {path}"


def open_row(office: Page, demo: Demo, path: str) -> None:
    """The first row of a list, by its link."""
    go(office, demo, path)
    office.locator("#result_list tbody a[href*='/change/']").first.click()
    office.wait_for_url(re.compile(r"/change/"))


def act(office: Page, name: str) -> Locator:
    """The dialog of an act in the header of a row's page."""
    office.locator("#header-inner li a", has_text=name).click()
    dialog = office.locator("#dialog")
    expect(dialog).to_be_visible()
    return dialog


def said(office: Page, words: str | re.Pattern[str]) -> None:
    """What the page answers at its top."""
    expect(office.get_by_text(words).first).to_be_visible()
