"""The catalogue out as sheets and back: the same comes back, wrong rows say why, nothing changes before the yes."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bettermeals.lib import audit
from bettermeals.lib.sheets import SheetError, csv_bytes, plain, safe
from mealplans.catalogue.load import load_catalogue
from mealplans.catalogue_sheets.bringing import Report, bring_in, read, taken_out
from mealplans.models import Dish, DishIngredient, Ingredient, IngredientPack
from mealplans.storing import store
from tests.factories.households import NOW
from tests.factories.mealplans import make_catalogue
from tests.mealplans.admin.catalogue_desk import cataloguer, dish, ingredient

pytestmark = pytest.mark.django_db
PAGE = "/admin/mealplans/ingredient/sheets/"
OKRA = {
    "slug": "okra", "name_en": "Okra", "name_hi": "भिंडी", "base_unit": "g", "diet": "vegan", "allergens": "none",
    "jain_ok": "yes", "fasting_ok": "no", "aisle": "vegetables", "staple": "no", "shelf_life_days": "4",
}  # fmt: skip
SOUP = {
    "slug": "dal-soup", "name_en": "Dal Soup", "name_hi": "दाल सूप", "label": "vegan", "meals": "dinner",
    "cuisine": "everyday", "main_ingredient": "toor-dal", "family": "soup", "technique": "boiled",
    "tags": "soup, light", "spice_level": "1", "prep_minutes": "5", "cook_minutes": "20", "passive_minutes": "0",
    "equipment": "stove",
    "ahead_hours": "0", "recipe": "toor-dal 40; tomato 0.5 (ripe); oil 5",
    "steps_en": "Wash the dal.|Boil it soft.|Serve hot.", "steps_hi": "दाल धोइए।|नरम उबालिए।|गरम परोसिए।",
}  # fmt: skip


@pytest.fixture(autouse=True)
def kitchen(db: None) -> None:
    make_catalogue()


def sheet(*rows: dict[str, str]) -> bytes:
    head = list(rows[0])
    return csv_bytes([head, *([row.get(name, "") for name in head] for row in rows)])


def look(kind: str, *rows: dict[str, str], dry_run: bool = True) -> Report:
    return bring_in(kind, read(kind, "a.csv", sheet(*rows)), NOW, dry_run=dry_run)


def said(kind: str, *rows: dict[str, str]) -> list[tuple[str, str]]:
    return [(each.fate.value, each.sentence) for each in look(kind, *rows).results]


def everything() -> list[Any]:
    models = (Ingredient, IngredientPack, Dish, DishIngredient)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("kind", ["ingredients", "packs", "dishes"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_taken_out_comes_back_as_it_was(kind: str, form: str) -> None:
    store(load_catalogue())
    Ingredient.objects.filter(slug="besan").update(allergens_stated=False, note="=HYPERLINK(1)")
    before = everything()
    report = bring_in(kind, read(kind, f"a.{form}", taken_out(kind, form)), NOW, dry_run=False)
    assert (set(report.counts), everything() == before) == ({"same"}, True)


def test_a_dry_run_changes_nothing_and_says_what_the_real_run_does() -> None:
    before = everything()
    rows = (OKRA, {**OKRA, "slug": "rice", "name_en": "White rice", "name_hi": "चावल"})
    dry = look("ingredients", *rows)
    assert everything() == before
    real = look("ingredients", *rows, dry_run=False)
    assert [(each.fate, each.sentence) for each in dry.results] == [(each.fate, each.sentence) for each in real.results]
    assert (ingredient("okra").allergens_stated, ingredient("rice").name_en) == (True, "White rice")


def test_a_change_is_said_field_by_field_and_what_is_left_out_stays() -> None:
    assert said("ingredients", {"slug": "rice", "name_en": "Rice", "shelf_life_days": "90"}) == [
        ("changed", "shelf_life_days: 180 → 90")
    ]


def test_an_empty_cell_of_allergens_is_not_none() -> None:
    assert said("ingredients", {"slug": "rice", "allergens": ""})[0] == ("changed", "allergens_stated: True → False")
    assert said("ingredients", {"slug": "rice", "allergens": "none"}) == [("same", "It stands so already.")]


@pytest.mark.parametrize(
    ("kind", "row", "words"),
    [
        ("ingredients", {**OKRA, "allergens": "peanuts"}, "“peanuts” is not one of: gluten, milk"),
        ("ingredients", {**OKRA, "allergens": "peanuts"}, 'did you mean "peanut"?'),
        ("ingredients", {**OKRA, "jain_ok": "maybe"}, "“maybe” is neither yes nor no."),
        ("ingredients", {**OKRA, "base_unit": "kg"}, "“kg” is not one of: g, ml, piece"),
        ("ingredients", {**OKRA, "piece_weight_g": "about 10"}, "“about 10” is no number."),
        ("ingredients", {**OKRA, "name_hi": ""}, "name_hi: This field cannot be blank."),
        ("packs", {"ingredient": "okra", "size": "250"}, "no ingredient is called “okra”; bring it in first."),
        (
            "packs",
            {"ingredient": "rice", "size": "250", "price_rupees": "30.005", "source": "s", "as_of": "2026-11-01"},
            "“30.005” is no price in rupees",
        ),
        (
            "packs",
            {"ingredient": "rice", "size": "250", "price_rupees": "30", "source": "s", "as_of": "soon"},
            "“soon” is no day; write it as 2026-11-01.",
        ),
        ("dishes", {**SOUP, "recipe": "toor-dall 40"}, 'no ingredient is called “toor-dall”; did you mean "toor-dal"?'),
        ("dishes", {**SOUP, "recipe": "toor-dal forty"}, "“forty” is no number."),
        ("dishes", {**SOUP, "recipe": "toor-dal 0"}, "the amount of toor-dal must be more than 0."),
        ("dishes", {**SOUP, "recipe": "oil 5; oil 6"}, "an ingredient stands twice; add the amounts up in one."),
        ("dishes", {**SOUP, "recipe": "oil"}, "“oil” must be an ingredient and an amount, such as rajma 60."),
    ],
)
def test_a_wrong_row_says_what_would_be_right(kind: str, row: dict[str, str], words: str) -> None:
    (fate, sentence) = said(kind, row)[0]
    assert (fate, words in sentence) == ("wrong", True), sentence


def test_one_wrong_row_keeps_all_out() -> None:
    before = everything()
    look("ingredients", OKRA, {**OKRA, "slug": "karela", "diet": "fruitarian"}, dry_run=False)
    assert everything() == before


def test_the_same_row_twice_in_a_sheet_is_told() -> None:
    assert said("ingredients", OKRA, OKRA)[1] == ("wrong", "It stands in line 2 already: keep one of the two.")


def test_a_name_much_like_one_that_is_there_is_asked_about() -> None:
    row = {**OKRA, "slug": "toor", "name_en": "Toor dall"}
    assert said("ingredients", row) == [("new", "It is new. Is it the same as “Toor dal” (toor-dal)?")]


def test_a_dish_comes_in_with_its_recipe_and_waits_for_a_person() -> None:
    look("dishes", SOUP, dry_run=False)
    soup = dish("dal-soup")
    assert (soup.active, soup.steps_hi, soup.tags) == (
        False, ["दाल धोइए।", "नरम उबालिए।", "गरम परोसिए।"], ["soup", "light"],
    )  # fmt: skip
    lines = soup.lines.values_list("ingredient__slug", "amount", "note")
    assert list(lines) == [("toor-dal", 40, ""), ("tomato", Decimal("0.5"), "ripe"), ("oil", 5, "")]


def test_a_recipe_alone_may_be_changed_and_an_incomplete_dish_is_not_planned() -> None:
    assert said("dishes", {"slug": "dal-chawal", "recipe": "rice 75; curd 20"})[0][0] == "changed"
    look("dishes", {"slug": "dal-chawal", "recipe": "rice 75; curd 20"}, dry_run=False)
    assert (dish("dal-chawal").active, dish("dal-chawal").lines.count()) == (False, 2)


def test_a_price_comes_in_rupees_with_its_day() -> None:
    row = {"ingredient": "rice", "size": "1000", "price_rupees": "92.50", "source": "the shop", "as_of": "2026-11-20"}
    look("packs", row, dry_run=False)
    pack = ingredient("rice").packs.get()
    assert (pack.size, pack.price_paise, pack.source, pack.as_of) == (1000, 9250, "the shop", date(2026, 11, 20))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"slug,alergens\n", 'No column is called “alergens”; did you mean "allergens"?'),
        ("slug,name_en\nचावल".encode("utf-16"), "The file is not UTF-8."),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(SheetError, match=words.replace("?", r"\?")):
        read("ingredients", "a.csv", content)


def test_no_cell_that_leaves_is_a_formula() -> None:
    Ingredient.objects.filter(slug="rice").update(note="=HYPERLINK(1)", name_en="@SUM(1)")
    assert b",'@SUM(1)," in taken_out("ingredients", "csv")
    cells = load_workbook(io.BytesIO(taken_out("ingredients", "xlsx"))).active
    assert [cell.coordinate for row in cells for cell in row if cell.data_type == "f"] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text(st.characters(blacklist_categories=["Cc", "Cs"]), max_size=20))
def test_a_disarmed_cell_reads_back_as_it_was(text: str) -> None:
    cell = safe(text)
    assert plain(cell) == text or text.startswith("'")
    assert not cell.startswith(("=", "@"))


# At the desk ---------------------------------------------------------------------------------------------------


@pytest.fixture
def ravi() -> Client:
    return cataloguer()


def upload(client: Client, kind: str, content: bytes) -> Any:
    return client.post(PAGE, {"kind": kind, "file": SimpleUploadedFile("a.csv", content)})


def test_looked_at_first_then_let_in_once_and_audited(ravi: Client) -> None:
    answer = upload(ravi, "packs", sheet({"ingredient": "rice", "size": "1000", "price_rupees": "95"}))
    assert "price_rupees: 90.00 → 95.00" in answer.content.decode()
    assert ingredient("rice").packs.get().price_paise == 9000
    token = {"kind": "packs", "token": answer.context["token"]}
    assert "1 rows came in." in ravi.post(PAGE, token).content.decode()
    assert ingredient("rice").packs.get().price_paise == 9500
    assert audit.read(LogEntry.objects.get()) == [("price_rupees", "90.00", "95.00")]
    assert "choose the file again" in ravi.post(PAGE, token, follow=True).content.decode()


def test_with_a_wrong_row_there_is_no_button_to_let_it_in(ravi: Client) -> None:
    page = upload(ravi, "ingredients", sheet({"slug": "rice", "diet": "fruit"})).content.decode()
    assert "Nothing comes in while a row is not right" in page
    assert 'name="token"' not in page


def test_sheets_are_taken_out_by_whoever_may_see_the_catalogue(ravi: Client) -> None:
    answer = ravi.get(f"{PAGE}dishes.xlsx")
    assert (answer.status_code, answer["Content-Disposition"]) == (200, 'attachment; filename="dishes.xlsx"')
    assert ravi.get(f"{PAGE}people.csv").status_code == 404


def test_a_sheet_of_too_many_rows_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(SheetError, match="5001 rows; 5000 is the most"):
        read("ingredients", "a.csv", b"slug\n" + b"rice\n" * 5001)


def test_a_column_without_a_name_is_left_out() -> None:
    sheet = read("ingredients", "a.csv", b"slug,,name_en\nrice,seen,Rice\n")
    assert sheet.dict == [{"slug": "rice", "name_en": "Rice"}]
