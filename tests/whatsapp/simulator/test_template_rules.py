"""Creating, reviewing, editing, listing and deleting message templates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whatsapp.simulator.client import BODY, Simulator, components, eventually, link_button, quick, use
from tests.whatsapp.simulator.conftest import VirtualClock

NAMED = "Dear {{name}}, your plan for the coming week is ready."
NAMED_BODY = {
    "type": "BODY",
    "text": NAMED,
    "example": {"body_text_named_params": [{"param_name": "name", "example": "Asha"}]},
}


def refusal(sim: Simulator, **changes: Any) -> tuple[int, int, int | None]:
    answer = sim.template(**changes)
    error = answer.json()["error"]
    return answer.status_code, error["code"], error.get("error_subcode")


def test_a_new_template_is_pending_and_then_approved_by_itself_with_a_webhook(sim: Simulator) -> None:
    sim.knobs(template_review_seconds=0.1)
    created = sim.template().json()
    assert (created["status"], created["category"]) == ("PENDING", "UTILITY")
    assert sim.graph("GET", created["id"]).json()["status"] in ("PENDING", "APPROVED")
    told = eventually(lambda: sim.changes("message_template_status_update"))
    assert told == [
        {
            "event": "APPROVED",
            "message_template_id": int(created["id"]),
            "message_template_name": "plan_ready",
            "message_template_language": "en",
            "message_template_category": "UTILITY",
            "reason": "NONE",
        }
    ]
    assert sim.graph("GET", created["id"]).json()["status"] == "APPROVED"


def test_it_stays_pending_until_the_review_and_cannot_be_sent_meanwhile(sim: Simulator) -> None:
    sim.knobs(template_review_seconds=3600)
    sim.template(components=components("Your plan for the week is ready."))
    assert sim.refused(**use()) == (404, 132001)
    assert sim.sim("templates/review", {}) == {"reviewed": 1}
    sim.send(**use())


def test_rejectme_is_rejected_with_a_reason(sim: Simulator) -> None:
    id_ = sim.approved(components=components("Please REJECTME for this text."))
    found = sim.graph("GET", id_, params={"fields": "status,rejected_reason"}).json()
    assert found == {"status": "REJECTED", "rejected_reason": "INVALID_FORMAT", "id": id_}
    told = sim.changes("message_template_status_update")[0]
    assert (told["event"], told["reason"]) == ("REJECTED", "INVALID_FORMAT")
    assert set(told["rejection_info"]) == {"reason", "recommendation"}


def test_promoteme_is_approved_as_marketing_and_the_change_is_told(sim: Simulator) -> None:
    id_ = sim.approved(components=components("PROMOTEME: our new dishes are here."))
    assert sim.graph("GET", id_).json()["category"] == "MARKETING"
    told = sim.changes("template_category_update")[0]
    assert (told["previous_category"], told["new_category"]) == ("UTILITY", "MARKETING")


@pytest.mark.parametrize(
    "parts",
    [
        components(),
        components("No variables here."),
        components(BODY, quick("Approve"), quick("Change"), link_button()),
        components(BODY, link_button(), quick("Approve")),
        components(BODY, format="TEXT", text="Hello {{1}}", example={"header_text": ["Asha"]}),
        components(BODY, format="IMAGE", example={"header_handle": ["4::aW"]}),
        components(BODY, format="LOCATION"),
        [*components(), {"type": "FOOTER", "text": "Answer by Sunday"}],
        components(BODY, {"type": "COPY_CODE", "example": "A1B2"}),
        components(BODY, {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+918047182000"}),
        components("नमस्ते {{1}} जी, कल चार लोगों के लिए खाना बनाना है।"),
    ],
)
def test_good_components_are_accepted(sim: Simulator, parts: list[dict[str, Any]]) -> None:
    assert sim.template(components=parts).status_code == 200


@pytest.mark.parametrize(
    ("changes", "code", "subcode"),
    [
        ({"name": "Plan-Ready"}, 100, None),
        ({"name": "x" * 513}, 100, None),
        ({"language": "hi_IN"}, 100, None),
        ({"category": "TRANSACTIONAL"}, 100, None),
        ({"parameter_format": "MIXED"}, 100, None),
        ({"message_send_ttl_seconds": 10}, 100, None),
        ({"components": []}, 131008, None),
        ({"components": [{"type": "FOOTER", "text": "x"}]}, 100, 2388043),
        ({"components": components() + components()}, 100, None),
        ({"components": [{"type": "BODY", "text": BODY}]}, 100, 2388043),
        ({"components": [{"type": "BODY", "text": BODY, "example": {"body_text": [["a", "b"]]}}]}, 100, 2388043),
        ({"components": components("x" * 1025)}, 100, 2388040),
        ({"components": components("{{1}} is what we cook for you on this day.")}, 100, 2388299),
        ({"components": components("On this day we cook for you and yours {{1}}")}, 100, 2388299),
        ({"components": components("We cook for you {{1}} {{2}} and that is all.")}, 100, 2388072),
        ({"components": components("We cook {{1}} and {{2}} today.")}, 100, 2388293),
        ({"components": components("We cook for you {{2}} on this lovely day.")}, 100, 2388072),
        ({"components": components("We cook for you {{Dish#}} on this lovely day.")}, 100, 2388072),
        ({"components": components(BODY, format="TEXT", text="x" * 61)}, 100, 2388040),
        ({"components": components(BODY, format="TEXT", text="Hello 🙏")}, 100, 2388047),
        ({"components": components(BODY, format="TEXT", text="*Hello*")}, 100, 2388047),
        ({"components": components(BODY, format="TEXT", text="Hi {{1}}")}, 100, 2388043),
        ({"components": components(BODY, format="IMAGE")}, 100, 2388043),
        ({"components": [*components(), {"type": "FOOTER", "text": "x" * 61}]}, 100, 2388040),
        ({"components": [*components(), {"type": "FOOTER", "text": "By {{1}}"}]}, 100, 2388073),
        ({"components": components(BODY, *[quick(f"B{n}") for n in range(11)])}, 100, None),
        ({"components": components(BODY, quick("x" * 26))}, 100, None),
        ({"components": components(BODY, quick("A"), link_button(), quick("B"))}, 100, None),
        ({"components": components(BODY, *[link_button()] * 3)}, 100, None),
        ({"components": components(BODY, link_button("https://wa.me/919"))}, 100, None),
        ({"components": components(BODY, link_button("https://a.in/{{1}}/x"))}, 100, None),
        ({"components": components(BODY, {"type": "URL", "text": "See", "url": "https://a.in/{{1}}"})}, 100, None),
        ({"components": components(BODY, {"type": "COPY_CODE", "example": "x" * 21})}, 100, None),
        ({"parameter_format": "NAMED", "components": components(BODY)}, 100, 2388072),
    ],
)
def test_bad_templates_are_refused(sim: Simulator, changes: dict[str, Any], code: int, subcode: int | None) -> None:
    assert refusal(sim, **changes) == (400, code, subcode)


def test_named_parameters_need_named_examples(sim: Simulator) -> None:
    assert sim.template(parameter_format="NAMED", components=[NAMED_BODY]).status_code == 200


def test_refusals_carry_words_for_staff(sim: Simulator) -> None:
    error = sim.template(components=components("{{1}} for you today and always.")).json()["error"]
    assert error["error_user_title"] == "Variables at the edge"
    assert error["error_user_msg"] == "Variables can't be at the start or end of the template."


def test_the_same_name_and_language_is_a_duplicate_but_another_language_is_not(sim: Simulator) -> None:
    sim.approved()
    assert refusal(sim) == (400, 100, 2388024)
    assert sim.template(language="hi").status_code == 200


def test_a_deleted_approved_name_is_blocked_for_thirty_days(virtual: VirtualClock, sim: Simulator) -> None:
    sim.approved()
    path = f"{sim.waba}/message_templates"
    assert sim.graph("DELETE", path, params={"name": "plan_ready"}).json() == {"success": True}
    assert sim.graph("GET", path).json()["data"] == []
    assert refusal(sim) == (400, 100, 2388023)
    virtual.to(30 * 86400)
    assert sim.template().status_code == 200


def test_deleting_by_id_leaves_the_other_languages(sim: Simulator) -> None:
    english = sim.approved()
    hindi = sim.approved(language="hi")
    path = f"{sim.waba}/message_templates"
    sim.graph("DELETE", path, params={"name": "plan_ready", "hsm_id": english})
    assert [t["id"] for t in sim.graph("GET", path).json()["data"]] == [hindi]
    assert sim.graph("DELETE", path, params={"name": "nothing"}).json()["error"]["error_subcode"] == 2593002
    assert sim.graph("DELETE", path).json()["error"]["code"] == 100


class TestListing:
    def names(self, sim: Simulator, **query: Any) -> list[str]:
        data = sim.graph("GET", f"{sim.waba}/message_templates", params=query).json()["data"]
        return [t["name"] + "/" + t["language"] for t in data]

    def test_filters_by_name_status_and_language(self, sim: Simulator) -> None:
        sim.approved("plan")
        sim.approved("plan", "hi")
        sim.approved("plan_reminder")
        sim.approved("cook", components=components("REJECTME please."))
        assert self.names(sim, name="plan") == ["plan/en", "plan/hi", "plan_reminder/en"], "a search, not an equality"
        assert self.names(sim, language="hi") == ["plan/hi"]
        assert self.names(sim, status="REJECTED") == ["cook/en"]

    def test_pages_by_cursor_to_the_end(self, sim: Simulator) -> None:
        for n in range(5):
            sim.approved(f"plan_{n}")
        found: list[str] = []
        page = sim.graph("GET", f"{sim.waba}/message_templates", params={"limit": 2}).json()
        while True:
            found += [t["name"] for t in page["data"]]
            if "next" not in page["paging"]:
                break
            after = page["paging"]["cursors"]["after"]
            page = sim.graph("GET", f"{sim.waba}/message_templates", params={"limit": 2, "after": after}).json()
        assert found == [f"plan_{n}" for n in range(5)]

    def test_a_bad_cursor_is_131059(self, sim: Simulator) -> None:
        answer = sim.graph("GET", f"{sim.waba}/message_templates", params={"after": "%%%"})
        assert answer.json()["error"]["code"] == 131059

    def test_shows_the_asked_fields_and_the_summary(self, sim: Simulator) -> None:
        id_ = sim.approved()
        query = {"fields": "name,quality_score", "summary": "total_count"}
        found = sim.graph("GET", f"{sim.waba}/message_templates", params=query).json()
        assert found["data"][0]["name"] == "plan_ready"
        assert found["data"][0]["quality_score"]["score"] == "UNKNOWN"
        assert set(found["data"][0]) == {"name", "quality_score", "id"}
        assert found["data"][0]["id"] == id_
        assert found["summary"]["message_template_limit"] == 250


class TestEditing:
    NEW = components("Dear {{1}}, the plan for your coming week can be seen now.")

    def test_an_approved_one_goes_back_to_review_once_a_day(self, virtual: VirtualClock, sim: Simulator) -> None:
        id_ = sim.approved()
        sim.knobs(template_review_seconds=3600)
        assert sim.graph("POST", id_, json={"components": self.NEW}).json()["success"] is True
        assert sim.graph("GET", id_).json()["status"] == "PENDING"
        assert sim.graph("POST", id_, json={"components": self.NEW}).json()["error"]["code"] == 100, "while in review"
        sim.sim("templates/review", {})
        assert sim.graph("POST", id_, json={"components": self.NEW}).json()["error"]["code"] == 100, "twice a day"
        virtual.to(86400)
        assert sim.graph("POST", id_, json={"components": self.NEW}).status_code == 200

    def test_the_category_of_an_approved_one_stays(self, sim: Simulator) -> None:
        id_ = sim.approved()
        assert sim.graph("POST", id_, json={"category": "MARKETING"}).json()["error"]["code"] == 100

    def test_a_rejected_one_may_be_corrected_at_once(self, sim: Simulator) -> None:
        id_ = sim.approved(components=components("Please REJECTME now."))
        assert sim.graph("POST", id_, json={"components": self.NEW}).status_code == 200
        assert sim.graph("GET", id_).json()["status"] == "APPROVED"


class TestTriggers:
    def test_pausing_is_told_and_refuses_sends(self, sim: Simulator) -> None:
        sim.approved(components=components("Your plan for the week is ready."))
        sim.sim("templates/plan_ready", {"status": "PAUSED", "other_info": {"title": "FIRST_PAUSE"}})
        told = sim.changes("message_template_status_update")[-1]
        assert (told["event"], told["other_info"]) == ("PAUSED", {"title": "FIRST_PAUSE"})
        assert sim.refused(**use()) == (400, 132015)
        sim.sim("templates/plan_ready", {"status": "DISABLED"})
        assert sim.refused(**use()) == (400, 132016)
        sim.sim("templates/plan_ready", {"status": "REINSTATED"})
        sim.send(**use())

    def test_quality_and_category_changes_are_told(self, sim: Simulator) -> None:
        sim.approved()
        sim.sim("templates/plan_ready", {"quality_score": "RED", "category": "MARKETING"})
        quality = sim.changes("message_template_quality_update")[0]
        assert (quality["previous_quality_score"], quality["new_quality_score"]) == ("UNKNOWN", "RED")
        assert sim.changes("template_category_update")[0]["new_category"] == "MARKETING"

    def test_an_unknown_template_is_404(self, sim: Simulator) -> None:
        sim.sim("templates/nothing", {"status": "PAUSED"}, status=404)


def test_an_example_file_is_uploaded_in_a_session_and_gives_a_handle(sim: Simulator) -> None:
    about = {"file_name": "list.pdf", "file_length": "4", "file_type": "application/pdf"}
    app = sim.graph("GET", "app").json()["id"]
    session = sim.graph("POST", f"{app}/uploads", params=about).json()["id"]
    short = sim.graph("POST", session, data=b"%PD", headers_more={"file_offset": "0"})
    assert (short.status_code, short.json()["error"]["code"]) == (400, 100)
    handle = sim.graph("POST", session, data=b"%PDF", headers_more={"file_offset": "0"}).json()["h"]
    parts = components(BODY, format="DOCUMENT", example={"header_handle": [handle]})
    assert sim.template("with_list", components=parts).status_code == 200


def test_an_example_file_of_another_kind_or_for_another_app_is_refused(sim: Simulator) -> None:
    about = {"file_name": "list.xls", "file_length": "4", "file_type": "application/vnd.ms-excel"}
    assert sim.graph("POST", "634974688087057/uploads", params=about).status_code == 400
    about["file_type"] = "application/pdf"
    assert sim.graph("POST", "1/uploads", params=about).json()["error"]["error_subcode"] == 33
