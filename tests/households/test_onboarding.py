from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bettermeals.lib.phones import PhoneError
from households.models import Cook, Household, Resident
from households.onboarding import (
    OnboardingError,
    add_cook,
    add_household,
    add_resident,
    end_engagement,
    engage,
    let_decide,
    pattern_of,
    remove_resident,
)
from tests.factories.households import NOW, make_cook, make_household, make_resident
from whatsapp import optouts
from whatsapp.models import Contact

pytestmark = pytest.mark.django_db


def add(home: Household, name: str = "Asha", **fields):
    values = {"phone": "098765 43210", "opted_in_how": "signed form"} | fields
    return add_resident(household=home, name=name, now=NOW, by="priya", **values)


def test_a_household_comes_in_with_its_weekly_pattern():
    home = add_household(name=" Iyer home ", now=NOW, pattern={(0, "lunch"): 3, (0, "dinner"): 0}, veg_days=[5, 1, 1])
    assert (home.name, home.veg_days, home.status) == ("Iyer home", [1, 5], "active")
    assert pattern_of(home) == {(0, "lunch"): 3}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "  "}, OnboardingError),
        ({"name": "X", "timezone": "Mars/Olympus"}, ValidationError),
        ({"name": "X", "veg_days": [7]}, ValueError),
        ({"name": "X", "pattern": {(7, "lunch"): 2}}, ValueError),
        ({"name": "X", "pattern": {(0, "brunch"): 2}}, ValueError),
        ({"name": "X", "pattern": {(0, "lunch"): 51}}, ValueError),
    ],
    ids=["no name", "no such timezone", "no such weekday", "pattern weekday", "pattern meal", "pattern servings"],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(fields, error):
    with pytest.raises(error):
        add_household(now=NOW, **fields)
    assert not Household.objects.exists()


@pytest.mark.parametrize("written", ["098765 43210", "+91 98765 43210", "9876543210", "919876543210", "(0)98765-43210"])
def test_a_number_in_any_local_form_is_stored_as_one_e164(written):
    assert add(make_household(), phone=written).contact.phone == "+919876543210"


def test_a_number_that_cannot_be_dialled_says_what_to_do():
    with pytest.raises(PhoneError, match="Write it with its country code"):
        add(make_household(), phone="12345")
    assert not Resident.objects.exists()


def test_consent_is_recorded_with_how_it_was_given():
    event = add(make_household(), opted_in_how="asked on the phone").contact.consent_events.get()
    assert (event.action, event.method, event.at, event.note) == ("opt_in", "asked on the phone", NOW, "onboarding")


def test_nobody_is_entered_with_a_phone_and_without_consent():
    with pytest.raises(OnboardingError, match="Say how Asha agreed"):
        add(make_household(), opted_in_how=" ")
    assert not Contact.objects.exists()


def test_somebody_who_opted_out_is_not_opted_in_again_by_being_entered():
    contact = add(make_household("One")).contact
    optouts.opt_out(contact, method="stop word", now=NOW)
    add(make_household("Two"))
    contact.refresh_from_db()
    assert contact.opted_out_at == NOW


def test_the_first_who_can_be_reached_decides_and_a_child_never():
    home = make_household()
    add(home, "Diya", phone="", portion="0.5")
    add(home, "Asha")
    add(home, "Rahul", phone="098765 43211")
    assert [(r.name, r.decides, r.portion) for r in home.residents.all()] == [
        ("Asha", True, Decimal("1.00")),
        ("Diya", False, Decimal("0.50")),
        ("Rahul", False, Decimal("1.00")),
    ]


def test_when_another_decides_the_one_before_stops():
    home = make_household()
    asha, rahul = make_resident(home, "Asha"), make_resident(home, "Rahul")
    let_decide(rahul, by="priya", now=NOW)
    assert [r.name for r in home.residents.filter(decides=True)] == ["Rahul"]
    assert (asha.decides, home.timeline.first().text) == (True, "Rahul decides.")


def test_the_database_itself_refuses_a_second_who_decides():
    home = make_household()
    make_resident(home)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_resident(home, decides=True)


@pytest.mark.parametrize("fields", [{"contact": None}, {"active": False}], ids=["nobody to ask", "left"])
def test_the_database_itself_refuses_a_decider_who_cannot_be_asked(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_resident(make_household(), decides=True, **fields)


def test_who_cannot_be_reached_cannot_decide():
    home = make_household()
    with pytest.raises(OnboardingError, match="no phone number"):
        add(home, "Diya", phone="", decides=True)
    with pytest.raises(OnboardingError, match="no phone number"):
        let_decide(make_resident(home, "Diya", contact=None, decides=False), by="", now=NOW)


def test_the_same_number_twice_in_a_household_is_refused():
    home = make_household()
    add(home)
    with pytest.raises(OnboardingError, match="already entered"):
        add(home, "Asha again")


def test_who_decides_leaves_only_after_another_decides():
    home = make_household()
    asha, rahul = make_resident(home, "Asha"), make_resident(home, "Rahul")
    with pytest.raises(OnboardingError, match="let somebody else decide first"):
        remove_resident(asha.pk, reason="moved", by="", now=NOW)
    assert remove_resident(rahul.pk, reason="moved", by="", now=NOW) is True
    assert remove_resident(rahul.pk, reason="moved", by="", now=NOW) is False


def test_a_person_may_be_resident_and_cook():
    resident = add(make_household())
    cook = add_cook(name="Asha", phone="9876543210", opted_in_how="signed form", now=NOW)
    assert (cook.contact, Contact.objects.count()) == (resident.contact, 1)


def test_a_cook_who_is_known_is_the_same_cook():
    said = {"phone": "9876543210", "opted_in_how": "signed form", "now": NOW}
    assert add_cook(name="Sunita", **said) == add_cook(name="Sunita B", **said)
    assert [cook.name for cook in Cook.objects.all()] == ["Sunita"]


def visit(home, cook, **fields):
    values = {"weekdays": [2, 0], "meals": ["dinner", "lunch"], "arrives_at": time(7, 30)} | fields
    return engage(household=home, cook=cook, now=NOW, **values)


def test_an_engagement_told_twice_is_one():
    home, cook = make_household(), make_cook()
    assert visit(home, cook) == visit(home, cook)
    made = home.engagements.get()
    assert (made.weekdays, made.meals) == ([0, 2], ["lunch", "dinner"])


def test_two_visits_a_day_are_two_engagements_and_a_contradiction_is_refused():
    home, cook = make_household(), make_cook()
    visit(home, cook)
    visit(home, cook, arrives_at=time(18))
    with pytest.raises(OnboardingError, match="change that visit instead"):
        visit(home, cook, weekdays=[1])
    assert home.engagements.count() == 2


@pytest.mark.parametrize("fields", [{"weekdays": []}, {"meals": []}, {"weekdays": [9]}, {"meals": ["tea"]}])
def test_an_engagement_for_nothing_is_refused(fields):
    with pytest.raises(ValueError):
        visit(make_household(), make_cook(), **fields)


def test_a_cook_can_be_engaged_again_after_the_end():
    home, cook = make_household(), make_cook()
    first = visit(home, cook)
    assert end_engagement(first.pk, reason="away", by="", now=NOW) is True
    assert end_engagement(first.pk, reason="away", by="", now=NOW) is False
    assert visit(home, cook) != first
