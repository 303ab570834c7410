"""Half a day off on the phones, in English and in Hindi: said in words, undone with one tap, told to everybody."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from households.models import Engagement, OpsItem
from mealplans.models import CookInstruction
from tests.factories.households import NOW, make_engagement
from tests.factories.mealplans import TUESDAY, Home, meal_of
from tests.journeys.speaking import confirmed, in_both_languages
from tests.journeys.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY_NIGHT = NOW + timedelta(days=2, hours=10.5)  # 19:30 in Kolkata: Tuesday was told at seven


@in_both_languages
def test_no_lunch_tomorrow_and_then_she_comes_after_all(stage: Stage, home: Home, language: str) -> None:
    plan = confirmed(stage, home, language)
    stage.at(MONDAY_NIGHT)
    sunita, asha = stage.phone("Sunita"), stage.phone("Asha")
    sunita.says({"en": "can't come for lunch tomorrow", "hi": "कल दोपहर का खाना बनाने नहीं आ पाऊँगी"}[language])
    assert [meal_of(plan, TUESDAY, meal).status for meal in ("lunch", "dinner")] == ["cancelled", "planned"]
    lunch, dinner = (meal_of(plan, TUESDAY, meal).dish.name(language) for meal in ("lunch", "dinner"))
    stage.later(minutes=1)
    noted, anew = sunita.texts()[-2:]
    assert {"en": "you are not coming for lunch", "hi": "दोपहर का खाना के लिए आप नहीं आएँगे"}[language] in noted
    assert dinner in noted
    assert (dinner in anew, lunch in anew) == (True, False)
    assert lunch in asha.last()
    assert {"en": "(lunch)", "hi": "(दोपहर का खाना)"}[language] in asha.last()

    sunita.says({"en": "I can come after all", "hi": "मैं आ सकती हूँ"}[language])
    assert meal_of(plan, TUESDAY, "lunch").status == "cancelled"
    sunita.taps({"en": "I am coming", "hi": "मैं आ रही/रहा हूँ"}[language])
    assert [meal_of(plan, TUESDAY, meal).status for meal in ("lunch", "dinner")] == ["planned", "planned"]
    stage.later(minutes=1)
    assert lunch in sunita.last()
    assert {"en": "comes for lunch", "hi": "दोपहर का खाना बनाने"}[language] in asha.last()
    assert not OpsItem.objects.filter(kind="cook_absent", closed_at=None).exists()


@in_both_languages
def test_not_in_the_morning_takes_the_morning_visit_and_leaves_the_evening(
    stage: Stage, home: Home, language: str
) -> None:
    Engagement.objects.filter(pk=home.visit.pk).update(meals=["lunch"])
    evening = make_engagement(home.household, home.sunita, meals=["dinner"], arrives_at=time(18))
    plan = confirmed(stage, home, language)
    stage.at(MONDAY_NIGHT)
    words = {"en": "won't come tomorrow morning", "hi": "कल सुबह नहीं आऊँगी"}[language]
    assert {"en": "not coming for lunch", "hi": "दोपहर का खाना के लिए"}[language] in stage.phone("Sunita").says(words)
    assert [meal_of(plan, TUESDAY, meal).status for meal in ("lunch", "dinner")] == ["cancelled", "planned"]
    of_tuesday = CookInstruction.objects.filter(date=TUESDAY)
    assert set(of_tuesday.filter(engagement=home.visit).values_list("status", flat=True)) == {"cancelled"}
    assert "cancelled" not in of_tuesday.filter(engagement=evening).values_list("status", flat=True)
