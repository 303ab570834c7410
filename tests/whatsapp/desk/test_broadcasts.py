"""A bulk send: each person at most once, whoever may not be written to left out and told why, results to the last."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.whatsapp import DAY, HOUR, MINUTE, NOW, approve, make_contact, text
from tests.whatsapp import doors
from tests.whatsapp.desk.conftest import arrive, make_staff
from whatsapp import headroom, optouts, rates
from whatsapp.broadcasts import choosing, results, sending
from whatsapp.broadcasts.checking import check
from whatsapp.models import Account, Broadcast, Contact, Message, PhoneNumber

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(account: Account) -> Any:
    approve(doors.COOK)
    approve(doors.OFFER)
    return make_staff(name="ravi")[0]


def draft(by: Any, *people: Contact, template: str = "cook_today", dishes: str = "Rajma") -> Broadcast:
    made = choosing.make([p.pk for p in people], Account.objects.get(), by, NOW, name="Diwali")
    made.template_name, made.variables = template, {"dishes": dishes} if dishes else {}
    made.save()
    return made


def arm(broadcast: Broadcast, by: Any, now: Any = NOW, send_at: Any = None) -> None:
    expected = len(check(broadcast, now).going)
    sending.arm(broadcast, by, now, send_at=send_at, reason="the kitchen is closed", expected=expected)


def told(broadcast: Broadcast) -> list[tuple[str, str]]:
    return [(result.name, result.state) for result in results.results(broadcast)]


def test_each_gets_it_once_however_often_the_tick_comes(by: Any) -> None:
    made = draft(by, make_contact(profile_name="Asha"), make_contact(profile_name="Meera"))
    arm(made, by)
    assert [sending.queue_due(NOW) for _ in range(3)] == [2, 0, 0]
    assert sorted(Message.objects.values_list("contact__profile_name", flat=True)) == ["Asha", "Meera"]
    made.refresh_from_db()
    assert (made.status, made.finished_at) == ("sent", NOW)


def test_whoever_may_not_be_written_to_is_left_out_with_the_reason(by: Any) -> None:
    out = make_contact(profile_name="Opted out")
    optouts.opt_out(out, method="stop word", now=NOW)
    never = make_contact(profile_name="Never asked", opted_in=False)
    fine = make_contact(profile_name="Fine")
    made = draft(by, out, never, fine)
    looked = check(made, NOW)
    assert [(row.name, row.verdict.code) for row in looked.excluded] == [
        ("Opted out", "opted_out"),
        ("Never asked", "no_consent"),
    ]
    arm(made, by)
    sending.queue_due(NOW)
    assert told(made) == [("Opted out", "excluded"), ("Never asked", "excluded"), ("Fine", "waiting")]


def test_what_nobody_knows_shows_as_missing_and_goes_to_nobody(by: Any) -> None:
    made = draft(by, make_contact(profile_name="Asha"), dishes="")
    looked = check(made, NOW)
    assert [(row.verdict.code, row.filled and row.filled.missing) for row in looked.rows] == [("missing", ("dishes",))]
    with pytest.raises(sending.NotReady, match="Nobody would get it"):
        arm(made, by)


def test_what_staff_wrote_for_one_weighs_more_than_for_all_and_that_more_than_what_is_known(by: Any) -> None:
    approve(doors.PLAN, status="APPROVED")
    asha, meera = make_contact(profile_name="Asha"), make_contact(profile_name="Meera")
    made = draft(by, asha, meera, dishes="Rajma")
    made.recipients.filter(contact=meera).update(values={"dishes": "Kadhi"})
    bodies = [str(row.filled.drawn.body) for row in check(made, NOW).rows if row.filled]
    assert bodies == [
        "Today please cook Rajma for the family. Tap OK when seen.",
        "Today please cook Kadhi for the family. Tap OK when seen.",
    ]


def test_meta_s_limit_leaves_out_whoever_is_beyond_it_but_nobody_who_wrote_today(by: Any) -> None:
    PhoneNumber.objects.update(messaging_limit="TIER_250")
    assert headroom.left(Account.objects.get(), NOW) == 250
    PhoneNumber.objects.update(messaging_limit="1")
    names = ("First", "Second", "Wrote")
    made = draft(by, *(make_contact(profile_name=n, wrote_at=NOW - HOUR if n == "Wrote" else None) for n in names))
    assert [(row.name, row.verdict.code) for row in check(made, NOW).rows] == [
        ("First", "ok"),
        ("Second", "limit"),
        ("Wrote", "ok"),
    ]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [(["TIER_2K"], 2000), (["TIER_250", "TIER_10K"], 10_000), (["250"], 250), (["TIER_UNLIMITED"], None), ([""], None)],
)
def test_a_limit_is_read_in_every_way_that_meta_writes_it(by: Any, limits: list[str], expected: int | None) -> None:
    account = Account.objects.get()
    for n, limit in enumerate(limits[1:]):
        PhoneNumber.objects.create(account=account, phone_number_id=str(n), messaging_limit=limit)
    PhoneNumber.objects.exclude(phone_number_id__in=["0"]).update(messaging_limit=limits[0])
    assert headroom.limit_of(account) == expected


def test_when_the_world_changed_since_the_page_was_drawn_nothing_goes(by: Any) -> None:
    asha, meera = make_contact(), make_contact()
    made = draft(by, asha, meera)
    optouts.opt_out(asha, method="stop word", now=NOW)
    with pytest.raises(sending.NotReady, match="1 messages would go instead of 2"):
        sending.arm(made, by, NOW, send_at=None, reason="x", expected=2)
    assert Broadcast.objects.get().status == "draft"


def test_of_two_who_confirm_one_wins(by: Any) -> None:
    made = draft(by, make_contact())
    again = Broadcast.objects.get()
    arm(made, by)
    with pytest.raises(sending.NotReady, match="Somebody else"):
        arm(again, by)


def test_a_planned_one_waits_for_its_time_and_can_be_taken_back(by: Any) -> None:
    made = draft(by, make_contact())
    arm(made, by, send_at=NOW + HOUR)
    assert sending.queue_due(NOW) == 0
    assert sending.back_to_draft(made)
    assert sending.queue_due(NOW + 2 * HOUR) == 0
    arm(made, by, send_at=NOW + HOUR)
    assert sending.queue_due(NOW + HOUR) == 1
    assert not sending.back_to_draft(made)


def test_stopped_takes_back_what_still_waits(by: Any) -> None:
    made = draft(by, make_contact(profile_name="Went"), make_contact(profile_name="Waits"))
    arm(made, by)
    sending.queue_due(NOW)
    Message.objects.filter(contact__profile_name="Went").update(status="delivered", wamid="w")
    Broadcast.objects.update(status="sending")
    assert sending.stop(made, by, NOW) == 1
    assert told(made) == [("Went", "delivered"), ("Waits", "failed")]
    assert (sending.stop(made, by, NOW), sending.queue_due(NOW + DAY)) == (None, 0)


def test_an_opt_out_between_confirming_and_sending_is_obeyed(by: Any) -> None:
    asha = make_contact(profile_name="Asha")
    made = draft(by, asha)
    arm(made, by, send_at=NOW + HOUR)
    optouts.opt_out(asha, method="stop word", now=NOW + MINUTE)
    assert sending.queue_due(NOW + HOUR) == 0
    assert [(r.state, r.reason) for r in results.results(made)] == [
        ("excluded", "The person has opted out. Only they can opt in again.")
    ]


def test_results_follow_meta_s_word_and_the_persons_answer(by: Any) -> None:
    names = ("queued", "accepted", "delivered", "read", "failed", "unknown")
    made = draft(by, *(make_contact(profile_name=name) for name in names), make_contact("+919810000077"))
    arm(made, by)
    sending.queue_due(NOW)
    for name in names:
        code = 131026 if name == "failed" else None
        Message.objects.filter(contact__profile_name=name).update(status=name, error_code=code, error_text="why")
    Message.objects.filter(contact__phone="+919810000077").update(status="read", created_at=NOW - MINUTE)
    arrive(text("thank you", phone="+919810000077", name="replied"))
    found = {result.name: (result.state, result.reason, result.fix) for result in results.results(made)}
    assert {name: state for name, (state, *_rest) in found.items()} == {
        "queued": "waiting", "accepted": "accepted", "delivered": "delivered", "read": "read", "failed": "failed",
        "unknown": "unknown", "replied": "replied",
    }  # fmt: skip
    assert found["failed"][1:] == ("why", "Check the number with the person, or reach them another way.")
    counted = results.figures(results.results(made))
    assert (counted.accepted, counted.delivered, counted.done_percent) == (4, 3, 86)


@pytest.mark.parametrize(
    ("code", "error_class", "status", "again"),
    [
        (131016, "retry", "failed", True),
        (132001, "template", "failed", True),
        (131026, "recipient", "failed", False),
        (131050, "recipient", "failed", False),
        (100, "bug", "failed", False),
        (None, "expired", "cancelled", True),
        (None, "opted_out", "cancelled", False),
        (131016, "retry", "unknown", False),
        (None, "", "delivered", False),
    ],
)
def test_only_what_can_be_retried_is_and_never_what_may_have_arrived(
    by: Any, code: int | None, error_class: str, status: str, again: bool
) -> None:
    made = draft(by, make_contact())
    arm(made, by)
    sending.queue_due(NOW)
    sending.queue_due(NOW)
    Message.objects.update(status=status, error_code=code, error_class=error_class)
    assert sending.retry(made, NOW + HOUR) == int(again)
    sending.queue_due(NOW + HOUR)
    assert Message.objects.count() == 1 + int(again)


def test_whoever_agreed_meanwhile_is_reached_by_a_retry(by: Any) -> None:
    later = make_contact(opted_in=False)
    made = draft(by, make_contact(), later)
    arm(made, by)
    sending.queue_due(NOW)
    optouts.opt_in(later, method="signed form", now=NOW)
    assert (sending.retry(made, NOW), sending.queue_due(NOW)) == (1, 1)


def test_nobody_and_too_many_are_refused_in_words(by: Any, monkeypatch: Any) -> None:
    with pytest.raises(ValueError, match="at least one"):
        draft(by)
    monkeypatch.setattr(choosing, "MOST", 1)
    with pytest.raises(ValueError, match="more than the 1"):
        draft(by, make_contact(), make_contact())


def test_a_hundred_people_are_checked_with_as_many_queries_as_one(by: Any, django_assert_max_num_queries: Any) -> None:
    one, many = draft(by, make_contact()), draft(by, *(make_contact() for _ in range(6)))
    with django_assert_max_num_queries(8):
        check(one, NOW)
    with django_assert_max_num_queries(8):
        check(many, NOW)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["tick", "stop", "retry", "fail", "arrive"]), max_size=7))
def test_whatever_happens_in_whatever_order_nobody_gets_it_twice(by: Any, steps: list[str]) -> None:
    people = [make_contact(), make_contact()]
    made = draft(by, *people)
    arm(made, by)
    mine = Message.objects.filter(contact__in=people)
    now = NOW
    for step in steps:
        now += timedelta(minutes=1)
        match step:
            case "tick":
                sending.queue_due(now)
            case "stop":
                sending.stop(made, by, now)
            case "retry":
                sending.retry(made, now)
            case "fail":
                mine.filter(status="queued").update(status="failed", error_code=131016)
            case "arrive":
                mine.filter(status="queued").update(status="delivered")
    for person in people:
        assert mine.filter(contact=person).exclude(status__in=["failed", "cancelled"]).count() <= 1


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([("919810000001", "MARKETING")] * 3, rates.Forecast({"INR": 259}, 3, {})),
        ([("919810000001", "UTILITY")] * 100, rates.Forecast({"INR": 1150}, 100, {})),
        ([("14155550100", "UTILITY"), ("", "UTILITY")], rates.Forecast({}, 0, {"US": 1, "": 1})),
        ([], rates.Forecast({}, 0, {})),
    ],
)
def test_the_forecast_adds_first_rounds_then_and_guesses_nothing(people: Any, expected: rates.Forecast) -> None:
    assert rates.forecast(rates.Sent(*person, NOW.date()) for person in people) == expected
