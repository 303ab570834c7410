"""Whom a portfolio writes to first, held to Meta's limit: exact over all processes, because the count stands in rows.

Asked while messages are claimed, in the claim's transaction and under the portfolio's lock. A person counts once in any
24 hours, by whatever number or account of the portfolio; who wrote to us within the window does not count. What is over
the limit stays in the queue until the first of those counted leaves the 24 hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Min

from whatsapp import headroom, window
from whatsapp.headroom import WITHIN
from whatsapp.incidents import open_incident
from whatsapp.models import Account, Contact, Message, Portfolio, Reach


def within_limit(messages: list[Message], account: Account, now: datetime) -> list[Message]:
    """Those that may leave now; the others are put off. Their contacts come with the rows."""
    first = [message for message in messages if begins(message, now)]
    limit = headroom.limit_of(account) if first else None
    if limit is None:
        return messages
    portfolio = _lock(headroom.key(account))
    people = _people([message.contact for message in first], account)
    known = _known(portfolio, people.values(), now)
    room = limit - portfolio.reached.filter(at__gt=now - WITHIN).count()
    fresh = list(dict.fromkeys(people[m.contact_id] for m in first if people[m.contact_id] not in known))
    allowed = known | set(fresh[: max(0, room)])  # who counts already costs no room, but 24 hours more from now
    _count(portfolio, allowed, now)
    held = [message for message in first if people[message.contact_id] not in allowed]
    if held:
        _put_off(held, portfolio, account, limit, now)
    put_off = {message.pk for message in held}
    return [message for message in messages if message.pk not in put_off]


def begins(message: Message, now: datetime) -> bool:
    """Does it open a conversation? Everything else answers somebody who wrote within the window."""
    return bool(message.template_name) and not window.is_open(message.contact.last_inbound_at, now)


def _lock(key: str) -> Portfolio:
    Portfolio.objects.get_or_create(key=key)
    return Portfolio.objects.select_for_update(no_key=True).get(key=key)


def _people(contacts: Sequence[Contact], account: Account) -> dict[int, str]:
    """Contact -> who it is in the whole portfolio. Somebody without a phone here may show it to another account."""
    hidden = {contact.bsuid for contact in contacts if not contact.wa_id and contact.bsuid}
    rows = Contact.objects.filter(account__in=headroom.together(account), bsuid__in=hidden, wa_id__isnull=False)
    shown = dict(rows.values_list("bsuid", "wa_id")) if hidden else {}
    return {c.pk: c.wa_id or shown.get(c.bsuid) or c.bsuid or f"contact:{c.pk}" for c in contacts}


def _known(portfolio: Portfolio, people: Iterable[str], now: datetime) -> set[str]:
    rows = portfolio.reached.filter(at__gt=now - WITHIN, person__in=set(people))
    return set(rows.values_list("person", flat=True))


def _count(portfolio: Portfolio, people: set[str], now: datetime) -> None:
    rows = [Reach(portfolio=portfolio, person=person, at=now) for person in sorted(people)]
    fields = ["portfolio", "person"]
    Reach.objects.bulk_create(rows, update_conflicts=True, unique_fields=fields, update_fields=["at"])


def _put_off(held: list[Message], portfolio: Portfolio, account: Account, limit: int, now: datetime) -> None:
    first = portfolio.reached.filter(at__gt=now - WITHIN).aggregate(at=Min("at"))["at"] or now
    words = headroom.sentence(limit)
    rows = Message.objects.filter(pk__in=[message.pk for message in held], status=Message.Status.QUEUED)
    rows.update(not_before=first + WITHIN, error_text=words)
    open_incident(account, headroom.INCIDENT, detail=words, fix=headroom.FIX, now=now)


def move(account: Account, business_id: str) -> None:
    """Meta has told which business the account belongs to: who was counted under the old key counts there too."""
    before = Reach.objects.filter(portfolio__key=headroom.key(account))
    Account.objects.filter(pk=account.pk).update(business_id=business_id)
    account.business_id = business_id
    portfolio, _made = Portfolio.objects.get_or_create(key=headroom.key(account))
    rows = [Reach(portfolio=portfolio, person=row.person, at=row.at) for row in before]
    Reach.objects.bulk_create(rows, ignore_conflicts=True)
