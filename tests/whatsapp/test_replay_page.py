"""“Replay since…”: what it would touch, a confirmation, and then how far it is. Nothing happens twice."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories.whatsapp import DAY, HOUR, NOW, post, text
from tests.whatsapp import doors
from whatsapp import receiving
from whatsapp.models import Account, Message, WebhookDelivery

pytestmark = pytest.mark.django_db
URL = "/admin/whatsapp/webhookdelivery/replay/"


@pytest.fixture(autouse=True)
def three(account: Account) -> None:
    """One processed yesterday, one processed and one failed an hour ago."""
    for words in ("say one", "say two", "say three"):
        post(text(words))
    receiving.process_pending(NOW)
    old, young, failed = WebhookDelivery.objects.order_by("pk")
    WebhookDelivery.objects.filter(pk=old.pk).update(received_at=NOW - DAY)
    WebhookDelivery.objects.filter(pk__in=[young.pk, failed.pk]).update(received_at=NOW - HOUR)
    WebhookDelivery.objects.filter(pk=failed.pk).update(status="failed", error="a bug", attempts=5)


def local(moment: object) -> str:
    """As a browser's date field writes it, on the office's wall clock."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")  # type: ignore[arg-type]


def since(hours: int = 2, **more: str) -> dict[str, str]:
    return {"since": local(NOW - hours * HOUR), "until": "", **more}


def states() -> list[str]:
    return list(WebhookDelivery.objects.order_by("pk").values_list("status", flat=True))


def test_it_asks_from_when_on_and_changes_nothing(admin_client: Client) -> None:
    page = admin_client.get(URL).content.decode()
    assert ("From when on?" in page, states()) == (True, ["processed", "processed", "failed"])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (since(), "Replay 2 webhooks"),
        (since(48), "Replay 3 webhooks"),
        (since(failed="on"), "Replay 1 webhook"),
        (since(48, until=local(NOW - 2 * HOUR)), "Replay 1 webhook"),
        ({"since": local(NOW + HOUR), "until": ""}, "There is nothing to replay in this span."),
    ],
)
def test_the_preview_counts_what_would_be_replayed(admin_client: Client, said: dict[str, str], words: str) -> None:
    page = admin_client.get(URL, said).content.decode()
    assert (f">{words}<" in page, states()) == (True, ["processed", "processed", "failed"])


def test_confirming_processes_the_span_again_and_nothing_happens_twice(admin_client: Client) -> None:
    before = sorted(Message.objects.values_list("direction", "text"))
    answer = admin_client.post(URL, since(), follow=True)
    assert states() == ["processed", "received", "received"]
    assert "2 webhooks are processed again." in answer.content.decode()
    assert "data-running" in answer.content.decode()
    receiving.process_pending(NOW)
    assert (states(), len(doors.handled)) == (["processed"] * 3, 3)
    assert sorted(Message.objects.values_list("direction", "text")) == before


def test_what_was_never_taken_is_taken_by_the_replay(admin_client: Client) -> None:
    Message.objects.filter(direction="in", text="say three").delete()
    admin_client.post(URL, since(failed="on"))
    receiving.process_pending(NOW)
    assert Message.objects.filter(direction="in", text="say three").count() == 1


def test_the_progress_says_how_far_the_workers_are(admin_client: Client) -> None:
    admin_client.post(URL, since())
    running = admin_client.get(URL, since(part="progress")).json()["html"]
    receiving.process_pending(NOW)
    done = admin_client.get(URL, since(part="progress")).json()["html"]
    assert ("data-running" in running, "data-running" in done) == (True, False)
    assert admin_client.get(URL, {"since": "x", "part": "progress"}).status_code == 400


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"since": "yesterday"}, "Enter a valid date/time."),
        (since(until=local(NOW - 3 * HOUR)), "The end is not after the beginning."),
    ],
)
def test_a_span_that_is_none_is_said_and_nothing_happens(
    admin_client: Client, said: dict[str, str], words: str
) -> None:
    for answer in (admin_client.get(URL, said), admin_client.post(URL, said)):
        assert words in answer.content.decode()
    assert states() == ["processed", "processed", "failed"]


def test_who_replayed_stands_in_the_audit(admin_client: Client) -> None:
    admin_client.post(URL, since())
    oldest = WebhookDelivery.objects.filter(received_at__gte=NOW - 2 * HOUR).earliest("pk")
    page = admin_client.get(f"/admin/whatsapp/webhookdelivery/{oldest.pk}/history/").content.decode()
    assert "Replayed 2 webhooks from 2026-11-21 01:30 UTC on." in page


def test_who_may_only_look_at_webhooks_may_not_replay(client: Client) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename="view_webhookdelivery"))
    client.force_login(viewer)
    assert (client.get(URL).status_code, client.post(URL, since()).status_code) == (403, 403)
    assert "Replay since" not in client.get("/admin/whatsapp/webhookdelivery/").content.decode()
    assert states() == ["processed", "processed", "failed"]


def test_the_log_leads_to_the_page(admin_client: Client) -> None:
    assert "Replay since" in admin_client.get("/admin/whatsapp/webhookdelivery/").content.decode()


def test_looking_costs_the_same_for_one_webhook_and_for_three(admin_client: Client) -> None:
    costs = []
    for said in (since(failed="on"), since(48)):
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(URL, said)
        costs.append(len(queries))
    assert costs[0] == costs[1]
