"""A block of what a business begins stops no answer: only what Meta forbids waits, and it comes back by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import responses

from tests.factories.whatsapp import HOUR, MINUTE, NOW, approve, make_contact, queue_text
from tests.whatsapp import doors
from tests.whatsapp.graph import accepted, answer, error, posted
from tests.whatsapp.queueing import fresh, queue_cook
from whatsapp import accounts, resuming
from whatsapp.claiming import claim
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, Incident, Message, PhoneNumber

pytestmark = pytest.mark.usefixtures("account")
LATER = NOW + 61 * MINUTE


@pytest.fixture(autouse=True)
def template(account: Account) -> None:
    approve(doors.COOK)


def begin() -> Message:
    return queue_cook(make_contact())


def reply(words: str = "yes") -> Message:
    return queue_text(make_contact(wrote_at=NOW), words)


def number() -> PhoneNumber:
    return PhoneNumber.objects.select_related("account").get()


def refused(code: int = 368) -> Message:
    """A message that begins a conversation, refused for policy."""
    message = begin()
    answer(error(code), 403)
    deliver_due(NOW)
    return message


def until() -> datetime | None:
    """To the minute: a run grows older while it lasts."""
    moment = number().answers_only_until
    return moment and moment.replace(second=0, microsecond=0)


def incidents() -> list[str]:
    return list(Incident.objects.filter(closed_at=None).values_list("kind", flat=True))


@responses.activate
@pytest.mark.parametrize("code", [368, 131048, 131064])
def test_a_policy_answer_to_what_we_begin_holds_what_we_begin_and_answers_go_on(code: int) -> None:
    first = refused(code)
    second, yes = begin(), reply()
    answer(accepted())
    deliver_due(NOW + 2 * MINUTE)
    assert [fresh(m).status for m in (first, second, yes)] == ["queued", "queued", "accepted"]
    assert (number().paused_reason, until(), incidents()) == ("", NOW + HOUR, ["answers only"])
    assert Incident.objects.get().detail.endswith(f"(error {code}) Answers still go.")


@responses.activate
@pytest.mark.parametrize("code", [368, 131048, 131064])
def test_a_policy_answer_to_an_answer_stops_everything(code: int) -> None:
    message = reply()
    answer(error(code), 403)
    deliver_due(NOW)
    assert (fresh(message).status, bool(number().paused_reason), incidents()) == ("queued", True, ["sending"])


@responses.activate
@pytest.mark.parametrize("code", [190, 131042, 131031])
def test_another_account_error_stops_everything_whatever_was_refused(code: int) -> None:
    refused(code)
    assert (bool(number().paused_reason), until()) == (True, None)


@responses.activate
def test_an_end_that_meta_named_is_not_cut_short_by_a_refusal_that_names_none() -> None:
    accounts.answers_only(number(), NOW + 50 * HOUR)
    accounts.answers_only_for_now(number(), NOW + HOUR)
    assert until() == NOW + 50 * HOUR


@responses.activate
def test_afterwards_one_goes_ahead_and_the_rest_follow_when_meta_takes_it() -> None:
    held = [refused(), begin(), begin()]
    resuming.lift(number(), "", "", LATER)
    yes = reply()
    assert [(each.message_id, each.probe) for each in claim(LATER, 10)] == [(held[1].pk, True)]
    Message.objects.filter(pk=held[1].pk).update(status="queued")
    resuming.lift(number(), "", "", LATER)
    for n in range(4):
        answer(accepted(f"wamid.{n}"))
    deliver_due(LATER)
    assert {fresh(m).status for m in (*held, yes)} == {"accepted"}
    assert (until(), incidents()) == (None, [])


@responses.activate
def test_the_one_that_goes_ahead_and_is_refused_again_costs_one_try_an_hour_and_no_answer_waits_for_it() -> None:
    held = [refused(), begin(), begin()]
    resuming.lift(number(), "", "", LATER)
    answer(error(368), 403)
    yes = reply()
    answer(accepted())
    deliver_due(LATER)
    assert ([fresh(m).status for m in held], fresh(yes).status) == (["queued"] * 3, "accepted")
    assert (until(), len(posted())) == (LATER + HOUR, 3)


@responses.activate
def test_before_its_time_or_with_all_paused_nothing_is_tried() -> None:
    refused()
    resuming.lift(number(), "", "", NOW + 30 * MINUTE)
    assert (number().probing, until()) == (False, NOW + HOUR)
    accounts.pause_number(number(), "The token ended.", NOW)
    resuming.lift(number(), "", "", LATER)
    assert (number().probing, until(), number().paused_reason) == (False, None, "The token ended.")


def test_with_nothing_to_begin_the_restriction_ends_with_its_time() -> None:
    accounts.answers_only(number(), NOW + HOUR)
    resuming.lift(number(), "", "", LATER)
    assert until() is None


@responses.activate
def test_an_answer_that_goes_ahead_of_a_stop_does_not_prove_that_we_may_begin() -> None:
    refused()
    accounts.pause_number(number(), "x", NOW)
    yes = reply()
    PhoneNumber.objects.update(probing=True)
    assert [each.message_id for each in claim(NOW + MINUTE, 10)] == [yes.pk]
    resuming.proven(number().phone_number_id, NOW + MINUTE)
    assert (number().paused_reason, until()) == ("", NOW + HOUR)


@responses.activate
def test_staff_end_both_at_once(django_user_model: Any) -> None:
    refused()
    accounts.pause_number(number(), "x", NOW)
    ravi = django_user_model.objects.create_user("ravi")
    ended = [resuming.release(number(), "ravi: settled", NOW, by=ravi) for _ in range(2)]
    assert (ended, number().paused_reason, until(), incidents()) == ([True, False], "", None, [])
