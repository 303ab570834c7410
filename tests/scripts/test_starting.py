"""What stands between `make run` and the first program: ports, one run at a time, settings of its own."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from scripts import demo_settings, dev, ports
from scripts.demo_settings import NotADemonstration
from scripts.ports import PortProblem
from scripts.programs import Addresses
from scripts.screen import Screen
from scripts.single_run import AlreadyRunning, record, single_run

WEB, SIMULATOR = "http://127.0.0.1:8000", "http://127.0.0.1:8090"


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_busy_port_is_named_with_the_variable_that_chooses_another(busy_port: int) -> None:
    with pytest.raises(PortProblem) as caught:
        ports.chosen({"WEB_PORT": str(busy_port)}, "WEB_PORT", 8000)
    assert str(caught.value) == (
        f"Port {busy_port} is in use by another program. Choose another for this run: make run WEB_PORT={busy_port + 1}"
    )


def test_a_free_port_is_taken_also_by_default(busy_port: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    assert ports.chosen({}, "WEB_PORT", free) == free


@pytest.mark.parametrize("value", ["web", "0", "65536", "-1", "80 80"])
def test_what_is_no_port_is_refused(value: str) -> None:
    with pytest.raises(PortProblem, match="is not a port"):
        ports.chosen({"WEB_PORT": value}, "WEB_PORT", 8000)


def test_a_second_run_is_told_who_runs(tmp_path: Path) -> None:
    with single_run(tmp_path / "run.lock"), pytest.raises(AlreadyRunning) as caught, single_run(tmp_path / "run.lock"):
        raise AssertionError("two runs at once")
    assert f"already runs from this folder (process {os.getpid()})" in str(caught.value)


def test_what_a_killed_run_left_is_named_with_the_way_to_stop_it(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with single_run(path) as lock:
        record(lock, {"web": os.getpid(), "beat": dead.pid})
        path.write_text(path.read_text().replace(f'"parent": {os.getpid()}', f'"parent": {dead.pid}'))
        with pytest.raises(AlreadyRunning) as caught, single_run(path):
            raise AssertionError("two runs at once")
    assert str(caught.value) == (
        f"The last run was killed and left web running. Stop what is left, then start again: kill {os.getpid()}"
    )


def test_a_run_that_has_not_yet_written_who_it_is_counts_too(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with single_run(path):
        path.write_text("")
        with pytest.raises(AlreadyRunning, match="just being started"), single_run(path):
            raise AssertionError("two runs at once")


def test_the_lock_is_free_after_a_run(tmp_path: Path) -> None:
    with single_run(tmp_path / "run.lock"):
        assert (tmp_path / "run.lock").exists()
    with single_run(tmp_path / "run.lock") as lock:
        assert not lock.closed


def test_the_demonstrations_secrets_are_made_once_and_readable_by_you_alone(tmp_path: Path) -> None:
    first = demo_settings.compose(tmp_path, tmp_path / ".dev", {}, WEB, SIMULATOR)
    assert demo_settings.compose(tmp_path, tmp_path / ".dev", {}, WEB, SIMULATOR) == first
    path = tmp_path / ".dev" / "demo.env"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Fernet(first["FIELD_ENCRYPTION_KEYS"])
    assert len(set(demo_settings.generated().values()) & set(first.values())) == 0


def test_a_name_that_a_newer_version_added_is_made_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / ".dev").mkdir()
    (tmp_path / ".dev" / "demo.env").write_text("SECRET_KEY=kept\n")
    assert demo_settings.compose(tmp_path, tmp_path / ".dev", {}, WEB, SIMULATOR)["SECRET_KEY"] == "kept"
    assert set(demo_settings.read(tmp_path / ".dev" / "demo.env")) == set(demo_settings.generated())


def test_everything_points_at_the_simulator(tmp_path: Path) -> None:
    made = demo_settings.compose(tmp_path, tmp_path / ".dev", {}, WEB, "http://127.0.0.1:9999")
    assert {made[name] for name in ("WHATSAPP_API_BASE_URL", "RAZORPAY_BASE_URL")} == {"http://127.0.0.1:9999"}
    assert (made["DEMO"], made["PUBLIC_BASE_URL"]) == ("True", WEB)


def test_what_your_env_file_says_wins_and_its_blanks_choose_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# mine\nexport SECRET_KEY = 'my own'\nRAZORPAY_KEY_ID=\n")
    made = demo_settings.compose(tmp_path, tmp_path / ".dev", {"WHATSAPP_APP_SECRET": "from the shell"}, WEB, SIMULATOR)
    assert "SECRET_KEY" not in made  # so that Django reads it from .env
    assert made["WHATSAPP_APP_SECRET"] == "from the shell"
    assert made["RAZORPAY_KEY_ID"].startswith("rzp_test_")


@pytest.mark.parametrize("value", ["False", "0", "no"])
def test_a_real_installations_settings_are_never_filled_with_demo_data(tmp_path: Path, value: str) -> None:
    (tmp_path / ".env").write_text(f"DEMO={value}\nDATABASE_URL=postgres://real\n")
    with pytest.raises(NotADemonstration, match="DEMO is switched off"):
        demo_settings.compose(tmp_path, tmp_path / ".dev", {}, WEB, SIMULATOR)


def test_the_box_names_the_login_and_the_three_pages(tmp_path: Path) -> None:
    made = {"admin_user": "demo", "admin_password": "horse", "household_url": f"{WEB}/p/x"}
    out = StringIO()
    Screen(out).box(dev.invitation(Addresses(8000, 8090), made))
    rows = out.getvalue().strip().splitlines()
    assert {len(row) for row in rows} == {len(rows[0])}
    assert [row.strip("│ ") for row in rows[3:7]] == [
        f"Back office    {WEB}/admin/",
        "user demo, password horse",
        f"Phones         {SIMULATOR}/   play the resident and the cook",
        f"A week's plan  {WEB}/p/x",
    ]


def test_a_busy_port_ends_make_run_with_one_sentence_and_exit_code_1(
    busy_port: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setenv("WEB_PORT", str(busy_port))
    assert dev.main() == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("indent", [None, 2])
def test_the_demonstrations_answer_is_found_between_log_lines(indent: int | None) -> None:
    made = {"admin_user": "demo", "nested": {"a": 1}}
    lines = ["INFO made {3} households", *json.dumps(made, indent=indent).splitlines(), "WARNING late"]
    assert dev.json_in(lines) == made


def test_an_answer_without_json_is_told_in_its_own_words() -> None:
    with pytest.raises(dev.NotHealthy, match="printed no JSON, but:\nUsage"):
        dev.json_in(["Usage: manage.py demo"])
