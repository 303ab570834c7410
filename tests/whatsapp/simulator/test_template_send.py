"""Sending templates: parameters against what the template declares."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whatsapp.simulator.client import (
    ASHA,
    BODY,
    Simulator,
    body,
    components,
    link_button,
    payload,
    quick,
    suffix,
    use,
)

FULL = components(
    BODY, quick("Approve"), quick("Change"), link_button(), format="TEXT", text="Week of {{1}}",
    example={"header_text": ["Monday"]},
)  # fmt: skip
HEADER = {"type": "header", "parameters": [{"type": "text", "text": "Monday"}]}


@pytest.fixture
def full(sim: Simulator) -> Simulator:
    """An approved template with a text header, one body variable, two quick replies and a link."""
    sim.approved(components=[*FULL, {"type": "FOOTER", "text": "By Sunday"}])
    return sim


def test_a_complete_send_is_accepted_and_drawn_filled_in(full: Simulator) -> None:
    message = use("plan_ready", "en", HEADER, body("Asha"), payload(0, "approve:7"), suffix(2, "tok%20en"))
    answer = full.post({"to": "+" + ASHA} | message)
    assert answer.json()["messages"][0]["message_status"] == "accepted"
    shown = full.chat()[0]
    assert shown["header"] == {"type": "text", "text": "Week of Monday"}
    assert shown["body"] == "Dear Asha, your plan for the coming week is ready to look at."
    assert shown["footer"] == "By Sunday"
    assert shown["template"] == {"name": "plan_ready", "language": "en", "category": "UTILITY"}
    assert shown["buttons"] == [
        {"index": 0, "type": "quick_reply", "text": "Approve", "payload": "approve:7"},
        {"index": 1, "type": "quick_reply", "text": "Change", "payload": "Change"},
        {"index": 2, "type": "url", "text": "See the week", "url": "https://bettermeals.in/plan/tok%20en"},
    ]


def test_the_log_names_the_template_and_its_language(full: Simulator) -> None:
    full.send(**use("plan_ready", "en", HEADER, body("Asha"), suffix(2, "t")))
    line = full.sim("log")["log"][0]
    assert (line["template"], line["language"], line["type"]) == ("plan_ready", "en", "template")


@pytest.mark.parametrize(
    ("parts", "status", "code"),
    [
        ([body("Asha"), suffix(2, "t")], 400, 132000),
        ([HEADER, suffix(2, "t")], 400, 132000),
        ([HEADER, body("Asha", "more"), suffix(2, "t")], 400, 132000),
        ([HEADER, body("Asha")], 400, 131008),
        ([HEADER, body(""), suffix(2, "t")], 400, 100),
        ([HEADER, body("two\nlines"), suffix(2, "t")], 400, 132018),
        ([HEADER, body("a\ttab"), suffix(2, "t")], 400, 132018),
        ([HEADER, body("five     spaces"), suffix(2, "t")], 400, 132018),
        ([HEADER, body("x" * 1024), suffix(2, "t")], 400, 132005),
        ([HEADER, body("Asha"), suffix(2, "")], 400, 132018),
        ([HEADER, body("Asha"), suffix(2, "with space")], 400, 132018),
        ([HEADER, body("Asha"), suffix(2, "x" * 2000)], 400, 132005),
        ([HEADER, body("Asha"), suffix(0, "t"), suffix(2, "t")], 400, 132012),
        ([HEADER, body("Asha"), suffix(7, "t")], 400, 132000),
        ([HEADER, body("Asha"), suffix(2, "t"), suffix(2, "t")], 400, 100),
        ([HEADER, body("Asha"), suffix(2, "t"), payload(0, "x" * 257)], 400, 100),
        ([HEADER, HEADER, body("Asha"), suffix(2, "t")], 400, 100),
        ([{"type": "carousel"}], 400, 100),
        ([{"type": "header", "parameters": [{"type": "image", "image": {"link": "https://a.in/a.jpg"}}]},
          body("Asha"), suffix(2, "t")], 400, 132012),
    ],
)  # fmt: skip
def test_wrong_parameters_are_refused(full: Simulator, parts: list[dict[str, Any]], status: int, code: int) -> None:
    assert full.refused(**use("plan_ready", "en", *parts)) == (status, code)


def test_four_spaces_are_still_allowed(full: Simulator) -> None:
    full.send(**use("plan_ready", "en", HEADER, body("four    spaces"), suffix(2, "t")))


def test_the_count_is_explained_as_meta_does(sim: Simulator) -> None:
    sim.approved()
    assert sim.details(**use("plan_ready", "en", body("a", "b"))) == (
        "body: number of localizable_params (2) does not match the expected number of params (1)"
    )


def test_a_link_button_without_its_suffix_is_explained_as_meta_does(full: Simulator) -> None:
    message = use("plan_ready", "en", HEADER, body("Asha"))
    assert full.details(**message) == "buttons: Button at index 2 of type Url requires a parameter"


@pytest.mark.parametrize(("name", "language"), [("other", "en"), ("plan_ready", "hi"), ("plan_ready", "en_US")])
def test_an_unknown_name_or_language_is_132001_with_404(full: Simulator, name: str, language: str) -> None:
    assert full.refused(**use(name, language)) == (404, 132001)


def test_a_rejected_template_is_132001(sim: Simulator) -> None:
    sim.approved(components=components("Please REJECTME now."))
    assert sim.refused(**use()) == (404, 132001)


class TestNamed:
    BODY = {
        "type": "BODY",
        "text": "Dear {{name}}, on {{day}} we will cook what you like best of all things.",
        "example": {"body_text_named_params": [{"param_name": n, "example": "x"} for n in ("name", "day")]},
    }

    def send(self, sim: Simulator, *names: str) -> Any:
        sim.approved(parameter_format="NAMED", components=[self.BODY])
        given = [{"type": "text", "text": f"<{n}>"} | ({"parameter_name": n} if n != "-" else {}) for n in names]
        return sim.post({"to": "+" + ASHA} | use("plan_ready", "en", {"type": "body", "parameters": given}))

    def test_they_fill_by_name_in_any_order(self, sim: Simulator) -> None:
        assert self.send(sim, "day", "name").status_code == 200
        assert sim.chat()[0]["body"].startswith("Dear <name>, on <day> we")

    def test_without_parameter_name_they_are_refused(self, sim: Simulator) -> None:
        error = self.send(sim, "name", "-").json()["error"]
        assert (error["code"], error["error_data"]["details"]) == (100, "Parameter name is missing or empty")

    def test_an_unknown_name_is_132012(self, sim: Simulator) -> None:
        assert self.send(sim, "name", "month").json()["error"]["code"] == 132012


class TestMediaHeader:
    PARTS = components(BODY, format="IMAGE", example={"header_handle": ["4::x"]})

    def test_it_shows_the_picture(self, sim: Simulator) -> None:
        sim.approved(components=self.PARTS)
        header = {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://a.in/a.jpg"}}]}
        sim.send(**use("plan_ready", "en", header, body("Asha")))
        assert sim.chat()[0]["header"]["media"]["url"] == "https://a.in/a.jpg"

    def test_without_it_the_kind_does_not_match(self, sim: Simulator) -> None:
        sim.approved(components=self.PARTS)
        assert sim.refused(**use("plan_ready", "en", body("Asha"))) == (400, 132012)
        assert "expected IMAGE, received UNKNOWN" in sim.details(**use("plan_ready", "en", body("Asha")))


def test_a_copy_code_button_needs_its_code(sim: Simulator) -> None:
    sim.approved(components=components(BODY, {"type": "COPY_CODE", "example": "A1"}))
    code = {"type": "button", "sub_type": "copy_code", "index": 0, "parameters": [{"coupon_code": "DIWALI"}]}
    assert sim.refused(**use("plan_ready", "en", body("Asha"))) == (400, 131008)
    sim.send(**use("plan_ready", "en", body("Asha"), code))
    assert sim.chat()[0]["buttons"][0]["code"] == "DIWALI"


def test_a_call_button_takes_no_parameters(sim: Simulator) -> None:
    call = {"type": "PHONE_NUMBER", "text": "Call us", "phone_number": "+918047182000"}
    sim.approved(components=components(BODY, call))
    details = sim.details(**use("plan_ready", "en", body("Asha"), suffix(0, "x")))
    assert details == "buttons: Button at index 0 is of type Call and does not support parameters"


def test_currency_and_dates_show_their_fallback(sim: Simulator) -> None:
    sim.approved()
    money = {"type": "currency", "currency": {"fallback_value": "₹99", "code": "INR", "amount_1000": 99000}}
    sim.send(**use("plan_ready", "en", {"type": "body", "parameters": [money]}))
    assert sim.chat()[0]["body"].startswith("Dear ₹99,")
