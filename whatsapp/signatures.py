"""Whose webhook is it? Meta signs the raw bytes with the app secret; during a rotation two secrets are right."""

from __future__ import annotations

import threading
import time

from bettermeals.lib.crypto import hmac_sha256_hex, same
from whatsapp.models import Account

PREFIX = "sha256="
# Decrypting every account's secrets for every webhook would cost more than storing it; a rotation shows in seconds.
CACHE_SECONDS = 5.0
_lock = threading.Lock()
_cached: tuple[float, list[tuple[int, str]]] = (0.0, [])


def forget() -> None:
    """Read the secrets again at the next webhook: called when an account is saved in this process."""
    global _cached
    with _lock:
        _cached = (0.0, [])


def _secrets() -> list[tuple[int, str]]:
    global _cached
    with _lock:
        until, secrets = _cached
        if time.monotonic() >= until:
            secrets = [
                (account.pk, secret)
                for account in Account.objects.order_by("-is_default", "pk")
                for secret in (account.app_secret, account.previous_app_secret)
                if secret
            ]
            _cached = (time.monotonic() + CACHE_SECONDS, secrets)
        return secrets


def signer(header: str, raw: bytes) -> int | None:
    """The id of the account whose app signed these bytes; None when nobody did. Every secret is tried, so that the
    time taken tells nothing about which one fits."""
    if not header.startswith(PREFIX):
        return None
    given = header.removeprefix(PREFIX)
    if not given.isascii():
        return None
    fitting = [pk for pk, secret in _secrets() if same(hmac_sha256_hex(secret, raw), given)]
    return fitting[0] if fitting else None


def verify_token_fits(token: str) -> bool:
    """Does any account expect this token in Meta's handshake?"""
    tokens = [account.verify_token for account in Account.objects.all()]
    fitting = [expected for expected in tokens if expected and same(expected, token)]
    return bool(fitting)
