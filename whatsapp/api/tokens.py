"""Tokens: made once, shown once, kept as a digest, counted per minute, revoked for good."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Q

from whatsapp.api import scopes as known_scopes
from whatsapp.api.errors import ApiError
from whatsapp.models import Account, ApiToken

PREFIX = "bm_"  # so that a leaked one is recognised by whoever finds it
USED_EVERY = timedelta(minutes=1)


def make(
    *, name: str, account: Account, scopes: Iterable[str], now: datetime, by: Any = None, calls_per_minute: int = 120
) -> tuple[ApiToken, str]:
    """The row and the token itself, which nobody can read again. Raises ValueError for a scope that does not exist."""
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in known_scopes.known()]
    if unknown:
        raise ValueError(f"unknown scopes: {', '.join(unknown)}; there are {', '.join(known_scopes.known())}")
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        name=name,
        account=account,
        scopes=wanted,
        digest=_digest(secret),
        ending=secret[-4:],
        calls_per_minute=calls_per_minute,
        created_at=now,
        created_by=by,
    )
    return row, secret


def find(secret: str, now: datetime) -> ApiToken:
    """The token's row, marked as used. Raises ApiError when it is unknown or revoked."""
    row = ApiToken.objects.select_related("account").filter(digest=_digest(secret)).first()
    if row is None:
        raise ApiError(401, "token_unknown", "This token is not known. Make one in the back office under API tokens.")
    if row.revoked_at is not None:
        raise ApiError(401, "token_revoked", "This token was revoked. Ask for a new one.")
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_EVERY)
    if row.last_used_at is None or row.last_used_at < now - USED_EVERY:
        ApiToken.objects.filter(stale, pk=row.pk).update(last_used_at=now)
    return row


def require(token: ApiToken, scope: str) -> None:
    if scope not in token.scopes:
        raise ApiError(403, "scope_missing", f"This token lacks the scope {scope}. Make one that has it.")


def count(token: ApiToken, now: datetime) -> None:
    """One call more in this minute. Raises ApiError when the token's share is used up."""
    key = f"api-calls:{token.pk}:{int(now.timestamp()) // 60}"
    cache.add(key, 0, timeout=120)
    if cache.incr(key) > token.calls_per_minute:
        wait = 60 - int(now.timestamp()) % 60
        raise ApiError(
            429,
            "too_many_calls",
            f"This token may make {token.calls_per_minute} calls a minute. Go on in {wait} seconds, or send in bulk.",
            headers={"Retry-After": str(wait)},
        )


def revoke(token: ApiToken, because: str, now: datetime) -> bool:
    """False when it was revoked already."""
    rows = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
    return bool(rows.update(revoked_at=now, revoked_because=because))


def _digest(secret: str) -> str:
    """Plain SHA-256 suffices: the token is 256 random bits, there is nothing to guess from a list."""
    return hashlib.sha256(secret.encode()).hexdigest()
