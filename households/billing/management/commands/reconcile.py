"""manage.py reconcile --date 2026-11-23: what differs from the provider's books. No output and exit 0: all is right."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bettermeals.lib import clock
from households.billing import reconcile


class Command(BaseCommand):
    help = "Compare a day's payment links, payments and ledger with the payment provider's."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--date", type=date.fromisoformat, help="YYYY-MM-DD; yesterday when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["date"] or timezone.localdate(clock.now()) - timedelta(days=1)
        found = reconcile.differences(day)
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"{len(found)} difference(s) on {day}.")
