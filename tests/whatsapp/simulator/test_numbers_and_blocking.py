"""Verifying a number, blocking people, unpausing a template, and how the account stands: as Meta answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whatsapp.simulator.client import ASHA, SUNITA, Simulator, body, text, use


def number(sim: Simulator) -> dict[str, Any]:
    found: dict[str, Any] = sim.sim("state")["numbers"][0]
    return found


def act(sim: Simulator, edge: str, **values: Any) -> tuple[int, dict[str, Any]]:
    answer = sim.graph("POST", f"{sim.number}/{edge}", json=values)
    return answer.status_code, answer.json()


def code(answer: tuple[int, dict[str, Any]]) -> int:
    return int(answer[1]["error"]["code"])


class TestVerifying:
    def test_a_number_is_verified_by_the_code_it_was_told_and_then_registered(self, sim: Simulator) -> None:
        sim.sim(f"numbers/{sim.number}", {"code_verification_status": "NOT_VERIFIED", "registered": False})
        assert code(act(sim, "register", messaging_product="whatsapp", pin="123456")) == 133006
        assert act(sim, "request_code", code_method="SMS", language="en") == (200, {"success": True})
        told = number(sim)["code"]
        wrong = str((int(told) + 1) % 10**6).zfill(6)
        assert code(act(sim, "verify_code", code=wrong)) == 136025
        assert act(sim, "verify_code", code=f"{told[:3]}-{told[3:]}") == (200, {"success": True, "id": sim.number})
        assert code(act(sim, "verify_code", code=told)) == 136025
        assert act(sim, "register", messaging_product="whatsapp", pin="123456") == (200, {"success": True})

    def test_a_verified_number_gets_no_code_and_a_pigeon_is_no_method(self, sim: Simulator) -> None:
        assert code(act(sim, "request_code", code_method="SMS", language="en")) == 136024
        assert code(act(sim, "request_code", code_method="PIGEON", language="en")) == 100
        assert code(act(sim, "request_code", code_method="VOICE")) == 131008


class TestBlocking:
    def block(self, sim: Simulator, method: str = "POST", *users: str) -> dict[str, Any]:
        given = {"messaging_product": "whatsapp", "block_users": [{"user": user} for user in users]}
        found: dict[str, Any] = sim.graph(method, f"{sim.number}/block_users", json=given).json()
        return found

    def test_who_is_blocked_is_not_heard_and_gets_nothing_until_unblocked(self, sim: Simulator) -> None:
        sim.write()
        added = {"added_users": [{"input": "+" + ASHA, "wa_id": ASHA}]}
        assert self.block(sim, "POST", "+" + ASHA) == {"messaging_product": "whatsapp", "block_users": added}
        listed = sim.graph("GET", f"{sim.number}/block_users").json()
        assert listed["data"] == [{"messaging_product": "whatsapp", "wa_id": ASHA}]
        heard = len(sim.values("messages"))
        sim.write("do you hear me")
        assert len(sim.values("messages")) == heard
        assert sim.refused(**text()) == (400, 131026)
        removed = {"removed_users": [{"input": ASHA, "wa_id": ASHA}]}
        assert self.block(sim, "DELETE", ASHA) == {"messaging_product": "whatsapp", "block_users": removed}
        assert sim.graph("GET", f"{sim.number}/block_users").json()["data"] == []
        assert sim.post({"to": "+" + ASHA} | text()).status_code == 200

    def test_only_people_who_wrote_today_can_be_blocked_and_the_others_are_named(self, sim: Simulator) -> None:
        sim.write()
        sim.phone(SUNITA, "Sunita")
        answer = self.block(sim, "POST", ASHA, SUNITA)
        assert [user["wa_id"] for user in answer["block_users"]["added_users"]] == [ASHA]
        failed = answer["block_users"]["failed_users"]
        assert [(each["input"], each["errors"][0]["code"]) for each in failed] == [(SUNITA, 131047)]
        assert answer["errors"]["code"] == 139100

    def test_a_person_is_blocked_by_user_id_too(self, sim: Simulator) -> None:
        sim.write()
        user_id = sim.world.people[ASHA].user_id
        given = {"messaging_product": "whatsapp", "block_users": [{"user_id": user_id}]}
        answer = sim.graph("POST", f"{sim.number}/block_users", json=given).json()
        assert answer["block_users"] == {"added_users": [{"input": user_id, "user_id": user_id}]}
        assert number(sim)["blocked"] == [ASHA]


def test_a_paused_template_is_unpaused_and_another_says_why_not(sim: Simulator) -> None:
    template = sim.approved()
    sim.sim("templates/plan_ready", {"status": "PAUSED"})
    assert sim.graph("POST", f"{template}/unpause").json() == {"success": True}
    assert sim.graph("GET", template, params={"fields": "status"}).json()["status"] == "APPROVED"
    assert [change["event"] for change in sim.changes("message_template_status_update")][-1] == "REINSTATED"
    again = sim.graph("POST", f"{template}/unpause").json()
    assert again == {"success": False, "reason": "The template is APPROVED, not paused."}


@pytest.mark.parametrize(
    ("standing", "answer", "template", "verdict", "event"),
    [
        ("locked", (403, 131031), (403, 131031), "BLOCKED", "DISABLED_UPDATE"),
        ("blocked", (403, 368), (403, 368), "AVAILABLE", "ACCOUNT_VIOLATION"),
        ("restricted", (200, 0), (403, 368), "LIMITED", "ACCOUNT_RESTRICTION"),
    ],
)
def test_how_the_account_stands_is_refused_told_and_shown(
    sim: Simulator, standing: str, answer: tuple[int, int], template: tuple[int, int], verdict: str, event: str
) -> None:
    sim.approved()
    sim.write()
    sim.phone(SUNITA, "Sunita")
    sim.knobs(account_standing=standing)
    got = [
        sim.post({"to": "+" + ASHA} | text()),
        sim.post({"to": "+" + SUNITA} | use("plan_ready", "en", body("Asha"))),
    ]
    codes = [(each.status_code, each.json().get("error", {}).get("code", 0)) for each in got]
    assert codes == [answer, template]
    health = sim.graph("GET", sim.waba, params={"fields": "health_status"}).json()["health_status"]
    assert (health["can_send_message"], [c["event"] for c in sim.changes("account_update")]) == (verdict, [event])
    sim.knobs(account_standing="well")
    assert sim.post({"to": "+" + SUNITA} | use("plan_ready", "en", body("Asha"))).status_code == 200


def test_a_number_shared_with_the_business_app_takes_twenty_a_second(virtual: Any, sim: Simulator) -> None:
    sim.sim(f"numbers/{sim.number}", {"on_business_app": True, "throughput_level": "HIGH"})
    for n in range(20):
        sim.write(wa_id=f"9198100000{n:02d}")
    virtual.to(5)
    answers = [sim.post({"to": f"+9198100000{n % 20:02d}"} | text()) for n in range(21)]
    assert [a.status_code for a in answers] == [200] * 20 + [400]
    assert answers[-1].json()["error"]["code"] == 130429
    assert sim.graph("GET", sim.number, params={"fields": "is_on_biz_app"}).json()["is_on_biz_app"] is True
