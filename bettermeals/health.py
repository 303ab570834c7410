"""/healthz: can this process serve, and does the machinery behind it move?

Answers 200 while the database answers; the heartbeat's age is told beside it, so that a monitor can alarm on a dead
worker without a load balancer taking healthy web processes out of service.
"""

from __future__ import annotations

import time

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

HEARTBEAT = "bettermeals:heartbeat"
LATE_AFTER_SECONDS = 90


def beat() -> None:
    cache.set(HEARTBEAT, time.time(), timeout=None)


def heartbeat_age() -> int | None:
    """Seconds since beat, broker and worker last proved themselves together; None if they never did."""
    last = cache.get(HEARTBEAT)
    return None if last is None else max(0, int(time.time() - last))


def healthz(request: HttpRequest) -> JsonResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return JsonResponse({"database": type(error).__name__}, status=503)
    age = heartbeat_age()
    machinery = "waiting" if age is None else "late" if age > LATE_AFTER_SECONDS else "ok"
    return JsonResponse({"database": "ok", "clock": machinery, "heartbeat_age_seconds": age})
