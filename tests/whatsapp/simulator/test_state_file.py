"""A second start keeps the chats; credentials stay out of the file."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.whatsapp.simulator.client import ASHA, Simulator, components, eventually, quick, text, use
from whatsapp.simulator.core.world import World
from whatsapp.simulator.settings import Settings
from whatsapp.simulator.state_file import StateFile, dump


def reloaded(sim: Simulator, path: Path, **settings: str) -> World:
    first = World(Settings(state=str(path)))
    first.__dict__.update({k: v for k, v in sim.world.__dict__.items() if k not in ("settings", "knobs")})
    StateFile(first).stop()
    second = World(Settings(state=str(path), **settings))
    StateFile(second).load()
    return second


def test_everything_survives_a_restart(sim: Simulator, tmp_path: Path) -> None:
    sim.approved(components=components("Your plan for the week is ready.", quick("OK")))
    sim.send(**use())
    sim.write("नमस्ते 🙏")
    sim.send(**text())
    form = {"file": ("a.png", b"\x89PNG\x00\xff", "image/png")}
    sim.session.post(f"{sim.url}/_sim/phones/{ASHA}/media", files=form)
    payment = sim.sim(f"pay/{sim.link(reference_id='BM-7')['id']}", {})["payment"]
    sim.pay_api("POST", f"payments/{payment['id']}/refund", json={"amount": 5})
    sim.delivered()
    world = reloaded(sim, tmp_path / "state.json")
    assert dump(world) == dump(sim.world)
    assert (world.chats, world.last_inbound) == (sim.world.chats, sim.world.last_inbound)


def test_webhooks_that_were_not_acknowledged_are_kept(sim: Simulator, tmp_path: Path) -> None:
    sim.knobs(hold_webhooks=True)
    sim.write()
    assert reloaded(sim, tmp_path / "state.json").outbox.pending() == 1


def test_pending_templates_are_reviewed_after_the_restart(sim: Simulator, tmp_path: Path) -> None:
    sim.knobs(template_review_seconds=3600)
    id_ = sim.template().json()["id"]
    world = reloaded(sim, tmp_path / "state.json")
    assert list(world.reviews) == [id_]


def test_no_credential_is_written_and_the_file_is_private(sim: Simulator, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    world = reloaded(sim, path, access_token="new-token")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not [
        s for s in ("simulator-access-token", "simulator-app-secret", "simulator-verify-token") if s in path.read_text()
    ]
    business = world.businesses[sim.waba]
    assert (business.access_token, business.subscribed) == ("new-token", True)


def test_it_is_saved_while_running_when_something_changed(tmp_path: Path) -> None:
    world = World(Settings(state=str(tmp_path / "deep" / "state.json")))
    state = StateFile(world)
    state.start()
    with world.lock:
        world.person(ASHA, name="Asha")
    eventually(state.path.exists)
    assert [p["name"] for p in json.loads(state.path.read_text())["people"]] == ["Asha"]
    state.stop()


@pytest.mark.parametrize("content", ["{", "[]", '{"people": 5}'])
def test_a_broken_file_stops_the_start_and_says_what_to_do(tmp_path: Path, content: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(content)
    with pytest.raises(ValueError, match="is not a state file of this simulator"):
        StateFile(World(Settings(state=str(path)))).load()
    assert path.read_text() == content
