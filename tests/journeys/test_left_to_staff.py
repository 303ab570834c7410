"""A thread that staff took and then left, in English and in Hindi: the next message is understood again."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model

from mealplans.models import WeekPlan
from tests.factories.mealplans import TUESDAY, Home, meal_of
from tests.journeys.speaking import in_both_languages, proposed
from tests.journeys.stage import Stage
from whatsapp import desk, tasks
from whatsapp.models import ThreadNote

pytestmark = pytest.mark.django_db(transaction=True)
NO_DINNER = {"en": "skip dinner on Tuesday", "hi": "मंगलवार को रात का खाना मत बनाना"}


@in_both_languages
def test_after_the_idle_time_the_system_understands_again(stage: Stage, home: Home, language: str) -> None:
    plan, asha = proposed(stage, home, language), stage.phone("Asha")
    asha.says({"en": "I want to talk to a person", "hi": "मुझे किसी से बात करनी है"}[language])
    priya = get_user_model().objects.create(username="priya", is_staff=True)
    assert home.asha.contact is not None
    assert desk.take_over(home.asha.contact, priya, stage.now)

    asha.says_nothing_back(NO_DINNER[language])
    assert _dinner(plan) == "planned"
    stage.later(minutes=settings.HANDOVER_IDLE_MINUTES - 1)
    tasks.sweep()
    asha.says_nothing_back(NO_DINNER[language])
    assert _dinner(plan) == "planned"

    stage.later(minutes=2)
    tasks.sweep()
    assert list(ThreadNote.objects.order_by("pk").values_list("kind", flat=True)) == ["taken", "idle"]
    assert {"en": "dinner is skipped;", "hi": "रात का खाना नहीं बनेगा;"}[language] in asha.says(NO_DINNER[language])
    assert _dinner(plan) == "skipped"


def _dinner(plan: WeekPlan) -> str:
    return meal_of(plan, TUESDAY, "dinner").status
