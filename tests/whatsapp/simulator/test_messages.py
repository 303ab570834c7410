"""Free-form messages: what is accepted, how it looks on the phone, and each refusal with Meta's code."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whatsapp.simulator.client import ASHA, Simulator, buttons_message, list_message, text


@pytest.fixture
def open_chat(sim: Simulator) -> Simulator:
    """A chat in which the person has just written."""
    sim.write()
    return sim


def interactive(**changes: Any) -> dict[str, Any]:
    message = buttons_message("Yes", "No")
    message["interactive"] |= changes
    return message


LINK = {"type": "interactive", "interactive": {"type": "cta_url", "body": {"text": "See"}, "action": {
    "name": "cta_url", "parameters": {"display_text": "Open", "url": "https://a.in/x"}}}}  # fmt: skip
FLOW = {"type": "interactive", "interactive": {"type": "flow", "body": {"text": "Fill in"}, "action": {
    "name": "flow", "parameters": {"flow_message_version": "3", "flow_id": "77", "flow_cta": "Choose dishes",
                                   "flow_token": "t1"}}}}  # fmt: skip
WHERE = {"type": "interactive", "interactive": {"type": "location_request_message", "body": {"text": "Where?"},
                                                "action": {"name": "send_location"}}}  # fmt: skip
CONTACT = {"name": {"formatted_name": "Ravi K", "first_name": "Ravi"}, "phones": [{"phone": "+919811112222"}]}


@pytest.mark.parametrize(
    "message",
    [
        text("Hello"),
        {"type": "text", "text": {"body": "https://a.in", "preview_url": True}},
        {"type": "image", "image": {"link": "https://a.in/a.jpg", "caption": "Dal"}},
        {"type": "video", "video": {"link": "https://a.in/a.mp4"}},
        {"type": "audio", "audio": {"link": "https://a.in/a.ogg", "voice": True}},
        {"type": "document", "document": {"link": "https://a.in/a.pdf", "filename": "Week.pdf"}},
        {"type": "sticker", "sticker": {"link": "https://a.in/a.webp"}},
        {"type": "location", "location": {"latitude": 12.97, "longitude": "77.59", "name": "Home"}},
        {"type": "contacts", "contacts": [CONTACT]},
        interactive(header={"type": "text", "text": "Monday"}, footer={"text": "small"}),
        interactive(header={"type": "image", "image": {"link": "https://a.in/a.jpg"}}),
        list_message(10, 2),
        LINK,
        FLOW,
        WHERE,
    ],
    ids=lambda m: m["type"] + "/" + m.get("interactive", {}).get("type", ""),
)
def test_every_kind_of_message_is_accepted(open_chat: Simulator, message: dict[str, Any]) -> None:
    answer = open_chat.post({"to": "+91 98123-45678", "recipient_type": "individual"} | message)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["messaging_product"] == "whatsapp"
    assert found["contacts"] == [{"input": "+91 98123-45678", "wa_id": ASHA}]
    assert found["messages"][0]["id"].startswith("wamid.")
    assert set(found["messages"][0]) == {"id"}
    assert open_chat.chat()[-1]["wamid"] == found["messages"][0]["id"]


def test_the_log_keeps_what_was_accepted_in_order(open_chat: Simulator) -> None:
    first = open_chat.send(**text("one"), biz_opaque_callback_data="attempt-1")
    second = open_chat.send(**buttons_message("Yes"))
    log = open_chat.sim("log")["log"]
    assert [(line["wamid"], line["type"]) for line in log] == [(first, "text"), (second, "interactive")]
    assert log[0]["biz_opaque_callback_data"] == "attempt-1"
    assert log[0]["payload"]["text"] == {"body": "one"}
    assert log[0]["to"] == ASHA
    assert open_chat.sim("log?after=1")["log"] == log[1:]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": "poem", "poem": {}}, 100),
        ({"type": "text"}, 131008),
        ({"type": "text", "text": {}}, 131008),
        ({"type": "text", "text": {"body": "  "}}, 131008),
        ({"type": "text", "text": {"body": 5}}, 100),
        ({"type": "text", "text": {"body": "x" * 4097}}, 100),
        ({"type": "text", "text": {"body": "x", "preview_url": "yes"}}, 100),
        ({"type": "text", "text": "hello"}, 100),
        ({"type": "image", "image": {}}, 131008),
        ({"type": "image", "image": {"id": "1", "link": "https://a.in/a.jpg"}}, 100),
        ({"type": "image", "image": {"id": "12345"}}, 131009),
        ({"type": "image", "image": {"link": "ftp://a.in/a.jpg"}}, 100),
        ({"type": "image", "image": {"link": "https://a.in/a.jpg", "caption": "x" * 1025}}, 100),
        ({"type": "audio", "audio": {"link": "https://a.in/a.ogg", "caption": "x"}}, 100),
        ({"type": "location", "location": {"latitude": 91, "longitude": 0}}, 131009),
        ({"type": "location", "location": {"longitude": 0}}, 131008),
        ({"type": "location", "location": {"latitude": "north", "longitude": 0}}, 100),
        ({"type": "contacts", "contacts": []}, 131009),
        ({"type": "contacts", "contacts": [{"name": {"formatted_name": "R"}}]}, 131009),
        ({"type": "reaction", "reaction": {"message_id": "wamid.unknown", "emoji": "👍"}}, 131009),
        (interactive(type="carousel"), 100),
        (interactive(body=None), 131008),
        (interactive(body={"text": "x" * 1025}), 100),
        (interactive(footer={"text": "x" * 61}), 100),
        (interactive(header={"type": "text", "text": "x" * 61}), 100),
        (interactive(header={"type": "audio", "audio": {}}), 100),
        (buttons_message(), 131009),
        (buttons_message("a", "b", "c", "d"), 131009),
        (buttons_message("x" * 21), 131009),
        (buttons_message("Yes", "Yes"), 131009),
        (buttons_message(" Yes"), 131009),
        (list_message(0), 131008),
        (list_message(11), 131009),
        (list_message(2, id="same"), 131009),
        (list_message(2, title="x" * 25), 131009),
        (list_message(2, description="x" * 73), 131009),
        (list_message(2, id="x" * 201), 131009),
    ],
)
def test_what_meta_refuses_is_refused_with_its_code(open_chat: Simulator, message: dict[str, Any], code: int) -> None:
    assert open_chat.refused(**message) == (400, code)
    assert open_chat.sim("log")["total"] == 0


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ({"rows": [{"id": "a", "title": "A"}]}, 131008),
        ({"title": "x" * 25, "rows": [{"id": "a", "title": "A"}]}, 131009),
    ],
)
def test_with_several_sections_each_has_a_short_title(open_chat: Simulator, section: dict[str, Any], code: int) -> None:
    message = list_message(2)
    message["interactive"]["action"]["sections"].append(section)
    assert open_chat.refused(**message) == (400, code)


def test_the_limits_themselves_are_accepted(open_chat: Simulator) -> None:
    open_chat.knobs(enforce_pace=False)
    open_chat.send(**text("x" * 4096))
    open_chat.send(**interactive(body={"text": "x" * 1024}))
    open_chat.send(**buttons_message("x" * 20, "y" * 20, "z" * 20))
    open_chat.send(**list_message(10, title="x" * 24, description="y" * 72))


def test_the_envelope_is_checked_before_the_content(open_chat: Simulator) -> None:
    path = f"{open_chat.number}/messages"
    without_product = open_chat.graph("POST", path, json={"to": ASHA, "type": "text"}).json()["error"]
    assert without_product["message"] == "(#100) The parameter messaging_product is required."
    without_to = open_chat.post(text()).json()["error"]
    assert without_to["message"] == "(#100) The parameter to is required."
    not_json = open_chat.graph("POST", path, data="{")
    assert not_json.json()["error"]["code"] == 100


def test_callback_data_over_512_characters_is_refused(open_chat: Simulator) -> None:
    assert open_chat.refused(**text(), biz_opaque_callback_data="x" * 513) == (400, 100)


def test_a_number_without_plus_gets_the_business_country_in_front(sim: Simulator) -> None:
    sim.write()
    answer = sim.post({"to": "9812345678"} | text()).json()
    assert answer["contacts"][0] == {"input": "9812345678", "wa_id": ASHA}


def test_a_message_to_our_own_number_is_131021(sim: Simulator) -> None:
    assert sim.refused(to="+918047182000", **text()) == (400, 131021)


def test_what_is_no_phone_number_is_131009(sim: Simulator) -> None:
    assert sim.refused(to="+12", **text()) == (400, 131009)


def test_a_quote_shows_what_it_answers(open_chat: Simulator) -> None:
    asked = open_chat.write("Can we swap Tuesday?")
    open_chat.send(**text("Of course"), context={"message_id": asked})
    assert open_chat.chat()[-1]["quoted"] == {"wamid": asked, "direction": "incoming", "body": "Can we swap Tuesday?"}


def test_a_reaction_lands_on_its_message_and_only_sent_follows(open_chat: Simulator) -> None:
    asked = open_chat.write("Thanks!")
    wamid = open_chat.send(type="reaction", reaction={"message_id": asked, "emoji": "🙏"})
    assert open_chat.chat()[-1]["reactions"] == {"business": "🙏"}
    assert open_chat.statuses(wamid) == ["sent"]


class TestBsuid:
    def test_recipient_reaches_the_person_and_the_answer_has_user_id_only(self, open_chat: Simulator) -> None:
        user_id = open_chat.world.people[ASHA].user_id
        answer = open_chat.post({"recipient": user_id} | text("by id"))
        assert answer.json()["contacts"] == [{"input": user_id, "user_id": user_id}]
        assert open_chat.chat()[-1]["body"] == "by id"

    def test_to_wins_over_recipient(self, open_chat: Simulator) -> None:
        user_id = open_chat.world.people[ASHA].user_id
        answer = open_chat.post({"to": "+" + ASHA, "recipient": user_id} | text())
        assert answer.json()["contacts"] == [{"input": "+" + ASHA, "wa_id": ASHA}]

    def test_an_unknown_id_is_131009(self, sim: Simulator) -> None:
        answer = sim.post({"recipient": "IN.404"} | text())
        assert answer.json()["error"]["code"] == 131009

    def test_written_into_to_it_is_accepted_and_goes_nowhere(self, open_chat: Simulator) -> None:
        user_id = open_chat.world.people[ASHA].user_id
        wamid = open_chat.post({"to": user_id} | text("lost")).json()["messages"][0]["id"]
        assert open_chat.statuses(wamid) == []
        assert [m["body"] for m in open_chat.chat()] == ["Hello"]


class TestMarkingRead:
    def read(self, sim: Simulator, wamid: str, **more: Any) -> Any:
        path = f"{sim.number}/messages"
        source = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
        return sim.graph("POST", path, json=source | more).json()

    def test_it_turns_the_ticks_of_this_and_earlier_messages_blue(self, sim: Simulator) -> None:
        sim.write("one")
        second = sim.write("two")
        sim.write("three")
        assert self.read(sim, second) == {"success": True}
        assert [m["read_by_business"] for m in sim.chat()][:2] == [True, True]

    def test_it_can_show_the_typing_indicator(self, sim: Simulator) -> None:
        wamid = sim.write()
        self.read(sim, wamid, typing_indicator={"type": "text"})
        assert sim.sim("phones")["phones"][0]["typing"] is True

    def test_an_unknown_message_is_refused(self, sim: Simulator) -> None:
        assert self.read(sim, "wamid.unknown")["error"]["code"] == 100
