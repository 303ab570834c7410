"""What stands on top of a household's page: a panel for each room, so that staff see the whole home at once.

This package knows nothing of plans: a room above registers its own panel here when the apps are ready.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest

from bettermeals.lib.money import format_money
from households.billing import ledger
from households.billing.models import Charge
from households.models import Household, TimelineEvent
from whatsapp import window
from whatsapp.admin.thread import may_look
from whatsapp.models import Contact, Message

EVENTS = 12


@dataclass(frozen=True)
class Panel:
    title: str
    template: str
    contents: dict[str, Any] = field(default_factory=dict)
    wide: bool = False


Maker = Callable[[HttpRequest, Household, datetime], Panel | None]
_makers: list[Maker] = []


def register(maker: Maker) -> Maker:
    """Add a panel. It returns None where it has nothing to say or the reader may not see it."""
    _makers.append(maker)
    return maker


def panels(request: HttpRequest, home: Household, now: datetime, last: Sequence[Maker] = ()) -> list[Panel]:
    """The wide ones (the week, then `last`) first, then the household's own, then the others of the rooms above."""
    makers = (people, happened, money, *_makers, *last)
    made = [panel for panel in (maker(request, home, now) for maker in makers) if panel]
    return sorted(made, key=lambda panel: not panel.wide)


def people(request: HttpRequest, home: Household, now: datetime) -> Panel:
    residents = home.residents.filter(active=True).select_related("contact").order_by("-decides", "name")
    engagements = home.engagements.filter(active=True).select_related("cook__contact")
    rows = [(row.name, "decides" if row.decides else "resident", row.contact) for row in residents]
    rows += [(row.cook.name, "cook", row.cook.contact) for row in engagements]
    last = _last_messages([contact for _, _, contact in rows if contact])
    lines = [_line(name, role, contact, last, now) for name, role, contact in rows]
    return Panel("People and threads", "admin/households/people.html", {"lines": lines, "here": may_look(request)})


def _line(name: str, role: str, contact: Contact | None, last: dict[int, Message], now: datetime) -> dict[str, Any]:
    if contact is None:
        return {"name": name, "role": role}
    left = window.remaining(contact.last_inbound_at, now)
    return {
        "name": name,
        "role": role,
        "contact": contact,
        "closes": now + left if left else None,
        "last": last.get(contact.pk),
    }


def _last_messages(contacts: list[Contact]) -> dict[int, Message]:
    """The newest message of each, by one query that works on both databases."""
    own = Message.objects.filter(contact=OuterRef("pk")).order_by("-id").values("pk")[:1]
    newest = Contact.objects.filter(pk__in=[contact.pk for contact in contacts]).order_by()
    rows = Message.objects.filter(pk__in=newest.annotate(newest=Subquery(own)).values("newest"))
    return {message.contact_id: message for message in rows}


def money(request: HttpRequest, home: Household, now: datetime) -> Panel | None:
    if not request.user.has_perm("billing.view_charge"):
        return None
    charges = Charge.objects.filter(household=home).order_by("-pk")[:4]
    rows = [(charge, format_money(charge.amount_paise, charge.currency)) for charge in charges]
    kept = ledger.wallet(home.pk, home.currency)
    contents = {"rows": rows, "kept": format_money(kept, home.currency) if kept else ""}
    return Panel("Money", "admin/households/money.html", contents)


def happened(request: HttpRequest, home: Household, now: datetime) -> Panel:
    events = TimelineEvent.objects.filter(household=home).order_by("-at", "-pk")[:EVENTS]
    return Panel("What happened", "admin/households/happened.html", {"events": events, "home": home})
