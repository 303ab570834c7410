"""Every code has one class, a sentence and a fix."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.whatsapp import MINUTE, NOW
from whatsapp.errors import _TABLE, TABLE, Kind, lookup
from whatsapp.outcomes import LONGEST_BACKOFF, MAX_ATTEMPTS, Again, GiveUp, after_refusal, backoff, pair_backoff

CLASSES = {
    Kind.ACCOUNT: [0, 3, 10, 33, 190, 200, 299, 368, 131005, 131031, 131037, 131042, 131045, 131048, 131064,
                   133010, 141006],
    Kind.RETRY: [1, 2, 130429, 131000, 131016, 131053, 131056, 131057, 133004, 2494100],
    Kind.LATER: [4, 613, 80007, 80008, 131049, 132015, 133015, 133016],
    Kind.RECIPIENT: [130472, 130497, 131021, 131026, 131030, 131047, 131050, 131062, 137000],
    Kind.TEMPLATE: [132000, 132001, 132007, 132016],
    Kind.BUG: [100, 131008, 131009, 131051, 132005, 132012, 132018, 135000, 2388293],
    Kind.INFO: [131060, 138006, 147001, 200005],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, codes in CLASSES.items() for code in codes])
def test_each_code_has_the_class_that_its_meaning_asks_for(kind: Kind, code: int) -> None:
    assert lookup(code).kind is kind


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
