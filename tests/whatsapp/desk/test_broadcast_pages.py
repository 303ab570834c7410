"""The pages of a bulk send, from choosing people to the export, and who may do what on them."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from bettermeals.lib import sheets
from tests.factories.whatsapp import NOW, approve, make_contact
from tests.households.admin_pages import queries
from tests.whatsapp import doors
from tests.whatsapp.desk.conftest import make_staff
from whatsapp.broadcasts import sending
from whatsapp.models import Account, Broadcast, BroadcastPreset, Contact, Message, MessageTemplate

CHOOSE = "/admin/whatsapp/broadcast/choose/"


@pytest.fixture
def home(account: Account) -> list[Contact]:
    """Asha and Meera live with us; Somebody does not."""
    approve(doors.COOK)
    approve(doors.OFFER)
    known = [make_contact(profile_name=name) for name in ("Asha", "Meera")]
    make_contact(profile_name="Somebody")
    doors.homes.update({contact.pk: "Sharma home" for contact in known})
    return known


def page(name: str, broadcast: Broadcast) -> str:
    return reverse(f"admin:whatsapp_broadcast_{name}", args=[broadcast.pk])


def choose(client: Client, **said: Any) -> Broadcast:
    answer = client.post(CHOOSE, {"group": "homes", "everybody": "1", **said})
    assert answer.status_code == 302
    return Broadcast.objects.latest("id")


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def names(broadcast: Broadcast) -> list[str]:
    return list(broadcast.recipients.values_list("contact__profile_name", flat=True))


def test_the_preview_and_the_results_name_a_country_without_a_rate(boss: Client, home: list[Contact]) -> None:
    Contact.objects.filter(pk=home[0].pk).update(wa_id="9779841234567")
    broadcast, form = choose(boss), {"template": "cook_today", "var_dishes": "Rajma"}
    for _ in range(2):
        boss.post(page("draft", broadcast), form)
    assert "1 without a rate: no rate for Nepal (1)" in boss.get(page("draft", broadcast)).content.decode()
    boss.post(page("draft", broadcast), {**form, "act": "arm", "expected": "2", "reason": "x", "when": "now"})
    shown = boss.get(page("results", broadcast)).content.decode()
    assert "expected ₹0.12; 1 without a rate: no rate for Nepal (1)" in shown


def test_nobody_is_chosen_by_default(boss: Client, home: Any) -> None:
    words = boss.get(CHOOSE).content.decode()
    assert ("Whom is it for?" in words, "Asha" in words) == (True, False)
    assert said(boss.post(CHOOSE, {"everybody": "1"})) == ["Choose at least one person."]


def test_a_group_a_language_or_words_choose_people(boss: Client, home: Any) -> None:
    def found(**query: str) -> list[str]:
        return [line.contact.profile_name for line in boss.get(CHOOSE, query).context["lines"]]

    assert found(group="homes") == ["Asha", "Meera"]
    assert found(language="en") == ["Asha", "Meera", "Somebody"]
    assert found(group="homes", q="meera") == ["Meera"]


def test_all_who_fit_or_some_by_hand(boss: Client, home: list[Contact]) -> None:
    assert names(choose(boss)) == ["Asha", "Meera"]
    boss.post(CHOOSE, {"group": "homes", "pick": [home[1].pk]})
    assert names(Broadcast.objects.latest("id")) == ["Meera"]


def test_a_list_of_contacts_leads_to_a_draft(boss: Client, home: list[Contact]) -> None:
    url = reverse("admin:whatsapp_contact_changelist")
    answer = boss.post(url, {"action": "bulk_send", "_selected_action": [home[0].pk]})
    made = Broadcast.objects.get()
    assert (answer["Location"], names(made)) == (page("draft", made), ["Asha"])


def test_from_people_to_the_result(boss: Client, home: list[Contact]) -> None:
    made = choose(boss)
    boss.post(page("draft", made), {"template": "cook_today"})
    words = boss.get(page("draft", made)).content.decode()
    assert words.count("A value is missing: dishes.") == 3  # once for both together, and on each card
    shown = [str(row.pk) for row in made.recipients.all()]
    form = {"template": "cook_today", "var_dishes": "Rajma", "shown": shown, f"own_{shown[1]}_dishes": "Kadhi"}
    boss.post(page("draft", made), form)
    answer = boss.get(page("draft", made))
    assert (len(answer.context["check"].going), answer.context["cost"]) == (2, "₹0.23")
    assert "Today please cook Kadhi for the family." in answer.content.decode()
    confirmed = boss.post(page("draft", made), {**form, "act": "arm", "expected": "2", "reason": "test", "when": "now"})
    assert (said(confirmed), confirmed["Location"]) == (["2 messages go out."], page("results", made))
    assert LogEntry.objects.get().change_message == "Confirmed: 2 messages of cook_today. test"
    sending.queue_due(NOW)
    assert sorted(Message.objects.values_list("text", flat=True)) == [
        "Today please cook Kadhi for the family. Tap OK when seen.\n[OK]",
        "Today please cook Rajma for the family. Tap OK when seen.\n[OK]",
    ]
    live = boss.get(page("progress", made)).json()["html"]
    assert ("Asha" in live, "Waiting 2" in live) == (True, True)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"reason": ""}, "Say why it is sent: whoever looks at it in a month must see it."),
        ({"expected": "7"}, "Meanwhile 2 messages would go instead of 7. Look again, then confirm."),
        ({"when": "later", "send_at": "soon"}, "Say when it goes out."),
        ({"when": "later", "send_at": "2020-01-01T10:00"}, "The time lies in the past."),
    ],
)
def test_what_is_not_clear_is_not_sent(boss: Client, home: Any, form: dict[str, str], words: str) -> None:
    made = choose(boss)
    boss.post(page("draft", made), {"template": "festival_offer"})
    whole = {"template": "festival_offer", "act": "arm", "expected": "2", "reason": "x", "when": "now", **form}
    assert said(boss.post(page("draft", made), whole)) == [words]
    assert Broadcast.objects.get().status == "draft"


def test_a_moment_is_taken_in_the_offices_own_time(boss: Client, home: Any) -> None:
    made = choose(boss)
    boss.post(page("draft", made), {"template": "festival_offer"})
    form = {"template": "festival_offer", "act": "arm", "expected": "2", "reason": "x", "when": "later"}
    boss.post(page("draft", made), {**form, "send_at": "2026-11-21T18:00"})
    made.refresh_from_db()
    assert (made.status, made.send_at and made.send_at.isoformat()) == ("armed", "2026-11-21T12:30:00+00:00")


def test_another_template_drops_the_texts_of_the_first(boss: Client, home: Any) -> None:
    made = choose(boss)
    boss.post(page("draft", made), {"template": "cook_today"})
    boss.post(page("draft", made), {"template": "cook_today", "var_dishes": "Rajma"})
    boss.post(page("draft", made), {"template": "festival_offer", "var_dishes": "Rajma"})
    made.refresh_from_db()
    assert (made.template_name, made.variables) == ("festival_offer", {})


def test_a_preset_starts_the_next_one(boss: Client, home: Any) -> None:
    made = choose(boss)
    boss.post(page("draft", made), {"template": "cook_today"})
    boss.post(page("draft", made), {"template": "cook_today", "var_dishes": "Rajma", "act": "preset",
                                    "preset_name": "Rajma day"})  # fmt: skip
    preset = BroadcastPreset.objects.get()
    again = choose(boss, preset=preset.pk)
    assert (again.template_name, again.variables) == ("cook_today", {"dishes": "Rajma"})


def test_a_preset_keeps_whom_it_was_for(boss: Client, home: Any) -> None:
    made = choose(boss, language="en")
    boss.post(page("draft", made), {"template": "cook_today"})
    boss.post(page("draft", made), {"template": "cook_today", "act": "preset", "preset_name": "Daily"})
    preset = BroadcastPreset.objects.get()
    assert (preset.group, preset.language) == ("homes", "en")
    chosen = boss.get(f"{CHOOSE}?preset={preset.pk}").context
    assert (chosen["choice"].group, chosen["choice"].language, chosen["count"]) == ("homes", "en", 2)


def test_a_right_to_left_message_is_laid_out_right_to_left(boss: Client, home: Any) -> None:
    body = {"type": "BODY", "text": "السلام علیکم، آج کھانا {{1}} بجے تیار ہوگا۔", "example": {"body_text": [["8"]]}}
    MessageTemplate.objects.create(account=Account.objects.get(), name="dinner_time", language="ur", status="APPROVED",
                                   category="UTILITY", components=[body])  # fmt: skip
    Contact.objects.update(language="ur")
    made = choose(boss)
    boss.post(page("draft", made), {"template": "dinner_time"})
    boss.post(page("draft", made), {"template": "dinner_time", "var_1": "8"})
    words = boss.get(page("draft", made)).content.decode()
    assert '<div class="ib-bubble" dir="rtl">' in words
    assert "آج کھانا 8 بجے تیار ہوگا۔" in words


def test_stop_and_retry_are_pressed_on_the_results(boss: Client, home: Any, ravi: Any) -> None:
    made = choose(boss)
    boss.post(page("draft", made), {"template": "festival_offer"})
    sending.arm(Broadcast.objects.get(), ravi[0], NOW, send_at=None, reason="x", expected=2)
    sending.queue_due(NOW)
    Message.objects.update(status="failed", error_code=131016, error_text="Meta's service is busy.")
    answer = boss.get(page("results", made))
    assert (answer.context["retryable"], "Meta&#x27;s service is busy." in answer.content.decode()) == (2, True)
    assert said(boss.post(page("results", made), {"act": "retry"})) == ["2 are tried again."]
    assert said(boss.post(page("results", made), {"act": "stop"}))[-1:] == [
        "Stopped; 0 queued messages were taken back."
    ]


def test_the_export_holds_everybody_and_no_formula(boss: Client, home: list[Contact], ravi: Any) -> None:
    Contact.objects.filter(pk=home[0].pk).update(profile_name='=HYPERLINK("http://evil.example")')
    doors.homes[home[0].pk] = "@SUM(A1)"
    made = choose(boss)
    boss.post(page("draft", made), {"template": "festival_offer"})
    sending.arm(Broadcast.objects.get(), ravi[0], NOW, send_at=None, reason="x", expected=2)
    sending.queue_due(NOW)
    answer = boss.get(reverse("admin:whatsapp_broadcast_export", args=[made.pk, "csv"]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows] == ["Household", "'@SUM(A1)", "Sharma home"]
    assert [row[5] for row in rows[1:]] == ["Waiting", "Waiting"]
    book = load_workbook(
        io.BytesIO(boss.get(reverse("admin:whatsapp_broadcast_export", args=[made.pk, "xlsx"])).content)
    )
    cells = [list(row) for row in book.active.iter_rows()]
    assert [[cell.value or "" for cell in row] for row in cells] == rows
    assert "f" not in {cell.data_type for row in cells for cell in row}
    assert boss.get(reverse("admin:whatsapp_broadcast_export", args=[made.pk, "pdf"])).status_code == 404


@pytest.mark.parametrize(
    ("value", "cell"),
    [("=1+1", "'=1+1"), ("+919810000001", "+919810000001"), ("-5", "-5"), ("-5+cmd", "'-5+cmd"), ("@x", "'@x"),
     ("\t=x", "'\t=x"), ("plain\x00", "plain"), ("आशा", "आशा")],
)  # fmt: skip
def test_a_cell_is_never_a_formula(value: str, cell: str) -> None:
    assert sheets.safe(value) == cell


def test_looking_and_sending_are_different_rights(boss: Client, home: Any) -> None:
    made = choose(boss)
    boss.post(page("draft", made), {"template": "festival_offer"})
    viewer = make_staff("view_broadcast", "view_contact")[1]
    form = {"act": "arm", "expected": "2", "reason": "x", "when": "now"}
    for name in ("draft", "results"):
        assert viewer.get(page(name, made)).status_code == 200
        assert viewer.post(page(name, made), form).status_code == 403
    assert (viewer.get(CHOOSE).status_code, viewer.post(CHOOSE, {"everybody": 1}).status_code) == (403, 403)
    nobody = make_staff("view_contact")[1]
    for name in ("draft", "results", "progress"):
        assert nobody.get(page(name, made)).status_code == 403
    assert Broadcast.objects.get().status == "draft"


def test_a_draft_of_three_costs_as_many_queries_as_of_one(boss: Client, home: list[Contact], ravi: Any) -> None:
    counts: dict[str, list[int]] = {"draft": [], "results": []}
    for people in ([home[0].pk], [*(c.pk for c in home), make_contact().pk]):
        boss.post(CHOOSE, {"group": "", "pick": people})
        made = Broadcast.objects.latest("id")
        boss.post(page("draft", made), {"template": "festival_offer"})
        counts["draft"].append(queries(boss, page("draft", made)))
        made.refresh_from_db()
        sending.arm(made, ravi[0], NOW, send_at=None, reason="x", expected=len(people))
        sending.queue_due(NOW)
        counts["results"].append(queries(boss, page("results", made)))
    assert [few == many for few, many in counts.values()] == [True, True], counts
