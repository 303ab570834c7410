"""A person is taken out of any text, however they are written there; everybody else stays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bettermeals.lib.scrubbing import ERASED, Scrubber, leaves

NUMBER, BSUID = "919810001234", "IN.134912"
ASHA = Scrubber("X", (NUMBER,), (BSUID,), ("Asha Rao", "Asha", "आशा"), ("My knee is bad this week",))
#: Nothing that could be read as the person by accident.
OTHER = st.text(st.characters(exclude_characters="0123456789AaSsHhआश"), max_size=30)


@pytest.mark.parametrize(
    "written",
    ["+919810001234", "919810001234", "98100 01234", "+91 98100-01234", "00919810001234", "(91) 9810 001 234"],
)
def test_a_number_goes_in_any_way_of_writing_it(written: str) -> None:
    cleaned = ASHA.clean(f"call {written} now", names=False)
    assert (cleaned.startswith("call "), cleaned.endswith(" now"), "1234" in cleaned) == (True, True, False)


@pytest.mark.parametrize("other", ["9810001235", "₹9,810.00", "order 12349810", "2026-11-21 09:10"])
def test_other_numbers_stay(other: str) -> None:
    assert ASHA.clean(other, names=True) == other


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Asha swapped it", "X swapped it"),
        ("asha rao's week", "X's week"),
        ("Ashaben and Natasha stay", "Ashaben and Natasha stay"),
        ("आशा जी", "X जी"),
        ("आशालता जी", "आशालता जी"),
        (json.dumps("आशा जी"), f'"X{json.dumps(" जी")[1:-1]}"'),
    ],
)
def test_a_name_goes_as_a_word_in_any_script(text: str, left: str) -> None:
    assert ASHA.clean(text, names=True) == left


def test_a_name_elsewhere_is_somebody_elses_unless_an_id_stands_beside_it() -> None:
    assert ASHA.clean("Asha of Pune", names=False) == "Asha of Pune"
    assert ASHA.clean(f"Asha is {BSUID}", names=False) == "X is X"


@pytest.mark.parametrize("quoted", ["My knee is bad this week", "My knee is bad this", "My knee is b"])
def test_what_they_wrote_goes_where_it_is_quoted_and_cut_short(quoted: str) -> None:
    assert ASHA.clean(f"She wrote “{quoted}”.", names=True) == f"She wrote “{ERASED}”."


def test_a_webhook_loses_what_is_about_the_person_and_keeps_the_others() -> None:
    value = {
        "contacts": [{"wa_id": NUMBER, "profile": {"name": "Asha"}}, {"wa_id": "919", "profile": {"name": "Ravi"}}],
        "messages": [{"from": NUMBER, "text": {"body": "hi"}}, {"from": "919", "text": {"body": "Asha says hello"}}],
    }
    body = json.dumps({"entry": [{"changes": [{"value": value}]}]}).encode()
    left = json.loads(ASHA.body(body, names=True))["entry"][0]["changes"][0]["value"]
    assert left == {
        "contacts": [{"wa_id": "919", "profile": {"name": "Ravi"}}],
        "messages": [{"from": "919", "text": {"body": "X says hello"}}],
    }
    assert ASHA.pruned(json.loads(body)) == [value["contacts"][0], value["messages"][0]]


def test_a_body_that_is_no_json_is_kept_only_when_it_names_nobody() -> None:
    assert (ASHA.body(b"from " + NUMBER.encode()), ASHA.body(b"\xff?")) == (b"{}", b"\xff?")


@given(OTHER, OTHER, st.sampled_from([f"+{NUMBER}", "Asha Rao", "ASHA", BSUID, "98100 01234", "आशा"]))
def test_whatever_stands_around_it_the_person_goes_and_the_rest_stays(before: str, after: str, person: str) -> None:
    cleaned = ASHA.clean({"a": [f"{before} {person} {after}"]}, names=True)
    assert cleaned == {"a": [f"{before} X {after}"]}


@given(st.recursive(OTHER | st.none() | st.booleans(), lambda part: st.lists(part) | st.dictionaries(OTHER, part)))
def test_what_names_nobody_is_left_as_it_was(value: object) -> None:
    assert ASHA.clean(value, names=True) == value
    assert not any(ASHA.mentions_id(text) for text in leaves(value))


@given(OTHER)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = ASHA.clean(f"{text} Asha {NUMBER}", names=True)
    assert ASHA.clean(once, names=True) == once
