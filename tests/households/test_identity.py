from __future__ import annotations

import pytest

from households.identity import follow_merges
from households.models import OpsItem
from tests.factories.households import NOW, make_contact, make_cook, make_household, make_resident
from whatsapp import contacts

pytestmark = pytest.mark.django_db


def test_residents_and_cooks_follow_to_the_row_that_stands_for_them_now():
    old, new = make_contact(), make_contact()
    resident, cook = make_resident(make_household(), contact=old), make_cook(contact=old)
    contacts.merge(new, old)
    assert (follow_merges(NOW), follow_merges(NOW)) == (2, 0)
    resident.refresh_from_db()
    cook.refresh_from_db()
    assert (resident.contact, cook.contact) == (new, new)


def test_a_person_entered_twice_in_a_household_is_for_staff_to_settle():
    home, old, new = make_household(), make_contact(), make_contact()
    make_resident(home, "Asha", contact=new)
    make_resident(home, "Asha B", contact=old)
    contacts.merge(new, old)
    assert follow_merges(NOW) == 0
    assert follow_merges(NOW) == 0
    assert [item.reason for item in OpsItem.objects.all()] == [
        "Asha B was entered twice as a resident: WhatsApp shows that both are one person. End one."
    ]
