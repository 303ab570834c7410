"""Signing in as outside a demonstration: a password, then six digits; a phone that is set up, lost and forgotten."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.acting import act, go, open_row, said
from tests.browser.conftest import Demo, shot
from tests.browser.signing import digits, give_code, give_password, new_secret, set_up

pytestmark = pytest.mark.browser
NAME, PASSWORD = "priya", secrets.token_urlsafe(12)
HOMES = re.compile(r"/admin/households/household/$")
#: Each wrong code doubles the wait.
THROTTLED_MS = 1_500


@pytest.fixture(scope="module")
def phone() -> dict[str, list[str]]:
    """What the colleague has at hand: the app's secret and the codes on paper."""
    return {}


def homes(demo: Demo) -> str:
    return demo.office.rstrip("/") + "/households/household/"


def test_a_colleague_is_entered_and_sets_a_phone_up_at_the_first_sign_in(
    desk: BrowserContext, stranger: Page, demo: Demo, phone: dict[str, list[str]]
) -> None:
    enter_colleague(desk.new_page(), demo)
    give_password(stranger, homes(demo), NAME, PASSWORD)
    expect(stranger.get_by_alt_text("Picture for the authenticator app")).to_be_visible()
    shot(stranger, "second-step")
    give_code(stranger, "000000")
    expect(stranger.get_by_text("That code is not right")).to_be_visible()
    stranger.wait_for_timeout(THROTTLED_MS)
    secret, codes = set_up(stranger)
    expect(stranger).to_have_url(HOMES)
    assert len(set(codes)) == 10
    phone.update(secret=[secret], codes=codes)


def enter_colleague(office: Page, demo: Demo) -> None:
    go(office, demo, "/auth/user/add/")
    office.locator("[name=username]").fill(NAME)
    office.locator("[name=password1]").fill(PASSWORD)
    office.locator("[name=password2]").fill(PASSWORD)
    office.get_by_role("button", name="Save", exact=True).click()
    office.wait_for_url(re.compile(r"/change/"))
    for right in ("is_staff", "is_superuser"):
        office.locator(f"[name={right}]").check()
    office.get_by_role("button", name="Save", exact=True).click()
    said(office, re.compile("was changed successfully"))


def test_the_next_time_six_digits_are_asked_or_a_code_on_paper_that_works_once(
    browser: Browser, stranger: Page, demo: Demo, phone: dict[str, list[str]]
) -> None:
    give_password(stranger, homes(demo), NAME, PASSWORD)
    expect(stranger.get_by_alt_text("Picture for the authenticator app")).to_have_count(0)
    give_code(stranger, digits(phone["secret"][0], 1))
    expect(stranger).to_have_url(HOMES)
    on_paper = phone["codes"][0]
    assert [lets_in(browser, demo, on_paper), lets_in(browser, demo, on_paper)] == [True, False]


def lets_in(browser: Browser, demo: Demo, code: str) -> bool:
    context = browser.new_context(locale="en-IN")
    page = context.new_page()
    page.wait_for_timeout(THROTTLED_MS)
    give_password(page, homes(demo), NAME, PASSWORD)
    give_code(page, code)
    page.wait_for_load_state()
    inside = bool(HOMES.search(page.url))
    context.close()
    return inside


def test_a_lost_phone_is_forgotten_and_a_new_one_set_up(
    desk: BrowserContext, stranger: Page, demo: Demo, phone: dict[str, list[str]]
) -> None:
    office = desk.new_page()
    open_row(office, demo, f"/auth/user/?q={NAME}")
    dialog = act(office, "Forget the phone")
    dialog.get_by_label("Reason").fill("left in a taxi, she called from her desk")
    dialog.get_by_role("button", name="Forget it").click()
    said(office, "Forgotten: the next sign-in sets a new phone up.")
    give_password(stranger, homes(demo), NAME, PASSWORD)
    assert new_secret(stranger) not in ("", phone["secret"][0])
    set_up(stranger)
    expect(stranger).to_have_url(HOMES)
