"""`manage.py export_consent +919876543210 [--csv]`: what proves a person's consent, on standard output."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from bettermeals.lib import phones
from whatsapp import consent_proof
from whatsapp.contacts import current
from whatsapp.models import Contact


class Command(BaseCommand):
    help = "Print a person's consent ledger as JSON (or CSV): purpose, how, when, and the message that said so."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("who", help="A phone number, a BSUID, or a contact's id.")
        parser.add_argument("--csv", action="store_true", help="A table instead of JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = _contacts(options["who"])
        if not found:
            raise CommandError(f"Nobody is known as “{options['who']}”.")
        for contact in found:
            if options["csv"]:
                self.stdout.write(consent_proof.as_csv(contact), ending="")
            else:
                self.stdout.write(json.dumps(consent_proof.proof(contact), ensure_ascii=False, indent=1))


def _contacts(who: str) -> list[Contact]:
    """One for each business that knows the person."""
    wanted = Q(bsuid=who) | (Q(pk=int(who)) if who.isdigit() and len(who) < 8 else Q(pk=None))
    with suppress(phones.PhoneError):  # then it is one of the other two
        wanted |= Q(phone=phones.to_e164(who))
    rows = Contact.objects.select_related("account", "merged_into__account").filter(wanted).order_by("pk")
    return list({contact.pk: contact for contact in map(current, rows)}.values())
