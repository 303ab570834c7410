"""`manage.py replay`: process stored webhooks once more. Safe: what they did already is recognised."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_datetime

from whatsapp import replaying


class Command(BaseCommand):
    help = "Process the webhooks that were received since a moment once more, or only those that failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", required=True, help="For example 2026-11-21T09:00 (UTC) or …T09:00+05:30.")
        parser.add_argument("--until", default="", help="Default: now.")
        parser.add_argument("--failed", action="store_true", help="Only those that could not be processed.")

    def handle(self, *args: Any, **options: Any) -> None:
        until = _moment(options["until"]) if options["until"] else None
        count = replaying.again(replaying.Span(_moment(options["since"]), until, options["failed"]))
        self.stdout.write(f"{count} webhooks are processed again.")


def _moment(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"“{text}” is no moment: write it as 2026-11-21T09:00 or 2026-11-21T09:00+05:30.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)
