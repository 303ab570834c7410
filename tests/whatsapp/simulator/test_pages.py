"""The page of phones as files, and its live events. How it works in a browser: tests/browser."""

from __future__ import annotations

import json
import re

import pytest

from tests.whatsapp.simulator.client import ASHA, Simulator
from whatsapp.simulator.http.pages import PAGES, SERVED


def test_the_page_and_its_files_are_served_under_a_policy_without_inline(sim: Simulator) -> None:
    for path in ("/", "/knobs", *(f"/phones/{name}" for name in SERVED)):
        answer = sim.session.get(sim.url + path)
        assert answer.status_code == 200
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert sim.session.get(sim.url + "/phones/settings.py").status_code == 404


@pytest.mark.parametrize("name", ["index.html", "knobs.html", "pay.html"])
def test_nothing_in_a_page_is_inline_or_from_elsewhere(name: str) -> None:
    source = (PAGES / name).read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", source)
    assert not re.search(r"(src|href)=\"(https?:)?//", source)


def test_changes_arrive_live(sim: Simulator) -> None:
    with sim.session.get(sim.url + "/_sim/events", stream=True, timeout=10) as stream:
        lines = stream.iter_lines(decode_unicode=True)
        assert next(lines) == "retry: 1000"
        sim.world.publish("phone", wa_id="1")  # the session's connection is busy streaming
        found = next(json.loads(line[6:]) for line in lines if line.startswith("data: "))
        assert found == {"kind": "phone", "wa_id": "1"}


def test_a_picture_a_person_sent_is_never_run_as_a_document(sim: Simulator) -> None:
    sim.phone()
    form = {"file": ("x.html", b"<script>alert(1)</script>", "text/html")}
    sent = sim.session.post(f"{sim.url}/_sim/phones/{ASHA}/media", files=form).json()
    answer = sim.session.get(sim.url + sent["message"]["media"]["url"])
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert sim.session.get(sim.url + "/_sim/media/404").status_code == 404
