"""The whole week by hand, as a visitor of the demonstration plays it: the run started in the back office, the plan
approved and paid on the phone, the cook told and answering, and all of it seen by staff."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bettermeals.management.commands.demo import HOUSEHOLDS, SEED
from bettermeals.sample_homes import SampleHome, sample_homes
from tests.browser.conftest import Demo, shot

pytestmark = pytest.mark.browser
HOMES = sample_homes(HOUSEHOLDS, SEED)
# The first home has its proposal from the start; this one waits for the Saturday run and reads English.
HOME = next(home for home in HOMES[1:] if home.language == "en" and home.cook.language == "hi")
SECONDS = 60.0


def eventually(happened: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if happened():
            return
        time.sleep(0.5)
    pytest.fail(f"it did not happen within {seconds:.0f} s: {what}")


@pytest.fixture
def office(desk: BrowserContext, demo: Demo) -> Page:
    page = desk.new_page()
    page.goto(demo.office)
    expect(page.get_by_role("heading", name="Needs attention").first).to_be_visible()
    return page


def phone_of(context: BrowserContext, demo: Demo, number: str) -> Page:
    page = context.new_page()
    page.goto(f"{demo.phones}#{number.removeprefix('+')}")
    return page


def open_office_page(office: Page, demo: Demo, path: str) -> None:
    office.goto(demo.office.rstrip("/") + path)


def count_in_state(office: Page, demo: Demo, state: str) -> int:
    open_office_page(office, demo, f"/mealplans/weekplan/?status__exact={state}")
    return office.locator("#result_list tbody tr").count()


def test_a_dish_is_swapped_and_the_week_approved_on_the_plan_page(desk: BrowserContext, demo: Demo) -> None:
    page = desk.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(demo.plan)
    shot(page, "plan-page")
    page.locator("summary").first.click()
    page.get_by_role("link", name=re.compile("Other dishes|दूसरी डिश")).first.click()
    shot(page, "plan-options")
    chosen = page.locator(".option h2").first.inner_text()
    page.get_by_role("button", name=re.compile("Choose|चुनें")).first.click()
    expect(page.get_by_role("status")).to_contain_text(chosen)
    tick_what_is_at_home(page)
    page.get_by_role("button", name=re.compile("Approve this week|मंज़ूर")).click()
    expect(page.get_by_role("status")).to_contain_text(re.compile("Approved|मंज़ूर"))
    shot(page, "plan-approved")


def rupees(page: Page) -> int:
    return int(page.locator(".bar .sum b").inner_text().removeprefix("₹").replace(",", "").split(".")[0])


def tick_what_is_at_home(page: Page) -> None:
    """The total follows without the page being loaded again, and comes back when the tick is taken back."""
    page.locator(".bill > details > summary").click()
    page.evaluate("window.sameDocument = true")
    before, tick = rupees(page), page.get_by_role("checkbox").first
    price = page.locator(".bill tr:has(.tick) td:not(.tick)").first.inner_text()
    tick.click()
    expect(page.get_by_role("checkbox").first).to_be_checked()
    assert rupees(page) == before - int(price.removeprefix("₹").replace(",", ""))
    assert page.evaluate("window.sameDocument") is True
    page.locator(".for > summary").first.click()
    page.locator(".bill").evaluate("element => element.scrollIntoView()")
    shot(page, "plan-groceries")
    page.get_by_role("checkbox").first.click()
    expect(page.get_by_role("checkbox").first).not_to_be_checked()
    assert rupees(page) == before


def test_stop_is_obeyed_at_once_and_an_odd_message_reaches_staff(
    office: Page, desk: BrowserContext, demo: Demo
) -> None:
    home = HOMES[-1]
    phone = phone_of(desk, demo, home.residents[0].phone)
    phone.get_by_label("Message", exact=True).fill("my neighbour's parrot ate the invoice")
    phone.get_by_label("Message", exact=True).press("Enter")

    def parked() -> bool:
        open_office_page(office, demo, "/")
        return office.get_by_text("parrot").count() > 0

    eventually(parked, "the message is before staff")
    phone.get_by_label("Message", exact=True).fill("STOP")
    phone.get_by_label("Message", exact=True).press("Enter")

    def opted_out() -> bool:
        open_office_page(office, demo, f"/whatsapp/contact/?q={home.residents[0].phone[-6:]}")
        return office.get_by_text(re.compile("opted out", re.IGNORECASE)).count() > 0

    eventually(opted_out, "the person is opted out")


def test_the_week_from_the_saturday_run_to_the_cooks_ok(office: Page, desk: BrowserContext, demo: Demo) -> None:
    """Last in this file: it moves the demonstration's clock into the next week."""
    start_the_saturday_run(office, demo)
    resident = approve_on_the_phone(desk, demo, HOME)
    pay(desk, resident)
    expect(resident.locator(".theirs").get_by_text("confirmed").last).to_be_visible(timeout=60_000)
    shot(resident, "phone-resident")
    cook = see_the_cooks_week(desk, demo)
    move_on_until_the_cook_is_asked(office, demo, cook)
    cook.get_by_role("button", name="ठीक है", exact=True).last.click()
    shot(cook, "phone-cook")
    see_it_in_the_office(office, demo)


def start_the_saturday_run(office: Page, demo: Demo) -> None:
    open_office_page(office, demo, "/mealplans/weekplan/")
    office.get_by_text("Start the Saturday run").first.click()
    office.get_by_role("button", name=re.compile("Start")).last.click()
    expect(office.get_by_text("are being planned").first).to_be_visible()
    # The first home approved its week on the plan page before.
    eventually(
        lambda: count_in_state(office, demo, "proposed") == HOUSEHOLDS - 1, "every household has its proposal", 180
    )
    shot(office, "office-plans")


def approve_on_the_phone(desk: BrowserContext, demo: Demo, home: SampleHome) -> Page:
    phone = phone_of(desk, demo, home.residents[0].phone)
    shot(phone, "phone-proposal")
    phone.get_by_role("button", name="Approve", exact=True).click()
    expect(phone.locator(".theirs").get_by_text("Approved ✅")).to_be_visible(timeout=60_000)
    return phone


def pay(desk: BrowserContext, phone: Page) -> None:
    link = phone.get_by_role("link", name=re.compile("Pay", re.IGNORECASE)).last
    expect(link).to_be_visible(timeout=60_000)
    with desk.expect_page() as opened:
        link.click()
    page = opened.value
    page.wait_for_load_state()
    shot(page, "pay-page")
    page.get_by_role("button", name=re.compile("^Pay")).first.click()
    expect(page.get_by_text(re.compile("thank", re.IGNORECASE)).first).to_be_visible()
    shot(page, "pay-return")
    page.close()


def see_the_cooks_week(desk: BrowserContext, demo: Demo) -> Page:
    cook = phone_of(desk, demo, HOME.cook.phone)
    expect(cook.get_by_text(HOME.name.split()[0]).first).to_be_visible(timeout=60_000)
    card = cook.locator("a.document").first.get_attribute("href") or ""
    assert cook.request.get(urljoin(cook.url, card)).body()[:5] == b"%PDF-"
    return cook


def move_on_until_the_cook_is_asked(office: Page, demo: Demo, cook: Page) -> None:
    """The clock is pushed from one due moment to the next; reminders to silent households come first."""
    for _ in range(80):
        if cook.get_by_role("button", name="ठीक है", exact=True).count():
            return
        open_office_page(office, demo, "/")
        office.get_by_role("button", name="Move on to the next thing").click()
        expect(office.get_by_text(re.compile("It is now|still busy")).first).to_be_visible()
        cook.wait_for_timeout(1500)
    pytest.fail("the cook was never asked")


def see_it_in_the_office(office: Page, demo: Demo) -> None:
    def acknowledged() -> bool:
        open_office_page(office, demo, "/mealplans/cookinstruction/?status__exact=acknowledged")
        return office.locator("#result_list tbody tr").count() >= 1

    eventually(acknowledged, "the instruction is acknowledged")
    shot(office, "office-instructions")
    open_office_page(office, demo, "/mealplans/weekplan/?status__exact=confirmed")
    office.locator("#result_list tbody tr th a, #result_list tbody tr td a").first.click()
    shot(office, "office-plan")
    open_office_page(office, demo, "/mealplans/groceryorder/")
    office.locator("#result_list tbody a[href*='/change/']").first.click()
    expect(office.locator("h1")).to_be_visible()
    shot(office, "order")
    address = office.locator("a[href$='/picklist.pdf']").first.get_attribute("href") or ""
    assert office.request.get(urljoin(office.url, address)).body()[:5] == b"%PDF-"
    open_office_page(office, demo, "/")
    shot(office, "office-home")
