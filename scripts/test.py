"""`make test`: the suite, on PostgreSQL and Redis when they answer, else on SQLite; arguments go to pytest.

STACK=services insists on the services, STACK=sqlite on doing without. Runs side by side, of this checkout or
another, each hold a slot of their own: its number is in the names of their databases.
"""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from scripts.stack import EMBEDDED, StackUnavailable, choose

ROOT = Path(__file__).resolve().parent.parent
# Redis numbers its databases from 0 to 15; the low ones are left to whatever else uses this server.
SLOTS = range(15, 3, -1)
SHARED = Path(tempfile.gettempdir()) / f"bettermeals-tests-{os.getuid()}"
# Browser tests need more packages (make e2e): they run only when named. Benchmarks are no tests (make bench).
ELSEWHERE = ("tests/browser", "tests/benchmarks")


def hold_slot(folder: Path) -> tuple[int, int]:
    """A number that no other run here holds, and the open file that holds it: closing it gives the slot back.

    The kernel closes it too, when a run is killed. Raises StackUnavailable when all are taken.
    """
    folder.mkdir(exist_ok=True)
    for number in SLOTS:
        file = os.open(folder / str(number), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            continue
        return number, file
    raise StackUnavailable(f"{len(SLOTS)} test runs are going on here already; wait for one to end.")


def pytest_command(arguments: list[str]) -> list[str]:
    named = [folder for folder in ELSEWHERE if any(argument.startswith(folder) for argument in arguments)]
    ignored = [f"--ignore={folder}" for folder in ELSEWHERE if folder not in named]
    return [sys.executable, "-m", "pytest", *ignored, *arguments]


def become(command: list[str], environ: dict[str, str], slot: int) -> NoReturn:
    """pytest in place of this process, so that Ctrl-C and the exit code are its own; the slot goes with it."""
    os.set_inheritable(slot, True)
    os.execve(command[0], command, environ)  # noqa: S606  (no shell)


def main(arguments: list[str]) -> int:
    try:
        number, file = hold_slot(SHARED)
        stack = choose(os.environ.get("STACK", ""), os.environ, number)
    except StackUnavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"Testing on {EMBEDDED if not stack.redis_url else 'PostgreSQL and Redis'}: {stack.why}.", flush=True)
    own = {
        "DATABASE_URL": stack.database_url,
        "REDIS_URL": stack.redis_url,
        "QUEUE_DIR": str(ROOT / ".dev" / "tests" / str(number)),
    }
    become(pytest_command(arguments), {**os.environ, **own}, file)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
