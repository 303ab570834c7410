"""The home page: what needs a person, to whom it is shown, and what staff do with a line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bettermeals.models import AttentionMark
from households import ops
from households.models import OpsItem
from tests.factories.households import HOUR, NOW, make_household, make_resident
from tests.factories.whatsapp import make_account, make_contact, queue_text
from tests.households.admin_pages import queries
from whatsapp.models import InboxItem, Incident, Message, WebhookAnomaly, WebhookDelivery

pytestmark = pytest.mark.django_db
HOME, MARK = "/admin/", "/admin/queue/mark/"


@pytest.fixture(autouse=True)
def saturday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def item(number: int, due_in: timedelta | None = HOUR, name: str = "Sharma") -> OpsItem:
    due = NOW + due_in if due_in is not None else None
    return ops.open_item(
        kind="plan_unanswered",
        key=f"k:{number}",
        reason=f"Reason {number}",
        now=NOW - 2 * HOUR,
        household=make_household(f"{name} {number}"),
        due_at=due,
    )


def incident() -> Incident:
    return Incident.objects.create(
        account=make_account(),
        kind="token",
        detail="The token expired.",
        fix="Make a new one.",
        opened_at=NOW - HOUR,
        last_seen_at=NOW,
    )


def reasons(client: Client, query: str = "") -> list[str]:
    return [need.reason for need in client.get(HOME + query).context["attention"]]


def mark(client: Client, row: OpsItem | Incident, act: str, **more: str) -> list[str]:
    answer = client.post(MARK, {"key": f"{row._meta.label}:{row.pk}", "act": act, **more})
    assert answer.status_code == 302
    return [str(message) for message in get_messages(answer.wsgi_request)][-1:]


def test_the_most_urgent_comes_first_and_what_has_no_hurry_last(boss: Client) -> None:
    for number, due in enumerate([HOUR, -HOUR, None, HOUR / 2]):
        item(number, due)
    assert reasons(boss) == ["Reason 1", "Reason 3", "Reason 0", "Reason 2"]
    shown = boss.get(HOME).context
    assert (shown["total"], shown["overdue"]) == (4, 1)


def test_every_room_brings_its_own_causes(boss: Client) -> None:
    item(1)
    incident()
    contact = make_contact(wrote_at=NOW)
    message = queue_text(contact, "Kya yeh theek hai?")
    InboxItem.objects.create(contact=contact, message=message, reason="Not understood.", opened_at=NOW, due_at=NOW)
    WebhookDelivery.objects.create(received_at=NOW, body=b"{}", status="failed", error="boom")
    WebhookAnomaly.objects.create(kind="message type", detail="poke", first_seen=NOW, last_seen=NOW)
    kinds = sorted(need.kind for need in boss.get(HOME).context["attention"])
    assert kinds == ["incident", "message", "not understood", "plan unanswered", "webhook"]


def parked(name: str, home: str) -> InboxItem:
    person = make_resident(make_household(home), name, contact=make_contact(wrote_at=NOW))
    message = queue_text(person.contact, "Kya yeh theek hai?")
    return InboxItem.objects.create(
        contact=person.contact, message=message, reason="Asked for a person.", opened_at=NOW, due_at=NOW
    )


def test_a_question_says_who_of_which_home_wrote_what_and_why_it_waits(boss: Client) -> None:
    parked("Asha", "Sharma home")
    (need,) = boss.get(HOME).context["attention"]
    assert (need.who, need.said, need.reason) == ("Asha · Sharma home", "Kya yeh theek hai?", "Asked for a person.")
    page = boss.get(HOME, headers={"Accept-Language": "hi"}).content.decode()
    assert ("Kya yeh theek hai?" in page, "किसी व्यक्ति से बात करना चाहते हैं।" in page) == (True, True)


def test_a_message_that_may_have_arrived_names_the_home_too(boss: Client) -> None:
    meera = make_resident(make_household("Iyer home"), "Meera", contact=make_contact(wrote_at=NOW))
    lost = queue_text(meera.contact, "lost")
    Message.objects.filter(pk=lost.pk).update(status="unknown", asked_staff_at=NOW)
    assert [need.who for need in boss.get(HOME).context["attention"]] == ["Meera · Iyer home"]


def test_what_resolved_itself_is_gone(boss: Client) -> None:
    row = item(1)
    ops.close_item(row.key, None, "They approved.", NOW)
    shown = boss.get(HOME)
    assert "Nothing needs you right now." in shown.content.decode()


def test_the_address_filters_by_kind(boss: Client) -> None:
    item(1)
    incident()
    assert reasons(boss, "?kind=incident") == ["The token expired. Make a new one."]
    chips = {label: (count, chosen) for label, count, _, chosen in boss.get(HOME + "?kind=incident").context["kinds"]}
    assert chips == {"all kinds": (2, False), "incident": (1, True), "plan unanswered": (1, False)}


def test_a_line_is_taken_and_given_back(boss: Client) -> None:
    row = item(1)
    item(2)
    mark(boss, row, "mine")
    assert (reasons(boss, "?who=me"), reasons(boss, "?who=nobody")) == (["Reason 1"], ["Reason 2"])
    mark(boss, row, "release")
    assert reasons(boss, "?who=me") == []


def test_a_colleague_sees_whose_it_is(boss: Client) -> None:
    row = item(1)
    mark(boss, row, "mine")
    other = Client()
    other.force_login(User.objects.create_superuser("neha"))
    need = other.get(HOME).context["attention"][0]
    assert (need.owner, need.mine) == ("boss", False)


def test_a_snoozed_line_comes_back_by_itself(boss: Client) -> None:
    row = item(1)
    mark(boss, row, "hour")
    assert (reasons(boss), reasons(boss, "?who=snoozed")) == ([], ["Reason 1"])
    with time_machine.travel(NOW + HOUR, tick=False):
        assert reasons(boss) == ["Reason 1"]


def test_until_tomorrow_means_nine_in_the_morning_of_the_office(boss: Client) -> None:
    row = item(1)
    mark(boss, row, "tomorrow")
    until = AttentionMark.objects.get().snoozed_until
    assert until is not None
    assert timezone.localtime(until).strftime("%a %H:%M") == "Sun 09:00"


def test_a_snoozed_line_is_called_back(boss: Client) -> None:
    row = item(1)
    mark(boss, row, "hour")
    mark(boss, row, "wake")
    assert reasons(boss) == ["Reason 1"]


def test_done_keeps_what_was_done(boss: Client) -> None:
    row = item(1)
    assert mark(boss, row, "done", reason="Called Asha.") == ["Done, and out of the queue."]
    row.refresh_from_db()
    assert (row.note, row.closed_by and row.closed_by.get_username(), reasons(boss)) == ("Called Asha.", "boss", [])


def test_done_without_a_word_is_not_done(boss: Client) -> None:
    row = item(1)
    assert mark(boss, row, "done", reason=" ") == ["Say what was done: the note stays with the item."]
    assert reasons(boss) == ["Reason 1"]


def test_the_second_who_closes_is_told(boss: Client) -> None:
    row = item(1)
    ops.close_item(row.key, None, "They approved.", NOW)
    assert mark(boss, row, "done", reason="x") == ["Somebody else (or the system) had closed it already."]


def test_an_incident_is_never_closed_by_saying_so(boss: Client) -> None:
    row = incident()
    assert mark(boss, row, "done", reason="x") == ["That cannot be done with this line."]
    row.refresh_from_db()
    assert row.closed_at is None


@pytest.mark.parametrize("key", ["", "auth.User:1", "households.OpsItem:x", "households.OpsItem:999", "nonsense"])
def test_a_line_that_is_not_there_is_not_found(boss: Client, key: str) -> None:
    assert boss.post(MARK, {"key": key, "act": "mine"}).status_code == 404


def test_marks_are_made_by_posting_only(boss: Client) -> None:
    assert boss.get(MARK).status_code == 405


def test_after_an_act_the_same_filter_is_shown(boss: Client) -> None:
    row = item(1)
    key = f"households.OpsItem:{row.pk}"
    sent = {"key": key, "act": "mine", "kind": "plan unanswered", "who": "", "next": "https://evil.example"}
    assert boss.post(MARK, sent)["Location"] == "/admin/?kind=plan+unanswered"


def test_who_may_not_see_a_room_sees_none_of_its_lines_and_marks_none(client: Client) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_opsitem"))
    client.force_login(clerk)
    item(1)
    row = incident()
    assert reasons(client) == ["Reason 1"]
    answer = client.post(MARK, {"key": f"whatsapp.Incident:{row.pk}", "act": "mine"})
    assert answer.status_code == 404


def test_who_may_only_look_cannot_close(client: Client) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_opsitem"))
    client.force_login(clerk)
    row = item(1)
    assert mark(client, row, "done", reason="x") == ["You may look at the queue, not close its items."]
    assert reasons(client) == ["Reason 1"]


def test_the_page_refreshes_only_its_queue(boss: Client) -> None:
    item(1)
    shown = boss.get(reverse("admin:attention-queue") + "?who=nobody").content.decode()
    assert "Reason 1" in shown
    assert "<html" not in shown


def test_the_queue_is_for_staff(client: Client) -> None:
    assert client.get(reverse("admin:attention-queue")).status_code == 302


def test_more_questions_ask_the_database_no_more(boss: Client) -> None:
    parked("Asha", "Sharma home")
    before = queries(boss, HOME)
    parked("Meera", "Iyer home")
    parked("Kavita", "Patel home")
    assert queries(boss, HOME) == before


def test_a_longer_queue_asks_the_database_no_more(boss: Client) -> None:
    mark(boss, item(1), "mine")
    one = queries(boss, HOME)
    for number in (2, 3):
        mark(boss, item(number), "mine")
    assert queries(boss, HOME) == one


def test_the_sidebar_counts_what_waits(boss: Client) -> None:
    item(1)
    item(2)
    groups = boss.get(HOME).context["sidebar_navigation"]
    badges = {entry["title"]: entry.get("badge") for group in groups for entry in group["items"]}
    assert (badges["Ops queue"], badges["Inbox"], badges["Incidents"], badges["Households"]) == (2, 0, 0, 0)


def test_a_page_that_stays_open_asks_for_the_counts_alone(boss: Client) -> None:
    mark(boss, item(1), "mine")
    item(2)
    incident()
    assert boss.get("/admin/queue/counts/").json() == {
        "/admin/": 1, "/admin/households/opsitem/": 2,
        "/admin/whatsapp/inboxitem/desk/": 0, "/admin/whatsapp/incident/": 1,
    }  # fmt: skip


def test_and_is_told_none_of_a_room_that_it_may_not_see(client: Client) -> None:
    client.force_login(colleague("clerk", "view_opsitem"))
    item(1)
    incident()
    assert client.get("/admin/queue/counts/").json() == {"/admin/": 0, "/admin/households/opsitem/": 1}


def colleague(name: str, *rights: str, **fields: object) -> User:
    user = User.objects.create_user(name, is_staff=True, **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


def test_a_line_is_given_to_a_colleague_by_name_and_counted_in_their_sidebar(boss: Client) -> None:
    row, other = item(1), Client()
    item(2)
    neha = colleague("neha", "view_opsitem", first_name="Neha", last_name="Rao")
    other.force_login(neha)
    assert badge(other) == 0
    assert mark(boss, row, "assign", to="NEHA ") == ["Assigned to Neha Rao."]
    assert (badge(other), reasons(other, "?who=me"), badge(boss)) == (1, ["Reason 1"], 0)


def badge(client: Client) -> int:
    return client.get(HOME).context["sidebar_navigation"][0]["items"][0]["badge"]


def test_what_is_assigned_leaves_the_count_when_it_waits_or_resolves_itself(boss: Client) -> None:
    rows = [item(1), item(2)]
    for row in rows:
        mark(boss, row, "mine")
    mark(boss, rows[0], "hour")
    assert badge(boss) == 1
    ops.close_item(rows[1].key, None, "They approved.", NOW)
    assert badge(boss) == 0


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("", "There is no active colleague called “”: choose one."),
        ("gone", "There is no active colleague called “gone”: choose one."),
        ("guest", "There is no active colleague called “guest”: choose one."),
        ("cook", "cook may not see this kind of line."),
    ],
)
def test_only_an_active_colleague_who_may_see_it_is_given_a_line(boss: Client, to: str, said: str) -> None:
    row = item(1)
    colleague("gone", "view_opsitem", is_active=False)
    colleague("cook", "view_dish")
    User.objects.create_user("guest")
    assert mark(boss, row, "assign", to=to) == [said]
    assert not AttentionMark.objects.exists()


def test_the_names_of_active_staff_are_offered(boss: Client) -> None:
    item(1)
    colleague("neha", first_name="Neha")
    colleague("gone", is_active=False)
    page = boss.get(HOME).content.decode()
    offered = page.partition('<datalist id="bm-colleagues">')[2].partition("</datalist>")[0]
    assert offered == '<option value="boss"></option><option value="neha">Neha</option>'


@pytest.mark.parametrize(("act", "until"), [("four", "Sat 13:00"), ("tomorrow", "Sun 09:00"), ("monday", "Mon 09:00")])
def test_a_line_waits_until_a_moment_of_the_office(boss: Client, act: str, until: str) -> None:
    mark(boss, item(1), act)
    found = AttentionMark.objects.get().snoozed_until
    assert found is not None
    assert timezone.localtime(found).strftime("%a %H:%M") == until


def test_one_item_of_the_sidebar_is_where_the_reader_is(boss: Client) -> None:
    make_account()
    for address, title in {
        HOME: "Needs attention",
        "/admin/analytics/": "Analytics",
        "/admin/mealplans/weekplan/": "Week plans",
        "/admin/mealplans/weekplan/saturday/": "Saturday run",
        "/admin/households/household/": "Households",
        "/admin/households/household/add/": "Households",
        "/admin/households/household/people/": "Bring people in",
        "/admin/billing/charge/books/": "A day's books",
        "/admin/billing/charge/": "Charges",
        "/admin/whatsapp/inboxitem/desk/": "Inbox",
        "/admin/whatsapp/broadcast/choose/": "Bulk sends",
    }.items():
        groups = boss.get(address).context["sidebar_navigation"]
        active = [entry["title"] for group in groups for entry in group["items"] if entry["active"]]
        assert active == [title], address
