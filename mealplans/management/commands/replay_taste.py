"""`manage.py replay_taste [--json]`: would a scorer have cut swaps, on the history that is stored here?"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mealplans.replaying import Result, replay, stored


class Command(BaseCommand):
    help = "Replays stored swaps and ratings: how many swaps each scorer of taste would have cut, and at what price."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        homes = stored()
        results = replay(homes)
        if options["json"]:
            self.stdout.write(json.dumps({"households": len(homes), "scorers": [asdict(r) for r in results]}))
            return
        weeks = sum(len(home.weeks) for home in homes)
        self.stdout.write(
            f"{len(homes)} households, {weeks} weeks, {results[0].swaps} swaps whose both dishes are known"
        )
        for result in results:
            self.stdout.write(_line(result))


def _line(result: Result) -> str:
    return (
        f"{result.scorer:>18}: would have cut {result.cut} swaps, undecided {result.undecided}, "
        f"wrong way {result.worse}; {result.false_alarms} of {result.kept} kept dishes scored as disliked"
    )
