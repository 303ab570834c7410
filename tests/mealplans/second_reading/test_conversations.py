"""The second reading inside the product: before the message's transaction, and only when it is switched on."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import override_settings

from mealplans import second_looks
from mealplans.models import MealStatus, WeekPlan
from mealplans.routes import LOOK_AHEAD
from tests.factories.households import NOW
from tests.factories.mealplans import TUESDAY, Home, meal_of
from tests.mealplans.people import receive
from tests.mealplans.second_reading.stub import Stub
from whatsapp import handling
from whatsapp.models import Contact, InboxItem, Message

RIDDLE = "blorp the tuesday evening thing, you know how"
ON_TUESDAY = {"date": TUESDAY.isoformat(), "meal": "dinner"}


def write(home: Home, text: str) -> list[str]:
    """A text of Asha's, stored as the webhook stores it and handled as the worker handles it."""
    assert home.asha.contact is not None
    before = set(Message.objects.values_list("pk", flat=True))
    receive(home.asha.contact, {"type": "text", "text": {"body": text}}, NOW)
    assert handling.handle_due(NOW) == 1
    return list(Message.objects.filter(direction="out").exclude(pk__in=before).values_list("text", flat=True))


@pytest.fixture
def on(stub: Stub, settings: object) -> Stub:
    settings.ANTHROPIC_API_KEY = "sk-test-not-a-key"  # type: ignore[attr-defined]
    settings.ANTHROPIC_BASE_URL = stub.url  # type: ignore[attr-defined]
    settings.ANTHROPIC_TIMEOUT_SECONDS = 2.0  # type: ignore[attr-defined]
    return stub


def test_without_a_key_nothing_leaves_the_machine(plan: WeekPlan, home: Home, stub: Stub) -> None:
    with override_settings(ANTHROPIC_BASE_URL=stub.url, ANTHROPIC_API_KEY=""):
        assert write(home, RIDDLE)
    assert stub.calls == []


def test_a_doubt_is_acted_on_when_the_second_reading_is_sure(plan: WeekPlan, home: Home, on: Stub) -> None:
    on.says("skip_meal", slots=ON_TUESDAY)
    write(home, RIDDLE)
    meal = meal_of(plan, TUESDAY, "dinner")
    assert meal.status == MealStatus.SKIPPED


def test_a_clear_message_is_never_shown_to_it(plan: WeekPlan, home: Home, on: Stub) -> None:
    write(home, "skip tuesday dinner")
    assert on.calls == []


def test_names_of_the_household_are_blanked_out(plan: WeekPlan, home: Home, on: Stub) -> None:
    on.says("unclear")
    write(home, f"blorp {home.asha.name} the evening thing, you know how")
    assert home.asha.name.split()[0] not in str(on.calls)


def test_an_api_in_trouble_leaves_the_person_with_the_usual_question(plan: WeekPlan, home: Home, on: Stub) -> None:
    on.fails(500)
    asked = write(home, RIDDLE)
    assert len(asked) == 1
    assert not second_looks.on(), "and is left alone for a while"


def test_a_question_is_answered_in_the_models_words_when_the_facts_hold_them(
    plan: WeekPlan, home: Home, on: Stub
) -> None:
    on.says("question", answer="Tuesday dinner is light enough.")
    assert write(home, RIDDLE) == ["Tuesday dinner is light enough."]


def test_a_thread_that_staff_have_taken_over_is_not_shown_to_it(plan: WeekPlan, home: Home, on: Stub) -> None:
    assert home.asha.contact is not None
    Contact.objects.filter(pk=home.asha.contact.pk).update(taken_over_at=NOW)
    write(home, RIDDLE)
    assert on.calls == []
    assert InboxItem.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_model_is_asked_outside_any_transaction(
    plan: WeekPlan, home: Home, on: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside: list[bool] = []
    real = second_looks.reread
    monkeypatch.setattr(
        second_looks, "reread", lambda *args: (inside.append(connection.in_atomic_block), real(*args))[1]
    )
    on.says("skip_meal", slots=ON_TUESDAY)
    write(home, RIDDLE)
    assert inside == [False]


def test_a_look_that_breaks_does_not_keep_the_message_from_its_answer(
    plan: WeekPlan, home: Home, on: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_looks, "_names", lambda turn: 1 / 0)
    assert LOOK_AHEAD.on()
    assert len(write(home, RIDDLE)) == 1
