"""How many more people a business may start a conversation with today: Meta's limit over any 24 hours."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from whatsapp.models import Account, Message

WITHIN = timedelta(hours=24)
UNLIMITED = "TIER_UNLIMITED"
_THOUSANDS = re.compile(r"^(?:TIER_)?(\d+)(K?)$")
COUNTED = ("sending", "unknown", "accepted", "sent", "delivered", "read", "queued")


def limit_of(account: Account) -> int | None:
    """The highest limit among the account's numbers (Meta shares it between them); None when unknown or unlimited."""
    limits = [_number(value) for value in account.numbers.values_list("messaging_limit", flat=True)]
    known = [limit for limit in limits if limit is not None]
    return (
        max(known, default=None) if UNLIMITED not in account.numbers.values_list("messaging_limit", flat=True) else None
    )


def _number(value: str) -> int | None:
    found = _THOUSANDS.match(value.upper())
    return int(found[1]) * (1000 if found[2] else 1) if found else None


def left(account: Account, now: datetime) -> int | None:
    """How many people more; None without a known limit. Whoever was written to in these 24 hours is counted once."""
    limit = limit_of(account)
    if limit is None:
        return None
    rows = Message.objects.filter(contact__account=account, direction="out", type="template", status__in=COUNTED)
    used = rows.filter(created_at__gt=now - WITHIN).values("contact").distinct().count()
    return max(0, limit - used)
