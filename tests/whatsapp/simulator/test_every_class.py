"""Each class of errors can be met in the simulator by doing what brings it about at Meta, and each code by a knob."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.whatsapp.listed_codes import LISTED
from tests.whatsapp.simulator.client import ASHA, Simulator, text, use
from whatsapp.errors import Kind, lookup
from whatsapp.simulator.core.errors import GRAPH_ERRORS

DOCS = Path(__file__).parents[3] / "docs" / "simulator.md"
PLAIN = {"components": [{"type": "BODY", "text": "Your plan for the week is ready."}]}


def too_many_to_one_person(sim: Simulator) -> int:
    sim.write()
    for _ in range(45):
        sim.send(**text())
    return sim.refused(**text())[1]


def template_paused(sim: Simulator) -> int:
    sim.approved(**PLAIN)
    sim.sim("templates/plan_ready", {"status": "PAUSED"})
    return sim.refused(**use())[1]


def window_closed(sim: Simulator) -> int:
    sim.phone()
    return sim.refused(**text())[1]


def template_disabled(sim: Simulator) -> int:
    sim.approved(**PLAIN)
    sim.sim("templates/plan_ready", {"status": "DISABLED"})
    return sim.refused(**use())[1]


def number_deregistered(sim: Simulator) -> int:
    sim.write()
    sim.graph("POST", f"{sim.number}/deregister")
    return sim.refused(**text())[1]


def text_missing(sim: Simulator) -> int:
    sim.write()
    return sim.refused(type="text", text={})[1]


def template_exists(sim: Simulator) -> int:
    sim.approved(**PLAIN)
    return int(sim.template(**PLAIN).json()["error"]["error_subcode"])


TRIGGERS: dict[Kind, Callable[[Simulator], int]] = {
    Kind.RETRY: too_many_to_one_person,
    Kind.LATER: template_paused,
    Kind.RECIPIENT: window_closed,
    Kind.TEMPLATE: template_disabled,
    Kind.ACCOUNT: number_deregistered,
    Kind.BUG: text_missing,
    Kind.INFO: template_exists,
}


def documented() -> dict[str, int]:
    table = DOCS.read_text(encoding="utf-8").split("### A trigger for each class of errors")[1].split("##")[0]
    return {kind: int(code) for kind, code in re.findall(r"^\| (\w+) \| (\d+) \|", table, re.MULTILINE)}


@pytest.mark.parametrize("kind", list(Kind))
def test_a_documented_act_brings_about_each_class(sim: Simulator, kind: Kind) -> None:
    code = TRIGGERS[kind](sim)
    assert (lookup(code).kind, documented()[kind]) == (kind, code)


@pytest.mark.parametrize("code", sorted(code for code in GRAPH_ERRORS if code < 2_000_000))
def test_each_code_is_answered_by_a_knob_with_its_own_status_and_title(sim: Simulator, code: int) -> None:
    sim.write()
    sim.knobs(fail_next={"code": code})
    answer = sim.post({"to": "+" + ASHA} | text())
    error: dict[str, Any] = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (GRAPH_ERRORS[code][0], code)
    assert GRAPH_ERRORS[code][1] in error["message"]


def test_the_simulator_knows_no_code_that_the_engine_does_not() -> None:
    assert set(GRAPH_ERRORS) - {code for codes in LISTED.values() for code in codes} == set()
