"""Every list of the back office as a sheet: what it shows and how it is filtered, by who may, on record."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook

from bettermeals.lib import list_export
from households.models import Household
from tests.factories.households import make_household, make_resident
from tests.factories.whatsapp import make_contact

pytestmark = pytest.mark.django_db
HOMES = "/admin/households/household/list."


def clerk(*rights: str) -> Client:
    user = User.objects.create_user("clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(user)
    return client


def rows(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_list_comes_as_it_is_shown_and_filtered(boss: Client) -> None:
    for name in ("Sharma home", "Iyer home"):
        make_household(name)
    head, *found = rows(boss.get(HOMES + "csv?q=Iyer"))
    shown = boss.get("/admin/households/household/?q=Iyer").context["cl"].list_display
    assert (len(head), [row[0] for row in found]) == (len(shown) - ("action_checkbox" in shown), ["Iyer home"])


def test_the_workbook_holds_the_same(boss: Client) -> None:
    make_household("Sharma home")
    answer = boss.get(HOMES + "xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    assert [cell.value for cell in book.active["A"]][1:] == ["Sharma home"]
    assert answer["Content-Disposition"].endswith('.xlsx"')


def test_no_cell_is_a_formula_and_none_is_html(boss: Client) -> None:
    make_household('=HYPERLINK("http://evil.example")')
    cells = [cell for row in rows(boss.get(HOMES + "csv")) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "<"))] == []


def test_choices_moments_and_marks_are_words(boss: Client) -> None:
    make_resident(make_household("Sharma home"), "Asha")
    (head, row) = rows(boss.get("/admin/households/resident/list.csv"))
    said = dict(zip(head, row, strict=True))
    assert (said["Name"], said["Active"], said["Diet"]) == ("Asha", "yes", "Vegetarian")


def test_it_stands_in_the_audit(boss: Client) -> None:
    make_household("Sharma home")
    boss.get(HOMES + "csv?q=sharma")
    assert LogEntry.objects.get().change_message == "1 rows taken as csv: q=sharma"


def test_who_may_not_see_the_rows_takes_none(db: None) -> None:
    assert clerk("view_dish").get(HOMES + "csv").status_code == 403
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("model", ["whatsapp/contact", "whatsapp/message", "households/resident", "households/cook"])
def test_lists_of_people_are_taken_by_those_who_may_change_people(db: None, model: str) -> None:
    looks = clerk("view_contact", "view_message", "view_resident", "view_cook")
    shown = looks.get(f"/admin/{model}/")
    assert (shown.status_code, "This list as a sheet" in shown.content.decode()) == (200, False)
    assert looks.get(f"/admin/{model}/list.csv").status_code == 403
    user = User.objects.get(username="clerk")
    user.user_permissions.add(*Permission.objects.filter(codename__in=["change_contact", "change_resident"]))
    assert looks.get(f"/admin/{model}/list.csv").status_code == 200


def test_too_many_rows_say_what_to_do(boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        make_household(f"home {number}")
    monkeypatch.setattr(list_export, "MOST", 2)
    answer: HttpResponse = boss.get(HOMES + "csv")  # type: ignore[assignment]
    assert (answer.status_code, answer.content.decode()) == (
        413, "These are 3 rows; 2 is the most. Filter the list first.",
    )  # fmt: skip


def test_there_is_no_third_form(boss: Client) -> None:
    assert boss.get(HOMES + "pdf").status_code == 404


def test_the_links_keep_the_filter(boss: Client) -> None:
    make_contact()
    page = boss.get("/admin/households/household/?q=Iyer").content.decode()
    assert 'href="list.csv?q=Iyer"' in page
    assert Household.objects.count() == 0
