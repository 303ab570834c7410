"""Who a contact is to the layers above: their households, names and groups, which this package cannot know.

settings.WHATSAPP_PEOPLE names a tuple of `Directory`. Each answers for many contacts at once, with a fixed number of
queries, because lists of conversations and bulk sends ask for hundreds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class About:
    """One fact about a person: `role` is "resident", "cook"; `text` where; `url` the page of it in the back office."""

    name: str
    role: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Group:
    """People that belong together, to choose them by. `contacts` gives their ids, best as a queryset of them."""

    key: str
    label: str
    contacts: Callable[[], Collection[int] | QuerySet[Any]] = field(repr=False)


@dataclass(frozen=True)
class Directory:
    """`about`: contact ids -> their facts. `find`: search words -> contact ids. `values`: contact ids -> what template
    variables of these names may be filled with. `groups`: whom staff can choose at once. `data_page`: where all that is
    held about a contact is handed out or erased; empty for a user who may not."""

    about: Callable[[Collection[int]], Mapping[int, Sequence[About]]]
    find: Callable[[str], Collection[int]]
    values: Callable[[Collection[int]], Mapping[int, Mapping[str, str]]]
    groups: Callable[[], Sequence[Group]]
    data_page: Callable[[int, Any], str] = lambda contact, user: ""


@cache
def _load(path: str) -> tuple[Directory, ...]:
    return tuple(import_string(path)) if path else ()


def directories() -> tuple[Directory, ...]:
    return _load(settings.WHATSAPP_PEOPLE)


def about(contacts: Collection[int]) -> dict[int, list[About]]:
    """Contact id -> what is known about the person; somebody unknown has no entry."""
    found: dict[int, list[About]] = {}
    for directory in directories():
        for contact, facts in directory.about(contacts).items():
            found.setdefault(contact, []).extend(facts)
    return found


def find(words: str) -> set[int]:
    return {contact for directory in directories() for contact in directory.find(words)}


def values(contacts: Collection[int]) -> dict[int, dict[str, str]]:
    """Contact id -> {variable: value}; the first directory that knows a value wins."""
    found: dict[int, dict[str, str]] = {}
    for directory in reversed(directories()):
        for contact, known in directory.values(contacts).items():
            found.setdefault(contact, {}).update({name: value for name, value in known.items() if value})
    return found


def groups() -> list[Group]:
    return [group for directory in directories() for group in directory.groups()]


def data_page(contact: int, user: Any) -> str:
    """The page on which this user may hand out or erase what is held about the person; empty when there is none."""
    pages = (directory.data_page(contact, user) for directory in directories())
    return next((page for page in pages if page), "")
