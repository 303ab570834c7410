"""The connection to Meta from the office: a number's dialogs, a pause that is ended with a reason, webhooks again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bettermeals.management.commands.demo import HOUSEHOLDS, SEED
from bettermeals.rehearsal.phones import Phones
from bettermeals.sample_homes import sample_homes
from tests.browser.acting import act, go, open_row, said
from tests.browser.conftest import Demo, shot
from tests.browser.test_the_desk import eventually

pytestmark = pytest.mark.browser
PERSON = next(person for person in sample_homes(HOUSEHOLDS, SEED)[5].residents if person.phone)
WA_ID = PERSON.phone.removeprefix("+")
ACCOUNT_LOCKED = 131031


@pytest.fixture
def office(desk: BrowserContext) -> Page:
    return desk.new_page()


@pytest.fixture
def phones(demo: Demo) -> Phones:
    return Phones(demo.phones.rstrip("/"))


def test_a_number_is_registered_with_a_pin_typed_twice(office: Page, demo: Demo) -> None:
    open_row(office, demo, "/whatsapp/phonenumber/")
    dialog = act(office, "Register")
    dialog.get_by_label("Two-step PIN").fill("271828")
    dialog.get_by_label("The PIN again").fill("271829")
    fits(office)
    shot(office, "number-dialog", as_it_stands=True)
    dialog.get_by_role("button", name="Register").click()
    expect(dialog.get_by_text("The two PINs differ.")).to_be_visible()
    dialog.get_by_label("Two-step PIN").fill("271828")
    dialog.get_by_label("The PIN again").fill("271828")
    dialog.get_by_role("button", name="Register").click()
    said(office, "Registered with a PIN.")


def test_a_code_is_asked_for_and_entered_and_metas_no_is_said_in_words(
    office: Page, demo: Demo, phones: Phones
) -> None:
    control = f"{phones.url}/_sim"
    [number] = phones.session.get(f"{control}/state", timeout=30).json()["numbers"]
    told = {"code_verification_status": "NOT_VERIFIED"}
    phones.session.post(f"{control}/numbers/{number['id']}", json=told, timeout=30).raise_for_status()
    open_row(office, demo, "/whatsapp/phonenumber/")
    dialog = act(office, "Ask for a code")
    dialog.get_by_label("How").select_option(label="By a call")
    dialog.get_by_role("button", name="Send the code").click()
    said(office, "A code is on its way to the number.")
    [number] = phones.session.get(f"{control}/state", timeout=30).json()["numbers"]
    for code, answer in (("000000", re.compile("Meta refused: .*")), (number["code"], "The number is verified.")):
        dialog = act(office, "Enter the code")
        dialog.get_by_label("The code").fill(code)
        dialog.get_by_role("button", name="Verify").click()
        said(office, answer)


def test_a_number_that_meta_stopped_goes_on_with_a_reason(office: Page, demo: Demo, phones: Phones) -> None:
    phones.say(WA_ID, "Is anybody there?")
    phones.knobs(fail_next={"code": ACCOUNT_LOCKED, "count": 20})  # one that Meta took would end the pause
    answered(office, demo, "Yes, we are here.")
    eventually(lambda: paused(office, demo), "the number is paused")
    shot(office, "number-paused")
    phones.knobs(fail_next={})
    dialog = act(office, "Resume sending")
    dialog.get_by_label("Reason").fill("Meta's support opened the account again.")
    dialog.get_by_role("button", name="Resume").click()
    said(office, "Sending goes on.")
    assert not paused(office, demo)
    answered(office, demo, "We are back.")
    eventually(lambda: any("We are back." in str(line) for line in phones.chat(WA_ID)), "the answer is on the phone")


def answered(office: Page, demo: Demo, words: str) -> None:
    """In the person's thread, found by their number."""
    go(office, demo, f"/whatsapp/inboxitem/desk/?q={WA_ID[-10:]}")
    office.locator(".ib-line").first.click()
    expect(office.locator(".ib-in .ib-words", has_text="Is anybody there?")).to_be_visible(timeout=40_000)
    office.reload()
    office.locator("#ib-text").fill(words)
    office.keyboard.press("Control+Enter")
    expect(office.locator(".ib-out", has_text=words)).to_be_visible()


def paused(office: Page, demo: Demo) -> bool:
    open_row(office, demo, "/whatsapp/phonenumber/")
    return office.get_by_text("Meta has locked or disabled the account.").count() > 0


def fits(office: Page) -> None:
    """The open dialog, on a phone and at a desk."""
    for width, height in ((390, 844), (1366, 850)):
        office.set_viewport_size({"width": width, "height": height})
        expect(office.locator("#dialog")).to_be_in_viewport()
        assert office.evaluate("document.documentElement.scrollWidth") <= width


def test_what_came_in_is_replayed_and_nothing_happens_twice(office: Page, demo: Demo, phones: Phones) -> None:
    before = len(phones.chat(WA_ID))
    go(office, demo, "/whatsapp/webhookdelivery/")
    office.get_by_text("Replay since…").first.click()
    office.get_by_label("Received from").fill("2026-01-01T00:00")
    office.get_by_role("button", name="Look").click()
    expect(office.get_by_text("stored in this span")).to_be_visible()
    shot(office, "replay")
    office.get_by_role("button", name=re.compile(r"^Replay \d+ webhook")).click()
    said(office, re.compile(r"\d+ webhooks? (is|are) processed again\."))
    expect(office.locator("[data-running]")).to_have_count(0, timeout=60_000)  # the page follows by itself
    assert len(phones.chat(WA_ID)) == before
