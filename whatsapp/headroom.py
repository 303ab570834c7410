"""How many more people a business may write to first: Meta's limit over any 24 hours, shared by its whole portfolio.

`reach.py` holds every send to it; here it is read, for preflights and for the incident.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from whatsapp import window
from whatsapp.incidents import settle
from whatsapp.models import Account, Message, PhoneNumber, Reach

WITHIN = timedelta(hours=24)
UNLIMITED = "TIER_UNLIMITED"
INCIDENT = "messaging limit"
FIX = "Nothing to do: it goes on by itself. For more a day, verify the business, or let Meta raise the limit with use."
_THOUSANDS = re.compile(r"^(?:TIER_)?(\d+)(K?)$")


def key(account: Account) -> str:
    """What names the portfolio: accounts of the same business share it."""
    return account.business_id or f"waba:{account.waba_id}"


def together(account: Account) -> QuerySet[Account]:
    """All accounts of the account's portfolio, itself included."""
    mine = Q(business_id=account.business_id) if account.business_id else Q(pk=account.pk)
    return Account.objects.filter(mine)


def limit_of(account: Account) -> int | None:
    """The highest limit among the portfolio's numbers (Meta shares it between them); None: unknown or unlimited."""
    told = list(PhoneNumber.objects.filter(account__in=together(account)).values_list("messaging_limit", flat=True))
    known = [limit for limit in map(_number, told) if limit is not None]
    return None if UNLIMITED in told else max(known, default=None)


def _number(value: str) -> int | None:
    found = _THOUSANDS.match(value.upper())
    return int(found[1]) * (1000 if found[2] else 1) if found else None


def reached(account: Account, now: datetime) -> QuerySet[Reach]:
    """Who counts now."""
    return Reach.objects.filter(portfolio__key=key(account), at__gt=now - WITHIN)


def left(account: Account, now: datetime) -> int | None:
    """How many people more, after those who wait in the queue; None without a known limit."""
    limit = limit_of(account)
    return None if limit is None else max(0, limit - reached(account, now).count() - _waiting(account, now))


def _waiting(account: Account, now: datetime) -> int:
    """People in the queue who will count when their template leaves."""
    counted = reached(account, now).filter(person__in=[OuterRef("contact__wa_id"), OuterRef("contact__bsuid")])
    opened = now - window.WINDOW + window.MARGIN
    closed = Q(contact__last_inbound_at=None) | Q(contact__last_inbound_at__lte=opened)
    queued = Message.objects.filter(closed, direction="out", watched="queued", contact__account__in=together(account))
    rows = queued.exclude(template_name="").exclude(Exists(counted))
    return rows.order_by().values("contact").distinct().count()


def check(account: Account, now: datetime) -> None:
    """The incident that `reach.py` opens is closed here, once people may be written to first again."""
    limit = limit_of(account)
    full = limit is not None and reached(account, now).count() >= limit
    settle(account, INCIDENT, problem=sentence(limit) if full else "", fix=FIX, now=now)


def sentence(limit: int | None) -> str:
    return f"The business has written first to {limit:,} people in 24 hours: that is Meta's limit for it."
