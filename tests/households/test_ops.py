from __future__ import annotations

import pytest

from households import ops
from households.models import OpsItem
from tests.factories.households import HOUR, NOW, make_household, make_staff
from tests.households.at_once import at_once


def open_one(reason="Look.", **fields):
    return ops.open_item(kind="k", key="cause:1", reason=reason, now=NOW, **fields)


@pytest.mark.django_db
def test_the_same_cause_is_on_the_queue_once_with_the_newer_words_and_the_earlier_time():
    first = open_one(due_at=NOW + HOUR)
    again = open_one("Look again.", due_at=NOW + 3 * HOUR, household=make_household())
    assert (first.pk, again.reason, again.due_at) == (again.pk, "Look again.", NOW + HOUR)


@pytest.mark.django_db
def test_a_cause_that_comes_back_after_it_was_closed_is_a_new_item():
    first = open_one()
    ops.close_item("cause:1", None, "It went away.", NOW)
    assert open_one().pk != first.pk
    assert OpsItem.objects.filter(closed_at=None).count() == 1


@pytest.mark.django_db
def test_an_item_is_closed_by_one_and_the_second_learns_it():
    open_one()
    staff = make_staff()
    assert ops.close_item("cause:1", staff, "Called.", NOW) is True
    assert ops.close_item("cause:1", None, "By itself.", NOW) is False
    item = OpsItem.objects.get()
    assert (item.closed_by, item.note, item.closed_at) == (staff, "Called.", NOW)


@pytest.mark.django_db
def test_items_without_a_time_come_after_those_with_one():
    for key, due in (("a", None), ("b", NOW + HOUR), ("c", NOW)):
        ops.open_item(kind="k", key=key, reason=key, now=NOW, due_at=due)
    assert [item.key for item in OpsItem.objects.all()] == ["c", "b", "a"]


@pytest.mark.django_db(transaction=True)
def test_workers_that_notice_the_same_cause_at_once_make_one_item():
    found = at_once(*[lambda: open_one().pk] * 4)
    assert (found, OpsItem.objects.count()) == ([OpsItem.objects.get().pk] * 4, 1)
