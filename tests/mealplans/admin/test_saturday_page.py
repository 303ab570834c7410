"""The Saturday run on one page: what stands in the way, starting, holding, going on, and how each home came out."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from households.models import Away, CookLeave, Resident, TimelineEvent
from mealplans import preflight, reminders
from mealplans.models import WeekPlan
from tests.factories.households import DAY, MONDAY, NOW, make_household, make_resident
from tests.factories.mealplans import Home, make_home
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
    assert '<span class="wk-without">no rate for Nepal</span>' in shown


def test_what_stands_in_the_way_is_said_with_where_to_mend_it(home: Home) -> None:
    Contact.objects.filter(pk=home.asha.contact_id).update(opted_in_at=None)
    home.household.pattern.all().delete()
    found = preflight.look(NOW).looks[0]
    assert [(finding.where, finding.stops) for finding in found.findings] == [("household", True), ("contact", True)]
    assert found.findings[1].sentence.startswith("No opt-in is recorded.")
    assert not found.goes


def standing(at: int = 0) -> dict[str, str]:
    return dict(preflight.look(NOW).looks[at].standing)


def test_each_thing_that_must_hold_is_shown_for_each_home(staff: Client, home: Home) -> None:
    assert standing() == dict.fromkeys(preflight.ASPECTS, "good")
    page = staff.get(PAGE).content.decode()
    names = ("Reach", "Consent", "Template", "Values", "Plan", "Number and limit")
    assert [name for name in names if f"</span> {name}<span" not in page] == []
    assert "₹0.12" in page


def test_one_thing_in_the_way_hides_no_other(home: Home) -> None:
    Contact.objects.filter(pk=home.asha.contact_id).update(opted_in_at=None)
    MessageTemplate.objects.filter(name="weekly_plan_prompt").update(status="PENDING")
    Resident.objects.filter(pk=home.asha.pk).update(name=" ")
    CookLeave.objects.create(cook=home.sunita, start=MONDAY, end=MONDAY, created_at=NOW)
    assert standing() == {
        "reach": "good", "consent": "bad", "template": "warn", "values": "bad", "plan": "warn", "room": "good"
    }  # fmt: skip
    assert findings()[-1] == "The message has no value for “name”: enter it."


def test_a_message_is_looked_at_in_the_language_it_will_have(home: Home) -> None:
    """There is no Tamil text: it goes out in English, which Meta has."""
    Resident.objects.filter(pk=home.asha.pk).update(language="ta")
    assert findings() == []


def test_the_last_homes_wait_where_metas_limit_ends(home: Home) -> None:
    later = make_home()
    PhoneNumber.objects.update(messaging_limit="TIER_1")
    found = preflight.look(NOW)
    waits = [look.household for look in found.looks if [f for f in look.findings if f.about == "room"]]
    assert (waits, found.room, found.too_many, len(found.going)) == ([later.household], 1, 1, 2)


def test_a_home_without_a_cook_is_warned_about_and_goes(home: Home) -> None:
    home.household.engagements.update(active=False)
    assert findings() == ["Nobody is engaged to cook: only what needs no cook can be planned."]
    assert len(preflight.look(NOW).going) == 1


def test_a_home_that_is_away_all_week_is_stopped_before_anybody_solves(home: Home) -> None:
    Away.objects.create(household=home.household, start=MONDAY, end=MONDAY + timedelta(days=6), created_at=NOW)
    assert findings() == ["Everybody is away that whole week: there is nothing to plan."]
    assert preflight.look(NOW).going == []


def test_meals_that_no_cook_comes_for_are_counted(home: Home) -> None:
    on = {"cook": home.sunita, "created_at": NOW}
    CookLeave.objects.create(start=MONDAY, end=MONDAY, **on)
    CookLeave.objects.create(start=MONDAY + DAY, end=MONDAY + DAY, meals=["dinner"], **on)
    CookLeave.objects.create(start=MONDAY + 2 * DAY, end=MONDAY + 2 * DAY, cancelled_at=NOW, **on)
    elsewhere = make_household("Iyer", status="paused")
    CookLeave.objects.create(start=MONDAY, end=MONDAY + 6 * DAY, household=elsewhere, **on)
    assert findings() == ["No cook comes for 3 of 12 meals: only what needs no cook can be planned there."]


def planner_said() -> list[str | None]:
    return [look.planner.sentence if look.planner else None for look in preflight.look(NOW).looks]


def earlier_week(home: Home, weeks: int, **fields: Any) -> WeekPlan:
    week = MONDAY - timedelta(weeks=weeks)
    return WeekPlan.objects.create(household=home.household, week_start=week, created_at=NOW, **fields)


def test_a_home_never_planned_says_so(staff: Client, home: Home) -> None:
    earlier_week(home, 1)  # a draft: the planner has not spoken
    assert planner_said() == [None]
    assert "not planned yet" in staff.get(PAGE).content.decode()


def test_the_planners_last_word_stands_beside_each_home(home: Home) -> None:
    earlier_week(home, 3, status="failed", problem="The budget of ₹500 is ₹80 short.")
    solver = {"cost_paise": 324_000, "gap": 0.004, "given_up": "a dish may come every day"}
    earlier_week(home, 2, status="completed", proposed_at=NOW, solver=solver)
    said = "Week from 09 Nov: Groceries about ₹3,240, at most 0.4 % from the best plan."
    assert planner_said() == [f"{said} Given up: a dish may come every day."]


def test_a_week_that_had_no_plan_is_named_with_its_reason_and_opened(staff: Client, home: Home) -> None:
    failed = earlier_week(home, 1, status="failed", problem="One rule leaves no plan: the budget is too low.")
    assert planner_said() == ["Week from 16 Nov: One rule leaves no plan: the budget is too low."]
    assert f"/admin/mealplans/weekplan/{failed.pk}/change/" in staff.get(PAGE).content.decode()


def test_the_planners_word_is_read_in_hindi(staff: Client, home: Home) -> None:
    solver = {"cost_paise": 324_000, "gap": 0.004, "given_up": "a dish may come every day"}
    earlier_week(home, 1, status="completed", proposed_at=NOW, solver=solver)
    page = staff.get(PAGE, headers={"Accept-Language": "hi"}).content.decode()
    words = "16 नव से शुरू हफ़्ता: राशन लगभग ₹3,240, सबसे अच्छी योजना से ज़्यादा से ज़्यादा 0.4 % दूर।"
    assert f"{words} छोड़ा गया: कोई डिश हर दिन आ सकती है।" in page


def test_a_template_that_meta_has_not_approved_only_waits(home: Home) -> None:
    MessageTemplate.objects.filter(name="weekly_plan_prompt").update(status="PENDING")
    look = preflight.look(NOW).looks[0]
    assert ([finding.where for finding in look.findings], look.goes) == (["templates"], True)


def test_a_stopped_number_is_said_before_the_run_with_where_to_mend_it(staff: Client, home: Home) -> None:
    PhoneNumber.objects.update(paused_reason="Meta sees a payment problem.", paused_at=NOW)
    look = preflight.look(NOW).looks[0]
    assert ([finding.where for finding in look.findings], look.goes) == (["numbers"], True)
    assert standing()["room"] == "warn"
    page = staff.get(PAGE).content.decode()
    assert "The number is stopped and its queue waits: Meta sees a payment problem." in page
    assert reverse("admin:whatsapp_phonenumber_changelist") in page


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
    WeekPlan.objects.filter(pk=plan.pk).update(
        status="failed", problem="=budget is ₹240 short", next_step="", proposed_at=None
    )
    text = staff.get(reverse("admin:mealplans_weekplan_saturday_export", args=["csv"])).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1] == ["Sharma", "2026-11-23", "No plan possible", "Nothing", "", "'=budget is ₹240 short"]


def test_what_the_planner_made_of_a_week_stands_in_the_list_and_in_the_export(staff: Client, plan: WeekPlan) -> None:
    WeekPlan.objects.filter(pk=plan.pk).update(solver={"cost_paise": 324_000, "gap": 0.0})
    said = "Groceries about ₹3,240, at most 0.0 % from the best plan."
    exported = staff.get(reverse("admin:mealplans_weekplan_saturday_export", args=["csv"])).content.decode()
    assert (said in staff.get(PAGE).content.decode(), said in exported) == (True, True)


def test_who_may_not_see_plans_gets_no_export(client: Client, plan: WeekPlan) -> None:
    assert client.get(reverse("admin:mealplans_weekplan_saturday_export", args=["xlsx"])).status_code == 302
