"""What can be constructed, Meta takes; the rest says what to change, before it costs a refusal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.whatsapp import doors
from whatsapp.outgoing.content import body_of
from whatsapp.outgoing.files import Audio, Document, Image, Sticker, Video, check_upload
from whatsapp.outgoing.interactive import Buttons, CtaUrl, Flow, ListMessage, LocationRequest, Row, Section
from whatsapp.outgoing.parameters import ContentError, clean_parameter
from whatsapp.outgoing.plain import Card, Contacts, Location, Reaction, Text
from whatsapp.outgoing.receipts import mark_read
from whatsapp.outgoing.template import TemplateMessage

LINK = "https://example.com/list.pdf"


def rows(count: int) -> tuple[Section, ...]:
    return (Section(tuple(Row(f"id{n}", f"Row {n}") for n in range(count))),)


BODIES: list[tuple[Any, str, Any]] = [
    (Text("Hi", preview=True), "text", {"body": "Hi", "preview_url": True}),
    (Image(link=LINK, caption="c"), "image", {"link": LINK, "caption": "c"}),
    (Video(media_id="9"), "video", {"id": "9"}),
    (Document(media_id="9", filename="list.pdf"), "document", {"id": "9", "filename": "list.pdf"}),
    (Audio(media_id="9", voice=True), "audio", {"id": "9", "voice": True}),
    (Sticker(media_id="9"), "sticker", {"id": "9"}),
    (Location(19.07, 72.87, "Home", "Bandra"), "location",
     {"latitude": 19.07, "longitude": 72.87, "name": "Home", "address": "Bandra"}),
    (Reaction("wamid.1", "👍"), "reaction", {"message_id": "wamid.1", "emoji": "👍"}),
    (Contacts([Card("Sunita D", "Sunita", "+919810000002", "BM")]), "contacts",
     [{"name": {"formatted_name": "Sunita D", "first_name": "Sunita"},
       "phones": [{"phone": "+919810000002", "type": "WORK", "wa_id": "919810000002"}], "org": {"company": "BM"}}]),
    (Buttons("Swap?", "H", "F", (("y", "Yes"), ("n", "No"))), "interactive",
     {"type": "button", "body": {"text": "Swap?"}, "header": {"type": "text", "text": "H"}, "footer": {"text": "F"},
      "action": {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}},
                             {"type": "reply", "reply": {"id": "n", "title": "No"}}]}}),
    (ListMessage("Which?", button="Choose", sections=(Section((Row("a", "Rajma", "with rice"),)),)), "interactive",
     {"type": "list", "body": {"text": "Which?"},
      "action": {"button": "Choose",
                 "sections": [{"rows": [{"id": "a", "title": "Rajma", "description": "with rice"}]}]}}),
    (CtaUrl("Pay", label="Open", url=LINK), "interactive",
     {"type": "cta_url", "body": {"text": "Pay"},
      "action": {"name": "cta_url", "parameters": {"display_text": "Open", "url": LINK}}}),
    (Flow("Your kitchen", label="Tell us", flow_id="77", token="t1", screen="KITCHEN", data={"burners": 2}, draft=True),
     "interactive",
     {"type": "flow", "body": {"text": "Your kitchen"},
      "action": {"name": "flow", "parameters": {
          "flow_message_version": "3", "flow_cta": "Tell us", "flow_id": "77", "flow_token": "t1", "mode": "draft",
          "flow_action": "navigate", "flow_action_payload": {"screen": "KITCHEN", "data": {"burners": 2}}}}}),
    (Flow("Your kitchen", label="Tell us", name="kitchen"), "interactive",
     {"type": "flow", "body": {"text": "Your kitchen"},
      "action": {"name": "flow", "parameters": {"flow_message_version": "3", "flow_cta": "Tell us",
                                                "flow_name": "kitchen", "flow_action": "data_exchange"}}}),
    (LocationRequest("Where?"), "interactive",
     {"type": "location_request_message", "body": {"text": "Where?"}, "action": {"name": "send_location"}}),
]  # fmt: skip


@pytest.mark.parametrize(("content", "type", "fields"), BODIES, ids=lambda value: type(value).__name__)
def test_the_body_is_as_documented(content: Any, type: str, fields: Any) -> None:
    assert body_of(content, reply_to="wamid.q") == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "type": type,
        type: fields,
        "context": {"message_id": "wamid.q"},
    }
    assert content.display()


WRONG: list[tuple[Any, str]] = [
    (lambda: Text(""), "empty"),
    (lambda: Text("x" * 4097), "at most 4096"),
    (lambda: Image(), "either a media id or a link"),
    (lambda: Image("9", LINK), "either a media id or a link"),
    (lambda: Image(link="ftp://x"), "https"),
    (lambda: Image(link=LINK, caption="x" * 1025), "at most 1024"),
    (lambda: Location(91, 0), "latitude"),
    (lambda: Location(1, 1, address="x"), "give a name"),
    (lambda: Contacts([]), "1 to 257"),
    (lambda: Buttons("b"), "1 to 3 buttons"),
    (lambda: Buttons("b", buttons=[("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")]), "Use a list"),
    (lambda: Buttons("b", buttons=[("a", "x" * 21)]), "at most 20"),
    (lambda: Buttons("b", buttons=[("a", "A"), ("a", "B")]), "payloads are the same"),
    (lambda: Buttons("b", buttons=[("a", "A"), ("b", "A")]), "titles are the same"),
    (lambda: Buttons("b", buttons=[(" a", "A")]), "space"),
    (lambda: Buttons("x" * 1025, buttons=[("a", "A")]), "at most 1024"),
    (lambda: Buttons("b", "x" * 61, buttons=[("a", "A")]), "header"),
    (lambda: ListMessage("b", button="x" * 21, sections=rows(1)), "at most 20"),
    (lambda: ListMessage("b", button="c", sections=rows(11)), "1 to 10 rows"),
    (lambda: ListMessage("b", button="c", sections=(*rows(5), *rows(5))), "section's title is empty"),
    (lambda: ListMessage("b", button="c", sections=(Section((Row("a", "x" * 25),)),)), "at most 24"),
    (lambda: ListMessage("b", button="c", sections=(Section((Row("a", "t", "x" * 73),)),)), "at most 72"),
    (lambda: CtaUrl("b", label="l", url="example.com"), "https"),
    (lambda: LocationRequest("b", footer="f"), "no header, no footer"),
    (lambda: Flow("b", label="l"), "either its id or its name"),
    (lambda: Flow("b", label="l", flow_id="7", name="kitchen"), "either its id or its name"),
    (lambda: Flow("b", label="x" * 21, flow_id="7"), "at most 20"),
    (lambda: Flow("b", label="l", flow_id="7", data={"a": 1}), "need the screen"),
    (lambda: check_upload("image", "image/png", 5_000_001), "at most 5,000,000"),
    (lambda: check_upload("image", "image/heic", 5), "takes no image/heic"),
    (lambda: check_upload("hologram", "x/y", 5), "no file kind"),
]


@pytest.mark.parametrize(("make", "words"), WRONG)
def test_what_meta_would_refuse_says_what_to_change(make: Any, words: str) -> None:
    with pytest.raises(ContentError, match=words):
        make()


def test_documents_of_any_type_may_be_uploaded() -> None:
    assert check_upload("document", "application/x-anything", 99) is None  # type: ignore[func-returns-value]


def plan(**how: Any) -> TemplateMessage:
    values = {"name": "Asha", "week": "23–29 Nov"}
    return TemplateMessage(
        doors.PLAN, "en", **{"variables": values, "url_suffix": "tok", "payloads": ("a", "c"), **how}
    )


def test_a_filled_template_reads_as_on_the_phone() -> None:
    assert plan().display() == (
        "Your week\nHello Asha, your meals for 23–29 Nov are ready. Tap Approve if the week looks good to you.\n"
        "BetterMeals\n[Approve] [Change] [See]"
    )


def test_without_payloads_the_quick_replies_have_no_component() -> None:
    kinds = [part.get("sub_type", part["type"]) for part in plan(payloads=()).fields()["components"]]
    assert kinds == ["body", "url"]


def test_the_rest_of_an_address_is_encoded() -> None:
    url = plan(url_suffix="शाम खाना/").fields()["components"][-1]["parameters"][0]["text"]
    assert url == "%E0%A4%B6%E0%A4%BE%E0%A4%AE%20%E0%A4%96%E0%A4%BE%E0%A4%A8%E0%A4%BE/"


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"variables": {"name": "Asha"}}, "missing week"),
        ({"variables": {"name": "Asha", "week": "x", "dish": "y"}}, "unknown dish"),
        ({"variables": {"name": " \n ", "week": "x"}}, "“name” is empty"),
        ({"variables": {"name": "x" * 1024, "week": "x"}}, "at most 1024"),
        ({"payloads": ("a",)}, "has 2 quick replies, but 1"),
        ({"payloads": ("a", "x" * 129)}, "at most 128"),
        ({"url_suffix": None}, "needs the rest of its address"),
    ],
)
def test_a_template_that_cannot_be_filled_says_why(how: dict[str, Any], words: str) -> None:
    with pytest.raises(ContentError, match=words):
        plan(**how)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [("a\nb", "a · b"), ("a\r\n\r\nb", "a · b"), ("a\tb", "a b"), ("a      b", "a b"), ("  a  ", "a"), ("a\n", "a"),
     ("राजमा\nचावल", "राजमा · चावल"), ("a \n b", "a · b")],
)  # fmt: skip
def test_parameters_are_cleaned(raw: str, clean: str) -> None:
    assert clean_parameter("x", raw) == clean


@given(
    st.text(min_size=1, max_size=80).filter(
        lambda text: text.strip("\u2028\u2029\xa0 \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85")
    )
)
def test_a_cleaned_parameter_is_one_that_meta_takes_and_cleaning_again_changes_nothing(text: str) -> None:
    try:
        clean = clean_parameter("x", text)
    except ContentError:
        assert not text.strip()
        return
    assert not set("\n\r\t") & set(clean)
    assert "    " not in clean
    assert clean_parameter("x", clean) == clean


def test_a_receipt_carries_the_bubble_only_when_asked() -> None:
    assert "typing_indicator" not in mark_read("wamid.1")
    assert mark_read("wamid.1", typing=True)["typing_indicator"] == {"type": "text"}
