"""The office's own pages, each by its main path: the queue and whose a line is, a home, a person's data, people from a
sheet, the Saturday run, the figures, a day's books. Inbox, bulk sends and templates are tried in `test_the_desk`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, StorageState, expect

from bettermeals.management.commands.demo import HOUSEHOLDS, SEED
from bettermeals.rehearsal.phones import Phones
from bettermeals.sample_homes import sample_homes
from tests.browser.acting import go, open_row
from tests.browser.conftest import Demo, shot

pytestmark = pytest.mark.browser
# Neither the homes that play the week nor those that the desk writes with.
HOME = sample_homes(HOUSEHOLDS, SEED)[-3]
SHEET = (
    "household,role,name,phone,consent,diet,lunch\n"
    "Iyer home,resident,Meena,+91 98200 77001,signed form,vegetarian,2\n"
    "Iyer home,resident,Kannan,12,signed form,vegetarian,\n"
)


@pytest.fixture(scope="module")
def context(browser: Browser, signed_in: StorageState) -> Iterator[BrowserContext]:
    found = browser.new_context(
        viewport={"width": 1366, "height": 850}, locale="en-IN", timezone_id="Asia/Kolkata", storage_state=signed_in
    )
    found.set_default_timeout(20_000)
    yield found
    found.close()


@pytest.fixture
def office(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()


def test_a_home_shows_its_week_its_people_and_what_happened(office: Page, demo: Demo) -> None:
    open_row(office, demo, "/households/household/")
    for heading in ("People", "What happened", "Money"):
        expect(office.get_by_role("heading", name=heading).first).to_be_visible()


@pytest.mark.parametrize("language", ["en", "hi"])
def test_the_path_to_a_home_is_read_and_each_of_its_acts_is_on_the_screen(
    request: pytest.FixtureRequest, demo: Demo, language: str
) -> None:
    page: Page = request.getfixturevalue({"en": "office", "hi": "hindi"}[language])
    open_row(page, demo, "/households/household/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    steps = page.locator("h1 > :not(.material-symbols-outlined)")
    assert steps.evaluate_all("found => found.filter(step => step.scrollWidth > step.clientWidth).length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 1366
    expect(page.locator("#header-inner ul li").last).to_be_in_viewport(ratio=1)


#: Pages of the office that have a picture in docs/screens and no longer test here.
PICTURED = {
    "office-queue": "/",
    "number": "/whatsapp/phonenumber/*",
    "merge": "/mealplans/ingredient/merge/",
    "rates": "/whatsapp/messagerate/",
    "sheets": "/mealplans/ingredient/sheets/",
}


@pytest.mark.parametrize("name", PICTURED)
def test_a_page_of_the_office_opens_without_a_fault_of_its_scripts(office: Page, demo: Demo, name: str) -> None:
    wrong: list[str] = []
    office.on("pageerror", lambda error: wrong.append(str(error)))
    path = PICTURED[name]
    if path.endswith("*"):
        open_row(office, demo, path[:-1])
    else:
        go(office, demo, path)
    shot(office, name)
    assert wrong == []


def test_a_persons_data_is_downloaded_and_an_erasure_wants_the_name_typed(office: Page, demo: Demo) -> None:
    open_row(office, demo, "/households/resident/?decides__exact=0")
    office.goto(office.url.replace("/change/", "/data/"))
    expect(office.get_by_role("heading", name="Erase this person")).to_be_visible()
    with office.expect_download() as taken:
        office.get_by_role("button", name="Download the file").click()
    assert taken.value.suggested_filename.endswith(".zip")
    office.get_by_label("Who asked for it, when and how").fill("letter of 3 Nov")
    office.get_by_label("to confirm").fill("somebody else")
    office.get_by_role("button", name="Erase for good").click()
    expect(office.get_by_text("Nothing was erased.").first).to_be_visible()
    office.goto(office.url)
    shot(office, "person")


def test_a_sheet_is_looked_at_and_its_one_right_row_brought_in(office: Page, demo: Demo) -> None:
    go(office, demo, "/households/household/people/")
    office.set_input_files("#file", {"name": "people.csv", "mimeType": "text/csv", "buffer": SHEET.encode()})
    office.get_by_role("button", name="Look at it first").click()
    expect(office.get_by_text("Meena eats at Iyer home")).to_be_visible()
    expect(office.get_by_text("12” is not a phone number").first).to_be_visible()
    shot(office, "import")
    office.set_input_files("#file", {"name": "people.csv", "mimeType": "text/csv", "buffer": SHEET.encode()})
    office.get_by_role("button", name="Look at it first").click()
    office.get_by_role("button", name="Bring 1 person in").click()
    expect(office.get_by_role("heading", name="What happened")).to_be_visible()
    go(office, demo, "/households/resident/?q=Meena")
    expect(office.locator("#result_list tbody tr", has_text="Iyer home")).to_have_count(1)


def test_the_sheets_of_people_are_taken_away(office: Page, demo: Demo) -> None:
    go(office, demo, "/households/household/people/")
    heads = []
    for name in ("Example, CSV", "Everybody, CSV"):
        with office.expect_download() as taken:
            office.get_by_role("link", name=name).click()
        heads.append(Path(taken.value.path()).read_text(encoding="utf-8-sig").splitlines()[0])
    assert heads[0] == heads[1]
    assert heads[0].startswith("household,city,language,role,name,phone,consent")


def test_a_page_is_found_by_its_name_from_anywhere(office: Page, demo: Demo) -> None:
    go(office, demo, "/")
    office.locator("#nav-filter").press_sequentially("grocery ord", delay=20)
    office.locator("#search-results a", has_text=re.compile("Grocery orders", re.IGNORECASE)).first.click()
    office.wait_for_url(re.compile("/mealplans/groceryorder/"))


def test_the_saturday_run_says_what_stands_in_each_homes_way(office: Page, demo: Demo) -> None:
    go(office, demo, "/mealplans/weekplan/saturday/")
    expect(office.get_by_role("heading", name="Saturday run").first).to_be_visible()
    waiting = office.locator(".sr-home", has_text=HOME.name)
    expect(waiting).to_contain_text("ready")
    expect(waiting.locator(".sr-check")).to_have_count(6)
    expect(waiting.locator(".sr-is-good")).to_have_count(6)
    expect(waiting.locator(".sr-planner")).to_have_text(re.compile(r"The planner:\s+not planned yet"))
    planned = office.locator("tr", has_text="Groceries about")
    expect(planned.first).to_contain_text("from the best plan")
    shot(office, "saturday")
    with office.expect_download() as taken:
        office.locator("a[href$='.csv']", has_text="CSV").first.click()
    assert taken.value.suggested_filename == "saturday-run.csv"


def test_the_figures_are_drawn_and_taken_as_a_sheet(office: Page, demo: Demo) -> None:
    go(office, demo, "/analytics/")
    with office.expect_download() as taken:
        office.locator("a[href*='.xlsx']").first.click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    funnel = office.get_by_role("img", name="How far the plans of all these weeks came")
    expect(funnel).to_be_visible()
    office.set_viewport_size({"width": 390, "height": 844})
    expect(funnel.locator("text").first).to_be_visible()
    assert office.evaluate("document.documentElement.scrollWidth") == 390
    shot(office, "analytics")


def test_a_days_books_are_compared_with_the_provider_and_taken_away(office: Page, demo: Demo) -> None:
    go(office, demo, "/billing/charge/books/")
    expect(office.get_by_role("heading", name="A day's books").first).to_be_visible()
    office.get_by_role("button", name="Compare").click()
    expect(office.get_by_text("Nothing differs: links, payments, refunds and the ledger agree.")).to_be_visible()
    shot(office, "books")
    with office.expect_download() as taken:
        office.get_by_role("button", name="XLSX").click()
    assert taken.value.suggested_filename.endswith(".xlsx")


def test_the_proof_of_a_consent_is_taken_away(office: Page, demo: Demo) -> None:
    open_row(office, demo, "/whatsapp/contact/")
    with office.expect_download() as taken:
        office.locator("a[href$='/consent.csv']").first.click()
    assert re.fullmatch(r"consent-\d+\.csv", taken.value.suggested_filename)


def test_the_queue_says_what_needs_a_person_or_that_nothing_does(office: Page, demo: Demo) -> None:
    go(office, demo, "/")
    lines = office.locator(".bm-need")
    if lines.count():
        lines.first.locator("summary").click()
        lines.first.get_by_label("For a colleague").fill(demo.user)
        lines.first.get_by_role("button", name="Assign", exact=True).click()
        expect(office.get_by_text(f"Assigned to {demo.user}.").first).to_be_visible()
        expect(office.get_by_text("yours").first).to_be_visible()
    else:
        expect(office.get_by_text("Nothing needs you right now.")).to_be_visible()


def asked(office: Page, demo: Demo, words: str) -> Locator:
    """A resident writes what no machine understands; its line in the queue."""
    person = next(each for each in HOME.residents if each.phone)
    Phones(demo.phones.rstrip("/")).say(person.phone.removeprefix("+"), words)
    line = office.locator(".bm-need", has_text=words)
    for _ in range(40):
        go(office, demo, "/")
        if line.count():
            break
        office.wait_for_timeout(500)
    return line


def test_a_line_is_settled_in_the_queue_by_its_own_dialog(office: Page, demo: Demo) -> None:
    line = asked(office, demo, "the courier sang an opera at our gate")
    expect(line.locator("b").first).to_contain_text(HOME.name)
    line.get_by_role("button", name="Close").click()
    dialog = office.locator("#dialog")
    dialog.get_by_label("Reason").fill("Sent our thanks.")
    dialog.get_by_role("button", name="Close").click()
    expect(office.get_by_text("Closed.").first).to_be_visible()
    assert re.search(r"/admin/\??$", office.url)
    expect(line).to_have_count(0)


def test_a_list_is_taken_away_as_it_is_filtered(office: Page, demo: Demo) -> None:
    go(office, demo, f"/households/household/?q={HOME.name.split()[0]}")
    with office.expect_download() as taken:
        office.locator(".bm-take").get_by_role("link", name="CSV").click()
    rows = Path(taken.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert (taken.value.suggested_filename.startswith("household-"), len(rows)) == (True, 2)


def test_a_line_is_snoozed_and_called_back(office: Page, demo: Demo) -> None:
    line = asked(office, demo, "a peacock sits on our stove")
    line.locator("summary").click()
    line.get_by_role("button", name="Snooze 4 hours").click()
    expect(office.locator(".bm-need", has_text="peacock")).to_have_count(0)
    go(office, demo, "/?who=snoozed")
    waiting = office.locator(".bm-need", has_text="peacock")
    expect(waiting).to_contain_text("waits until")
    waiting.locator("summary").click()
    waiting.get_by_role("button", name="Back into the queue").click()
    go(office, demo, "/")
    expect(office.locator(".bm-need", has_text="peacock")).to_have_count(1)
