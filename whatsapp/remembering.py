"""Addresses of erased people, recognised without being kept: a keyed digest of each."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from bettermeals.lib.crypto import hmac_sha256_hex
from whatsapp.models.erased import DigestKey, ErasedAddress


def digest(text: str) -> str:
    """The same text gives the same digest for as long as the database lives; keys of the settings may be rotated."""
    row, _made = DigestKey.objects.get_or_create(pk=1, defaults={"secret": secrets.token_urlsafe(40)})
    return hmac_sha256_hex(row.secret, text.encode())


def remember(addresses: Iterable[str], now: datetime) -> None:
    """The digests of these addresses stay. Written once: the first erasure's time holds."""
    rows = [ErasedAddress(digest=digest(address), erased_at=now) for address in addresses if address]
    ErasedAddress.objects.bulk_create(rows, ignore_conflicts=True)


def erased_at(addresses: Iterable[str | None]) -> datetime | None:
    """When somebody with one of these addresses was erased; None for everybody else."""
    if not ErasedAddress.objects.exists():
        return None
    known = ErasedAddress.objects.filter(digest__in=[digest(address) for address in addresses if address])
    return known.order_by("erased_at").values_list("erased_at", flat=True).first()
