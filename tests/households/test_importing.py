"""People from a sheet: looked at first, brought in by the use cases, errors in words, nobody twice."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from households import exporting, sheets
from households.admin.import_page import EXAMPLE
from households.importing import bring_in
from households.models import Cook, Engagement, Household, MealPattern, Resident
from tests.factories.households import NOW
from tests.factories.whatsapp import make_account
from whatsapp.models import ConsentEvent

pytestmark = pytest.mark.django_db
PAGE = "/admin/households/household/people/"


@pytest.fixture(autouse=True)
def account(db: None) -> None:
    make_account()


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("neha"))
    return client


def rows(*given: dict[str, str]) -> list[sheets.Row]:
    return sheets.read("people.csv", sheets.csv_of(given))


def resident(**also: str) -> dict[str, str]:
    return {"household": "Sharma home", "role": "resident", "name": "Asha", "phone": "098101 01129",
            "consent": "signed form"} | also  # fmt: skip


def told(*given: dict[str, str], dry_run: bool = False) -> list[tuple[str, str]]:
    report = bring_in(rows(*given), "neha", NOW, dry_run=dry_run)
    return [(result.fate.value, result.sentence) for result in report.results]


def test_the_example_comes_in_whole() -> None:
    report = bring_in(rows(*EXAMPLE), "neha", NOW, dry_run=False)
    assert [result.sentence for result in report.results] == [
        "Asha eats at Sharma home. Sharma home is new.",
        "Kabir eats at Sharma home.",
        "Sunita cooks at Sharma home.",
    ]
    home, asha = Household.objects.get(), Resident.objects.get(name="Asha")
    assert (home.city, MealPattern.objects.filter(household=home).count()) == ("Pune", 14)
    assert (asha.decides, asha.allergens, asha.contact and asha.contact.phone) == (True, ["peanut"], "+919810101129")
    assert ConsentEvent.objects.filter(contact=asha.contact).exists()
    visit = Engagement.objects.get()
    assert (visit.cook, visit.weekdays, visit.minutes_per_visit) == (Cook.objects.get(), [0, 1, 2, 3, 4, 5], 120)


def test_a_look_keeps_nothing() -> None:
    assert told(*EXAMPLE, dry_run=True)[0][0] == "new"
    assert (Household.objects.count(), Resident.objects.count(), Cook.objects.count()) == (0, 0, 0)


def test_nobody_comes_in_twice() -> None:
    told(*EXAMPLE)
    assert [fate for fate, _ in told(*EXAMPLE)] == ["known"] * 3
    assert (Household.objects.count(), Resident.objects.count(), Engagement.objects.count()) == (1, 2, 1)


def test_the_same_number_written_otherwise_is_the_same_person() -> None:
    assert [fate for fate, _ in told(resident(), resident(phone="+91-9810101129", name="Asha S."))] == ["new", "known"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"phone": "12"}, "12"),
        ({"consent": ""}, "Say how Asha agreed"),
        ({"role": "chef"}, "write resident or cook"),
        ({"diet": "keto"}, "keto"),
        ({"allergens": "peanut, moon"}, "moon"),
        ({"portion": "big"}, "“big” is no number"),
        ({"lunch": "three"}, "“three” is no whole number"),
        ({"name": ""}, "the name of the person"),
        ({"days": "funday", "lunch": "2"}, "no such day as funday"),
        ({"role": "cook", "arrives_at": "early"}, "write it as 07:30"),
    ],
)
def test_a_wrong_row_is_told_in_words_and_leaves_the_others_alone(wrong: dict[str, str], words: str) -> None:
    found = told(resident(**wrong), resident(household="Iyer home", phone="+919810101130"))
    assert [fate for fate, _ in found] == ["wrong", "new"]
    assert words in found[0][1]
    assert list(Household.objects.values_list("name", flat=True)) == ["Iyer home"]


def test_two_homes_of_one_name_are_left_to_staff() -> None:
    for _ in range(2):
        Household.objects.create(name="Sharma home", created_at=NOW)
    assert "several households called Sharma home" in told(resident())[0][1]


def test_what_is_exported_can_be_brought_in_again() -> None:
    told(*EXAMPLE)
    out = list(exporting.everybody())
    again = bring_in(sheets.read("people.xlsx", sheets.xlsx_of(out)), "neha", NOW, dry_run=True)
    assert [result.fate.value for result in again.results] == ["known"] * 3
    Household.objects.update(status="ended")
    fresh = bring_in(sheets.read("people.csv", sheets.csv_of(out)), "neha", NOW, dry_run=True)
    assert [result.fate.value for result in fresh.results] == ["new"] * 3


def test_the_export_asks_the_database_as_often_for_many_homes_as_for_one(django_assert_max_num_queries: Any) -> None:
    from django.db import connection

    counts = []
    for number in (1, 2, 3):
        told(resident(household=f"Home {number}", phone=f"+91981010113{number}"))
        with CaptureQueriesContext(connection) as asked:
            list(exporting.everybody())
        counts.append(len(asked))
    assert counts[0] == counts[2]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"name,phone\nAsha,1", "missing: household, role"),
        ("a.csv", b"household,role,name,shoe size\n", "No column is called “shoe_size”. Known: household, "),
        ("a.csv", "household,role,name\nफैमिली".encode("utf-16"), "not UTF-8"),
        ("a.xlsx", b"not a workbook", "no XLSX workbook"),
        ("a.csv", b"x" * (sheets.MOST_BYTES + 1), "the most. Split it."),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(name: str, content: bytes, words: str) -> None:
    with pytest.raises(sheets.SheetError, match=words):
        sheets.read(name, content)


def test_a_workbooks_numbers_are_read_as_they_were_meant() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["household", "role", "name", "phone", "portion"])
    book.active.append(["Sharma home", "resident", "Asha", 919810101129.0, 0.5])
    out = io.BytesIO()
    book.save(out)
    row = sheets.read("p.xlsx", out.getvalue())[0]
    assert (row["phone"], row["portion"]) == ("919810101129", "0.5")


def test_semicolons_of_a_european_excel_are_read() -> None:
    assert sheets.read("p.csv", b"household;role;name\nA;resident;B\n")[0]["name"] == "B"


def test_no_formula_leaves_in_a_sheet() -> None:
    assert b"'=HYPERLINK" in sheets.csv_of([{"household": "=HYPERLINK(1)"}])


def upload(client: Client, content: bytes, name: str = "people.csv") -> Any:
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content)})


def test_the_page_shows_what_would_happen_and_then_does_it_once(staff: Client) -> None:
    looked = upload(staff, sheets.csv_of([*EXAMPLE, {"household": "X", "role": "chef", "name": "Y"}]))
    assert ([r.fate.value for r in looked.context["results"]], Household.objects.count()) == (
        ["wrong", "new", "new", "new"],
        0,
    )
    token = looked.context["token"]
    done = staff.post(PAGE, {"token": token})
    assert (dict(done.context["counts"]), Resident.objects.count()) == ({"new": 3, "wrong": 1}, 2)
    assert staff.post(PAGE, {"token": token}).status_code == 302
    assert Resident.objects.count() == 2


def test_a_look_belongs_to_the_colleague_who_took_it(staff: Client) -> None:
    token = upload(staff, sheets.csv_of(EXAMPLE)).context["token"]
    other = Client()
    other.force_login(User.objects.create_superuser("vik"))
    assert other.post(PAGE, {"token": token}).status_code == 302
    assert Household.objects.count() == 0


def test_a_wrong_file_is_told_on_the_page(staff: Client) -> None:
    assert upload(staff, b"").status_code == 302
    assert staff.post(PAGE, {}).status_code == 302


def test_the_list_of_everybody_is_for_those_who_may_change_people(client: Client, staff: Client) -> None:
    assert staff.get("/admin/households/household/people.csv").status_code == 200
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_household"))
    client.force_login(clerk)
    assert client.get("/admin/households/household/people.csv").status_code == 403
    assert client.get(PAGE).status_code == 403


def test_a_name_that_was_disarmed_on_the_way_out_comes_back_as_it_was() -> None:
    row = dict.fromkeys(sheets.COLUMNS, "") | {"household": "=Rao home", "role": "resident", "name": "@Asha"}
    assert sheets.read("a.csv", sheets.csv_of([row])) == [row]
    assert sheets.read("a.xlsx", sheets.xlsx_of([row])) == [row]
