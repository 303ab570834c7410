"""Makes `.venv` and installs one hashed requirements file into it; in a second when there is nothing to do.

    python3 scripts/bootstrap.py requirements.txt

Standard library only, and no syntax newer than Python 3.7: an old Python must reach the sentence that says it
is too old. What was installed is recorded only after success, and a mark stands while an installation runs: a
download cut off half-way is seen by the next run, said, and repaired from an empty folder, because a package
half written passes for installed. A `.venv` somebody made by hand carries neither and is kept.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
# Each file is complete in itself (hash mode allows no second file), so it brings along all those before it.
FILES = ("requirements.txt", "requirements-extras.txt", "requirements-dev.txt", "requirements-e2e.txt")


class SetupFailed(Exception):
    """Set-up cannot go on; the text is all the user needs to read."""


def version_problem(version: Sequence[Any]) -> str | None:
    """The sentence for a Python that is too old, or None; `version` is `sys.version_info` or the like."""
    if tuple(version[:2]) >= OLDEST:
        return None
    return (
        f"BetterMeals needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this one is {version[0]}.{version[1]} "
        f"({sys.executable}).\nName a newer one: make run PYTHON=/path/to/python3.12"
    )


class Environment:
    """The virtual environment of one checkout and the record of what stands in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.installing = self.folder / "installing"
        self.stamp = self.folder / "installed.json"
        self.log = root / ".dev" / "install.log"

    def wanted(self, name: str) -> dict[str, str]:
        """What is on record once `name` is installed: each file it covers, with the hash of its text."""
        covered = FILES[: FILES.index(name) + 1]
        return {each: hashlib.sha256((self.root / each).read_bytes()).hexdigest() for each in covered}

    def installed(self) -> dict[str, str]:
        return json.loads(self.stamp.read_text(encoding="utf-8")) if self.stamp.exists() else {}

    def runs(self) -> bool:
        """False when the Python it was made from is gone or too old, e.g. after the system was upgraded."""
        probe = f"import sys; sys.exit(sys.version_info < {OLDEST})"
        try:
            return subprocess.run([str(self.python), "-c", probe], capture_output=True).returncode == 0
        except OSError:
            return False

    def is_ready_for(self, name: str) -> bool:
        if self.installing.exists() or not self.wanted(name).items() <= self.installed().items():
            return False
        return self.runs()


def prepare(root: Path, name: str) -> bool:
    """Brings `.venv` under `root` to what requirements file `name` says; True when something was installed.

    Raises SetupFailed with the sentence for the user. Two runs in one checkout wait for each other.
    """
    environment = Environment(root)
    environment.log.parent.mkdir(exist_ok=True)
    with open(environment.log.with_suffix(".lock"), "w") as lock:
        wait_for(lock)
        if environment.is_ready_for(name):
            return False
        clear_what_is_broken(environment)
        install(environment, name)
    return True


def wait_for(lock: IO[str]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another installation runs in this folder; waiting for it.")
        fcntl.flock(lock, fcntl.LOCK_EX)


def clear_what_is_broken(environment: Environment) -> None:
    if environment.installing.exists():
        say("The last installation did not finish; making .venv anew.")
    elif environment.folder.exists() and not environment.runs():
        say("The Python that .venv was made from is gone or too old; making .venv anew.")
    else:
        return
    shutil.rmtree(environment.folder)


def install(environment: Environment, name: str) -> None:
    uv = shutil.which("uv")
    environment.folder.mkdir(exist_ok=True)
    environment.installing.touch()
    environment.stamp.unlink(missing_ok=True)
    if not environment.python.exists():
        create(environment, uv)
    say(f"Installing {name} into .venv, once; this takes {'some seconds' if uv else 'a minute or two'}.")
    command = [uv, "pip", "install", "--python", str(environment.python)] if uv else pip_install(environment)
    pins = ["--require-hashes", "--only-binary", ":all:", "-r", str(environment.root / name)]
    run_logged(environment, [*command, *pins], f"Installing {name}")
    environment.stamp.write_text(json.dumps(environment.wanted(name), indent=1), encoding="utf-8")
    environment.installing.unlink()


def create(environment: Environment, uv: str | None) -> None:
    """An empty virtual environment; uv needs no pip in it, so not the ensurepip that Debian packs apart."""
    if not uv and not has_module(sys.executable, "ensurepip"):
        major, minor = sys.version_info[:2]
        raise SetupFailed(
            f"This Python ({sys.executable}) cannot make virtual environments: its venv module is missing.\n"
            f"Debian, Ubuntu: apt-get install python3-venv   (or python{major}.{minor}-venv)"
        )
    command = [sys.executable, "-m", "venv", *(["--without-pip"] if uv else []), str(environment.folder)]
    run_logged(environment, command, "Making .venv")


def pip_install(environment: Environment) -> list[str]:
    """The start of pip's command line; an environment that uv made has no pip yet, and is given it."""
    python = str(environment.python)
    if not has_module(python, "pip"):
        run_logged(environment, [python, "-m", "ensurepip"], "Adding pip to .venv")
    return [python, "-m", "pip", "install", "--progress-bar", "off"]


def has_module(python: str, name: str) -> bool:
    return subprocess.run([python, "-c", f"import {name}"], capture_output=True).returncode == 0


def run_logged(environment: Environment, command: list[str], what: str) -> None:
    """Runs `command` and shows how far it is; all its output goes to the log, the end of it to the error."""
    with open(environment.log, "a", encoding="utf-8") as log:
        code, lines = follow(command, log)
    if code != 0:
        raise SetupFailed(
            f"{''.join(lines[-12:])}\n"
            f"{what} failed (exit code {code}); the lines above say why.\n"
            f"Is the package index reachable from here? The whole output: {environment.log}\n"
            "Run the same command again: it starts over, and what was downloaded is kept."
        )


def follow(command: list[str], log: IO[str]) -> tuple[int, list[str]]:
    """The exit code of `command` and its lines, each written to `log` as it comes."""
    lines: list[str] = []
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        for line in process.stdout or ():
            log.write(line)
            lines.append(line)
            show_progress(line, sum(text.startswith("Collecting ") for text in lines))
    return process.returncode, lines


def show_progress(line: str, collected: int) -> None:
    """pip is silent or endless: each tenth package and the long last step are enough to see that it lives."""
    if line.startswith("Collecting ") and collected % 10 == 0:
        say(f"  {collected} packages fetched, now {line.split()[1].split('=')[0]}")
    elif line.startswith(("Installing collected", "Installed ", "Prepared ")):
        say(f"  {line.strip()[:90]}")


def say(text: str) -> None:
    print(text, flush=True)


def main(arguments: list[str]) -> int:
    problem = version_problem(sys.version_info)
    if problem or len(arguments) != 1 or arguments[0] not in FILES:
        print(problem or f"Usage: bootstrap.py {'|'.join(FILES)}", file=sys.stderr)
        return 1 if problem else 2
    try:
        prepare(ROOT, arguments[0])
    except SetupFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the next run repairs what is half done.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
