"""Staff at the desk: a question arrives without a reload and is answered, a template goes to a home, a new one is
written and submitted."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from bettermeals.management.commands.demo import HOUSEHOLDS, SEED
from bettermeals.rehearsal.phones import Phones
from bettermeals.sample_homes import sample_homes
from tests.browser.conftest import Demo, shot
from tests.browser.reading import faults, readable

pytestmark = pytest.mark.browser
# The last home: the tests of the week play with the first ones.
HOME = sample_homes(HOUSEHOLDS, SEED)[-1]
PERSON = next(person for person in HOME.residents if person.phone)
WA_ID = PERSON.phone.removeprefix("+")
QUESTION = "One thing: my mother-in-law arrives on *Thursday* and the lift is broken. Could somebody call me?"


@pytest.fixture
def office(desk: BrowserContext, demo: Demo) -> Page:
    page = desk.new_page()
    page.goto(demo.office)
    expect(page.get_by_role("heading", name="Needs attention").first).to_be_visible()
    return page


@pytest.fixture
def phones(demo: Demo) -> Phones:
    return Phones(demo.phones.rstrip("/"))


def eventually(happened: Callable[[], bool], what: str, seconds: float = 40.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if happened():
            return
        time.sleep(0.4)
    pytest.fail(f"it did not happen within {seconds:.0f} s: {what}")


def on_the_phone(phones: Phones, words: str) -> bool:
    return any(words in str(message) for message in phones.chat(WA_ID))


def go(office: Page, demo: Demo, path: str) -> None:
    office.goto(demo.office.rstrip("/") + path)


def test_a_question_arrives_by_itself_is_taken_over_answered_and_given_back(
    office: Page, demo: Demo, phones: Phones
) -> None:
    go(office, demo, "/whatsapp/inboxitem/desk/")
    expect(office.get_by_text("Choose a conversation")).to_be_visible()
    phones.say(WA_ID, QUESTION)
    line = office.locator(".ib-line", has_text=HOME.name)
    expect(line).to_be_visible(timeout=40_000)  # no reload: the list asks for news
    shot(office, "inbox-list")
    line.click()
    expect(office.locator(".ib-in .ib-words", has_text="my mother-in-law arrives on Thursday")).to_be_visible()
    expect(office.get_by_text(re.compile(r"Window open: 23 h 5\d min left"))).to_be_visible()

    office.get_by_role("button", name="Take over").click()
    expect(office.get_by_text("the machine does not answer what this person writes")).to_be_visible()
    office.get_by_role("button", name="Note for colleagues").click()
    office.get_by_placeholder("Only colleagues see this.").fill("Her number is on the gate list.")
    office.get_by_role("button", name="Keep the note").click()
    expect(office.locator(".ib-note", has_text="gate list")).to_be_visible()

    office.get_by_role("button", name="Answer", exact=True).click()
    office.locator(".ib-in").last.hover()
    office.locator(".ib-in [data-quote]").last.click()
    expect(office.locator(".ib-quoting-words")).to_contain_text("mother-in-law")
    office.locator("#ib-text").fill("Of course, we will *call* you in ten minutes.")
    office.keyboard.press("Control+Enter")
    answer = office.locator(".ib-out", has_text="we will call you in ten minutes.")
    expect(answer).to_be_visible()
    expect(answer.locator(".ib-quote")).to_contain_text("mother-in-law")
    eventually(lambda: on_the_phone(phones, "in ten minutes"), "the answer on the phone")
    expect(answer.locator(".ib-is-delivered, .ib-is-read")).to_be_visible(timeout=40_000)
    phones.say(WA_ID, "Thank you so much!")
    expect(office.locator(".ib-in .ib-words", has_text="Thank you so much!")).to_be_visible(timeout=40_000)
    assert not on_the_phone(phones, "staff_called")
    shot(office, "inbox-thread")

    office.get_by_role("button", name="Give back").click()
    expect(office.get_by_role("button", name="Take over")).to_be_visible()
    go(office, demo, "/whatsapp/inboxitem/desk/?q=lift is broken")
    expect(office.locator(".ib-line")).to_have_count(1)


def test_a_bulk_send_is_seen_before_confirmed_and_followed(office: Page, demo: Demo, phones: Phones) -> None:
    office.on("dialog", lambda dialog: dialog.accept())
    go(office, demo, "/whatsapp/broadcast/choose/?group=residents")
    expect(office.locator(".bc-people li").first).to_be_visible()
    shot(office, "bulk-people")
    go(office, demo, f"/whatsapp/broadcast/choose/?group=residents&q={HOME.name}")
    office.get_by_label("Name of this bulk send").fill("Lift repair")
    office.get_by_role("button", name="On to the message").click()
    office.get_by_label("Template").select_option("staff_reply")
    expect(office.get_by_text("A value is missing").first).to_be_visible()
    office.locator("input[name^=var_]:not([name=var_name])").first.fill(
        "The lift is repaired; the cook comes as usual."
    )
    office.get_by_role("button", name="Keep and look again").click()
    expect(office.locator(".ib-phone", has_text="The lift is repaired").first).to_be_visible()
    shot(office, "bulk-preview")
    office.get_by_label("Why is it sent?").fill("The house asked us to tell them.")
    office.get_by_role("button", name=re.compile(r"Send \d+ message")).click()
    expect(office.locator(".bc-results")).to_be_visible()
    eventually(lambda: on_the_phone(phones, "The lift is repaired"), "the message on the phone")
    expect(office.locator(".bc-pill", has_text="Delivered").first).to_be_visible(timeout=40_000)
    with office.expect_download() as taken:
        office.locator(".bc-links").get_by_role("link", name="CSV").click()
    assert taken.value.suggested_filename.endswith(".csv")
    shot(office, "bulk-results")


def test_a_template_is_written_against_metas_rules_and_submitted(office: Page, demo: Demo) -> None:
    go(office, demo, "/whatsapp/messagetemplate/")
    shot(office, "templates")
    office.get_by_text("Write a template").click()
    office.get_by_label("Name", exact=True).fill("kitchen_closed")
    office.get_by_role("button", name="Begin").click()
    office.get_by_label("Header").fill("Kitchen closed")
    office.get_by_label("Body").fill("Hello {{1}}, the kitchen is *closed* on {{2}}")
    expect(office.locator("#te-rules")).to_contain_text("may not end with a variable")
    expect(office.get_by_role("button", name="Submit to Meta")).to_be_disabled()
    office.get_by_label("Body").fill(
        "Hello {{1}}, the kitchen is *closed* on {{2}} this week. We cook again the day after."
    )
    office.locator("[name=name_1]").fill("name")
    office.locator("[name=example_1]").fill("Asha")
    office.locator("[name=name_2]").fill("day")
    office.locator("[name=example_2]").fill("Thursday")
    office.get_by_label("Footer").fill("BetterMeals")
    office.locator("[name=label_0]").fill("OK")
    expect(office.locator("#te-rules")).to_contain_text("It keeps every rule")
    expect(office.locator("#te-phone strong")).to_have_text("closed")
    office.get_by_role("button", name="Keep", exact=True).click()
    shot(office, "template-editor")
    office.get_by_role("button", name="Submit to Meta").click()
    expect(office.get_by_text("Submitted. Meta's review")).to_be_visible()
    expect(office.get_by_text(re.compile("submitted as utility"))).to_be_visible()
    shot(office, "template-page")


PAGES = (
    "broadcast/",
    "broadcast/1/results/",
    "messagetemplate/",
    "messagetemplate/write/1/",
    "messagetemplate/1/change/",
)


def test_no_page_of_what_was_made_shuts_anybody_out(browser: Browser, demo: Demo, signed_in: StorageState) -> None:
    context = readable(browser, signed_in)
    page, found = context.new_page(), []
    for path in PAGES:
        go(page, demo, f"/whatsapp/{path}")
        found += faults(page)
    context.close()
    assert found == []
