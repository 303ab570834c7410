"""The catalogue at the desk: rows come in from a sheet, duplicates are made one and taken apart again, a recipe comes
from a saved page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.acting import act, go, said
from tests.browser.conftest import Demo, shot

pytestmark = pytest.mark.browser
HEAD = "slug,name_en,name_hi,base_unit,diet,allergens,jain_ok,fasting_ok,aisle,staple,shelf_life_days\n"
BEET = "g,vegan,none,no,no,vegetables,no,7\n"
#: The same thing entered twice, as it happens: once by its other name.
SHEET = f"{HEAD}golden-beet,Golden beet,सुनहरा चुकंदर,{BEET}yellow-beet,Yellow beet,पीला चुकंदर,{BEET}"
WRONG = SHEET.replace("vegetables,no,7\nyellow", "vegetables,no,soon\nyellow")
RECIPE = {
    "@type": "Recipe",
    "name": "Beet and onion rice",
    "recipeYield": "4",
    "recipeIngredient": ["300 g Rice", "2 large onions, chopped", "Salt to taste"],
    "recipeInstructions": [{"@type": "HowToStep", "text": "Wash"}, {"@type": "HowToStep", "text": "Cook"}],
    "prepTime": "PT15M",
    "cookTime": "PT25M",
}
SAVED = f'<html><script type="application/ld+json">{json.dumps(RECIPE)}</script><body>Hi</body></html>'


@pytest.fixture
def office(desk: BrowserContext) -> Page:
    return desk.new_page()


def choose(office: Page, name: str, kind: str, contents: str, press: str) -> None:
    office.set_input_files("#file", {"name": name, "mimeType": kind, "buffer": contents.encode()})
    office.get_by_role("button", name=press).click()


def test_a_sheet_is_looked_at_mended_and_comes_in(office: Page, demo: Demo) -> None:
    go(office, demo, "/mealplans/ingredient/sheets/")
    with office.expect_download() as taken:
        office.get_by_role("link", name="CSV, Ingredients").click()
    assert Path(taken.value.path()).read_text(encoding="utf-8-sig").startswith("slug,name_en,name_hi,base_unit")
    choose(office, "ingredients.csv", "text/csv", WRONG, "Look at it first")
    said(office, "Nothing comes in while a row is not right")
    expect(office.locator(".im-wrong")).to_contain_text("“soon” is no whole number.")
    expect(office.get_by_role("button", name=re.compile("^Let "))).to_have_count(0)
    choose(office, "ingredients.csv", "text/csv", SHEET, "Look at it first")
    expect(office.get_by_role("heading", name="What would happen")).to_be_visible()
    shot(office, "sheet-looked-at", as_it_stands=True)
    office.get_by_role("button", name="Let 2 rows in").click()
    said(office, "2 rows came in.")
    expect(office.get_by_role("heading", name="What happened")).to_be_visible()


def tick_both(office: Page, demo: Demo) -> None:
    go(office, demo, "/mealplans/ingredient/?q=beet")
    for name in ("Golden beet", "Yellow beet"):
        office.locator("#result_list tbody tr", has_text=name).locator("input.action-select").check()
    office.locator("select[name=action]").select_option(label="Merge duplicates")
    office.get_by_role("button", name="Run").click()


def test_what_was_entered_twice_is_made_one_and_taken_apart_again(office: Page, demo: Demo) -> None:
    tick_both(office, demo)
    office.get_by_label(re.compile("^Golden beet")).check()
    office.get_by_role("button", name="See what would move").click()
    expect(office.get_by_role("heading", name="What would move to Golden beet")).to_be_visible()
    shot(office, "merge-looked-at")
    office.get_by_label("Why are they the same?").fill("one beet, two names")
    office.get_by_role("button", name="Merge them").click()
    said(office, "yellow-beet → golden-beet: done.")
    assert "/cataloguemerge/" in office.url
    listed(office, demo, ["Golden beet"])
    office.go_back()
    dialog = act(office, "Undo")
    dialog.get_by_label("Reason").fill("the yellow one is sweeter")
    dialog.get_by_role("button", name="Undo").click()
    said(office, "Everything stands as it stood.")
    listed(office, demo, ["Golden beet", "Yellow beet"])


def listed(office: Page, demo: Demo, names: list[str]) -> None:
    go(office, demo, "/mealplans/ingredient/?q=-beet")
    rows = office.locator("#result_list tbody tr")
    expect(rows).to_have_count(len(names))
    for name in names:
        expect(rows.filter(has_text=name)).to_have_count(1)


def test_two_dishes_are_looked_at_before_they_are_made_one(office: Page, demo: Demo) -> None:
    go(office, demo, "/mealplans/dish/")
    for at in (0, 1):
        office.locator("#result_list input.action-select").nth(at).check()
    office.locator("select[name=action]").select_option(label="Merge duplicates")
    office.get_by_role("button", name="Run").click()
    office.locator("[name=kept]").first.check()
    office.get_by_role("button", name="See what would move").click()
    expect(
        office.get_by_role("heading", name=re.compile("^What would move to")).or_(office.locator(".wk-problem"))
    ).to_be_visible()


def test_a_saved_page_becomes_a_draft_that_says_what_it_lacks(office: Page, demo: Demo) -> None:
    go(office, demo, "/mealplans/dish/from-page/")
    choose(office, "shopping.html", "text/html", "<html>no recipe</html>", "Make a draft")
    assert office.url.endswith("/from-page/")
    choose(office, "rice.html", "text/html", SAVED, "Make a draft")
    said(office, "A draft. It is planned once nothing is missing and “active” is ticked.")
    expect(office.locator("[name=name_en]")).to_have_value("Beet and onion rice")
    expect(office.locator("[name=active]")).not_to_be_checked()
    expect(office.locator(".todo").get_by_text("It has no steps in Hindi").first).to_be_visible()
    shot(office, "dish-draft")
