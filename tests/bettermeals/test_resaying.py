"""What is kept or made in English is read in Hindi: every reason of the queue, whatever stands in a run's way, rows of
sheets. A sentence that is changed where it is made is noticed here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from bettermeals.lib.resaying import _patterns, resaid
from bettermeals.stored_sentences import SENTENCES
from households import ops, timeline
from tests.factories.households import NOW, make_engagement, make_household, make_resident

ROOT = Path(__file__).resolve().parents[2]
HINDI = {"Accept-Language": "hi"}
#: Put together from parts: said below with the parts that there are.
ASSEMBLED = {f"mealplans/{name}.py" for name in ("absences", "cooking", "equipment", "resident_replies", "skipping")}
#: Words that stay: names, units, what Meta and the code call things.
ENGLISH_SENTENCE = re.compile(r"\b[A-Z][a-z]+ [a-z]+ [a-z]+ [a-z]+")


@pytest.fixture(autouse=True)
def saturday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def reasons() -> Iterator[tuple[str, str]]:
    """(where, sentence) of each reason given to the queue, its values as a word."""
    for path in sorted(ROOT.glob("[bhmw]*/**/*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in ("open_item", "_open"):
                for given in (*call.args, *(word.value for word in call.keywords if word.arg == "reason")):
                    if isinstance(given, ast.JoinedStr):
                        yield str(path.relative_to(ROOT)), spoken(given)


def spoken(given: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "Value" for part in given.values)


def test_every_reason_that_is_given_to_the_queue_has_its_sentence() -> None:
    found = [(where, said) for where, said in reasons() if where not in ASSEMBLED]
    assert len(found) > 15
    assert [(where, said) for where, said in found if not any(p.fullmatch(said) for p, _ in _patterns())] == []


def told() -> Iterator[tuple[str, str]]:
    """(where, sentence) of each line written to the timeline and each incident, its values as a word."""
    for path in sorted(ROOT.glob("[hmw]*/**/*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(call, "func", None), "attr", getattr(getattr(call, "func", None), "id", ""))
            if isinstance(call, ast.Call) and name in ("record", "_record", "open_incident", "settle"):
                given = [*call.args, *(word.value for word in call.keywords if word.arg in ("detail", "fix"))]
                for said in (each for each in given if isinstance(each, ast.JoinedStr)):
                    yield str(path.relative_to(ROOT)), spoken(said)


#: Keys, and lines made of parts that are said elsewhere.
NOT_SAID = re.compile(r"(payment|refund)_Value|Value: Value\.?|Value Value\.?|Value\.|Value Value on Value\.")
SAID_OF_A_WEEK = {
    "Approved by Asha (button).": "Asha ने मंज़ूर किया (button)।",
    "Dinner on Mon 23 Nov: Rajma instead of Poha.": "रात का खाना, सोम 23 नव: Poha की जगह Rajma।",
    "Sunita did not answer and was reminded.": "Sunita ने जवाब नहीं दिया; याद दिलाया गया।",
    "the week from 23 Nov: the price is ₹500.": "23 नव से शुरू हफ़्ता: दाम ₹500।",
}


def test_every_line_of_the_timeline_and_each_incident_has_its_sentence() -> None:
    found = [(where, said) for where, said in told() if where not in ASSEMBLED and not NOT_SAID.fullmatch(said)]
    assert len(found) > 25
    assert [(where, said) for where, said in found if not any(p.fullmatch(said) for p, _ in _patterns())] == []


@pytest.mark.django_db
def test_a_home_s_timeline_is_read_in_hindi(admin_client: Client) -> None:
    home = make_household("रावनिवास")
    for text in SAID_OF_A_WEEK:
        timeline.record(home, "kind", text, now=NOW)
    for page in (f"/admin/households/household/{home.pk}/change/", "/admin/households/timelineevent/"):
        shown = admin_client.get(page, headers=HINDI).content.decode()
        assert [words for words in SAID_OF_A_WEEK.values() if words not in shown] == [], page


def test_every_sentence_has_its_hindi_with_the_same_values() -> None:
    names = re.compile(r"%\((\w+)\)s")
    with translation.override("hi"):
        said = {sentence: translation.gettext(sentence) for sentence in SENTENCES}
    same = {sentence for sentence, hindi in said.items() if sentence == hindi and names.sub("", sentence).strip(" :")}
    assert same == set()
    assert [s for s, hindi in said.items() if sorted(names.findall(s)) != sorted(names.findall(hindi))] == []


@pytest.mark.parametrize(
    ("english", "hindi"),
    [
        (
            "Sunita cannot come to Rao home for lunch on Mon 23 Nov, Tue 24 Nov; 2 meals are off. Find another cook, "
            "or agree with the household.",
            "Sunita सोम 23 नव, मंगल 24 नव को दोपहर का खाना के लिए Rao home नहीं आ सकते; 2 बार का खाना बंद है। "
            "दूसरा रसोइया ढूँढिए, या घर से बात कर लीजिए।",
        ),
        (
            "Sunita at Rao home: “gas is out”. Call the household.",
            "Rao home में Sunita: “gas is out”। घर को फ़ोन कीजिए।",
        ),
        (
            "These rules cannot hold together: the budget of ₹500 is ₹80 short; no cook comes. One of these changes is "
            "enough: raise the budget to ₹580, or find a cook for it, or leave the meal out.",
            "ये नियम एक साथ नहीं चल सकते: ₹500 के बजट में ₹80 कम पड़ते हैं; कोई रसोइया नहीं आता। इनमें से एक बदलाव काफ़ी है: "
            "बजट ₹580 कीजिए; या उसके लिए रसोइया ढूँढिए; या वह खाना छोड़िए।",
        ),
        (
            "No plan for Rao home from 23 Nov. These rules cannot hold together: the budget of ₹500 is ₹80 short; "
            "Sunita's visits on 6 days have 30 minutes and need up to 45. All of these changes together are enough: "
            "raise the budget to ₹580; give each of Sunita's visits 15 minutes more. Change a rule and plan again.",
            "Rao home के लिए 23 नव से कोई योजना नहीं बनी। ये नियम एक साथ नहीं चल सकते: ₹500 के बजट में ₹80 कम पड़ते हैं; "
            "6 दिन Sunita के पास 30 मिनट हैं और 45 तक चाहिए। ये सारे बदलाव मिलकर काफ़ी हैं: बजट ₹580 कीजिए; "
            "हर बार Sunita को 15 मिनट और दीजिए। कोई नियम बदलिए और फिर से योजना बनाइए।",
        ),
        (
            "It is new. Is it the same as “Toor dal” (toor-dal)?",
            "यह नया है। क्या यह वही है जो “Toor dal” (toor-dal)?",
        ),
    ],
)
def test_a_sentence_is_said_again_with_its_values(english: str, hindi: str) -> None:
    with translation.override("hi"):
        assert resaid(english) == hindi
    with translation.override("en"):
        assert resaid(english) == english


@pytest.mark.parametrize("words", ["", "Open", "Call me at 5, the lift is broken.", "lunch is late again, why?"])
def test_what_a_person_wrote_is_left_as_it_is(words: str) -> None:
    with translation.override("hi"):
        assert resaid(words) == words


def text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", "\n", re.sub(r"<(script|style|template).*?</\1>", "", html, flags=re.DOTALL))


def english_in(html: str, inside: str) -> list[str]:
    return ENGLISH_SENTENCE.findall(text_of(html[html.index(inside) :]))


@pytest.mark.django_db
def test_the_queue_in_hindi_holds_no_english_sentence(admin_client: Client) -> None:
    home = make_household("रावनिवास")
    for number, (_, said) in enumerate(reasons()):
        reason = said.replace("Value", "सुनीता")
        if _ not in ASSEMBLED:
            ops.open_item(kind="cook_absent", key=f"k:{number}", reason=reason, now=NOW, household=home)
    page = admin_client.get("/admin/queue/", headers=HINDI).content.decode()
    assert english_in(page, "bm-queue") == []


@pytest.mark.django_db
def test_what_stands_in_the_way_of_a_run_is_read_in_hindi(admin_client: Client) -> None:
    home = make_household("रावनिवास")
    make_household("शर्मानिवास")
    make_resident(home)
    make_engagement(home)
    page = admin_client.get("/admin/mealplans/weekplan/saturday/", headers=HINDI).content.decode()
    assert "किसी खाने में लोगों की गिनती नहीं लिखी है" in page
    assert english_in(page, 'class="bm wk"') == []
