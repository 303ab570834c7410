"""Fasts, festivals and absences: entered once, told on the timeline, taken back, and refused in words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from households import erasing, personal, special_days
from households.models import DayKind, Household, SpecialDay
from households.onboarding import let_decide
from tests.factories.households import MONDAY, NOW, make_household, make_resident
from tests.households.admin_pages import press, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Household:
    home = make_household()
    make_resident(home, "Asha")
    make_resident(home, "Ravi")
    return home


def enter(home: Household, kind: DayKind = DayKind.FASTING, **said: Any) -> list[SpecialDay]:
    return special_days.enter(home.pk, kind, by="priya", now=NOW, **said)


def test_a_weekly_fast_of_one_person_is_one_row_for_each_weekday(home: Household) -> None:
    rows = enter(home, who="asha", weekdays=[3, 0])
    assert [(row.weekday, row.resident.name if row.resident else "") for row in rows] == [(0, "Asha"), (3, "Asha")]
    assert [event.text for event in home.timeline.order_by("pk")] == [
        "Asha: Fasts, every Monday.",
        "Asha: Fasts, every Thursday.",
    ]


def test_told_twice_it_is_one_entry(home: Household) -> None:
    first = enter(home, DayKind.ELSEWHERE, who="Ravi", start=MONDAY, meals=["lunch"])
    assert enter(home, DayKind.ELSEWHERE, who="Ravi", start=MONDAY, meals=["lunch"]) == first


def test_a_festival_of_everybody_is_one_day_unless_its_end_is_said(home: Household) -> None:
    (diwali,) = enter(home, DayKind.FESTIVAL, start=MONDAY)
    (navratri,) = enter(home, DayKind.VEGETARIAN, start=MONDAY, end=MONDAY + timedelta(days=8))
    assert (diwali.start, diwali.end, str(diwali)) == (MONDAY, MONDAY, "Everybody: Festival: something special")
    assert special_days.when_in_words(navratri) == "from 2026-11-23 to 2026-12-01"


def test_it_is_taken_back_once(home: Household) -> None:
    (row,) = enter(home, who="Asha", weekdays=[0])
    assert [special_days.cancel(row.pk, by="priya", now=NOW) for _ in range(2)] == [True, False]
    assert home.timeline.first().text == "Not any more: Asha: Fasts, every Monday."
    assert enter(home, who="Asha", weekdays=[0]) != [row]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"who": "Meena", "weekdays": [0]}, "Nobody called Meena eats here; there are Asha, Ravi."),
        ({}, "Say either the weekdays"),
        ({"weekdays": [0], "start": MONDAY}, "Say either the weekdays"),
        ({"start": MONDAY, "end": date(2026, 11, 1)}, "It ends on 2026-11-01, before it starts"),
        ({"weekdays": [7]}, "weekdays are the numbers"),
        ({"weekdays": [0], "meals": ["supper"]}, "supper"),
    ],
)
def test_what_cannot_be_so_is_refused_in_words(home: Household, said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        enter(home, **said)
    assert not SpecialDay.objects.exists()


def test_the_database_refuses_a_day_that_is_both_weekly_and_dated(home: Household) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SpecialDay.objects.create(household=home, kind="fasting", weekday=0, start=MONDAY, end=MONDAY, created_at=NOW)


def test_staff_enter_it_on_the_households_page_and_take_it_back_from_the_list(
    admin_client: Any, home: Household
) -> None:
    said = {"kind": "fasting", "who": "Asha", "weekdays": ["0"], "reason": "she called"}
    press(admin_client, Household, "special_day", home.pk, **said)
    row = SpecialDay.objects.get()
    assert (row.weekday, row.reason) == (0, "she called")
    page = admin_client.get(url(Household, "change", home.pk)).content.decode()
    assert "every Monday" in page
    press(admin_client, SpecialDay, "not_any_more", row.pk, reason="the fast is over")
    row.refresh_from_db()
    assert row.cancelled_at is not None


def test_a_persons_fasts_go_when_the_person_is_erased(home: Household) -> None:
    enter(home, who="Asha", weekdays=[0])
    (festival,) = enter(home, DayKind.FESTIVAL, start=MONDAY)
    ravi, asha = home.residents.get(name="Ravi"), home.residents.get(name="Asha")
    let_decide(ravi, by="priya", now=NOW)
    case = erasing.begin(personal.of_resident(asha), by=None, reason="a letter", now=NOW)
    erasing.finish(case.pk, NOW)
    assert list(SpecialDay.objects.all()) == [festival]
