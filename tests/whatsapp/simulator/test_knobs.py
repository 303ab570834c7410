"""Every knob does what it says."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.whatsapp.simulator.client import APP_SECRET, ASHA, TOKEN, Simulator, components, eventually, text, use
from whatsapp.simulator.core.knobs import described

DOCS = Path(__file__).parents[3] / "docs" / "simulator.md"


def test_each_knob_has_its_words_and_its_line_in_the_documentation(sim: Simulator) -> None:
    shown = sim.sim("knobs/described")["knobs"]
    assert shown == described()
    assert {knob["name"]: knob["default"] for knob in shown} == sim.sim("knobs")
    assert all(knob["words"].endswith(".") for knob in shown)
    table = DOCS.read_text(encoding="utf-8").split("## Knobs")[1]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [knob["name"] for knob in shown]


@pytest.mark.parametrize(
    "knobs",
    [
        {"colour": 1},
        {"auto_read": 1},
        {"batch_size": 0},
        {"latency_ms": -1},
        {"latency_ms": "fast"},
        {"window_error": "never"},
        {"account_standing": "fine"},
        {"fail_next": {"count": 1}},
        {"fail_next": {"code": 1, "scope": "moon"}},
        {"template_review_seconds": True},
    ],
)
def test_a_wrong_knob_is_refused_with_words_and_changes_nothing(sim: Simulator, knobs: dict[str, Any]) -> None:
    before = sim.sim("knobs")
    assert sim.sim("knobs", {"auto_deliver": False} | knobs, status=400)["error"]
    assert sim.sim("knobs") == before


def test_the_state_shows_knobs_and_settings_and_no_secret(sim: Simulator) -> None:
    answer = sim.session.get(sim.url + "/_sim/state")
    assert answer.json()["knobs"] == sim.sim("knobs")
    assert answer.json()["settings"]["waba_id"] == sim.waba
    for secret in ("simulator-access-token", "simulator-app-secret", "simulator-verify-token", "simulator-key-secret"):
        assert secret not in answer.text


class TestFailNext:
    def test_by_code_so_many_times(self, sim: Simulator) -> None:
        sim.write()
        sim.knobs(fail_next={"code": 130429, "count": 2})
        assert [sim.post({"to": "+" + ASHA} | text()).status_code for _ in range(3)] == [400, 400, 200]
        assert sim.sim("log")["total"] == 1

    @pytest.mark.parametrize(("status", "code"), [(503, 2), (500, 131000), (429, 130429), (401, 190)])
    def test_by_http_status(self, sim: Simulator, status: int, code: int) -> None:
        sim.write()
        sim.knobs(fail_next={"status": status})
        assert sim.refused(**text()) == (status, code)

    def test_later_accepts_and_then_fails(self, sim: Simulator) -> None:
        sim.write()
        sim.knobs(fail_next={"code": 131049, "later": True})
        wamid = sim.send(**text())
        assert [s["errors"][0]["code"] for s in sim.values("statuses") if s["id"] == wamid] == [131049]
        assert sim.statuses(sim.send(**text())) == ["sent", "delivered"]

    def test_of_the_other_graph_calls(self, sim: Simulator) -> None:
        sim.knobs(fail_next={"code": 190, "scope": "graph"})
        assert [sim.graph("GET", sim.number).status_code for _ in range(2)] == [401, 200]

    def test_of_the_payment_provider(self, sim: Simulator) -> None:
        sim.knobs(fail_next={"status": 502, "scope": "payments"})
        answer = sim.pay_api("POST", "payment_links", json={"amount": 100})
        assert (answer.status_code, answer.json()["error"]["code"]) == (502, "SERVER_ERROR")
        sim.link()


class TestDropAnswer:
    def test_the_message_went_out_but_the_caller_cannot_know(self, sim: Simulator) -> None:
        sim.write()
        sim.knobs(drop_answer_next=1)
        with pytest.raises(requests.ConnectionError):
            sim.post({"to": "+" + ASHA} | text("sent?"))
        assert [line["payload"]["text"]["body"] for line in sim.sim("log")["log"]] == ["sent?"]
        sim.send(**text("next"))

    def test_the_link_exists_but_the_caller_cannot_know(self, sim: Simulator) -> None:
        sim.knobs(drop_answer_next=1)
        with pytest.raises(requests.ConnectionError):
            sim.pay_api("POST", "payment_links", json={"amount": 100, "reference_id": "BM-7"})
        found = sim.pay_api("GET", "payment_links", params={"reference_id": "BM-7"}).json()["payment_links"]
        assert [k["amount"] for k in found] == [100]

    def test_a_refused_message_is_answered(self, sim: Simulator) -> None:
        sim.knobs(drop_answer_next=1)
        assert sim.refused(**text()) == (400, 131047)


def test_latency_delays_the_graph_answers(sim: Simulator) -> None:
    sim.knobs(latency_ms=150)
    start = time.monotonic()
    sim.graph("GET", sim.number)
    assert time.monotonic() - start >= 0.15


def test_duplicates_are_the_same_bytes_again(sim: Simulator) -> None:
    sim.knobs(duplicate_webhooks=2)
    sim.write()
    raws = [d.raw for d in sim.delivered()]
    assert len(raws) == 3
    assert len(set(raws)) == 1


def test_reordering_brings_the_newest_first(sim: Simulator) -> None:
    sim.knobs(reorder_webhooks=True, hold_webhooks=True)
    sim.write()
    wamid = sim.send(**text())
    sim.sim(f"phones/{ASHA}/open", {})
    sim.knobs(hold_webhooks=False)
    assert sim.statuses(wamid) == ["read", "delivered", "sent"]


def test_a_bad_signature_goes_out_once_and_then_the_right_one(sim: Simulator) -> None:
    sim.receiver.answers.append(401)
    sim.knobs(bad_signature_next=1)
    sim.write()
    assert [d.signed_with(APP_SECRET) for d in sim.delivered()] == [False, True]


def test_held_webhooks_wait(sim: Simulator) -> None:
    sim.knobs(hold_webhooks=True)
    sim.write()
    assert sim.sim("flush", {"seconds": 0.3}) == {"flushed": False, "pending": 1}
    sim.knobs(hold_webhooks=False)
    assert len(sim.delivered()) == 1


def test_delayed_webhooks_come_later_unless_they_are_asked_for(sim: Simulator) -> None:
    sim.knobs(webhook_delay_ms=60_000)
    sim.write()
    time.sleep(0.1)
    assert sim.receiver.got == []
    assert len(sim.delivered()) == 1


def test_a_short_delay_passes_by_itself(sim: Simulator) -> None:
    sim.knobs(webhook_delay_ms=150)
    start = time.monotonic()
    sim.write()
    eventually(lambda: sim.receiver.got)
    assert time.monotonic() - start >= 0.15


def test_out_of_disk_takes_no_file_and_gives_none(sim: Simulator) -> None:
    form = {"data": {"messaging_product": "whatsapp"}, "files": {"file": ("a.txt", b"x", "text/plain")}}
    kept = sim.graph("POST", f"{sim.number}/media", **form).json()["id"]
    address = sim.graph("GET", kept).json()["url"]
    sim.knobs(out_of_disk=True)
    assert sim.graph("POST", f"{sim.number}/media", **form).status_code == 500
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert sim.session.get(address, headers=headers).status_code == 500
    sim.knobs(out_of_disk=False)
    assert sim.session.get(address, headers=headers).content == b"x"


def test_reset_forgets_everything_and_turns_the_knobs_back(sim: Simulator) -> None:
    fresh = sim.sim("knobs")
    sim.approved(components=components("Your plan for the week is ready."))
    sim.knobs(auto_read=True, latency_ms=1)
    sim.send(**use())
    sim.link()
    sim.sim("reset", {})
    assert sim.sim("knobs") == fresh
    state = sim.sim("state")
    assert set(state["counts"].values()) == {0}
    assert state["businesses"][0]["subscribed"] is False


def test_health_names_the_time_and_what_waits(sim: Simulator) -> None:
    found = sim.sim("health")
    assert (found["ok"], found["pending"]) == (True, 0)
    assert abs(found["now"] - time.time()) < 60
