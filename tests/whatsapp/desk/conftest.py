"""The inbox with one parked question, staff of two kinds, and a clock that stands still."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from bettermeals.lib import clock
from tests.factories.whatsapp import NOW, post, text
from whatsapp import handling, receiving
from whatsapp.models import Account, Contact

_names = itertools.count()
ASHA = "+919810000001"


@pytest.fixture(autouse=True)
def moment(monkeypatch: Any) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def move(monkeypatch: Any) -> Callable[[Any], None]:
    """Let it be later."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


def arrive(*bodies: Any) -> None:
    """Webhooks as Meta posts them, understood and handled."""
    for body in bodies:
        assert post(body).status_code == 200
    receiving.process_pending(NOW)
    handling.handle_due(NOW)


@pytest.fixture
def asha(account: Account) -> Contact:
    """She asked something that no rule knows: the thread waits for staff."""
    arrive(text("what is in the sambar?", phone=ASHA, name="Asha"))
    return Contact.objects.select_related("account").get()


def make_staff(*codenames: str, name: str = "") -> tuple[Any, Client]:
    """A member of staff with these permissions of this package; with none named, all of them."""
    user = get_user_model().objects.create_user(name or f"ravi{next(_names)}", password="x", is_staff=True)
    known = Permission.objects.filter(content_type__app_label="whatsapp")
    user.user_permissions.set(known.filter(codename__in=codenames) if codenames else known)
    client = Client()
    client.force_login(user)
    return user, client


@pytest.fixture
def ravi(db: Any) -> Any:
    return make_staff(name="ravi")


@pytest.fixture
def boss(ravi: Any) -> Client:
    client: Client = ravi[1]
    return client


@pytest.fixture
def viewer(db: Any) -> Client:
    return make_staff("view_contact", "view_message", "view_inboxitem")[1]


def thread_url(contact: Contact) -> str:
    return reverse("admin:whatsapp_inbox_thread", args=[contact.pk])


def do(client: Client, contact: Contact, name: str, **said: Any) -> Any:
    """One act, as the page's script posts it."""
    url = reverse("admin:whatsapp_inbox_act", args=[contact.pk, name])
    return client.post(url, said, headers={"X-Requested-With": "fetch"})
