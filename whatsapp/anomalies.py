"""What nobody understood of a webhook: counted by kind, with one sample, and shown to staff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from whatsapp.models import WebhookAnomaly


@dataclass(frozen=True)
class Anomaly:
    """`detail` names the thing (a field, a type, a key); equal kinds and details are counted together."""

    kind: str
    detail: str
    sample: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        return self.kind[:60], self.detail[:200]


def record(anomalies: Iterable[Anomaly], delivery: int | None, now: datetime) -> None:
    """Of one webhook, by its key. Counted once for each time it occurred; seen again, it is no longer acknowledged."""
    found = list(anomalies)
    samples = {anomaly.key: anomaly for anomaly in reversed(found)}
    for (kind, detail), count in sorted(Counter(anomaly.key for anomaly in found).items()):
        values = {"last_seen": now, "count": F("count") + count, "acknowledged_at": None}
        rows = WebhookAnomaly.objects.filter(kind=kind, detail=detail)
        if rows.update(**values):
            continue
        try:
            with transaction.atomic():
                WebhookAnomaly.objects.create(
                    kind=kind,
                    detail=detail,
                    count=count,
                    first_seen=now,
                    last_seen=now,
                    sample=samples[kind, detail].sample,
                    delivery_id=delivery,
                )
        except IntegrityError:  # another process met it first in the same moment
            rows.update(**values)
