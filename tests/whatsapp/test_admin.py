"""The back office: every page is drawn, nothing changes on GET, and actions call the same use cases as the phone."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bettermeals.lib import clock
from tests.factories.whatsapp import DAY, HOUR, NOW, approve, make_contact, post, queue_text, text
from tests.whatsapp import doors
from whatsapp import inbox, incidents, receiving, sending
from whatsapp.models import (
    Account,
    Contact,
    InboxItem,
    Incident,
    MediaFile,
    Message,
    MessageStatusEvent,
    MessageTemplate,
    PhoneNumber,
    PurgeRun,
    SendAttempt,
    WebhookAnomaly,
    WebhookDelivery,
)

MODELS = [
    Account, Contact, Incident, InboxItem, Message, MessageTemplate, PhoneNumber, PurgeRun, WebhookAnomaly,
    WebhookDelivery,
]  # fmt: skip
_names = itertools.count()


@pytest.fixture
def moment(monkeypatch: Any) -> Any:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return NOW


@pytest.fixture
def world(account: Account, moment: Any) -> Contact:
    """One of everything: a thread with a parked question, an unknown send, a template, a file, an incident."""
    post(text("what is in the sambar?", phone="+919810000001", name="Asha"))
    post(b"not json")
    receiving.process_pending(NOW)
    contact = Contact.objects.select_related("account").get()
    unknown = queue_text(contact, "maybe sent")
    Message.objects.filter(pk=unknown.pk).update(status="unknown", asked_staff_at=NOW, error_text="Nobody knows.")
    SendAttempt.objects.create(message=unknown, started_at=NOW, outcome="unknown", response={"a": 1})
    MessageStatusEvent.objects.create(wamid="wamid.x", status="sent", at=NOW, message=unknown, received_at=NOW)
    approve(doors.PLAN)
    row = MediaFile(message=Message.objects.get(direction="in"), media_id="1", mime_type="text/plain", status="stored",
                    filename="list.txt", size=3, next_attempt_at=NOW)  # fmt: skip
    row.file.save("list.txt", ContentFile(b"abc"))
    incidents.open_incident(account, "token", detail="It expires soon.", fix="Make a new one.", now=NOW)
    return contact


def make_user() -> Any:
    return get_user_model().objects.create_user(f"ravi{next(_names)}", password="x", is_staff=True)


def staff(*codenames: str) -> Client:
    """A member of staff with these permissions of this package; with none named, all of them."""
    user = make_user()
    all_of_them = Permission.objects.filter(content_type__app_label="whatsapp")
    user.user_permissions.set(all_of_them.filter(codename__in=codenames) if codenames else all_of_them)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def boss(world: Contact) -> Client:
    return staff()


@pytest.fixture
def viewer(world: Contact) -> Client:
    return staff(*(f"view_{model._meta.model_name}" for model in MODELS))


def page(model: Any, name: str, *args: Any) -> str:
    return reverse(f"admin:whatsapp_{model._meta.model_name}_{name}", args=args)


@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_every_page_is_drawn_for_boss_and_viewer(boss: Client, viewer: Client, model: Any) -> None:
    for client in (boss, viewer):
        assert client.get(page(model, "changelist")).status_code == 200
        assert client.get(page(model, "changelist"), {"q": "a"}).status_code == 200
        for row in model.objects.all():
            assert client.get(page(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", [Contact, InboxItem, Message, MessageTemplate, WebhookDelivery, Account, Incident])
def test_a_list_of_three_costs_as_many_queries_as_a_list_of_one(
    boss: Client, model: Any, django_assert_max_num_queries: Any
) -> None:
    url = page(model, "changelist")
    boss.get(url)
    with CaptureQueriesContext(connection) as captured:
        boss.get(url)
        before = len(captured)
    count = model.objects.count()
    for n in range(2):
        post(text(f"question {n}?", phone=f"+9198100001{n:02d}"))
    receiving.process_pending(NOW)
    with transaction.atomic():
        approve(doors.COOK)
        approve(doors.OFFER)
        Account.objects.create(name="Second", waba_id="2")
        Account.objects.create(name="Third", waba_id="3")
        incidents.open_incident(Account.objects.first(), "a", detail="x", now=NOW)  # type: ignore[arg-type]
        incidents.open_incident(Account.objects.first(), "b", detail="x", now=NOW)  # type: ignore[arg-type]
    assert model.objects.count() >= count + 2
    with django_assert_max_num_queries(before):
        boss.get(url)


def test_no_page_shows_a_credential(boss: Client, viewer: Client, account: Account) -> None:
    for client, model in itertools.product((boss, viewer), MODELS):
        for url in [page(model, "changelist"), *(page(model, "change", row.pk) for row in model.objects.all())]:
            words = client.get(url).content.decode()
            for secret in (account.access_token, account.app_secret, account.previous_app_secret, account.verify_token):
                assert secret not in words, url


def test_a_credential_left_empty_is_kept_and_a_new_app_secret_keeps_the_old_one_valid(
    boss: Client, account: Account
) -> None:
    form = {
        "name": "Renamed", "waba_id": account.waba_id, "app_id": "1", "access_token": "",
        "app_secret": "brand new secret",
        "previous_app_secret": "", "verify_token": "", "api_version": "v25.0", "base_url": account.base_url,
        "mode": "live", "test_recipients": "[]", "region": "IN",
        "numbers-TOTAL_FORMS": 0, "numbers-INITIAL_FORMS": 0,
    }  # fmt: skip
    answer = boss.post(page(Account, "change", account.pk), form)
    assert answer.status_code == 302, answer.context["errors"]
    changed = Account.objects.get(pk=account.pk)
    assert (changed.name, changed.access_token, changed.verify_token) == (
        "Renamed", account.access_token, account.verify_token,
    )  # fmt: skip
    assert (changed.app_secret, changed.previous_app_secret) == ("brand new secret", account.app_secret)


def test_a_persons_page_shows_their_thread_and_leads_to_the_inbox(boss: Client, world: Contact) -> None:
    words = boss.get(page(Contact, "change", world.pk)).content.decode()
    assert "what is in the sambar?" in words
    assert "Window open: 23 h 59 min left" in words
    assert "maybe sent" in words
    assert "Nobody knows." in words
    assert reverse("admin:whatsapp_inbox_thread", args=[world.pk]) in words


def test_a_double_click_answers_once(boss: Client, world: Contact) -> None:
    item = InboxItem.objects.get()
    user = make_user()
    for _ in range(2):
        inbox.answer(item, "Yes", user, NOW)
    assert Message.objects.filter(text="Yes").count() == 1


ACTIONS = [
    (Message, "resend"), (Message, "leave"), (Contact, "record_opt_in"), (Contact, "record_opt_out"),
    (Contact, "keep"), (Contact, "release"), (Contact, "undo_merge"),
    (Contact, "send_template"), (InboxItem, "close"), (InboxItem, "send_template"), (WebhookDelivery, "process_again"),
    (WebhookAnomaly, "acknowledge"), (Incident, "close"), (PhoneNumber, "resume"), (Account, "check_now"),
    (Account, "subscribe"),
]  # fmt: skip


def find_url(model: Any, name: str) -> str:
    admin_name = f"admin:whatsapp_{model._meta.model_name}_{name}"
    return reverse(admin_name, args=[model.objects.order_by("pk").last().pk])


def state() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in [*MODELS, SendAttempt]]


@pytest.mark.parametrize(("model", "name"), ACTIONS)
def test_an_action_asks_on_get_and_changes_nothing(boss: Client, viewer: Client, model: Any, name: str) -> None:
    before = state()
    assert boss.get(find_url(model, name)).status_code == 200
    assert act(viewer, model, name, model.objects.order_by("pk").last().pk, reason="x").status_code == 403
    assert state() == before


def test_every_action_without_a_csrf_token_is_refused(world: Contact) -> None:
    strict = Client(enforce_csrf_checks=True)
    user = get_user_model().objects.create_user("strict", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="whatsapp"))
    strict.force_login(user)
    before = state()
    for model, name in ACTIONS:
        assert act(strict, model, name, model.objects.order_by("pk").last().pk, reason="x").status_code == 403
    assert state() == before


def act(client: Client, model: Any, name: str, pk: Any, **values: Any) -> Any:
    url = reverse(f"admin:whatsapp_{model._meta.model_name}_{name}", args=[pk])
    return client.post(url, {"_form_submitted": "True", **values})


def test_resend_and_leave_need_a_reason_and_say_who(boss: Client, world: Contact) -> None:
    message = Message.objects.get(status="unknown")
    assert act(boss, Message, "leave", message.pk, reason="").status_code == 200
    assert Message.objects.get(pk=message.pk).status == "unknown"
    answer = act(boss, Message, "leave", message.pk, reason="she confirmed on the phone")
    message.refresh_from_db()
    assert "HX-Redirect" in answer.headers
    assert (message.status, "she confirmed on the phone" in message.error_text) == ("cancelled", True)
    again = act(boss, Message, "resend", message.pk, reason="too late")
    message.refresh_from_db()
    assert ("HX-Redirect" in again.headers, message.status) == (True, "cancelled")


def test_opt_out_and_in_are_recorded_with_who_and_how(boss: Client, world: Contact) -> None:
    act(boss, Contact, "record_opt_out", world.pk, reason="on the phone")
    world.refresh_from_db()
    assert world.opted_out_at == NOW
    act(boss, Contact, "record_opt_in", world.pk, reason="signed again")
    world.refresh_from_db()
    assert (world.opted_out_at, world.opted_in_at) == (None, NOW)
    assert [event.note.split(": ")[1] for event in world.consent_events.order_by("id")] == [
        "on the phone",
        "signed again",
    ]


def test_a_webhook_is_replayed_from_its_page(boss: Client, world: Contact) -> None:
    delivery = WebhookDelivery.objects.earliest("id")
    act(boss, WebhookDelivery, "process_again", delivery.pk)
    receiving.process_pending(NOW)
    delivery.refresh_from_db()
    assert (delivery.status, Message.objects.filter(direction="in").count()) == ("processed", 1)


def test_an_incident_is_closed_with_a_reason(boss: Client, world: Contact) -> None:
    incident = Incident.objects.get()
    act(boss, Incident, "close", incident.pk, reason="new token saved")
    incident.refresh_from_db()
    assert (incident.closed_at, incident.closed_because.split(": ")[1]) == (NOW, "new token saved")


def test_a_file_is_served_as_an_attachment_only_and_only_to_who_may_see_messages(boss: Client, world: Contact) -> None:
    message = Message.objects.get(direction="in")
    url = reverse("admin:whatsapp_message_file", args=[message.pk])
    answer = boss.get(url)
    assert b"".join(answer.streaming_content) == b"abc"
    assert answer["Content-Disposition"] == 'attachment; filename="list.txt"'
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == (
        "nosniff",
        "default-src 'none'; sandbox",
    )
    assert staff("view_contact").get(url).status_code == 403
    assert Client().get(url).status_code == 302


def test_a_template_is_drawn_with_its_examples_and_its_drift(boss: Client, world: Contact) -> None:
    row = MessageTemplate.objects.get(language="en")
    words = boss.get(page(MessageTemplate, "change", row.pk)).content.decode()
    assert "Hello Asha, your meals for 23–29 Nov are ready." in words
    row.components = [{"type": "BODY", "text": "Other words"}]
    row.save()
    assert "the body is “Other words” at Meta" in boss.get(page(MessageTemplate, "change", row.pk)).content.decode()


def test_a_paused_number_is_resumed_and_its_incident_closed(boss: Client, world: Contact, account: Account) -> None:
    number = PhoneNumber.objects.get()
    PhoneNumber.objects.update(paused_reason="the token is dead", paused_at=NOW - HOUR)
    incidents.open_incident(account, "sending", subject=number.phone_number_id, detail="x", now=NOW)
    act(boss, PhoneNumber, "resume", number.pk, reason="new token")
    number.refresh_from_db()
    assert number.paused_reason == ""
    assert Incident.objects.get(kind="sending").closed_at == NOW


def test_words_of_people_cannot_run_in_the_page(boss: Client, account: Account) -> None:
    post(text("<script>alert(1)</script>", phone="+919810000001", name="<img src=x onerror=alert(2)>"))
    receiving.process_pending(NOW)
    contact = Contact.objects.get(phone="+919810000001")
    for url in (page(Contact, "change", contact.pk), page(Message, "changelist"), page(InboxItem, "changelist"),
                page(WebhookDelivery, "change", WebhookDelivery.objects.latest("id").pk)):  # fmt: skip
        words = boss.get(url).content.decode()
        assert "<script>alert(1)" not in words
        assert "<img src=x" not in words


def test_only_templates_that_take_one_text_are_offered(world: Contact) -> None:
    from whatsapp.admin.contacts import staff_templates

    assert staff_templates() == ["cook_today"]


def test_a_template_is_sent_from_the_inbox_when_the_window_is_closed(
    boss: Client, world: Contact, monkeypatch: Any
) -> None:
    from whatsapp import optouts

    optouts.opt_in(world, method="signed form", now=NOW)
    monkeypatch.setattr(clock, "now", lambda: NOW + 2 * DAY)
    item = InboxItem.objects.get()
    act(boss, InboxItem, "send_template", item.pk, template="cook_today", text="Rajma\nand rice")
    message = Message.objects.latest("id")
    assert (message.type, message.text.split("\n")[0]) == (
        "template",
        "Today please cook Rajma · and rice for the family. Tap OK when seen.",
    )
    item.refresh_from_db()
    assert item.closed_at == NOW + 2 * DAY


def test_a_reply_without_an_open_item_goes_out_too(world: Contact) -> None:
    InboxItem.objects.update(closed_at=NOW)
    message = inbox.reply(world, "Good morning", make_user(), NOW)
    assert (message.text, message.purpose) == ("Good morning", "staff_answer")
    assert sending.can_send(world, "text", NOW).ok
    assert make_contact().pk != world.pk


@pytest.mark.parametrize("status", [*Message.Status.values, ""])
def test_the_list_of_messages_shows_those_of_one_status(world: Contact, status: str) -> None:
    """Some are found by the index of what needs somebody, the others by the status itself."""
    sample = Message.objects.get(status="unknown")
    for n, each in enumerate(Message.Status.values[:-1]):
        Message.objects.filter(pk=queue_text(world, f"number {n}").pk).update(status=each)
    page = staff().get(reverse("admin:whatsapp_message_changelist"), {"status__exact": status} if status else {})
    shown = sorted(row.pk for row in page.context["cl"].result_list)
    rows = Message.objects.filter(status=status) if status else Message.objects.all()
    assert shown == sorted(rows.values_list("pk", flat=True))
    assert (sample.pk in shown) == (status in ("unknown", ""))
