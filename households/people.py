"""Who a contact is to us, for the WhatsApp desk: residents and cooks with their households."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from households.models import Engagement, Household, Resident
from whatsapp.people import About, Directory, Group


def _residents() -> Any:
    return Resident.objects.filter(active=True, contact__isnull=False).exclude(household__status="ended")


def _visits() -> Any:
    return Engagement.objects.filter(active=True, cook__contact__isnull=False).exclude(household__status="ended")


def about(contacts: Collection[int]) -> dict[int, list[About]]:
    """Two queries for any number of contacts."""
    found: dict[int, list[About]] = {}
    for row in _residents().filter(contact__in=contacts).select_related("household"):
        role = _("decides") if row.decides else _("resident")
        found.setdefault(row.contact_id, []).append(_about(row.name, role, row.household))
    for visit in _visits().filter(cook__contact__in=contacts).select_related("household", "cook"):
        found.setdefault(visit.cook.contact_id, []).append(_about(visit.cook.name, _("cook"), visit.household))
    return found


def _about(name: str, role: str, household: Household) -> About:
    url = reverse("admin:households_household_change", args=[household.pk])
    return About(name=name, role=role, text=household.name, url=url)


def find(words: str) -> set[int]:
    """By a person's or a household's name, in whatever script it was entered."""
    words = unicodedata.normalize("NFC", words.strip())
    residents = _residents().filter(Q(name__icontains=words) | Q(household__name__icontains=words))
    visits = _visits().filter(Q(cook__name__icontains=words) | Q(household__name__icontains=words))
    return _ids(residents, "contact") | _ids(visits, "cook__contact")


def _ids(rows: Any, field: str) -> set[int]:
    return set(rows.values_list(field, flat=True)[:500])


def values(contacts: Collection[int]) -> Mapping[int, Mapping[str, str]]:
    """What a template's variables of these names mean; somebody in two households gets the first one's."""
    known: dict[int, dict[str, str]] = {}
    for contact, facts in about(contacts).items():
        households = ", ".join(dict.fromkeys(fact.text for fact in facts))
        known[contact] = {"name": facts[0].name, "household": facts[0].text, "households": households}
    return known


def groups() -> Sequence[Group]:
    active = _residents().filter(household__status="active")
    return (
        Group("deciding", _("Who decides, active households"), lambda: _all(active.filter(decides=True), "contact")),
        Group("residents", _("All residents, active households"), lambda: _all(active, "contact")),
        Group("cooks", _("Cooks with a household"), lambda: _all(_visits(), "cook__contact")),
        Group(
            "paused",
            _("Who decides, paused households"),
            lambda: _all(_residents().filter(decides=True, household__status="paused"), "contact"),
        ),
        *_cities(),
    )


def _cities() -> Iterable[Group]:
    cities = Household.objects.filter(status="active").exclude(city="").values_list("city", flat=True)
    for city in sorted(set(cities.order_by())):
        rows = _residents().filter(household__status="active", household__city=city, decides=True)
        label = _("Who decides, %(city)s") % {"city": city}
        yield Group(f"city:{city}", label, lambda rows=rows: _all(rows, "contact"))  # type: ignore[misc]


def _all(rows: Any, field: str) -> Any:
    """Not read here: the asker's query takes it as a part of itself, however many they are."""
    return rows.order_by().values_list(field, flat=True)


def data_page(contact: int, user: Any) -> str:
    may = user.has_perm("households.export_person")
    return reverse("admin:households_person", args=["contact", contact]) if may else ""


DIRECTORY = Directory(about=about, find=find, values=values, groups=groups, data_page=data_page)
