"""The page of figures: what each number counts, who sees it, and what its files hold."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from bettermeals.analytics.charts import round_up
from bettermeals.analytics.tables import Period, Share, Table
from households.billing.models import Charge
from households.models import Engagement, TimelineEvent
from mealplans.models import CookInstruction, CookReport, MealRating, PlannedMeal, WeekPlan
from tests.factories.households import HOUR, MONDAY, NOW, make_cook, make_engagement, make_household, make_resident
from tests.factories.mealplans import make_catalogue
from tests.factories.whatsapp import make_account, make_contact
from whatsapp.models import Contact, Message, PhoneNumber

pytestmark = pytest.mark.django_db
PAGE = "/admin/analytics/"


@pytest.fixture(autouse=True)
def saturday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def tables(client: Client, query: str = "") -> dict[str, Table]:
    return {table.key: table for table in client.get(PAGE + query).context["tables"]}


def message(status: str = "delivered", contact: Contact | None = None, **facts: Any) -> Message:
    make_account()
    given: dict[str, Any] = {"template_name": "plan_ready", "language": "en", "category": "UTILITY", **facts}
    return Message.objects.create(
        contact=contact or make_contact(),
        phone_number=PhoneNumber.objects.get(),
        direction="out",
        type="template",
        status=status,
        created_at=given.pop("at", NOW),
        not_before=NOW,
        **given,
    )


def plan(prompt: str = "read", **facts: Any) -> WeekPlan:
    home = make_household()
    given: dict[str, Any] = {"week_start": MONDAY, "status": "proposed", "proposed_at": NOW, **facts}
    made = WeekPlan.objects.create(household=home, created_at=NOW, **given)
    TimelineEvent.objects.create(
        household=home, week_start=made.week_start, at=NOW, kind="plan_proposed", text="x", message=message(prompt)
    )
    return made


def settle(made: WeekPlan) -> None:
    Charge.objects.create(
        household=made.household, subject=f"plan:{made.pk}", amount_paise=100_000, status="settled",
        created_at=NOW, due_by=NOW, settled_at=NOW + 5 * HOUR,
    )  # fmt: skip


def test_the_funnel_counts_how_far_each_plan_came(boss: Client) -> None:
    plan("failed")
    plan("delivered")
    far = plan(status="completed", approved_at=NOW + 2 * HOUR, confirmed_at=NOW + 5 * HOUR)
    settle(far)
    dish = make_catalogue()["dal-chawal"]
    meal = PlannedMeal.objects.create(plan=far, date=MONDAY, meal="lunch", dish=dish, servings=3, status="cooked")
    MealRating.objects.create(planned_meal=meal, resident=make_resident(far.household), rating="good", at=NOW)
    row = tables(boss)["funnel"].rows[0]
    assert row == [MONDAY, 3, Share(3, 3), Share(2, 3), Share(1, 3), *[Share(1, 3)] * 5]


def test_each_week_has_its_own_row_the_newest_first(boss: Client) -> None:
    plan()
    plan(week_start=MONDAY - timedelta(weeks=1))
    assert [row[0] for row in tables(boss)["funnel"].rows] == [MONDAY, MONDAY - timedelta(weeks=1)]


def test_a_week_before_the_chosen_time_is_left_out(boss: Client) -> None:
    plan(week_start=MONDAY - timedelta(weeks=5))
    assert (len(tables(boss, "?weeks=4")["funnel"].rows), len(tables(boss, "?weeks=8")["funnel"].rows)) == (0, 1)


def test_the_pace_is_the_median_of_those_who_came_so_far(boss: Client) -> None:
    for hours in (1, 2, 9):
        made = plan(approved_at=NOW + hours * HOUR, revision=hours)
    settle(made)
    plan()
    week, approve, pay, changes, changed = tables(boss)["pace"].rows[0]
    assert (week, approve, pay, changes, changed) == (MONDAY, 2.0, -4.0, 2.2, Share(2, 4))


def test_templates_are_counted_by_language(boss: Client) -> None:
    for status in ("read", "delivered", "failed", "queued"):
        message(status)
    message("sent", language="hi")
    rows = tables(boss)["templates"].rows
    assert rows == [
        ["plan_ready", "en", 3, Share(2, 3), Share(1, 3), Share(1, 3)],
        ["plan_ready", "hi", 1, Share(0, 1), Share(0, 1), Share(0, 1)],
    ]


def test_failures_say_what_helps(boss: Client) -> None:
    message("failed", error_code=131026, error_class="recipient")
    message("failed", error_code=131026, error_class="recipient")
    message("failed")
    rows = tables(boss)["failures"].rows
    assert [row[:3] for row in rows] == [[131026, "recipient", Share(2, 3)], ["—", "—", Share(1, 3)]]
    assert all(row[3] for row in rows)


def test_costs_follow_metas_word_and_the_rate_card(boss: Client) -> None:
    for pricing in ({"billable": True, "category": "utility"}, {"billable": False, "category": "utility"}, {}):
        message(pricing=pricing)
    message(pricing={"billable": True, "category": "marketing"})
    rows = {row[1]: row[2:] for row in tables(boss)["costs"].rows}
    assert rows == {"UTILITY": [1, 1, 1, "₹0.35", "₹0.23", "—"], "MARKETING": [1, 0, 0, "₹0.12", "₹0.87", "—"]}


def test_the_ledger_names_the_country_that_has_no_rate(boss: Client) -> None:
    message(contact=make_contact("+9779841234567"))
    message()
    assert tables(boss)["costs"].rows[0][2:] == [0, 0, 2, "₹0.12", "₹0.12", "1 without a rate: no rate for Nepal (1)"]


def test_a_home_s_messages_are_those_of_its_residents_and_its_cook(boss: Client) -> None:
    home = make_household("Sharma home")
    cook = make_cook("Sunita")
    make_engagement(home, cook)
    asha = make_resident(home, "Asha")
    for contact in (asha.contact, asha.contact, cook.contact):
        message(contact=contact, pricing={"billable": True, "category": "utility"})
    message(contact=make_contact("+919812300000"))
    assert tables(boss)["homes"].rows == [
        ["Sharma home", 3, 0, 0, "₹0.35", "₹0.35", "—"],
        ["—", 0, 0, 1, "₹0.12", "₹0.12", "—"],
    ]


def told(name: str, *statuses: str) -> Engagement:
    """A cook of a new home, with what became of each evening's instruction."""
    engagement = make_engagement(make_household(), make_cook(name))
    week = WeekPlan.objects.create(household=engagement.household, week_start=MONDAY, created_at=NOW)
    for at, status in enumerate(statuses):
        CookInstruction.objects.create(
            plan=week, engagement=engagement, date=MONDAY + timedelta(days=at), kind="evening",
            status=status, due_at=NOW, sent_at=NOW,
        )  # fmt: skip
    return engagement


def test_the_cook_who_answers_least_comes_first(boss: Client) -> None:
    for name, statuses in (("Sunita", ("acknowledged", "done")), ("Geeta", ("acknowledged", "escalated"))):
        engagement = told(name, *statuses)
        CookReport.objects.create(engagement=engagement, date=MONDAY, kind="absent", at=NOW)
    assert tables(boss)["cooks"].rows == [
        ["Geeta", 2, Share(1, 2), Share(1, 2), 1, 0],
        ["Sunita", 2, Share(2, 2), Share(0, 2), 1, 0],
    ]


def test_the_weeks_are_read_once_for_two_tables_and_no_query_more_for_three_plans(boss: Client) -> None:
    def asked() -> list[str]:
        boss.get(PAGE)
        with CaptureQueriesContext(connection) as found:
            boss.get(PAGE)
        return [query["sql"] for query in found]

    plan()
    one = asked()
    plan(), plan()
    assert (len(asked()), sum("plan_proposed" in sql for sql in one)) == (len(one), 1)


def test_without_figures_each_table_says_what_fills_it(boss: Client) -> None:
    shown = boss.get(PAGE).content.decode()
    assert "No week was planned in this time. Start the Saturday run" in shown
    assert "CSV" not in shown


def test_who_may_not_see_a_room_sees_none_of_its_figures(client: Client) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_message"))
    client.force_login(clerk)
    assert sorted(tables(client)) == ["costs", "failures", "templates"]
    assert client.get(f"{PAGE}funnel.csv").status_code == 404


def test_a_table_is_exported_as_text_that_excel_reads(boss: Client) -> None:
    message("read")
    answer = boss.get(f"{PAGE}templates.csv?weeks=4")
    assert answer["Content-Disposition"] == 'attachment; filename="bettermeals-templates-4-weeks-to-2026-11-23.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [
        ["Template", "Language", "Sent", "Delivered", "Delivered %", "Read", "Read %", "Failed", "Failed %"],
        ["plan_ready", "en", "1", "1", "100", "1", "100", "0", "0"],
    ]


def test_a_spreadsheet_never_gets_a_formula_from_a_name(boss: Client) -> None:
    engagement = make_engagement(make_household(), make_cook("=HYPERLINK(1)"))
    week = WeekPlan.objects.create(household=engagement.household, week_start=MONDAY, created_at=NOW)
    CookInstruction.objects.create(
        plan=week, engagement=engagement, date=MONDAY, kind="evening", status="sent", due_at=NOW, sent_at=NOW
    )
    book = load_workbook(io.BytesIO(boss.get(f"{PAGE}cooks.xlsx").content))
    assert [row[0].value for row in book["cooks"].iter_rows()] == ["Cook", "'=HYPERLINK(1)"]


@pytest.mark.parametrize("name", ["nothing.csv", "funnel.pdf"])
def test_an_unknown_table_or_kind_is_not_found(boss: Client, name: str) -> None:
    assert boss.get(PAGE + name).status_code == 404


def drawn(client: Client, key: str) -> Any:
    chart = tables(client)[key].chart
    assert chart is not None
    return chart


def test_the_funnel_is_drawn_over_all_weeks_together(boss: Client) -> None:
    plan("failed")
    plan(week_start=MONDAY - timedelta(weeks=1), approved_at=NOW)
    chart = drawn(boss, "funnel")
    assert chart.says.startswith("Proposed: 2 (100 %); Delivered: 1 (50 %); Read: 1 (50 %); Approved: 1 (50 %)")
    assert [box.width for box in chart.boxes if box.tone == "a"] == [720, 360, 360, 360, 0, 0, 0, 0]


def test_the_pace_is_drawn_week_by_week_with_gaps_where_nothing_is_known(boss: Client) -> None:
    settle(plan(approved_at=NOW + 2 * HOUR))
    plan(week_start=MONDAY - timedelta(weeks=1), approved_at=NOW + HOUR)
    chart = drawn(boss, "pace")
    assert chart.says.split("; ")[-2:] == [
        "16 Nov: To approve, h 1, From approval to payment, h —",
        "23 Nov: To approve, h 2, From approval to payment, h 3",
    ]
    assert [box.height for box in chart.boxes] == [45, 90, 136]


def test_delivery_and_reading_failures_and_cost_are_drawn(boss: Client) -> None:
    for status in ("read", "delivered", "failed", "sent"):
        message(status, **({"error_code": 131026, "error_class": "recipient"} if status == "failed" else {}))
    assert drawn(boss, "templates").says == "plan_ready · en: 50 % · 25 %"
    assert drawn(boss, "failures").says == "131026 · recipient: 1 (100 %)"
    assert drawn(boss, "costs").says.split("; ")[-2] == "16 Nov: Forecast ₹0.35, By the rate card ₹0.35"


def test_the_dearest_homes_and_the_cooks_who_answer_least_are_drawn(boss: Client) -> None:
    for name, count in (("Sharma home", 1), ("Iyer home", 2)):
        asha = make_resident(make_household(name))
        for _ in range(count):
            message(contact=asha.contact, pricing={"billable": True, "category": "utility"})
    told("Sunita", "acknowledged", "done")
    told("Geeta", "acknowledged", "escalated")
    assert drawn(boss, "homes").says == "Iyer home: ₹0.23; Sharma home: ₹0.12"
    assert drawn(boss, "cooks").says == "Geeta: 1 (50 %); Sunita: 2 (100 %)"


def test_a_chart_is_named_and_described_for_who_cannot_see_it(boss: Client) -> None:
    plan()
    page = boss.get(PAGE).content.decode()
    assert 'role="img" aria-labelledby="ch-funnel-title ch-funnel-says"' in page
    assert '<title id="ch-funnel-title">How far the plans of all these weeks came</title>' in page
    in_hindi = boss.get(PAGE, headers={"Accept-Language": "hi"}).content.decode()
    assert '<title id="ch-funnel-title">इन सब हफ़्तों की योजनाएँ कहाँ तक पहुँचीं</title>' in in_hindi


def test_without_figures_nothing_is_drawn(boss: Client) -> None:
    assert [table.chart for table in tables(boss).values() if table.chart] == []


@pytest.mark.parametrize(("value", "scale"), [(0, 1), (0.3, 0.5), (1, 1), (7, 10), (12, 20), (43, 50), (101, 200)])
def test_a_scale_ends_at_a_round_number(value: float, scale: float) -> None:
    assert round_up(value) == pytest.approx(scale)


def test_a_period_ends_with_the_coming_week() -> None:
    period = Period(date(2026, 11, 21), 4)
    assert [day.day for day in period.mondays()] == [23, 16, 9, 2]
    assert (period.first, period.last) == (date(2026, 11, 2), date(2026, 11, 23))
