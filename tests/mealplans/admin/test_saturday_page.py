"""The Saturday run on one page: what stands in the way, starting, holding, going on, and how each home came out."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from households.models import Resident, TimelineEvent
from mealplans import preflight, reminders
from mealplans.models import WeekPlan
from tests.factories.households import NOW, make_household, make_resident
from tests.factories.mealplans import Home
from tests.factories.whatsapp import make_contact
from tests.households.admin_pages import queries
from whatsapp.models import Contact, MessageTemplate, PhoneNumber

PAGE = "/admin/mealplans/weekplan/saturday/"


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)][-1:]


def findings() -> list[str]:
    return [finding.sentence for look in preflight.look(NOW).looks for finding in look.findings]


def test_a_home_with_everything_in_place_is_ready(home: Home) -> None:
    found = preflight.look(NOW)
    assert ([look.household for look in found.going], findings()) == ([home.household], [])
    assert (found.cost.priced, found.cost.amounts, found.starts) == (1, {"INR": 12}, 1)


def test_a_home_abroad_without_a_rate_is_named_and_costs_no_zero(staff: Client, home: Home) -> None:
    Contact.objects.filter(pk=home.asha.contact_id).update(wa_id="9779841234567")
    shown = staff.get(PAGE).content.decode()
    assert ("1 without a rate: no rate for Nepal (1)." in shown, "The messages cost about" in shown) == (True, False)


def test_what_stands_in_the_way_is_said_with_where_to_mend_it(home: Home) -> None:
    Contact.objects.filter(pk=home.asha.contact_id).update(opted_in_at=None)
    home.household.pattern.all().delete()
    found = preflight.look(NOW).looks[0]
    assert [(finding.where, finding.stops) for finding in found.findings] == [("household", True), ("contact", True)]
    assert found.findings[1].sentence.startswith("No opt-in is recorded.")
    assert not found.goes


def test_a_home_without_a_cook_is_warned_about_and_goes(home: Home) -> None:
    home.household.engagements.update(active=False)
    assert findings() == ["Nobody is engaged to cook: only what needs no cook can be planned."]
    assert len(preflight.look(NOW).going) == 1


def test_a_template_that_meta_has_not_approved_only_waits(home: Home) -> None:
    MessageTemplate.objects.filter(name="weekly_plan_prompt").update(status="PENDING")
    look = preflight.look(NOW).looks[0]
    assert ([finding.where for finding in look.findings], look.goes) == (["templates"], True)


def test_a_home_that_nobody_answers_for_is_stopped(home: Home) -> None:
    Resident.objects.update(decides=False)
    assert findings() == ["Nobody decides in this home: choose a resident."]
    assert preflight.look(NOW).going == []


def test_metas_limit_on_new_conversations_is_counted(home: Home) -> None:
    PhoneNumber.objects.update(messaging_limit="TIER_50")
    found = preflight.look(NOW)
    assert (found.room, found.starts, found.too_many) == (50, 1, 0)


def test_more_homes_ask_the_database_no_more(staff: Client, home: Home) -> None:
    before = queries(staff, PAGE)
    for _ in range(2):
        other = make_household("Iyer")
        make_resident(other, contact=make_contact(), decides=True)
    assert queries(staff, PAGE) == before


def test_the_run_is_started_held_and_taken_up_again(staff: Client, home: Home) -> None:
    assert said(staff.post(PAGE, {"act": "start"})) == ["1 homes are being planned."]
    held = staff.post(PAGE, {"act": "hold", "reason": "prices are wrong"})
    plan = WeekPlan.objects.get()
    assert (said(held), plan.next_due_at) == (["Held: 1 homes wait. What is proposed stays."], None)
    assert reminders.due_plans(NOW + timedelta(hours=1), 10) == []
    assert "held" in staff.get(PAGE).content.decode()
    staff.post(PAGE, {"act": "go_on"})
    plan.refresh_from_db()
    assert plan.next_due_at == NOW
    kinds = TimelineEvent.objects.filter(household=home.household).order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[-3:] == ["run_started", "run_held", "run_resumed"]


def test_holding_needs_a_reason_and_leaves_what_is_proposed(staff: Client, plan: WeekPlan) -> None:
    due = plan.next_due_at
    assert said(staff.post(PAGE, {"act": "hold"})) == ["Say why the run is held: colleagues see it on each home."]
    staff.post(PAGE, {"act": "hold", "reason": "x"})
    plan.refresh_from_db()
    assert plan.next_due_at == due


def test_a_viewer_looks_and_does_not_steer(viewer: Client, home: Home) -> None:
    assert "Start the run" not in viewer.get(PAGE).content.decode()
    assert viewer.post(PAGE, {"act": "start"}).status_code == 403
    assert not WeekPlan.objects.exists()


def test_the_results_are_exported_with_the_reason(staff: Client, plan: WeekPlan) -> None:
    WeekPlan.objects.filter(pk=plan.pk).update(status="failed", problem="=budget is ₹240 short", next_step="")
    text = staff.get(reverse("admin:mealplans_weekplan_saturday_export", args=["csv"])).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1] == ["Sharma", "2026-11-23", "No plan possible", "Nothing", "", "'=budget is ₹240 short"]


def test_who_may_not_see_plans_gets_no_export(client: Client, plan: WeekPlan) -> None:
    assert client.get(reverse("admin:mealplans_weekplan_saturday_export", args=["xlsx"])).status_code == 302
