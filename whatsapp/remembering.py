"""Addresses of erased people, recognised without being kept: a keyed digest of each."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

from bettermeals.lib.crypto import hmac_sha256_hex
from whatsapp.models.erased import DigestKey, ErasedAddress

#: Before the digest that stands where Meta's message id stood.
HIDDEN = "erased."


def digest(text: str) -> str:
    """The same text gives the same digest for as long as the database lives; keys of the settings may be rotated."""
    row, _made = DigestKey.objects.get_or_create(pk=1, defaults={"secret": secrets.token_urlsafe(40)})
    return hmac_sha256_hex(row.secret, text.encode())


def digests(texts: Iterable[str]) -> dict[str, str]:
    """Of many at once, in one query. Empty while nobody was ever erased: then there is no key either."""
    row = DigestKey.objects.filter(pk=1).first()
    return {text: hmac_sha256_hex(row.secret, text.encode()) for text in texts} if row else {}


def erased_among(known: Mapping[str, str]) -> set[str]:
    """Which of these addresses (each with its digest) are of somebody who was erased."""
    found = set(ErasedAddress.objects.filter(digest__in=known.values()).values_list("digest", flat=True))
    return {address for address, digested in known.items() if digested in found}


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
