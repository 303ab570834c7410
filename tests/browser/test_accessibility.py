"""axe-core finds nothing serious on any page that people use, and none is wider than its screen: staff, a resident at
the plan page, the phones; in light and dark, at a desk and on a phone. What is only there once it was made (a bulk
send, a template of one's own) is read where it is made, in `test_the_desk`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.browser.conftest import Demo
from tests.browser.reading import ALL, CROSSED, faults, readable

pytestmark = pytest.mark.browser

#: Our own pages: the theme knows nothing of them, so every width is read in every scheme.
OWN = (
    "/",
    "/analytics/",
    "/mealplans/weekplan/saturday/",
    "/mealplans/weekplan/{mealplans/weekplan}/change/",
    "/mealplans/weekplan/{mealplans/weekplan}/meal/{meal}/",
    "/mealplans/weekplan/{mealplans/weekplan}/replan/",
    "/mealplans/dish/from-page/",
    "/households/household/{households/household}/change/",
    "/households/household/people/",
    "/households/erasure/person/resident/{households/resident}/",
    "/billing/charge/books/",
    "/mealplans/ingredient/merge/",
    "/mealplans/ingredient/sheets/",
    "/whatsapp/inboxitem/desk/?box=all",
    "/whatsapp/inboxitem/desk/{whatsapp/contact}/",
    "/whatsapp/broadcast/choose/?group=residents",
    "/whatsapp/phonenumber/{whatsapp/phonenumber}/change/",
    "/whatsapp/account/{whatsapp/account}/change/",
    "/whatsapp/webhookdelivery/replay/",
)
#: The theme's pages with our rows in them.
THEIRS = (
    "/mealplans/weekplan/",
    "/mealplans/dish/",
    "/mealplans/dish/{mealplans/dish}/change/",
    "/mealplans/ingredient/{mealplans/ingredient}/change/",
    "/mealplans/groceryorder/",
    "/mealplans/cataloguemerge/",
    "/mealplans/weeklyquota/add/",
    "/households/household/",
    "/households/opsitem/",
    "/households/cook/{households/cook}/change/",
    "/households/resident/{households/resident}/change/",
    "/billing/charge/",
    "/whatsapp/message/{whatsapp/message}/change/",
    "/whatsapp/contact/{whatsapp/contact}/change/",
    "/whatsapp/purgerun/",
    "/auth/user/{auth/user}/change/",
    "/admin/logentry/",
)


def first_row(page: Page, office: str, model: str) -> str:
    """The first row of a list, as somebody looking at it would open it."""
    page.goto(f"{office}/{model}/")
    found = page.locator("#result_list tbody a[href*='/change/']").first.get_attribute("href") or ""
    match = re.search(r"/(\d+)/change/", found)
    assert match, f"the list of {model} has no row to open"
    return match[1]


def filled(page: Page, office: str, path: str, rows: dict[str, str]) -> str:
    for model in re.findall(r"{(\w+/\w+)}", path):
        rows[model] = rows.get(model) or first_row(page, office, model)
    if "{meal}" in path:
        page.goto(f"{office}/mealplans/weekplan/{rows['mealplans/weekplan']}/change/")
        link = page.locator("a[href*='/meal/']").first.get_attribute("href") or ""
        rows["meal"] = link.rstrip("/").rpartition("/")[2]
    return re.sub(r"{([^}]+)}", lambda found: rows[found[1]], path)


@pytest.fixture(scope="module")
def rows() -> dict[str, str]:
    """The rows to open, found once."""
    return {}


@pytest.fixture(scope="module")
def context(browser: Browser, signed_in: StorageState) -> Iterator[BrowserContext]:
    found = readable(browser, signed_in)
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("path", [*OWN, *THEIRS])
def test_no_page_of_the_back_office_shuts_anybody_out(page: Page, demo: Demo, rows: dict[str, str], path: str) -> None:
    office = demo.office.rstrip("/")
    answer = page.goto(office + filled(page, office, path, rows))
    assert answer
    assert answer.ok, answer.status
    assert faults(page, ALL if path in OWN else CROSSED) == []


def test_nor_does_an_open_dialog(page: Page, demo: Demo, rows: dict[str, str]) -> None:
    office = demo.office.rstrip("/")
    page.goto(office + filled(page, office, "/households/household/{households/household}/change/", rows))
    page.locator("#header-inner li a", has_text="Pause").click()
    page.get_by_role("dialog").wait_for()
    assert faults(page) == []


def test_neither_the_sign_in_does(browser: Browser, demo: Demo) -> None:
    context = readable(browser)
    page = context.new_page()
    page.goto(demo.office)
    assert faults(page) == []
    context.close()


@pytest.mark.parametrize("path", ["plan", "phones", "knobs", "api"])
def test_nor_does_a_page_outside_the_office(page: Page, demo: Demo, path: str) -> None:
    addresses = {
        "plan": demo.plan,
        "phones": demo.phones,
        "knobs": urljoin(demo.phones, "/knobs"),
        "api": urljoin(demo.office, "/api/docs/"),
    }
    page.goto(addresses[path])
    assert faults(page) == []
