"""`manage.py rehearse --households 20 --seed 7`: a full week, played by real processes on a virtual clock."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from bettermeals.rehearsal.chaos import private_redis
from bettermeals.rehearsal.stack import Stack, StackError, environment, fresh_database

START = datetime(2026, 11, 21, 8, 30, tzinfo=ZoneInfo("Asia/Kolkata"))  # a Saturday, half an hour before the run
END = START + timedelta(days=8, hours=14)  # Sunday of the planned week, after the summary


# A stormy week ends here: proposals, payments, two cook's days and the ratings are in it, and the rest repeats them.
MONDAY_NIGHT = START + timedelta(days=2, hours=14)


class Command(BaseCommand):
    help = "Play a full week on a virtual clock through the real code path and check what must hold."
    # It makes settings of its own, so it runs where none are made yet; inside them every check is run.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--households", type=int, default=20)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--json", action="store_true", help="Print one JSON object and nothing else.")
        parser.add_argument(
            "--chaos", action="store_true", help="Kill processes at random and drop answers, until Monday night."
        )
        parser.add_argument("--keep", action="store_true", help="Keep the folder with the logs, and say where it is.")
        parser.add_argument("--inside", metavar="FOLDER", help="Used by the command itself.")

    def handle(self, *, households: int, seed: int, **options: Any) -> None:
        if households < 1:
            raise CommandError("--households must be at least 1.")
        if options["inside"]:
            self._play(Path(options["inside"]), households, seed, as_json=options["json"], chaos=options["chaos"])
        else:
            given = {name: options[name] for name in ("keep", "chaos")}
            self._prepare(households, seed, as_json=options["json"], **given)

    def _prepare(self, households: int, seed: int, *, as_json: bool, keep: bool, chaos: bool) -> None:
        """Make a database, a queue and a clock of its own, and run this command again inside them."""
        folder = Path(tempfile.mkdtemp(prefix="rehearsal-"))
        with fresh_database(settings.DATABASE_URL, folder) as database_url:
            again = [*(sys.executable, "manage.py", "rehearse", "--inside", str(folder))]
            again += [*("--households", str(households), "--seed", str(seed)), *(["--json"] if as_json else [])]
            again += ["--chaos"] if chaos else []
            env = environment(folder, database_url, _redis(chaos))
            # A storm is about messages: most of its time would go into better dishes, which nobody eats.
            env |= {"PLANNER_EFFORT": "quick"} if chaos else {}
            status = subprocess.run(again, env=env, cwd=settings.BASE_DIR, check=False).returncode
        if keep or status:
            self.stderr.write(f"The processes' logs are in {folder}.")
        else:
            _remove(folder)
        sys.exit(status)

    def _play(self, folder: Path, households: int, seed: int, *, as_json: bool, chaos: bool) -> None:
        from bettermeals.rehearsal.run import rehearse

        def progress(moment: datetime, what: str) -> None:
            if not as_json:
                local = moment.astimezone(START.tzinfo)
                self.stdout.write(f"{local:%a %d %b %H:%M}  {what}")

        # A rehearsal that is asked to stop takes its processes with it.
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
        (folder / "clock").write_text(START.isoformat(), encoding="ascii")
        self.check(display_num_errors=False)
        call_command("migrate", verbosity=0)
        stack = Stack(folder, dict(os.environ), settings.PUBLIC_BASE_URL, settings.WHATSAPP_API_BASE_URL)
        began = time.monotonic()
        try:
            report = rehearse(stack, households, seed, START, MONDAY_NIGHT if chaos else END, progress, chaos=chaos)
        except StackError as error:
            raise CommandError(str(error)) from error
        finally:
            stack.stop()
        report.seconds = round(time.monotonic() - began, 1)
        self._say(report, as_json=as_json)
        sys.exit(1 if report.broken else 0)

    def _say(self, report: Any, *, as_json: bool) -> None:
        from bettermeals.rehearsal.report import lines

        if as_json:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n" + "\n".join(lines(report)))


def _redis(chaos: bool) -> str:
    """The configured one, or for chaos one of the run's own. Raises CommandError where there is none."""
    if not chaos:
        return settings.REDIS_URL
    try:
        return private_redis()
    except StackError as error:
        raise CommandError(str(error)) from error


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder)
