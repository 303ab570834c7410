"""The day's message as a sound, in English and in Hindi: a program speaks it, her phone plays it, she answers."""

from __future__ import annotations

import shlex
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from households.models import Cook
from mealplans import voice_notes
from mealplans.models import CookInstruction
from tests.factories.mealplans import DAYS, Home, meal_of
from tests.journeys.speaking import PAY, SUNDAY_EVENING, approved, in_both_languages
from tests.journeys.stage import HTTP, TIMEOUT, Stage

pytestmark = pytest.mark.django_db(transaction=True)
#: An engine as any other: words in, sound out, the language as its argument.
ENGINE = """
import sys
words = sys.stdin.buffer.read()
sys.stdout.buffer.write(b"OggS" + sys.argv[1].encode() + b"\\n" + words)
"""


@pytest.fixture
def engine(tmp_path: Path, settings: Any) -> None:
    program = tmp_path / "say.py"
    program.write_text(ENGINE, encoding="utf-8")
    settings.SPEECH_COMMAND = f"{shlex.quote(sys.executable)} {shlex.quote(str(program))} {{language}}"


@in_both_languages
def test_a_cook_who_listens_hears_mondays_dishes_and_says_yes_to_them(
    stage: Stage, home: Home, engine: None, language: str
) -> None:
    Cook.objects.filter(pk=home.sunita.pk).update(wants_voice=True)
    plan, sunita = approved(stage, home, language), stage.phone("Sunita")
    stage.pay(stage.phone("Asha").address_of(PAY[language]))
    stage.at(SUNDAY_EVENING - timedelta(minutes=30))
    sunita.says({"en": "hello", "hi": "नमस्ते"}[language])  # her window is open
    stage.at(SUNDAY_EVENING)
    voice_notes.send_due(stage.now)
    stage.settle()

    note = sunita.received()[-1]
    assert (note["media"]["type"], note["media"]["voice"]) == ("audio", True)
    heard = HTTP.get(f"{stage.simulator}{note['media']['url']}", timeout=TIMEOUT).content.decode()
    assert heard.startswith(f"OggS{language}\n")
    dishes = [meal_of(plan, DAYS[0], meal).dish.name(language) for meal in ("lunch", "dinner")]
    assert [dish in heard for dish in dishes] == [True, True]

    stage.tell(f"phones/{sunita.wa_id}/played", wamid=note["wamid"])
    sunita.says({"en": "ok, I will come", "hi": "ठीक है, आ जाऊँगी"}[language])
    assert CookInstruction.objects.get(date=DAYS[0], kind="evening").status == "acknowledged"
