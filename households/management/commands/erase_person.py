"""`manage.py erase_person +919876543210 --reason "letter of 3 Nov" [--yes]`: a person erased for good, to the end."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from bettermeals.lib import clock, phones
from households import dossier, erasing, personal
from households.models import Resident
from whatsapp.models import Contact


class Command(BaseCommand):
    help = (
        "Erase a person at their request: by phone, BSUID, contact:<id>, or resident:<id> for somebody without a phone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("who", nargs="?", default="", help="Empty with --resume.")
        parser.add_argument("--reason", default="", help="Who asked for it, when and how.")
        parser.add_argument("--yes", action="store_true", help="Do it; without it only say what is held.")
        parser.add_argument("--resume", action="store_true", help="Go on with what was begun and not finished.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["resume"]:
            self.stdout.write(f"{erasing.carry_on(clock.now())} batches done.")
            return
        person = _find(options["who"])
        if not options["yes"]:
            held = ", ".join(f"{count} {name}" for name, count in dossier.held(person).items())
            self.stdout.write(f"{person.subject}: {held or 'nothing'}. Nothing was erased: add --yes and --reason.")
            return
        if not options["reason"].strip():
            raise CommandError("--reason: who asked for it, when and how? It stays when the person is gone.")
        self._erase(person, options["reason"])

    def _erase(self, person: personal.Person, reason: str) -> None:
        try:
            started = erasing.begin(person, reason=reason, by=None, now=clock.now())
        except erasing.CannotErase as refusal:
            raise CommandError(str(refusal)) from refusal
        erasing.finish(started.pk, clock.now())
        self.stdout.write(f"{started.pseudonym}: erased.")


def _find(who: str) -> personal.Person:
    kind, _colon, pk = who.partition(":")
    if kind == "resident" and pk.isdecimal():
        resident = Resident.objects.filter(pk=pk).first()
        if resident is not None:
            return personal.of_resident(resident)
    wanted = Q(bsuid=who) if who else Q(pk=None)
    if kind == "contact" and pk.isdecimal():
        wanted |= Q(pk=pk)
    with suppress(phones.PhoneError):  # then it is one of the others
        wanted |= Q(phone=phones.to_e164(who))
    contact = Contact.objects.filter(wanted).order_by("pk").first()
    if contact is None:
        raise CommandError(f"Nobody is known as “{who}”.")
    return personal.of_contact(contact)
