"""The desk asks the households who a contact is: names, homes and groups, in a fixed number of queries."""

from __future__ import annotations

from typing import Any

import pytest

from households import people
from tests.factories.households import make_cook, make_engagement, make_household, make_resident

pytestmark = pytest.mark.django_db


def groups() -> dict[str, set[int]]:
    return {group.key: set(group.contacts()) for group in people.groups()}


def test_a_resident_and_a_cook_are_introduced_with_their_homes() -> None:
    home = make_household("Sharma home")
    asha = make_resident(home, "Asha")
    sunita = make_engagement(home, make_cook("Sunita")).cook
    known = people.about([asha.contact_id, sunita.contact_id])
    told = {pk: [(fact.name, fact.role, fact.text) for fact in facts] for pk, facts in known.items()}
    assert told == {
        asha.contact_id: [("Asha", "decides", "Sharma home")],
        sunita.contact_id: [("Sunita", "cook", "Sharma home")],
    }


def test_a_contact_is_found_by_person_and_by_home_in_the_script_they_were_entered_in() -> None:
    asha = make_resident(make_household("शर्मा परिवार"), "आशा")
    assert [people.find(words) for words in ("आशा", "शर्मा", "Nobody")] == [{asha.contact_id}, {asha.contact_id}, set()]


def test_templates_are_filled_with_the_name_that_the_home_uses() -> None:
    asha = make_resident(make_household("Sharma home"), "Asha")
    assert people.values([asha.contact_id]) == {
        asha.contact_id: {"name": "Asha", "household": "Sharma home", "households": "Sharma home"}
    }


def test_groups_leave_out_whoever_has_left() -> None:
    home = make_household("Sharma home", city="Pune")
    asha, arun = make_resident(home, "Asha"), make_resident(home, "Arun")
    paused = make_resident(make_household("Rao home", status="paused", city="Pune"), "Latha")
    make_resident(make_household("Gone home", status="ended", city="Delhi"), "Gone")
    make_resident(home, "Child", contact=None)
    sunita = make_engagement(home, make_cook("Sunita")).cook
    make_engagement(home, make_cook("Left"), active=False)
    assert groups() == {
        "deciding": {asha.contact_id},
        "residents": {asha.contact_id, arun.contact_id},
        "cooks": {sunita.contact_id},
        "paused": {paused.contact_id},
        "city:Pune": {asha.contact_id},
    }


def test_a_hundred_people_cost_two_queries(django_assert_num_queries: Any) -> None:
    home = make_household()
    ids = [make_resident(home, f"R{n}").contact_id for n in range(3)]
    with django_assert_num_queries(2):
        people.about(ids)
