"""Every code has one class, a sentence and a fix."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.factories.whatsapp import MINUTE, NOW
from tests.whatsapp.listed_codes import LISTED, SHEET_SAYS
from whatsapp.errors import _TABLE, TABLE, UNLISTED, Kind, lookup
from whatsapp.outcomes import LONGEST_BACKOFF, MAX_ATTEMPTS, Again, GiveUp, after_refusal, backoff, pair_backoff


def test_every_listed_code_belongs_to_exactly_the_class_that_its_meaning_asks_for() -> None:
    assert {code: lookup(code).kind for codes in LISTED.values() for code in codes} == {
        code: kind for kind, codes in LISTED.items() for code in codes
    }


def test_no_code_is_listed_in_two_classes_and_every_class_has_codes() -> None:
    listed = [code for codes in LISTED.values() for code in codes]
    assert [code for code, times in Counter(listed).items() if times > 1] == []
    assert set(LISTED) == set(Kind)


def test_the_table_holds_no_code_that_nobody_listed() -> None:
    assert set(TABLE) - {code for codes in LISTED.values() for code in codes} == set()


def test_where_we_differ_from_the_list_the_reason_is_written_down() -> None:
    listed = {code for codes in LISTED.values() for code in codes}
    assert set(SHEET_SAYS) <= listed
    assert all(len(reason) > 20 for reason in SHEET_SAYS.values())


def test_every_listed_code_has_words_of_its_own_a_fix_and_a_page() -> None:
    infos = [lookup(code) for codes in LISTED.values() for code in codes]
    assert [info.code for info in infos if UNLISTED in info.sentence] == []
    assert [info.code for info in infos if not info.sentence.endswith(".") or not info.fix] == []
    assert [info.code for info in infos if not info.link.startswith("https://")] == []
    assert lookup(131042).remedy == (
        "Add or repair the payment method in WhatsApp Manager. https://business.facebook.com/billing_hub/"
    )


def test_no_code_stands_in_the_table_twice() -> None:
    assert len(_TABLE) == len(TABLE)


@given(st.one_of(st.none(), st.integers(-10, 3_000_000)))
def test_every_code_whatsoever_has_a_class_a_sentence_and_a_fix(code: int | None) -> None:
    info = lookup(code)
    assert info.kind in Kind
    assert info.sentence.endswith(".")
    assert info.fix


@given(st.sampled_from(sorted(TABLE)), st.integers(1, 20), st.integers(0, 86_400))
def test_a_next_try_is_later_than_now_and_before_the_message_expires(code: int, attempt: int, seconds: int) -> None:
    expires = NOW + timedelta(seconds=seconds)
    then = after_refusal(lookup(code), attempt, expires, NOW)
    if isinstance(then, Again):
        assert NOW < then.not_before < expires


def test_limits_are_tried_again_a_limited_number_of_times() -> None:
    assert isinstance(after_refusal(lookup(130429), MAX_ATTEMPTS - 1, None, NOW), Again)
    assert isinstance(after_refusal(lookup(130429), MAX_ATTEMPTS, None, NOW), GiveUp)


def test_what_may_be_our_own_fault_is_tried_as_often_as_its_line_says() -> None:
    allowed = {code: info.tries for code, info in TABLE.items() if info.tries}
    assert allowed == {1: 3, 131000: 6, 131053: 3}
    for code, tries in allowed.items():
        assert isinstance(after_refusal(lookup(code), tries - 1, None, NOW), Again)
        assert isinstance(after_refusal(lookup(code), tries, None, NOW), GiveUp)


def test_an_account_problem_waits_however_often_it_was_tried() -> None:
    assert isinstance(after_refusal(lookup(190), 500, None, NOW), Again)


def test_marketing_that_meta_holds_back_for_a_day_is_not_looped() -> None:
    assert isinstance(after_refusal(lookup(131049), 1, None, NOW), GiveUp)


def test_waiting_grows_and_is_never_the_same_for_all() -> None:
    waits = [backoff(n, NOW) - NOW for n in range(1, 12)]
    assert waits[0] >= timedelta(seconds=2)
    assert waits[5] > 4 * waits[0]
    assert max(waits) <= LONGEST_BACKOFF * 1.5
    assert len({backoff(3, NOW) for _ in range(20)}) > 10


def test_the_pair_limit_waits_four_to_the_power_of_tries() -> None:
    assert [(pair_backoff(n, NOW) - NOW).total_seconds() for n in (1, 2, 3, 9)] == [4, 16, 64, 300]


def test_an_asynchronous_fault_waits_a_minute_at_least() -> None:
    then = after_refusal(lookup(131016), 1, None, NOW, later_fault=True)
    assert isinstance(then, Again)
    assert then.not_before >= NOW + MINUTE
