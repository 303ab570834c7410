"""`python -m whatsapp.simulator` as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import requests

from whatsapp.simulator import settings
from whatsapp.simulator.process import DidNotStart, start

WHO = {"waba_id": "1112223334445", "phone_number_id": "5556667778889", "access_token": "EAA-only-here"}


def test_it_starts_with_the_given_settings_keeps_state_and_stops(tmp_path: Path) -> None:
    state = str(tmp_path / "state.json")
    for start_number in (1, 2):
        with start(state=state, **WHO) as running:
            found = requests.get(running.url + "/_sim/state", timeout=5)
            assert found.json()["settings"]["waba_id"] == WHO["waba_id"]
            assert "EAA-only-here" not in found.text
            assert found.json()["counts"]["people"] == start_number - 1
            requests.post(running.url + "/_sim/phones", json={"wa_id": "919812345678"}, timeout=5)
            bearer = {"Authorization": "Bearer EAA-only-here"}
            assert requests.get(f"{running.url}/v25.0/{WHO['phone_number_id']}", headers=bearer, timeout=5).ok
            command = Path(f"/proc/{running.process.pid}/cmdline").read_bytes()
            assert b"EAA-only-here" not in command, "secrets travel by environment, not by command line"
        assert running.process.poll() is not None
    with pytest.raises(requests.ConnectionError):
        requests.get(running.url, timeout=1)


def test_a_process_that_cannot_start_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "state.json"
    broken.write_text("{")
    with pytest.raises(DidNotStart, match="is not a state file of this simulator"):
        start(state=str(broken))


def test_help_lists_every_option_and_the_secret_variables_only_by_name() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "whatsapp.simulator", "--help"], capture_output=True, text=True, check=True
    )
    for option in (
        "--host",
        "--port",
        "--callback-url",
        "--payment-callback-url",
        "--state",
        "--public-url",
        "--allow-list",
    ):
        assert option in shown.stdout
    assert "WHATSAPP_ACCESS_TOKEN" in shown.stdout
    assert "--access-token" not in shown.stdout


def test_neither_django_nor_celery_is_loaded() -> None:
    unwanted = ("django", "celery", "rest_framework")
    code = f"import sys, whatsapp.simulator.__main__; print([m for m in {unwanted} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


class TestSettings:
    def test_options_win_over_the_environment_and_empty_counts_as_absent(self) -> None:
        environ = {"SIMULATOR_PORT": "9000", "WHATSAPP_ACCESS_TOKEN": "", "SIMULATOR_HOST": "10.1.2.3"}
        found = settings.from_environment(environ, port="9001", host="")
        assert (found.port, found.host, found.access_token) == ("9001", "10.1.2.3", "simulator-access-token")

    def test_what_is_shown_or_printed_has_no_secret(self) -> None:
        found = settings.Settings(access_token="EAA-secret", razorpay_key_secret="also-secret")
        assert not [s for s in ("EAA-secret", "also-secret") if s in repr(found) + str(found.shown())]

    def test_the_allow_list_is_read_in_any_local_form(self) -> None:
        found = settings.Settings(allow_list="+91 98123-45678, 919000012345,,")
        assert found.allowed == {"919812345678", "919000012345"}
