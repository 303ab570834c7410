"""`manage.py rotate_keys`: see docs/deploy.md, “Rotate secrets”."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bettermeals import key_rotation


class Command(BaseCommand):
    help = "Write every credential anew with the first of FIELD_ENCRYPTION_KEYS. Can be run again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only count; status 1 when something is left to do.")

    def handle(self, *args: Any, **options: Any) -> None:
        check = options["check"]
        counts = key_rotation.rotate(write=not check)
        for count in counts:
            words = "to rewrite" if check else "rewritten"
            unreadable = f", {len(count.unreadable)} unreadable" if count.unreadable else ""
            self.stdout.write(f"{count.name}: {count.rewritten} {words}, {count.current} current{unreadable}")
        lost = [f"{count.name} of {pk}" for count in counts for pk in count.unreadable]
        if lost:
            raise CommandError(
                f"No configured key reads {', '.join(lost)}. Put the key that wrote them back into "
                "FIELD_ENCRYPTION_KEYS, or enter these credentials again."
            )
        if check and any(count.rewritten for count in counts):
            raise CommandError("Some credentials still need an older key. Run rotate_keys before you remove it.")
        self.stdout.write("All credentials are written with the first key; the older keys can go.")
