"""`manage.py mcp`: the assistant's door, over standard input and output. See docs/api.md."""

from __future__ import annotations

import os
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import BaseCommand, CommandError

from bettermeals.lib import clock
from whatsapp.api import tokens
from whatsapp.api.errors import ApiError

VARIABLE = "BETTERMEALS_API_TOKEN"


class Command(BaseCommand):
    help = f"Serve the assistant's tools over stdio. The API token is read from {VARIABLE}, never from the arguments."

    def handle(self, *args: Any, **options: Any) -> None:
        secret = os.environ.get(VARIABLE, "")
        if not secret:
            raise CommandError(f"Set {VARIABLE} to an API token: back office → API tokens → Add.")
        try:
            tokens.find(secret, clock.now())
        except ApiError as error:
            raise CommandError(error.message) from error
        try:
            from bettermeals.assistant_door import server
        except ModuleNotFoundError as error:
            raise CommandError("The SDK is missing: pip install -r requirements-extras.txt") from error
        async_to_sync(server(secret).run_stdio_async)()
