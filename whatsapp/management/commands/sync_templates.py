"""Push missing templates to Meta, pull all of them, and report what differs from the code."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bettermeals.lib import clock
from whatsapp.accounts import ensure_default_account, with_token
from whatsapp.cloud_api import CloudApiError
from whatsapp.models import Account
from whatsapp.template_sync import Report, sync


class Command(BaseCommand):
    help = "Push missing templates to Meta, pull all of them, and report what differs from the code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Read and report; change nothing.")
        parser.add_argument("--edit", action="store_true", help="Also push changed words to existing templates.")
        parser.add_argument("--json", action="store_true", help="Print the report as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_default_account()
        reports = [self._sync(account, options) for account in with_token()]
        if options["json"]:
            self.stdout.write(json.dumps([asdict(report) for report in reports], ensure_ascii=False, indent=2))
            return
        for report in reports:
            for line in lines(report):
                self.stdout.write(line)

    def _sync(self, account: Account, options: dict[str, Any]) -> Report:
        try:
            return sync(account, clock.now(), dry_run=options["dry_run"], edit=options["edit"])
        except CloudApiError as error:
            raise CommandError(f"{account.name}: {error.sentence} ({error})") from None


def lines(report: Report) -> list[str]:
    """The report for people."""
    groups = {
        "created": report.created,
        "edited": report.edited,
        "missing at Meta": report.missing,
        "waiting for Meta": report.waiting,
        "cannot be sent": report.not_sendable,
        "differs": [f"{label}: {'; '.join(found)}" for label, found in report.drifted.items()],
        "other category than declared": report.recategorised,
        "at Meta only": report.undeclared,
        "refused by Meta": report.errors,
    }
    found = [f"  {title}: {entry}" for title, entries in groups.items() for entry in entries]
    state = "every declared template can be sent" if report.ready else "not every declared template can be sent yet"
    return [f"{report.account}: {state}", *found]
