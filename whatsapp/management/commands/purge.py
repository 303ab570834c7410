"""`manage.py purge [--dry-run]`: remove what has been kept long enough (docs/whatsapp.md, "What is kept")."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bettermeals.lib import clock
from whatsapp import purging


class Command(BaseCommand):
    help = "Remove raw webhooks, and the words and files of messages, whose time is over. Beat does it once a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only count.")

    def handle(self, *args: Any, **options: Any) -> None:
        dry = options["dry_run"]
        found = purging.due(clock.now()) if dry else purging.purge(clock.now())
        verb = "would be" if dry else "were"
        self.stdout.write(
            f"{found.webhooks} webhooks {verb} removed, {found.samples} examples emptied, {found.messages} messages "
            f"emptied, {found.files} files removed, {found.notes} notes and other words emptied; "
            f"{found.held} are kept beyond their time."
        )
