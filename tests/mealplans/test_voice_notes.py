"""A cook who prefers to listen hears the day's message too; the text never waits for it, and it is heard once."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from mealplans import reminders, speech, voice_notes
from mealplans.models import CookInstruction, WeekPlan
from tests.factories.mealplans import DAYS, Home
from tests.mealplans.people import later, tap
from tests.mealplans.test_lifecycle import confirmed
from tests.whatsapp.meta import started
from whatsapp.models import Account, Contact, Message

EVENING = later(days=1, hours=10)
A_LITTLE_LATER = later(days=1, hours=10.1)
#: Stands in for an engine: reads the words, answers with a sound that says how many there were.
SPEAKS = "import sys; words = sys.stdin.read(); assert words; sys.stdout.buffer.write(b'OggS' + sys.argv[1].encode())"
FAILS = "import sys; sys.exit('no voice for hi')"


def command(program: str) -> str:
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(program)} {{language}}"


@pytest.fixture
def meta(home: Home) -> Iterator[str]:
    """Meta takes uploads for our account."""
    with started() as simulator:
        Account.objects.update(base_url=simulator.url)
        yield simulator.url


@pytest.fixture
def evening(plan: WeekPlan, home: Home, settings: Any) -> CookInstruction:
    """Sunday evening: Sunita, who prefers to listen, has written within the hour and was sent Monday's menu."""
    settings.SPEECH_COMMAND = command(SPEAKS)
    type(home.sunita).objects.filter(pk=home.sunita.pk).update(wants_voice=True)
    confirmed(plan, home)
    Contact.objects.filter(pk=home.sunita.contact_id).update(last_inbound_at=later(days=1, hours=9.5))
    reminders.run_due(EVENING)
    return CookInstruction.objects.get(date=DAYS[0], kind="evening")


def notes(home: Home) -> list[dict[str, Any]]:
    rows = Message.objects.filter(contact=home.sunita.contact, purpose="cook_voice").order_by("pk")
    return [row.payload["audio"] for row in rows]


def test_the_text_is_out_before_and_the_voice_note_follows_once(
    evening: CookInstruction, home: Home, meta: str
) -> None:
    assert home.purposes_to(home.sunita)[-1] == "cook_instr"
    assert (evening.status, evening.voice, notes(home)) == ("sent", "due", [])
    assert [voice_notes.send_due(A_LITTLE_LATER) for _ in range(2)] == [1, 0]
    (audio,) = notes(home)
    assert (audio["voice"], sorted(audio)) == (True, ["id", "voice"])
    evening.refresh_from_db()
    assert (evening.voice, evening.voice_at) == ("sent", None)


def test_a_worker_that_died_after_queueing_sends_no_second_one(evening: CookInstruction, home: Home, meta: str) -> None:
    voice_notes.send_due(EVENING)
    CookInstruction.objects.filter(pk=evening.pk).update(voice="due", voice_at=EVENING)
    voice_notes.send_due(A_LITTLE_LATER)
    assert len(notes(home)) == 1


def test_outside_the_window_it_waits_for_the_tap_on_ok(evening: CookInstruction, home: Home, meta: str) -> None:
    Contact.objects.filter(pk=home.sunita.contact_id).update(last_inbound_at=None)
    assert voice_notes.send_due(EVENING) == 0
    tap(home.sunita, "cook_ok", A_LITTLE_LATER)
    assert voice_notes.send_due(A_LITTLE_LATER) == 1


def test_an_engine_that_fails_is_noted_after_three_tries_and_the_text_stands(
    evening: CookInstruction, home: Home, settings: Any
) -> None:
    settings.SPEECH_COMMAND = command(FAILS)
    for minutes in range(0, 12, 3):
        voice_notes.send_due(later(days=1, hours=10, minutes=minutes))
    evening.refresh_from_db()
    assert (evening.voice, evening.voice_tries, evening.status) == ("failed", 3, "sent")
    (event,) = home.household.timeline.filter(kind="voice_failed")
    assert event.text.startswith("Sunita has the text of Mon 23 Nov, and no voice note: The speech engine ended with 1")
    assert notes(home) == []


def test_a_visit_that_is_called_off_is_not_spoken_of(evening: CookInstruction, home: Home) -> None:
    CookInstruction.objects.filter(pk=evening.pk).update(status="cancelled")
    assert voice_notes.send_due(A_LITTLE_LATER) == 0
    evening.refresh_from_db()
    assert (evening.voice, home.household.timeline.filter(kind="voice_failed").count()) == ("", 0)


def test_who_did_not_ask_for_it_hears_nothing(plan: WeekPlan, home: Home, settings: Any) -> None:
    settings.SPEECH_COMMAND = command(SPEAKS)
    confirmed(plan, home)
    reminders.run_due(EVENING)
    assert set(CookInstruction.objects.values_list("voice", flat=True)) == {""}


def test_without_an_engine_it_is_off(plan: WeekPlan, home: Home, settings: Any) -> None:
    type(home.sunita).objects.filter(pk=home.sunita.pk).update(wants_voice=True)
    settings.SPEECH_COMMAND = ""
    confirmed(plan, home)
    reminders.run_due(EVENING)
    assert set(CookInstruction.objects.values_list("voice", flat=True)) == {""}


def test_the_language_is_given_to_the_engine_and_marks_are_not_read_out(settings: Any) -> None:
    settings.SPEECH_COMMAND = command(SPEAKS)
    assert speech.spoken("*सोमवार*", "hi") == b"OggShi"
    assert speech.plain("⚠️ *NEVER*: peanuts\n\n1. lunch | Dal 🙏") == "NEVER : peanuts.\n1. lunch Dal."


@pytest.mark.parametrize(
    ("program", "why"),
    [(FAILS, "ended with 1: no voice for hi"), ("print('RIFF')", "gave no OGG sound")],
)
def test_what_the_engine_does_wrong_is_said_in_words(settings: Any, program: str, why: str) -> None:
    settings.SPEECH_COMMAND = command(program)
    with pytest.raises(speech.CannotSpeak, match=why):
        speech.spoken("hello", "hi")


def test_an_engine_that_is_not_there_is_said_in_words(settings: Any) -> None:
    settings.SPEECH_COMMAND = "/nowhere/say {language}"
    with pytest.raises(speech.CannotSpeak, match="cannot be started"):
        speech.spoken("hello", "en")
