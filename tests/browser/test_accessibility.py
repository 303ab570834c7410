"""axe-core finds nothing serious on any page that people use: staff, a resident at the plan page, the phones.

The pages' own policy is put aside (bypass_csp) so that axe's script may run in them. In the dark the elements are the
same and only their colours differ: there the rules of colour alone are asked, at one width. The desk's further pages
(templates, results, a contact) are read where they are made, in `test_the_desk`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Demo

pytestmark = pytest.mark.browser

SCHEMES = ("light", "dark")
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
DESKTOP = {"width": 1280, "height": 850}
PHONE = {"width": 390, "height": 844}

#: Our own pages: also read at the width of a phone, where the theme hides and we rearrange.
OWN = (
    "/",
    "/analytics/",
    "/mealplans/weekplan/saturday/",
    "/mealplans/weekplan/{mealplans/weekplan}/change/",
    "/mealplans/weekplan/{mealplans/weekplan}/meal/{meal}/",
    "/households/household/{households/household}/change/",
    "/households/household/people/",
    "/billing/charge/books/",
    "/mealplans/dish/{mealplans/dish}/change/",
    "/mealplans/ingredient/{mealplans/ingredient}/change/",
    "/mealplans/ingredient/merge/",
    "/mealplans/ingredient/sheets/",
    "/whatsapp/inboxitem/desk/",
    "/whatsapp/inboxitem/desk/{whatsapp/contact}/",
    "/whatsapp/broadcast/choose/",
    "/whatsapp/webhookdelivery/replay/",
)
#: The theme's pages with our rows in them.
LISTS = (
    "/mealplans/weekplan/",
    "/households/household/",
    "/households/opsitem/",
    "/households/cook/",
    "/billing/charge/",
    "/mealplans/dish/",
    "/mealplans/ingredient/",
    "/mealplans/cataloguemerge/",
    "/admin/logentry/",
    "/whatsapp/message/",
    "/whatsapp/purgerun/",
    "/whatsapp/message/{whatsapp/message}/change/",
)


def dark(page: Page) -> bool:
    return bool(page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"))


def faults(page: Page) -> list[tuple[str, str, list[str], str]]:
    """(where, rule, element, why) of what axe calls serious or critical."""
    options = {"resultTypes": ["violations"], **(COLOURS if dark(page) else {})}
    violations = Axe().run(page, options=options).response["violations"]
    where = re.sub(r"https?://[^/]+", "", page.url) + f" at {page.evaluate('innerWidth')} px"
    return [
        (where, violation["id"], node["target"], node["failureSummary"])
        for violation in violations
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


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
    if "{meal}" in path and "meal" not in rows:
        page.goto(f"{office}/mealplans/weekplan/{rows['mealplans/weekplan']}/change/")
        link = page.locator("a[href*='/meal/']").first.get_attribute("href") or ""
        rows["meal"] = link.rstrip("/").rpartition("/")[2]
    return re.sub(r"{([^}]+)}", lambda found: rows[found[1]], path)


@pytest.fixture(scope="module")
def rows() -> dict[str, str]:
    """The rows to open, found once for both themes."""
    return {}


@pytest.fixture(params=SCHEMES)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport=DESKTOP,  # type: ignore[arg-type]
        locale="en-IN",
        timezone_id="Asia/Kolkata",
        color_scheme=request.param,
        bypass_csp=True,
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def at_its_widths(page: Page) -> list[tuple[str, str, list[str], str]]:
    found = faults(page)
    if dark(page):
        return found
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found += faults(page)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    return found


def test_no_page_of_the_back_office_shuts_anybody_out(page: Page, demo: Demo, rows: dict[str, str]) -> None:
    office = demo.office.rstrip("/")
    page.goto(demo.office)
    found = at_its_widths(page)
    page.get_by_label("Username").fill(demo.user)
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(re.compile(r"/admin/$"))
    for path in (*OWN, *LISTS):
        answer = page.goto(office + filled(page, office, path, rows))
        assert answer, path
        assert answer.ok, f"{answer.status} {path}"
        found += at_its_widths(page) if path in OWN else faults(page)
    assert found == []


def test_neither_the_plan_page_nor_the_phones_do(page: Page, demo: Demo) -> None:
    found = []
    for address in (demo.plan, demo.phones, urljoin(demo.phones, "/knobs")):
        page.goto(address)
        found += at_its_widths(page)
    assert found == []
