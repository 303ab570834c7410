"""Who called what, when, and how it ended: a row per call with a right token."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from whatsapp.models import ApiCall, ApiToken


def record(
    token: ApiToken, *, door: str, action: str, status: int, code: str = "", detail: dict[str, Any], now: datetime
) -> None:
    ApiCall.objects.create(
        token=token, at=now, door=door, action=action[:200], status=status, code=code[:60], detail=detail
    )
