"""What Meta's answer to a POST means: tried again, failed, paused, or not known."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import responses
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from tests.factories.whatsapp import (
    HOUR,
    MINUTE,
    NOW,
    make_contact,
    queue_text,
)
from tests.whatsapp import doors
from tests.whatsapp.graph import accepted, answer, breaks, error, posted
from tests.whatsapp.queueing import fresh
from whatsapp import accounts, sending
from whatsapp.claiming import claim
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, Incident, Message, PhoneNumber, SendAttempt
from whatsapp.policies import SETTLE_AFTER

pytestmark = pytest.mark.usefixtures("account")


@responses.activate
@pytest.mark.parametrize("code", [130429, 131056, 131016, 131057, 2, 80007, 4])
def test_a_limit_or_an_overload_is_tried_again_later(code: int) -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    answer(error(code), 503 if code in (2, 131016, 131057) else 400)
    deliver_due(NOW)
    message = fresh(message)
    assert (message.status, message.error_code) == ("queued", code)
    assert message.not_before > NOW
    assert SendAttempt.objects.get().outcome == "rejected"


@responses.activate
def test_http_429_without_a_body_is_tried_again() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    answer("slow down", 429)
    deliver_due(NOW)
    assert fresh(message).status == "queued"


@responses.activate
def test_after_the_last_try_it_has_failed_and_the_owner_hears_of_it() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    for n in range(8):
        answer(error(130429), 400)
        deliver_due(NOW + n * HOUR)
    message = fresh(message)
    assert (message.status, message.attempt_count) == ("failed", 6)
    assert message.error_text.endswith("Given up after 6 attempts.")
    assert doors.failed == [(message.pk, "failed", "retry")]


def stopped_again_and_again(times: int) -> None:
    """Meta refuses the account at each hour's probe; then somebody resumes the number."""
    for n in range(times):
        answer(error(368), 403)
        PhoneNumber.objects.update(probing=True)
        deliver_due(NOW + n * HOUR)
    accounts.resume_number(PhoneNumber.objects.get())


@responses.activate
def test_what_was_the_accounts_fault_or_never_reached_meta_uses_up_no_try() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    stopped_again_and_again(7)
    no_way_to_meta()
    deliver_due(NOW + 8 * HOUR)
    for n in range(5):
        answer(error(130429), 400)
        deliver_due(NOW + (9 + n) * HOUR)
    assert (fresh(message).status, fresh(message).attempt_count) == ("queued", 13)
    answer(error(130429), 400)
    deliver_due(NOW + 15 * HOUR)
    assert (fresh(message).status, fresh(message).error_text.endswith("Given up after 6 attempts.")) == ("failed", True)


@responses.activate
@pytest.mark.parametrize(("code", "tries"), [(1, 3), (131053, 3), (131000, 6)])
def test_what_meta_fails_at_again_and_again_goes_to_the_developers(code: int, tries: int) -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    for n in range(tries):
        assert not Incident.objects.exists()
        answer(error(code), 400)
        deliver_due(NOW + n * HOUR)
    assert (fresh(message).status, fresh(message).attempt_count) == ("failed", tries)
    assert list(Incident.objects.values_list("kind", "subject")) == [("refused", str(code))]


def no_way_to_meta() -> None:
    refused = NewConnectionError(None, "refused")  # type: ignore[arg-type]
    breaks(requests.ConnectionError(MaxRetryError(None, "/", refused)))  # type: ignore[arg-type]


@responses.activate
def test_no_way_to_meta_is_an_incident_when_it_lasts_whatever_stopped_the_number_before() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    stopped_again_and_again(5)
    no_way_to_meta()
    deliver_due(NOW + 6 * HOUR)
    assert fresh(message).not_before < NOW + 6 * HOUR + MINUTE
    assert not Incident.objects.filter(kind="unreachable").exists()
    for n in range(3):
        no_way_to_meta()
        deliver_due(NOW + (7 + n) * HOUR)
    assert Incident.objects.get(kind="unreachable").closed_at is None


def lost_answers() -> list[Any]:
    reset = requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError(104, "reset")))
    return [
        pytest.param(requests.ReadTimeout("read timed out"), id="read timeout"),
        pytest.param(reset, id="reset after the request was written"),
        pytest.param(requests.exceptions.ChunkedEncodingError("broken"), id="answer broke off"),
    ]


@responses.activate
@pytest.mark.parametrize("exception", lost_answers())
def test_a_lost_answer_is_unknown_and_never_posted_again_blindly(exception: Exception) -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    breaks(exception)
    deliver_due(NOW)
    message = fresh(message)
    assert message.status == "unknown"
    assert NOW + SETTLE_AFTER <= message.settle_by <= NOW + SETTLE_AFTER + MINUTE
    assert SendAttempt.objects.get().outcome == "unknown"
    assert deliver_due(NOW + MINUTE) == 0


@responses.activate
@pytest.mark.parametrize(
    ("body", "http_status"),
    [("<html>bad gateway</html>", 502), (error(131000), 500), (error(1), 500), ({"weird": True}, 200), ("", 200)],
)
def test_an_answer_that_proves_nothing_is_unknown(body: Any, http_status: int) -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    answer(body, http_status)
    deliver_due(NOW)
    assert fresh(message).status == "unknown"


@responses.activate
def test_a_connection_that_was_never_made_is_tried_again() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    no_way_to_meta()
    answer(accepted())
    deliver_due(NOW)
    assert (fresh(message).status, SendAttempt.objects.get().outcome) == ("queued", "not_sent")
    deliver_due(NOW + MINUTE)
    assert fresh(message).status == "accepted"


def test_a_port_where_nobody_listens_is_not_sent() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    deliver_due(NOW)  # the settings of a test run name a port where nobody answers
    assert (fresh(message).status, SendAttempt.objects.get().outcome) == ("queued", "not_sent")


@responses.activate
def test_a_number_that_is_not_on_whatsapp_fails_and_rests_for_a_day() -> None:
    contact = make_contact(wrote_at=NOW)
    message = queue_text(contact)
    answer(error(131026, "Unable to deliver"), 400)
    deliver_due(NOW)
    assert (fresh(message).status, fresh(message).error_class) == ("failed", "recipient")
    contact.refresh_from_db()
    assert contact.undeliverable_since is not None
    verdicts = [sending.can_send(contact, "text", NOW + wait).code for wait in (HOUR, 23 * HOUR)]
    assert verdicts == ["undeliverable", "undeliverable"]


@responses.activate
@pytest.mark.parametrize(("code", "http_status"), [(190, 401), (131042, 400), (131048, 400), (368, 403), (131045, 500)])
def test_an_account_error_pauses_the_number_keeps_the_queue_and_opens_one_incident(code: int, http_status: int) -> None:
    messages = [queue_text(make_contact(wrote_at=NOW)) for _ in range(3)]
    answer(error(code), http_status)
    deliver_due(NOW)
    assert [fresh(message).status for message in messages] == ["queued"] * 3
    number = PhoneNumber.objects.get()
    assert number.paused_reason
    assert (Incident.objects.count(), bool(Incident.objects.get().fix)) == (1, True)
    before = len(posted())
    deliver_due(NOW + HOUR)
    assert len(posted()) == before


@responses.activate
def test_our_own_fault_fails_at_once_with_an_incident_for_the_developers() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    answer(error(131009, "Parameter value is not valid: to"), 400)
    deliver_due(NOW)
    message = fresh(message)
    assert (message.status, message.error_class) == ("failed", "bug")
    assert "Parameter value is not valid: to" in message.error_text
    assert Incident.objects.get().kind == "refused"


@responses.activate
def test_a_code_that_nobody_listed_fails_and_says_so() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    answer(error(987654), 400)
    deliver_due(NOW)
    assert (fresh(message).status, "987654" in fresh(message).error_text) == ("failed", True)


@responses.activate
def test_the_token_stands_in_no_row_and_no_error(caplog: Any, account: Account) -> None:
    for exception in (requests.ReadTimeout("x"), requests.ConnectionError("y")):
        queue_text(make_contact(wrote_at=NOW))
        breaks(exception)
    queue_text(make_contact(wrote_at=NOW))
    answer(error(190, "the token"), 401)
    deliver_due(NOW)
    words = caplog.text + str(list(SendAttempt.objects.values())) + str(list(Message.objects.values()))
    assert account.access_token not in words
    assert account.access_token not in repr(claim)
