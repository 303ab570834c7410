"""The same key, the same request, the same answer: however often a caller repeats it after a lost answer.

The key is written before anything is queued. Each message carries it in its `once_key`, so a call that died in the
middle is finished by its repetition and nothing goes out twice.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from whatsapp.api.errors import ApiError
from whatsapp.models import ApiRequest, ApiToken, Message

KEY = re.compile(r"^[A-Za-z0-9_.-]{1,100}$")


def answer_once(
    token: ApiToken, key: str, asked: Any, act: Callable[[], dict[str, Any]], now: datetime
) -> tuple[dict[str, Any], bool]:
    """What `act` returns, and whether it was returned before. Raises ApiError for a missing or reused key."""
    if not KEY.match(key):
        raise ApiError(
            400,
            "idempotency_key_required",
            "Give each request a key of its own in the header Idempotency-Key: 1 to 100 letters, digits, “-”, “_” "
            "or “.”, for example a UUID. Repeat the request with the same key when its answer was lost.",
        )
    row, _ = ApiRequest.objects.get_or_create(
        token=token, key=key, defaults={"fingerprint": _fingerprint(asked), "created_at": now}
    )
    if row.fingerprint != _fingerprint(asked):
        raise ApiError(
            409, "idempotency_conflict", "This key was used for a different request. Give each request its own key."
        )
    if row.answer is not None:
        return row.answer, True
    try:
        answer = act()
    except Exception:
        _forget(row)
        raise
    ApiRequest.objects.filter(pk=row.pk).update(answer=answer)
    return answer, False


def once_key(token: ApiToken, key: str, index: int | None = None) -> str:
    return f"api:{token.pk}:{key}" if index is None else f"api:{token.pk}:{key}:{index}"


def _forget(row: ApiRequest) -> None:
    """A request that queued nothing frees its key, so that a corrected body may use it again."""
    prefix = once_key(row.token, row.key)
    queued = Message.objects.filter(once_key=prefix) | Message.objects.filter(once_key__startswith=f"{prefix}:")
    if not queued.exists():
        ApiRequest.objects.filter(pk=row.pk, answer__isnull=True).delete()


def _fingerprint(asked: Any) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()
