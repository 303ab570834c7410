from __future__ import annotations

from datetime import UTC, datetime

import pytest

from households import queries, timeline
from households.models import MealPattern
from tests.factories.households import (
    MONDAY,
    NOW,
    make_contact,
    make_cook,
    make_engagement,
    make_household,
    make_resident,
)
from whatsapp import contacts

pytestmark = pytest.mark.django_db


def home_with(people: int):
    home = make_household()
    for number in range(people):
        make_resident(home, f"Person {number}", contact=make_contact(opted_in_at=NOW))
        make_engagement(home, arrives_at=f"{7 + number}:00")
        MealPattern.objects.create(household=home, weekday=number, meal="lunch", servings=2)
    return home


@pytest.mark.parametrize("count", [1, 3])
def test_planning_loads_everything_in_the_same_number_of_queries(django_assert_num_queries, count):
    ids = [home_with(count).pk for _ in range(count)]
    with django_assert_num_queries(5):
        for home in queries.for_planning(ids):
            assert all(person.contact.phone for person in home.residents.all())
            assert all(visit.cook.contact.phone for visit in home.engagements.all())
            assert (len(home.pattern.all()), len(home.away.all())) == (count, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_who_to_message_is_one_query(django_assert_num_queries, count):
    home = home_with(count)
    with django_assert_num_queries(1):
        assert len([person.contact.phone for person in queries.residents_to_message(home)]) == count


def test_nobody_is_messaged_without_consent_after_an_opt_out_without_a_phone_or_after_leaving():
    home = make_household()
    make_resident(home, "Asha", contact=make_contact(opted_in_at=NOW))
    make_resident(home, "Never asked")
    make_resident(home, "Said stop", contact=make_contact(opted_in_at=NOW, opted_out_at=NOW))
    make_resident(home, "Child", contact=None)
    make_resident(home, "Left", contact=make_contact(opted_in_at=NOW), active=False)
    assert [person.name for person in queries.residents_to_message(home)] == ["Asha"]


def test_who_decides_is_found_with_the_contact():
    home = make_household()
    asha = make_resident(home, "Asha")
    make_resident(home, "Rahul")
    assert (queries.deciding_resident(home), queries.deciding_resident(make_household("Empty"))) == (asha, None)


def test_a_contact_is_found_where_they_live_and_where_they_cook():
    contact = make_contact()
    resident = make_resident(make_household("Own"), contact=contact)
    make_resident(make_household("Gone", status="ended"), contact=contact)
    visit = make_engagement(make_household("Work"), make_cook(contact=contact))
    assert (queries.residents_of(contact), queries.engagements_of(contact)) == ([resident], [visit])


def test_a_person_whose_two_contacts_became_one_is_found_at_once():
    old, new = make_contact(), make_contact()
    resident = make_resident(make_household(), contact=old)
    visit = make_engagement(make_household("Work"), make_cook(contact=old))
    contacts.merge(new, old)
    assert (queries.residents_of(new), queries.engagements_of(new)) == ([resident], [visit])


def test_the_households_clock_is_its_own():
    moment = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
    kolkata, dubai = make_household(), make_household(timezone="Asia/Dubai")
    assert [f"{queries.local(moment, home):%a %H:%M}" for home in (kolkata, dubai)] == ["Sun 01:30", "Sun 00:00"]


def test_a_meal_outside_the_pattern_is_for_nobody():
    home = home_with(1)
    assert [queries.servings_for(home, MONDAY, meal) for meal in ("lunch", "dinner")] == [2, 0]


def test_the_week_is_told_in_order():
    home = make_household()
    for text in ("first", "second"):
        timeline.record(home, "k", text, week_start=MONDAY, now=NOW)
    timeline.record(home, "k", "another week", now=NOW)
    assert [event.text for event in queries.week_timeline(home, MONDAY)] == ["first", "second"]
