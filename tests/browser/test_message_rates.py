"""Meta's prices at the desk: what a country costs is entered, holds at once, and is read in Hindi too."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.acting import go, said
from tests.browser.conftest import Demo, shot

pytestmark = pytest.mark.browser


def test_a_rate_is_added_and_holds(desk: BrowserContext, demo: Demo) -> None:
    office = desk.new_page()
    go(office, demo, "/whatsapp/messagerate/")
    office.get_by_role("link", name=re.compile("Add")).first.click()
    for name, words in {"region": "Bhutan", "countries": "BT", "price": "0.0473", "source": "Meta's card"}.items():
        office.locator(f"[name={name}]").fill(words)
    office.locator("[name=category]").select_option("UTILITY")
    office.locator("[name=currency]").select_option("USD")
    office.locator("[name=valid_from]").fill("2026-01-01")
    shot(office, "rate-add", as_it_stands=True)
    office.get_by_role("button", name="Save", exact=True).click()
    said(office, re.compile("was added successfully"))
    row = office.locator("#result_list tbody tr", has_text="Bhutan")
    expect(row).to_contain_text("$0.0473")
    expect(row).to_contain_text("holds")


def test_the_rates_are_read_in_hindi(hindi: Page, demo: Demo) -> None:
    go(hindi, demo, "/whatsapp/messagerate/")
    expect(hindi.locator("html")).to_have_attribute("lang", "hi")
    shot(hindi, "rates-hindi")
    heads = hindi.locator("#result_list thead th .text").all_inner_texts()
    assert [words for words in heads if re.search(r"[A-Za-z]{3,}", words)] == []
