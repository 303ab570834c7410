"""A photo is put on a dish in the office, and the family sees it beside the dish, in a place that was kept for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Demo
from tests.factories.pictures import picture

pytestmark = pytest.mark.browser
PHOTOS = "**/dish-photo/**"


@pytest.fixture
def week(desk: BrowserContext, demo: Demo) -> Page:
    page = desk.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(demo.plan)
    return page


def put_on(office: Page, demo: Demo, dish: str, file: Path) -> None:
    office.goto(f"{demo.office.rstrip('/')}/mealplans/dish/?q={dish}")
    office.locator("#result_list tbody a[href*='/change/']").first.click()
    office.locator("[name=new_photo]").set_input_files(file)
    office.locator("[name=_save]").first.click()
    expect(office.locator(".bm-thumb").first).to_have_js_property("naturalWidth", 320)


def ends(week: Page) -> list[float]:
    """Where each meal ends, down the page."""
    return week.locator(".meal").evaluate_all("found => found.map(meal => meal.getBoundingClientRect().bottom)")


def test_a_photo_from_the_office_stands_beside_the_dish_and_moves_nothing(
    desk: BrowserContext, demo: Demo, week: Page, tmp_path: Path
) -> None:
    dish, file = week.locator(".meal h3 span").last.inner_text(), tmp_path / "photo.jpg"
    file.write_bytes(picture(size=(1600, 1200)))
    put_on(desk.new_page(), demo, dish, file)
    week.route(PHOTOS, lambda route: route.abort())
    week.reload()
    without = ends(week)
    week.unroute(PHOTOS)
    week.reload()
    photo = week.locator(".photo img").first
    photo.scroll_into_view_if_needed()
    expect(photo).to_have_js_property("naturalWidth", 320)
    week.evaluate("scrollTo(0, 0)")
    assert ends(week) == without
    for scheme in ("light", "dark"):
        week.emulate_media(color_scheme=scheme)
        expect(photo).to_have_attribute("alt", f"Photo of {dish}" if week_is_english(week) else f"{dish} की फ़ोटो")
        assert week.evaluate("document.documentElement.scrollWidth") == 390
    photo.click()
    expect(week.locator("img")).to_have_js_property("naturalWidth", 1280)


def week_is_english(week: Page) -> bool:
    return week.locator("html").get_attribute("lang") == "en"
