"""A home's history goes with the words of its messages: what happened and when stays, who said what goes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from households import ops, timeline
from households.models import Household, OpsItem, TimelineEvent
from tests.factories.households import NOW, make_engagement, make_household, make_resident
from tests.factories.whatsapp import DAY
from whatsapp import purging

pytestmark = pytest.mark.django_db
LONG_AGO, RECENT = NOW - 1200 * DAY, NOW - 30 * DAY


@pytest.fixture
def home() -> Household:
    return make_resident(make_household()).household


def happened(home: Household, at: datetime = LONG_AGO) -> TimelineEvent:
    return timeline.record(home, "food_rule_changed", "Asha eats no peanuts.", actor="Asha", now=at, rule="peanut")


def decided(home: Household, at: datetime = LONG_AGO) -> OpsItem:
    ops.open_item(kind="absence", key="k:1", reason="Asha is ill.", now=at, household=home)
    ops.close_item("k:1", by=None, note="rang her", now=at)
    return OpsItem.objects.get()


def words(row: TimelineEvent) -> tuple[Any, ...]:
    row.refresh_from_db()
    return row.text, row.actor, row.data


FULL = ("Asha eats no peanuts.", "Asha", {"rule": "peanut"})


def test_what_the_lines_say_goes_and_that_they_were_there_stays(home: Household) -> None:
    old, young, item = happened(home), happened(home, RECENT), decided(home)
    assert (purging.due(NOW).notes, purging.purge(NOW).notes) == (2, 2)
    assert (words(old), words(young)) == (("", "", {}), FULL)
    assert (old.at, old.kind, str(old), old.household) == (LONG_AGO, "food_rule_changed", "food_rule_changed", home)
    item.refresh_from_db()
    assert (item.reason, item.note, str(item), item.closed_at) == ("", "", "absence", LONG_AGO)
    assert purging.purge(NOW).notes == 0


def test_a_decision_that_is_open_holds_its_home_and_no_other(home: Household) -> None:
    other = make_resident(make_household("Rao home"), "Ravi").household
    mine, theirs = happened(home), happened(other)
    ops.open_item(kind="refund", key="k:2", reason="Money back?", now=LONG_AGO, household=home)
    purging.purge(NOW)
    assert (words(mine), words(theirs)) == (FULL, ("", "", {}))
    assert OpsItem.objects.get().reason == "Money back?"


@pytest.mark.parametrize("who", ["resident", "cook"])
def test_who_is_kept_for_a_dispute_keeps_the_history_of_their_homes(home: Household, who: str) -> None:
    cook = make_engagement(home).cook
    person = cook.contact if who == "cook" else home.residents.get().contact
    row = happened(home)
    purging.keep(person.pk, "billing case 7", NOW)
    purging.purge(NOW)
    assert words(row) == FULL
    purging.release(person.pk)
    purging.purge(NOW)
    assert words(row) == ("", "", {})


def test_zero_days_keep_it_for_ever(home: Household, settings: Any) -> None:
    settings.WEBHOOKS_KEPT_DAYS = settings.MESSAGES_KEPT_DAYS = 0
    row = happened(home)
    purging.purge(NOW)
    assert words(row) == FULL


def test_it_goes_in_batches(home: Household) -> None:
    for _ in range(5):
        happened(home)
    assert purging.purge(NOW, batch=2).notes == 5


def test_the_homes_page_shows_what_is_left(home: Household, admin_client: Client) -> None:
    happened(home)
    purging.purge(NOW)
    page = admin_client.get(f"/admin/households/household/{home.pk}/change/").content.decode()
    assert ("food_rule_changed" in page, "no peanuts" in page) == (True, False)
