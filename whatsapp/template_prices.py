"""What it costs that Meta counts a template in another category: per message, and for as many as went out lately."""

from __future__ import annotations

from datetime import datetime, timedelta

from bettermeals.lib.money import format_money
from whatsapp import rates
from whatsapp.models import Message, MessageTemplate

LATELY = timedelta(days=30)
HUNDREDTHS_OF_A_RUPEE = 100 * rates.HUNDREDTHS


def words(row: MessageTemplate, before: str, after: str, now: datetime) -> str:
    """A sentence for staff; empty where no rate is known or nothing changes."""
    more = rates.change(before, after)
    if not more:
        return ""
    sent = Message.objects.filter(
        template_name=row.name, language=row.language, created_at__gt=now - LATELY, contact__account=row.account_id
    ).count()
    sign = "more" if more > 0 else "less"
    each = f"₹{abs(more) / HUNDREDTHS_OF_A_RUPEE:.4f} {sign} for each message to India"
    month = format_money(-(-abs(more) * sent // rates.HUNDREDTHS))
    return f"That is {each}; {sent} went out in the last 30 days: {month} {sign}."
