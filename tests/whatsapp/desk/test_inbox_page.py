"""What the inbox shows: who needs somebody, the thread as on a phone, and the same number of queries for any list."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.factories.whatsapp import DAY, HOUR, NOW, approve, inbound, make_contact, queue_text, text
from tests.households.admin_pages import queries
from tests.whatsapp import doors
from tests.whatsapp.desk.conftest import ASHA, arrive, do, thread_url
from whatsapp import desk, sending
from whatsapp.models import CannedReply, Contact, MediaFile, Message

PAYLOADS = Path(__file__).resolve().parents[2] / "payloads" / "whatsapp"
INBOX = "/admin/whatsapp/inboxitem/desk/"


def shown(client: Client, url: str = INBOX, **query: str) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    words: str = answer.content.decode()
    return words


def names(client: Client, **query: str) -> list[str]:
    return [line.name for line in client.get(INBOX, query).context["lines"]]


def boxes(client: Client) -> dict[str, int | None]:
    return {box["key"]: box["count"] for box in client.get(INBOX).context["boxes"]}


def test_a_parked_question_stands_under_need_and_unread(boss: Client, asha: Contact) -> None:
    assert names(boss) == ["Asha"]
    assert boxes(boss) == {"need": 1, "unread": 1, "mine": 0, "taken": 0, "troubled": 0, "all": None}


def test_the_most_overdue_comes_first(boss: Client, asha: Contact, move: Callable[[Any], None]) -> None:
    arrive(text("and where is the cook?", phone="+919810000002", name="Meera"))
    Contact.objects.get(phone="+919810000002").inbox_items.update(due_at=NOW - HOUR)
    assert names(boss) == ["Meera", "Asha"]
    assert "overdue" in shown(boss)


def test_an_empty_inbox_says_that_nobody_waits(boss: Client, account: Any) -> None:
    assert "Nobody waits for an answer." in shown(boss)


def test_what_did_not_arrive_stands_in_its_own_box_for_three_days(
    boss: Client, asha: Contact, move: Callable[[Any], None]
) -> None:
    Message.objects.filter(pk=queue_text(asha).pk).update(status="failed", error_text="Not on WhatsApp.")
    assert (names(boss, box="troubled"), boxes(boss)["troubled"]) == (["Asha"], 1)
    move(NOW + 4 * DAY)
    assert names(boss, box="troubled") == []


@pytest.mark.parametrize(
    "words",
    ["asha", "98100 00001", "+91-98100-00001", "098100 00001", "@asha_k", "asha_k", "IN.77", "sambar", "sharma home"],
)
def test_a_person_is_found_however_staff_know_them(boss: Client, asha: Contact, words: str) -> None:
    make_contact(profile_name="Somebody else", username="other")
    Contact.objects.filter(pk=asha.pk).update(username="asha_k", bsuid="IN.7712345")
    doors.homes[asha.pk] = "Sharma home"
    assert names(boss, q=words) == ["Asha"]


@pytest.mark.parametrize("words", ["आशा", "गैस", "ஆஷா"])
def test_search_reads_any_script(boss: Client, account: Any, words: str) -> None:
    arrive(text("गैस ख़त्म हो गई", phone=ASHA, name="आशा ஆஷா"))
    assert names(boss, q=words) == ["आशा ஆஷா"]


def test_somebody_without_a_phone_is_found_by_bsuid_and_read(boss: Client, account: Any) -> None:
    arrive(json.loads((PAYLOADS / "messages__without_a_phone.json").read_text()))
    contact = Contact.objects.get()
    assert contact.phone is None
    assert len(names(boss, q=contact.bsuid or "")) == 1
    assert str(contact.bsuid) in shown(boss, thread_url(contact))


@pytest.mark.parametrize("file", sorted(path.name for path in PAYLOADS.glob("messages__*.json")))
def test_every_kind_of_message_that_meta_sends_is_drawn(boss: Client, account: Any, file: str) -> None:
    arrive(json.loads((PAYLOADS / file).read_text()))
    for contact in Contact.objects.filter(merged_into=None):
        assert boss.get(thread_url(contact)).status_code == 200


def test_a_template_is_drawn_in_its_parts(boss: Client, asha: Contact) -> None:
    approve(doors.PLAN)
    with transaction.atomic():
        values = {"name": "Asha", "week": "*23–29 Nov*"}
        sending.queue_template(contact=asha, template=doors.PLAN, variables=values, url_suffix="x/", now=NOW)
    drawn = boss.get(thread_url(asha)).context["thread"].entries[-1].drawn
    assert (drawn.header, drawn.footer, list(drawn.buttons)) == (
        "Your week",
        "BetterMeals",
        [("↩", "Approve"), ("↩", "Change"), ("↗", "See")],
    )
    words = (
        "Hello Asha, your meals for <strong>23–29 Nov</strong> are ready. Tap Approve if the week looks good to you."
    )
    assert drawn.body == words


def test_a_reaction_stands_on_its_message_until_it_is_taken_back(boss: Client, asha: Contact) -> None:
    ours = queue_text(asha, "Toor dal.")
    Message.objects.filter(pk=ours.pk).update(wamid="wamid.ours", status="read")

    def react(emoji: str) -> None:
        arrive(inbound({"type": "reaction", "reaction": {"message_id": "wamid.ours", "emoji": emoji}}, phone=ASHA))

    def reactions() -> list[tuple[str, tuple[str, ...]]]:
        entries = boss.get(thread_url(asha)).context["thread"].entries
        return [(entry.message.text, tuple(entry.reactions)) for entry in entries]

    react("👍")
    react("🙏")
    assert reactions() == [("what is in the sambar?", ()), ("Toor dal.", ("🙏",))]
    react("")
    assert reactions() == [("what is in the sambar?", ()), ("Toor dal.", ())]


def test_an_answer_shows_what_it_quotes(boss: Client, asha: Contact) -> None:
    question = Message.objects.get()
    assert do(boss, asha, "reply", text="Toor dal.", reply_to=question.pk, nonce="1").status_code == 200
    entry = boss.get(thread_url(asha)).context["thread"].entries[-1]
    assert (entry.quoted, entry.message.payload["context"]) == (question, {"message_id": question.wamid})


@pytest.mark.parametrize(
    ("mime", "shows"), [("image/jpeg", "<img "), ("audio/ogg; codecs=opus", "<audio "), ("application/pdf", "ib-file")]
)
def test_pictures_and_voice_are_drawn_and_the_rest_is_a_download(
    boss: Client, asha: Contact, mime: str, shows: str
) -> None:
    row = MediaFile(message=Message.objects.get(), media_id="1", mime_type=mime, status="stored", size=3,
                    filename="list", next_attempt_at=NOW)  # fmt: skip
    row.file.save("list", ContentFile(b"abc"))
    assert shows in shown(boss, thread_url(asha))


def test_a_picture_that_a_browser_could_run_is_never_drawn(boss: Client, asha: Contact) -> None:
    row = MediaFile(message=Message.objects.get(), media_id="1", mime_type="image/svg+xml", status="stored", size=3,
                    next_attempt_at=NOW)  # fmt: skip
    row.file.save("x.svg", ContentFile(b"<svg/>"))
    assert "<img " not in shown(boss, thread_url(asha))


def test_words_of_people_cannot_run_in_the_inbox(boss: Client, account: Any) -> None:
    arrive(text("<script>alert(1)</script> https://x.example/?a=<b>", phone=ASHA, name="<img src=x onerror=alert(2)>"))
    words = shown(boss, thread_url(Contact.objects.get()), q="alert")
    assert ("<script>alert(1)" in words, "<img src=x" in words) == (False, False)


def test_outside_the_window_the_reason_and_the_templates_stand_where_the_box_was(
    boss: Client, asha: Contact, move: Callable[[Any], None]
) -> None:
    approve(doors.COOK)
    Contact.objects.filter(pk=asha.pk).update(opted_in_at=NOW)
    move(NOW + 2 * DAY)
    answer = boss.get(thread_url(asha))
    picker = answer.context["picker"]
    assert [choice.name for choice in picker.choices] == ["cook_today", "festival_offer"]
    assert (picker.filled.missing, picker.ready) == (("dishes",), False)
    words = answer.content.decode()
    assert "wrote more than 24 hours ago: only a template may be sent now." in words
    assert 'id="ib-text"' not in words


def test_the_picker_draws_what_is_typed(boss: Client, asha: Contact) -> None:
    approve(doors.COOK)
    url = reverse("admin:whatsapp_inbox_act", args=[asha.pk, "preview"])
    words = boss.get(url, {"template": "cook_today", "var_dishes": "<b>Rajma</b>"}).content.decode()
    assert "Today please cook &lt;b&gt;Rajma&lt;/b&gt; for the family." in words


def test_news_carry_only_what_changed(boss: Client, asha: Contact) -> None:
    def news(**seals: str) -> Any:
        query = {"thread": str(asha.pk), "verdict": "ok", "box": "need", **seals}
        return boss.get(reverse("admin:whatsapp_inbox_news"), query).json()

    first = news()
    assert set(first["parts"]) == {"list", "bubbles", "head"}
    assert news(**first["seals"])["parts"] == {}
    arrive(text("hello?", phone=ASHA))
    changed = news(**first["seals"])
    assert "hello?" in changed["parts"]["bubbles"]
    assert "composer" not in changed


def test_news_bring_a_new_composer_when_the_window_closes(
    boss: Client, asha: Contact, move: Callable[[Any], None]
) -> None:
    move(NOW + 2 * DAY)
    query = {"thread": asha.pk, "verdict": "ok"}
    found = boss.get(reverse("admin:whatsapp_inbox_news"), query).json()
    assert (found["verdict"], found["seconds_left"]) == ("no_consent", 0)
    assert "No opt-in is recorded" in found["composer"]


def test_canned_replies_speak_the_persons_language(boss: Client, asha: Contact) -> None:
    CannedReply.objects.all().delete()
    for key, language, words in (
        ("done", "en", "Done, {name}."),
        ("done", "hi", "{name} जी, हो गया।"),
        ("call", "en", "Call us."),
    ):
        CannedReply.objects.create(key=key, language=language, title=words, text=words)
    Contact.objects.filter(pk=asha.pk).update(language="hi")
    doors.homes[asha.pk] = "Sharma home"
    texts = [reply.text for reply in boss.get(thread_url(asha)).context["canned"]]
    assert sorted(texts) == ["Asha ji जी, हो गया।", "Call us."]


def test_a_viewer_reads_and_finds_nothing_to_press(viewer: Client, asha: Contact) -> None:
    words = shown(viewer, thread_url(asha))
    assert "You may read this conversation." in words
    assert "Take over" not in words


def test_reading_takes_the_right_to_see_people_and_messages(asha: Contact) -> None:
    from tests.whatsapp.desk.conftest import make_staff

    for codename in ("view_contact", "view_inboxitem"):
        client = make_staff(codename)[1]
        for url in (INBOX, thread_url(asha), reverse("admin:whatsapp_inbox_news")):
            assert client.get(url).status_code == 403
    assert Client().get(INBOX).status_code == 302


@pytest.mark.parametrize("box", ["need", "all"])
def test_three_conversations_cost_as_many_queries_as_one(boss: Client, asha: Contact, box: str, ravi: Any) -> None:
    doors.homes[asha.pk] = "Sharma home"
    urls = [f"{INBOX}?box={box}", f"{thread_url(asha)}?box={box}"]
    before = [queries(boss, url) for url in urls]
    for n in range(2):
        arrive(text(f"question {n}?", phone=f"+9198100001{n:02d}"), text(f"and {n}?", phone=ASHA))
    desk.note(asha, "She is new.", ravi[0], NOW)
    after = [queries(boss, url) for url in urls]
    assert (after, [count <= 32 for count in after]) == (before, [True, True])
