"""What people write uses a number's throughput too, Meta counts both ways together: sending leaves room for it.

Each message that came takes one of the number's slots. Whoever sends as fast as the number may would else be refused
(130429) whenever many people write at once, and each refusal costs a message one of its tries.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Value
from django.db.models.functions import Greatest

from whatsapp import pacing
from whatsapp.models import Message, PhoneNumber

# Meta counts a second; its timestamps are whole seconds, and a webhook is on its way for a while.
LATELY = timedelta(seconds=3)


def after(rows: Iterable[Message], now: datetime) -> None:
    """Called with new inbound messages once they are committed: senders wait for the number's row. What came long ago,
    after a pause of the webhooks, is over for Meta."""
    lately = Counter(row.phone_number_id for row in rows if now - row.created_at < LATELY)
    for number in PhoneNumber.objects.filter(pk__in=lately).order_by("pk"):
        rate = pacing.rate_of(number)
        taken = min(lately[number.pk], rate) / rate
        free = Greatest(F("next_slot_at"), Value(time.time()))
        PhoneNumber.objects.filter(pk=number.pk).update(next_slot_at=free + taken)
