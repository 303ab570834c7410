"""`manage.py check_planner --households 1000 [--seed N]`: plans random households and looks for one broken rule.

Meant for the night: progress on stderr, one line of JSON at the end, exit status 1 when anything was wrong.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mealplans.proving import EFFORTS, Tally, Verdict, judge_all

EVERY = 50  # households between two lines of progress


class Command(BaseCommand):
    help = "Plans random households over the catalogue's files; every plan is judged by the independent checker."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--households", type=int, default=1000)
        parser.add_argument("--seed", type=int, default=0, help="number of the first household")
        parser.add_argument("--effort", choices=sorted(EFFORTS), default="quick")
        parser.add_argument("--workers", type=int, default=1, help="processes side by side")

    def handle(self, *args: Any, **options: Any) -> None:
        tally, count = Tally.begin(), options["households"]
        seeds = range(options["seed"], options["seed"] + count)
        for verdict in judge_all(seeds, options["effort"], options["workers"]):
            tally.add(verdict)
            self._say(verdict, tally, count)
        self.stdout.write(json.dumps(tally.figures()))
        if tally.violations:
            sys.exit(1)

    def _say(self, verdict: Verdict, tally: Tally, count: int) -> None:
        for wrong in verdict.wrong:
            self.stderr.write(f"household {verdict.seed}: {wrong}")
        if tally.households % EVERY == 0:
            self.stderr.write(f"{tally.households} of {count}: {tally.violations} violations")
