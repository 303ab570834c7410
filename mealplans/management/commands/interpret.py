"""JSON lines in, their meaning out: the product's own `interpret`, for measuring and for curious staff."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mealplans.intents.in_play import catalogue_facts
from mealplans.intents.lines import answered


class Command(BaseCommand):
    help = 'Read {"id","role","text","now","awaiting"} lines on stdin; write what each means.'
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--timezone", default="Asia/Kolkata", help="the household's timezone")

    def handle(self, *args: Any, timezone: str, **options: Any) -> None:
        facts = catalogue_facts()
        for number, line in enumerate(sys.stdin, start=1):
            if not line.strip():
                continue
            try:
                answer = answered(json.loads(line), timezone, facts)
            except (ValueError, KeyError) as problem:
                raise CommandError(f"line {number}: {problem!r}; expected id, role, text, now, awaiting") from problem
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
