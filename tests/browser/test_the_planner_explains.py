"""What the planner has to say for itself, on the screens: why a dish, what a swap costs, how good the week is. And in
the inbox: what is typed while a template's preview comes is kept."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import Demo

pytestmark = pytest.mark.browser


def rupees(words: str) -> int:
    found = re.search(r"([-−+]?)₹([\d,]+)", words)
    assert found, words
    return int(found[2].replace(",", "")) * (-1 if found[1] in ("-", "−") else 1)


def test_a_dish_says_why_it_is_there_and_a_swap_what_it_costs(desk: BrowserContext, demo: Demo) -> None:
    page = desk.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(demo.plan)
    expect(page.locator(".why li").first).to_be_visible()
    assert all(reason.strip() for reason in page.locator(".why li").all_inner_texts())
    before = rupees(page.locator(".bar .sum b").inner_text())
    page.locator("summary").first.click()
    page.get_by_role("link", name=re.compile("Other dishes|दूसरी डिश")).first.click()
    option = page.locator(".option:has(.price:has-text('₹'))").first
    difference = rupees(option.locator(".price").inner_text())
    option.get_by_role("button").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert rupees(page.locator(".bar .sum b").inner_text()) == before + difference


def test_the_weeks_own_page_in_the_office_says_how_far_it_is_from_the_best(desk: BrowserContext, demo: Demo) -> None:
    office = desk.new_page()
    office.goto(demo.office.rstrip("/") + "/mealplans/weekplan/")
    office.locator("#result_list tbody a[href*='/change/']").first.click()
    gap = office.get_by_text("Gap to the best possible plan", exact=True)
    expect(gap).to_be_attached()
    gap.evaluate("e => { for (let p = e; p; p = p.parentElement) if (p.tagName === 'DETAILS') p.open = true; }")
    gap.scroll_into_view_if_needed()
    expect(gap).to_be_visible()
    expect(gap.locator("xpath=..")).to_contain_text(re.compile(r"\d+\.\d\d %"))


def composer(office: Page, demo: Demo) -> None:
    """The thread of somebody who may only be sent a template with something to fill in."""
    for pk in range(1, 12):
        answer = office.goto(f"{demo.office.rstrip('/')}/whatsapp/inboxitem/desk/{pk}/")
        if answer and answer.ok and office.locator("#ib-picked [name^=var_]").count():
            return
    pytest.fail("nobody is left to be sent a template")


def test_what_is_typed_while_a_templates_preview_comes_is_kept(desk: BrowserContext, demo: Demo) -> None:
    office = desk.new_page()
    composer(office, demo)
    office.route(re.compile("/preview/"), slowly)
    office.locator("#ib-template").dispatch_event("change")
    field = office.locator("#ib-picked [name^=var_]").first
    name = field.get_attribute("name")
    field.fill("")
    with office.expect_response(re.compile("/preview/.*var_")):
        field.press_sequentially("typed at once", delay=20)
    office.wait_for_timeout(1500)
    assert office.locator(f"#ib-picked [name='{name}']").input_value() == "typed at once"
    assert office.evaluate("document.activeElement.name") == name
    office.unroute(re.compile("/preview/"))


def slowly(route: Route) -> None:
    time.sleep(0.8)
    route.continue_()
