"""What it costs that Meta counts a template in another category: per message, and for as many as went out lately."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Count

from bettermeals.lib.money import SYMBOLS, format_money
from whatsapp import rates, rates_said
from whatsapp.models import Message, MessageTemplate, PhoneNumber

LATELY = timedelta(days=30)
MOST_NAMED = 3


def words(row: MessageTemplate, before: str, after: str, now: datetime) -> str:
    """A sentence for each country that it went to, for staff; empty where nothing changes."""
    card = rates.Card()
    sent = _sent(row, now) or Counter(dict.fromkeys(_likely(row, card), 0))
    told = [_in(card, country, sent[country], before, after, now) for country in sorted(sent)]
    return " ".join(filter(None, told))


def _sent(row: MessageTemplate, now: datetime) -> Counter[str]:
    """Country -> messages lately."""
    found = Message.objects.filter(
        template_name=row.name, language=row.language, created_at__gt=now - LATELY, contact__account=row.account_id
    )
    sent: Counter[str] = Counter()
    for wa_id, bsuid, count in found.values_list("contact__wa_id", "contact__bsuid").annotate(Count("pk")).order_by():
        sent[rates.country_of(wa_id or bsuid or "")] += count
    return sent


def _likely(row: MessageTemplate, card: rates.Card) -> list[str]:
    """Where it would go first: the country of our numbers; no number tells one: the first that have a rate."""
    shown = PhoneNumber.objects.filter(account=row.account_id).values_list("display_phone_number", flat=True)
    own = {rates.country_of("".join(filter(str.isdigit, number))) for number in shown} - {rates.NOWHERE}
    return sorted(own) or card.countries()[:MOST_NAMED]


def _in(card: rates.Card, country: str, sent: int, before: str, after: str, now: datetime) -> str:
    more, where = rates.change(card, country, before, after, now.date()), rates_said.country(country)
    if more is None:
        return f"There is no rate for {where}; {sent} went out in the last 30 days." if sent else ""
    if not more.amount:
        return ""
    sign = "more" if more.amount > 0 else "less"
    each = f"{SYMBOLS.get(more.currency, more.currency)}{abs(more.amount):.4f} {sign} for each message to {where}"
    month = format_money(rates.minor(abs(more.amount) * sent), more.currency)
    return f"That is {each}; {sent} went out in the last 30 days: {month} {sign}."
