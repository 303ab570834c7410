"""The gate is asked once more just before a message leaves: days may have passed."""

from __future__ import annotations

import pytest
import responses

from tests.factories.whatsapp import (
    HOUR,
    MINUTE,
    NOW,
    approve,
    make_contact,
    queue_text,
)
from tests.whatsapp import doors
from tests.whatsapp.graph import accepted, answer, posted
from tests.whatsapp.queueing import fresh, queue_cook
from whatsapp import unknowns
from whatsapp.claiming import claim
from whatsapp.delivery import deliver_due
from whatsapp.models import Incident
from whatsapp.optouts import opt_out

pytestmark = pytest.mark.usefixtures("account")


def test_an_opt_out_cancels_what_is_queued_and_tells_the_owner() -> None:
    contact = make_contact(wrote_at=NOW)
    message = queue_text(contact)
    opt_out(contact, method="stop word", now=NOW)
    assert (fresh(message).status, doors.failed) == ("cancelled", [(message.pk, "cancelled", "opted_out")])
    assert claim(NOW, 1) == []


@responses.activate
def test_an_expired_message_is_cancelled_with_its_reason() -> None:
    messages = [queue_text(make_contact(wrote_at=NOW), expires_at=NOW + MINUTE) for _ in range(2)]
    unknowns.sweep(NOW + HOUR)
    assert [fresh(m).status for m in messages] == ["cancelled", "cancelled"]
    late = queue_text(make_contact(wrote_at=NOW), expires_at=NOW + MINUTE)
    deliver_due(NOW + HOUR)
    assert (fresh(late).status, fresh(late).error_text) == ("cancelled", "It was not sent before it expired.")
    assert posted() == []


@responses.activate
def test_the_window_is_looked_at_again_before_posting() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    deliver_due(NOW + 24 * HOUR)
    assert (fresh(message).status, fresh(message).error_class) == ("failed", "window_closed")


@responses.activate
def test_a_template_in_review_waits_and_goes_out_when_it_is_approved() -> None:
    approve(doors.COOK, status="PENDING")
    message = queue_cook(make_contact())
    deliver_due(NOW)
    assert (fresh(message).status, fresh(message).attempt_count, posted()) == ("queued", 0, [])
    approve(doors.COOK)
    answer(accepted())
    deliver_due(NOW + 2 * MINUTE)
    assert fresh(message).status == "accepted"


@responses.activate
def test_a_template_that_differs_from_the_code_is_held_before_it_costs() -> None:
    approve(doors.COOK, components=[{"type": "BODY", "text": "Please cook {{1}} and {{2}} today."}])
    message = queue_cook(make_contact())
    deliver_due(NOW)
    assert (fresh(message).status, posted()) == ("queued", [])
    assert "differs from Meta's copy" in Incident.objects.get().detail


@responses.activate
def test_a_rejected_template_fails_the_message() -> None:
    approve(doors.COOK)
    message = queue_cook(make_contact())
    approve(doors.COOK, status="REJECTED", rejected_reason="SCAM")
    deliver_due(NOW)
    assert (fresh(message).status, fresh(message).error_class) == ("failed", "template_not_sendable")


def test_a_failure_route_that_raises_does_not_undo_the_failure_and_is_told_again() -> None:
    contact = make_contact(wrote_at=NOW)
    message = queue_text(contact)
    doors.explode_on.add("failure")
    opt_out(contact, method="stop word", now=NOW)
    assert (fresh(message).status, fresh(message).handled_at) == ("cancelled", None)
    assert "a bug in a failure route" in fresh(message).handling_error
    doors.explode_on.clear()
    assert unknowns.sweep(NOW + MINUTE)["told"] == 1
    assert doors.failed == [(message.pk, "cancelled", "opted_out")]
