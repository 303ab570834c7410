from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from households import leave as leaves
from households import ops, pausing, timeline
from households.models import (
    Cook,
    CookLeave,
    Engagement,
    Household,
    MealPattern,
    OpsItem,
    Resident,
    TimelineEvent,
)
from tests.factories.households import (
    MONDAY,
    NOW,
    make_contact,
    make_cook,
    make_engagement,
    make_household,
    make_resident,
    make_staff,
)
from tests.households.admin_pages import action_url, press, queries, url


def full_household(number: int) -> Household:
    home = make_household(f"Home {number}")
    MealPattern.objects.create(household=home, weekday=0, meal="lunch", servings=3)
    add_to(home, 1)
    return home


def add_to(home: Household, count: int) -> None:
    for _ in range(count):
        make_resident(home)
        cook = make_cook()
        make_engagement(home, cook)
        leaves.leave(cook=cook, start=MONDAY, end=MONDAY, now=NOW)
        day = MONDAY + timedelta(days=10 * home.away.count())
        pausing.travel(home.pk, start=day, end=day, by="priya", now=NOW)
        ops.open_item(kind="k", key=f"k:{OpsItem.objects.count()}", reason="Look.", household=home, now=NOW)
        timeline.record(home, "kind", "Something happened.", week_start=MONDAY, now=NOW)


pytestmark = pytest.mark.django_db

LISTS = [Household, Resident, Cook, Engagement, CookLeave, OpsItem, TimelineEvent]


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_a_list_asks_as_often_for_three_households_as_for_one(admin_client, model):
    full_household(1)
    one = queries(admin_client, url(model))
    full_household(2)
    full_household(3)
    assert queries(admin_client, url(model)) == one


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_every_page_of_a_row_opens(admin_client, model):
    full_household(1)
    queries(admin_client, url(model, "change", model.objects.first().pk))


def test_the_household_page_asks_as_often_for_three_of_everything_as_for_one(admin_client):
    home = full_household(1)
    one = queries(admin_client, url(Household, "change", home.pk))
    add_to(home, 2)
    assert queries(admin_client, url(Household, "change", home.pk)) == one


def test_the_household_page_leads_to_each_resident_visit_and_open_item(admin_client):
    home = full_household(1)
    page = admin_client.get(url(Household, "change", home.pk)).content.decode()
    rows = (home.residents.get(), home.engagements.get(), home.ops_items.get())
    assert [row for row in rows if f'href="{url(type(row), "change", row.pk)}"' not in page] == []


def test_the_cooks_page_asks_as_often_for_three_households_as_for_one(admin_client):
    cook = make_cook()
    make_engagement(make_household("One"), cook)
    one = queries(admin_client, url(Cook, "change", cook.pk))
    make_engagement(make_household("Two"), cook)
    make_engagement(make_household("Three"), cook)
    assert queries(admin_client, url(Cook, "change", cook.pk)) == one


def household_form(**fields):
    home = Household(name="Rao home", created_at=NOW)
    choices = ("timezone", "language", "currency", "spice_level", "deadline_policy", "not_delivered", "payment_ask")
    data = {name: getattr(home, name) for name in choices}
    data |= {"propose_weekday": 5, "propose_at": "09:00", "deadline_weekday": 6, "deadline_at": "14:00"}
    data |= {
        "evening_instruction_at": "19:00",
        "morning_lead_minutes": 90,
        "cook_quiet_until": "06:00",
        "cook_answer_minutes": 45,
    }
    data |= {"cook_escalate_minutes": 90, "rating_at": "21:00", "summary_at": "20:00", "reminders": '[[5, "18:00"]]'}
    data |= {"veg_days": ["1"], "equipment": "stove, mixer", "name": "Rao home"}
    return data | {"_save": "Save"} | fields | inline_management()


def inline_management():
    names = ("ops_items", "residents", "engagements", "special_days", "away", "timeline")
    return {f"{name}-{key}": 0 for name in names for key in ("TOTAL_FORMS", "INITIAL_FORMS")}


def test_staff_add_a_household_with_its_weekly_matrix(admin_client):
    cells = {"pattern-0-lunch": "3", "pattern-0-dinner": "4", "pattern-6-breakfast": ""}
    response = admin_client.post(url(Household, "add"), household_form(**cells))
    assert response.status_code == 302, response.context["errors"]
    home = Household.objects.get()
    assert (home.veg_days, home.equipment) == ([1], ["stove", "mixer"])
    cells = [(row.weekday, row.meal, row.servings) for row in home.pattern.all()]
    assert cells == [(0, "dinner", 4), (0, "lunch", 3)]
    assert [event.kind for event in home.timeline.all()] == ["pattern_changed", "household_added"]


def test_a_budget_is_typed_in_rupees_and_kept_in_paise(admin_client):
    admin_client.post(url(Household, "add"), household_form(weekly_budget_paise="4000.50"))
    home = Household.objects.get()
    assert home.weekly_budget_paise == 400_050
    assert 'value="4000.50"' in admin_client.get(url(Household, "change", home.pk)).content.decode()


def test_the_matrix_of_a_household_is_edited_and_emptied(admin_client):
    home = full_household(1)
    page = admin_client.get(url(Household, "change", home.pk)).content.decode()
    assert 'name="pattern-0-lunch" value="3"' in page.replace("'", '"')
    admin_client.post(url(Household, "change", home.pk), household_form(**{"pattern-2-dinner": "5"}))
    assert [(row.weekday, row.meal, row.servings) for row in home.pattern.all()] == [(2, "dinner", 5)]


def test_a_fraction_in_the_matrix_is_refused_with_what_to_do(admin_client):
    response = admin_client.post(url(Household, "add"), household_form(**{"pattern-0-lunch": "two"}))
    assert "whole numbers" in response.content.decode()
    assert not Household.objects.exists()


def test_staff_add_a_resident_with_a_local_number_and_the_consent(admin_client):
    home = make_household()
    said = {"name": "Meera", "phone": "090000 12345", "opted_in_how": "asked on the phone", "language": "hi"}
    response = press(admin_client, Household, "add_resident", home.pk, diet="egg", portion="1", **said)
    assert response.headers["HX-Redirect"] == url(Household, "change", home.pk)
    resident = home.residents.get()
    assert (resident.decides, resident.diet, resident.contact.phone) == (True, "egg", "+919000012345")
    event = resident.contact.consent_events.get()
    assert (event.action, event.method) == ("opt_in", "asked on the phone")


def test_a_number_that_is_none_is_refused_inside_the_dialog_with_what_to_do(admin_client):
    home = make_household()
    said = {"name": "Meera", "phone": "12", "opted_in_how": "x", "language": "hi", "diet": "egg", "portion": "1"}
    response = press(admin_client, Household, "add_resident", home.pk, **said)
    assert "Write it with its country code" in response.content.decode()
    assert not Resident.objects.exists()


def test_staff_engage_a_cook_who_is_known_already(admin_client):
    home, cook = make_household(), make_cook(contact=make_contact("+919000500001"))
    said = {"name": "Sunita", "phone": "+91 90005 00001", "opted_in_how": "signed form", "language": "hi"}
    visit = {"weekdays": ["0", "2"], "meals": ["lunch"], "arrives_at": "07:30", "minutes_per_visit": "60"}
    press(admin_client, Household, "add_cook", home.pk, **said, **visit)
    made = home.engagements.get()
    assert (made.cook, made.weekdays, made.meals, made.minutes_per_visit) == (cook, [0, 2], ["lunch"], 60)


def test_changing_an_allergy_in_the_admin_writes_the_timeline_and_warns(admin_client):
    resident = make_resident(make_household())
    form = {"name": "Asha", "language": "en", "portion": "1", "diet": "vegetarian", "allergens": ["peanut", "milk"]}
    address = url(Resident, "change", resident.pk)
    response = admin_client.post(address, form | {"never": "", "dislikes": "bhindi"}, follow=True)
    resident.refresh_from_db()
    assert (resident.allergens, resident.dislikes) == (["milk", "peanut"], ["bhindi"])
    event = TimelineEvent.objects.get(kind="food_rule_changed")
    assert (event.text, event.actor) == ("Asha: allergens: none → milk, peanut.", "admin")
    assert "A hard rule changed" in response.content.decode()


def test_the_queue_shows_open_items_and_closes_them_with_a_note(admin_client):
    item = ops.open_item(kind="link_failed", key="a", reason="Look at this.", now=NOW, due_at=NOW)
    assert "Look at this." in admin_client.get(url(OpsItem)).content.decode()
    press(admin_client, OpsItem, "done", item.pk, reason="Called them.")
    item.refresh_from_db()
    assert (item.note, item.closed_by.username) == ("Called them.", "admin")
    assert "Look at this." not in admin_client.get(url(OpsItem)).content.decode()
    assert "Look at this." in admin_client.get(url(OpsItem) + "?standing=closed").content.decode()


def test_an_item_is_not_closed_without_a_note(admin_client):
    item = ops.open_item(kind="k", key="a", reason="Look.", now=NOW)
    response = press(admin_client, OpsItem, "done", item.pk, reason="")
    assert "This field is required" in response.content.decode()
    item.refresh_from_db()
    assert item.closed_at is None


ACTIONS = [
    (Household, name) for name in ("add_resident", "add_cook", "travel", "pause", "resume", "end")
] + [(Resident, "let_decide"), (Resident, "leaves"), (Cook, "take_leave"), (Engagement, "end"),
     (CookLeave, "comes_after_all"), (OpsItem, "done")]  # fmt: skip


@pytest.mark.parametrize(("model", "name"), ACTIONS, ids=lambda value: getattr(value, "__name__", value))
def test_a_link_to_an_action_shows_a_dialog_and_changes_nothing(admin_client, model, name):
    full_household(1)
    pk = model.objects.first().pk
    before = [list(each.objects.order_by("pk").values()) for each in LISTS]
    response = admin_client.get(action_url(model, name, pk))
    assert (response.status_code, "<form" in response.content.decode()) == (200, True)
    assert [list(each.objects.order_by("pk").values()) for each in LISTS] == before


@pytest.mark.parametrize(("model", "name"), ACTIONS, ids=lambda value: getattr(value, "__name__", value))
def test_who_may_only_look_cannot_act(client, model, name):
    full_household(1)
    staff = make_staff()
    staff.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(staff)
    assert press(client, model, name, model.objects.first().pk, reason="x").status_code == 403


def test_pause_resume_travel_and_end_by_dialog(admin_client):
    home = make_household()
    press(admin_client, Household, "pause", home.pk, reason="wedding", until="2026-12-01")
    home.refresh_from_db()
    assert (home.status, str(home.paused_until)) == ("paused", "2026-12-01")
    press(admin_client, Household, "resume", home.pk, reason="back early")
    press(admin_client, Household, "travel", home.pk, reason="Goa", start="2026-11-25", end="2026-11-24")
    assert not home.away.exists()
    press(admin_client, Household, "travel", home.pk, reason="Goa", start="2026-11-25", end="2026-11-27")
    assert home.away.count() == 1
    press(admin_client, Household, "end", home.pk, reason="moved away")
    home.refresh_from_db()
    assert home.status == "ended"


def test_who_decides_is_changed_by_dialog_and_cannot_simply_leave(admin_client):
    home = make_household()
    asha, rahul = make_resident(home, "Asha"), make_resident(home, "Rahul")
    press(admin_client, Resident, "leaves", asha.pk, reason="moved")
    asha.refresh_from_db()
    assert asha.active
    press(admin_client, Resident, "let_decide", rahul.pk, reason="asked for it")
    press(admin_client, Resident, "leaves", asha.pk, reason="moved")
    assert [(r.name, r.decides, r.active) for r in home.residents.all()] == [
        ("Rahul", True, True),
        ("Asha", False, False),
    ]


def test_leave_is_entered_and_taken_back_by_dialog(admin_client):
    cook = make_cook()
    make_engagement(make_household(), cook)
    press(admin_client, Cook, "take_leave", cook.pk, reason="wedding", start="2026-11-24", end="2026-11-25")
    taken = CookLeave.objects.get()
    press(admin_client, CookLeave, "comes_after_all", taken.pk, reason="postponed")
    taken.refresh_from_db()
    assert taken.cancelled_at is not None


def test_an_engagement_ends_by_dialog_and_stays_in_the_history(admin_client):
    visit = make_engagement(make_household())
    press(admin_client, Engagement, "end", visit.pk, reason="found another job")
    visit.refresh_from_db()
    assert (visit.active, visit.household.timeline.first().kind) == (False, "cook_left")


def test_how_a_home_is_asked_to_pay_reads_in_hindi(admin_client: Client) -> None:
    home = make_household("Rao")
    page = admin_client.get(url(Household, "change", home.pk), headers={"Accept-Language": "hi"}).content.decode()
    for said in ("इनसे भुगतान कैसे माँगा जाए", "जैसा देश के लिए तय है", "भुगतान के लिंक से", "Review and pay में भुगतान WhatsApp में ही"):
        assert said in page
