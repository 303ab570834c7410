"""Who a person is to us: their rows, their homes, and every way in which they are named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q

from bettermeals.lib.scrubbing import Scrubber
from households.models import Cook, Engagement, Resident
from whatsapp import erasing as threads
from whatsapp import identifying
from whatsapp.models import Contact, Message

#: A first name as short as this is a syllable of many words.
SHORTEST = 3


@dataclass(frozen=True)
class Person:
    """Primary keys of the person's rows and of what is near them; and how they are called. Kept as JSON."""

    subject: str
    contacts: list[int]
    residents: list[int]
    cooks: list[int]
    homes: list[int]
    near: list[int]  # contacts of the same homes: what is said there names the person
    names: list[str]
    numbers: list[str]
    ids: list[str]

    @property
    def pseudonym(self) -> str:
        return f"Erased person {self.subject.replace(':', ' ')}"

    def scrubber(self, *, words: bool = True) -> Scrubber:
        """`words`: what the person wrote, found where it is quoted; while their messages still hold it."""
        said: Iterable[str] = ()
        if words:
            rows = Message.objects.filter(contact__in=self.contacts, direction=Message.Direction.IN)
            said = sorted(set(rows.exclude(text="").values_list("text", flat=True)), key=len, reverse=True)
        return Scrubber(self.pseudonym, tuple(self.numbers), tuple(self.ids), tuple(self.names), tuple(said))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def of_contact(contact: Contact) -> Person:
    """Everything that this WhatsApp identity is: rows at all accounts, residents and cook. Merged rows included."""
    while contact.merged_into is not None:
        contact = contact.merged_into
    rows = threads.everywhere(contact)
    pks = [row.pk for row in rows]
    residents = list(Resident.objects.filter(contact__in=pks))
    cooks = list(Cook.objects.filter(contact__in=pks))
    return _person(f"contact:{contact.pk}", rows, residents, cooks)


def of_resident(resident: Resident) -> Person:
    """A resident: with a phone all that the contact is, without one (a child) the row alone."""
    if resident.contact is not None:
        return of_contact(resident.contact)
    return _person(f"resident:{resident.pk}", [], [resident], [])


def _person(subject: str, rows: list[Contact], residents: list[Resident], cooks: list[Cook]) -> Person:
    homes = {row.household_id for row in residents}
    homes |= set(Engagement.objects.filter(cook__in=cooks).values_list("household", flat=True))
    own = [row.pk for row in rows]
    names = {row.name for row in residents} | {row.name for row in cooks} | {row.profile_name for row in rows}
    others = _others(homes, {row.pk for row in residents}, {row.pk for row in cooks})
    return Person(
        subject=subject,
        contacts=own,
        residents=[row.pk for row in residents],
        cooks=[row.pk for row in cooks],
        homes=sorted(homes),
        near=sorted(_near(homes) - set(own)),
        names=sorted(_called(names, others) | {row.username for row in rows if row.username} | _had(own, "username")),
        numbers=sorted({digits for row in rows for digits in _numbers(row)} | _had(own, "wa_id")),
        ids=sorted(
            {text for row in rows for text in (row.bsuid, row.parent_bsuid) if text}
            | _had(own, "bsuid", "parent_bsuid")
        ),
    )


def _had(contacts: list[int], *kinds: str) -> set[str]:
    """Also what they had before: it stands in old rows. What is somebody else's by now is not theirs to take along."""
    now_of_others = Contact.objects.exclude(pk__in=contacts)
    return {
        value
        for value in identifying.ever(contacts, *kinds)
        if not any(now_of_others.filter(**{kind: value}).exists() for kind in kinds)
    }


def _numbers(row: Contact) -> set[str]:
    return {text.removeprefix("+") for text in (row.wa_id, row.phone) if text}


def _near(homes: set[int]) -> set[int]:
    at_home = Q(residents__household__in=homes) | Q(cook__engagements__household__in=homes)
    return set(Contact.objects.filter(at_home).values_list("pk", flat=True))


def _others(homes: set[int], residents: set[int], cooks: set[int]) -> set[str]:
    """How the others of the same homes are called: their first names must stay theirs."""
    people = Resident.objects.filter(household__in=homes).exclude(pk__in=residents)
    visits = Engagement.objects.filter(household__in=homes).exclude(cook__in=cooks)
    names = {*people.values_list("name", flat=True), *visits.values_list("cook__name", flat=True)}
    return {word.casefold() for name in names for word in (name, *name.split()[:1])}


def _called(names: set[str], others: set[str]) -> set[str]:
    """Whole names, and the first word of each unless somebody else at home is called so."""
    whole = {name.strip() for name in names if name.strip()}
    first = {name.split()[0] for name in whole}
    return whole | {name for name in first if len(name) >= SHORTEST and name.casefold() not in others}
