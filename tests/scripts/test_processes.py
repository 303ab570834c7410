from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.processes import ChildEnded, Program, Stopped, Supervisor

OBEDIENT = "import time; print('ready', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {OBEDIENT}"
WITH_CHILD = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(child.pid, flush=True); time.sleep(60)"
)


class Log(list[tuple[str, str]]):
    def write(self, name: str, text: str) -> None:
        self.append((name, text))

    def wait_for(self, name: str) -> str:
        for _ in range(200):
            found = [text for who, text in self if who == name]
            if found:
                return found[0]
            time.sleep(0.02)
        raise AssertionError(f"{name} printed nothing; the log is {self}")


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def supervisor(tmp_path: Path, log: Log) -> Iterator[Supervisor]:
    with open(tmp_path / "lock", "w") as lock:
        supervisor = Supervisor(tmp_path, lock.fileno(), log.write)
        yield supervisor
        supervisor.stop()


def program(name: str, code: str, **options: object) -> Program:
    return Program(name, [sys.executable, "-c", code], os.environ, **options)  # type: ignore[arg-type]


def gone(pid: int) -> bool:
    """True when the process has ended; a zombie that its new parent has not collected yet has ended too."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return shown == "" or shown.startswith("Z")


def test_each_line_is_shown_under_the_name_of_its_program(supervisor: Supervisor, log: Log) -> None:
    supervisor.run_to_end(program("greeter", "print('one'); print('नमस्ते')"))
    assert log == [("greeter", "one"), ("greeter", "नमस्ते")]


def test_a_quiet_program_is_read_and_not_shown(supervisor: Supervisor, log: Log) -> None:
    lines = supervisor.run_to_end(program("answer", "for n in range(40): print(n)", quiet=True))
    assert (lines, log) == ([str(n) for n in range(40)], [])


def test_a_program_that_dies_is_named_with_its_last_lines(supervisor: Supervisor) -> None:
    supervisor.start(program("worker", "import sys; print('no broker'); sys.exit(3)"))
    with pytest.raises(ChildEnded) as caught:
        supervisor.pause(10)
    assert str(caught.value) == "worker ended with exit code 3. Its last lines:\n    no broker"


def test_a_program_that_ends_well_but_too_early_is_a_failure_too(supervisor: Supervisor) -> None:
    supervisor.start(program("beat", ""))
    with pytest.raises(ChildEnded, match="beat ended with exit code 0"):
        supervisor.pause(10)


def test_a_program_that_was_killed_is_told_by_the_signals_name(supervisor: Supervisor, log: Log) -> None:
    child = supervisor.start(program("web", OBEDIENT))
    log.wait_for("web")
    child.process.kill()
    with pytest.raises(ChildEnded, match="web was killed by SIGKILL"):
        supervisor.pause(10)


def test_the_death_of_another_program_ends_the_wait_for_a_command(supervisor: Supervisor) -> None:
    supervisor.start(program("simulator", "raise SystemExit(1)"))
    with pytest.raises(ChildEnded, match="simulator ended"):
        supervisor.run_to_end(program("demo", OBEDIENT))


def test_stopping_ends_every_program_and_what_it_started(supervisor: Supervisor, log: Log) -> None:
    children = [supervisor.start(program("web", WITH_CHILD)), supervisor.start(program("worker", OBEDIENT))]
    grandchild = int(log.wait_for("web"))
    log.wait_for("worker")
    supervisor.stop()
    assert [child.process.returncode for child in children] == [-signal.SIGTERM, -signal.SIGTERM]
    deadline = time.monotonic() + 5
    while not gone(grandchild) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert gone(grandchild)


def test_whoever_ignores_the_stop_is_killed_after_its_time(supervisor: Supervisor, log: Log) -> None:
    child = supervisor.start(program("worker", STUBBORN, stop_seconds=0.3))
    log.wait_for("worker")
    supervisor.stop()
    assert child.process.returncode == -signal.SIGKILL
    assert ("worker", "did not stop in time; killed") in log


def test_a_second_ctrl_c_does_not_wait(supervisor: Supervisor, log: Log) -> None:
    child = supervisor.start(program("worker", STUBBORN, stop_seconds=60))
    log.wait_for("worker")
    threading.Timer(0.2, supervisor.on_signal, (signal.SIGINT, None)).start()
    started = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - started < 5
    assert child.process.returncode == -signal.SIGKILL


def test_ctrl_c_and_sigterm_are_raised_where_the_supervisor_waits(supervisor: Supervisor) -> None:
    supervisor.on_signal(signal.SIGTERM, None)
    with pytest.raises(Stopped):
        supervisor.pause(10)


def test_ctrl_c_in_the_terminal_does_not_reach_the_programs_themselves(supervisor: Supervisor, log: Log) -> None:
    child = supervisor.start(program("web", OBEDIENT))
    log.wait_for("web")
    assert os.getpgid(child.process.pid) == child.process.pid != os.getpgid(0)


def test_waiting_gives_up_when_the_time_is_over(supervisor: Supervisor) -> None:
    assert supervisor.wait_until(lambda: False, 0.1) is False


def test_a_program_reads_no_keyboard(supervisor: Supervisor) -> None:
    assert supervisor.run_to_end(program("web", "import sys; print(repr(sys.stdin.read()))")) == ["''"]
