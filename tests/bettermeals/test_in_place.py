"""Lines of the queue are settled where they stand: each act is the dialog of the row that the line is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import translation

from bettermeals import in_place
from bettermeals.attention import Need
from bettermeals.stored_sentences import KINDS
from households import ops
from households.billing.models import ProviderEvent
from mealplans.models import WeekPlan
from tests.factories import mealplans as make
from tests.factories.households import HOUR, NOW, make_household
from tests.factories.whatsapp import make_account, make_contact, queue_text
from whatsapp.models import InboxItem, Incident, Message, WebhookAnomaly

pytestmark = pytest.mark.django_db
HOME = "/admin/"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def saturday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def needs(client: Client) -> list[Need]:
    return list(client.get(HOME).context["attention"])


def proposed() -> WeekPlan:
    make.make_catalogue()
    return make.propose_week(make.make_home())


def incident() -> Incident:
    return Incident.objects.create(
        account=make_account(), kind="token", detail="d", fix="f", opened_at=NOW, last_seen_at=NOW
    )


@pytest.mark.parametrize(("label", "names"), [*in_place.OF_KIND.values(), *in_place.OF_ROW.items()])
def test_every_act_that_is_offered_is_a_dialog_of_that_page(label: str, names: tuple[str, ...]) -> None:
    page = admin.site._registry[apps.get_model(label)]
    assert [name for name in names if not getattr(getattr(page, name), "dialog", None)] == []
    assert [reverse(f"admin:{label.lower().replace('.', '_')}_{name}", args=[1]) for name in names]


def test_an_unanswered_week_is_approved_or_cancelled_from_the_queue(boss: Client) -> None:
    plan = proposed()
    ops.open_item(kind="plan_unanswered", key="k", reason="No answer.", about=plan, household=plan.household, now=NOW)
    (need,) = needs(boss)
    assert need.url == reverse("admin:mealplans_weekplan_change", args=[plan.pk])
    assert [(act.title, act.url) for act in need.acts] == [
        ("Approve", reverse("admin:mealplans_weekplan_approve", args=[plan.pk])),
        ("Cancel", reverse("admin:mealplans_weekplan_cancel", args=[plan.pk])),
    ]


def test_what_has_no_act_of_its_own_leads_to_the_household_and_is_told_done(boss: Client) -> None:
    home = make_household("Sharma")
    item = ops.open_item(kind="equipment", key="k", reason="No gas.", household=home, now=NOW)
    (need,) = needs(boss)
    assert need.url == reverse("admin:households_household_change", args=[home.pk])
    assert [(act.title, act.url) for act in need.acts] == [
        ("Done", reverse("admin:households_opsitem_done", args=[item.pk]))
    ]


def test_a_payment_webhook_that_failed_is_replayed_from_the_queue(boss: Client) -> None:
    event = ProviderEvent.objects.create(
        provider="razorpay",
        event_id="e",
        event_type="x",
        body=b'{"event": "x"}',
        received_at=NOW,
        status="failed",
        error="gone",
    )
    (need,) = needs(boss)
    assert [act.title for act in need.acts] == ["Replay"]
    answer = boss.post(f"{need.acts[0].url}?next=/admin/", {"_form_submitted": "True"})
    event.refresh_from_db()
    assert (answer["HX-Redirect"], event.status, needs(boss)) == ("/admin/", "ignored", [])


def test_each_row_that_waits_brings_its_own_acts(boss: Client) -> None:
    contact = make_contact(wrote_at=NOW)
    message = queue_text(contact, "Kya yeh theek hai?")
    InboxItem.objects.create(contact=contact, message=message, reason="r", opened_at=NOW, due_at=NOW)
    lost = queue_text(contact, "lost")
    Message.objects.filter(pk=lost.pk).update(status="unknown", asked_staff_at=NOW)
    incident()
    WebhookAnomaly.objects.create(kind="message type", detail="poke", first_seen=NOW, last_seen=NOW)
    assert {need.kind: [act.title for act in need.acts] for need in needs(boss)} == {
        "message": ["Close"],
        "unknown send": ["Send again", "Leave it"],
        "incident": ["Close"],
        "not understood": ["Looked at"],
    }


def test_a_dialog_opened_from_the_queue_comes_back_to_it(boss: Client) -> None:
    row = incident()
    asked = f"{needs(boss)[0].acts[0].url}?next=/admin/%3Fkind%3Dincident"
    assert boss.get(asked).status_code == 200
    row.refresh_from_db()
    assert row.closed_at is None
    answer = boss.post(asked, {"_form_submitted": "True", "reason": "A new token."})
    assert answer["HX-Redirect"] == "/admin/?kind=incident"
    row.refresh_from_db()
    assert row.closed_at == NOW
    assert needs(boss) == []


@pytest.mark.parametrize("elsewhere", ["https://evil.example/admin/", "//evil.example/admin/", "/p/somebody/", ""])
def test_and_to_no_place_outside_the_office(boss: Client, elsewhere: str) -> None:
    row = incident()
    answer = boss.post(f"{needs(boss)[0].acts[0].url}?next={elsewhere}", {"_form_submitted": "True", "reason": "x"})
    assert answer["HX-Redirect"] == reverse("admin:whatsapp_incident_changelist")
    row.refresh_from_db()
    assert row.closed_at == NOW


def test_who_may_only_look_is_offered_no_act(client: Client) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_incident"))
    client.force_login(clerk)
    incident()
    assert [need.acts for need in needs(client)] == [()]


def test_the_page_draws_the_acts_as_buttons_that_open_a_dialog(boss: Client) -> None:
    row = incident()
    page = boss.get(HOME + "?kind=incident").content.decode()
    address = reverse("admin:whatsapp_incident_close", args=[row.pk])
    assert f'hx-get="{address}?next=/admin/%3Fkind%3Dincident"' in page
    assert 'hx-target="#modal-content"' in page


def test_an_earlier_due_time_is_kept_and_a_page_that_became_known_is_taken(boss: Client) -> None:
    home = make_household("Sharma")
    plan = proposed()
    said = {"kind": "plan_unanswered", "key": "k", "household": home, "now": NOW}
    ops.open_item(reason="a", due_at=NOW + HOUR, **said)  # type: ignore[arg-type]
    item = ops.open_item(reason="b", due_at=NOW + 2 * HOUR, about=plan, **said)  # type: ignore[arg-type]
    assert (item.reason, item.due_at, item.target_url) == (
        "b", NOW + HOUR, reverse("admin:mealplans_weekplan_change", args=[plan.pk])
    )  # fmt: skip


def test_every_kind_of_an_item_has_its_name_in_hindi() -> None:
    """Found where items are opened, so that a new kind is not forgotten."""
    opened = re.compile(r"open_item\(\s*kind=\"(\w+)\"|^        \"(\w+)\",\n        charge,", re.MULTILINE)
    found = {
        (kind or f"billing_{cause}").replace("_", " ")
        for path in ROOT.glob("[hm]*/**/*.py")
        for kind, cause in opened.findall(path.read_text(encoding="utf-8"))
    }
    assert found - set(KINDS) == set()
    assert len(found) > 20
    assert set(in_place.OF_KIND) <= set(KINDS)
    with translation.override("hi"):
        assert [kind for kind in KINDS if translation.gettext(kind) == kind] == []
