"""Identifiers as Meta and the payment provider shape them."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import string

_ALNUM = string.ascii_letters + string.digits
_COUNTRY_OF_PREFIX = (("91", "IN"), ("971", "AE"), ("44", "GB"), ("65", "SG"), ("1", "US"))


def wamid(wa_id: str) -> str:
    """A message id: base64 of the counterpart's number and a random part, as Meta's look."""
    raw = b"\x1d\x0c" + wa_id.encode() + b"\x15\x02\x00\x11" + secrets.token_bytes(16).hex().upper().encode() + b"\x00"
    return "wamid." + base64.b64encode(raw).decode()


def numeric(digits: int = 16) -> str:
    """A Graph node id: digits, no leading zero."""
    return secrets.choice("123456789") + "".join(secrets.choice(string.digits) for _ in range(digits - 1))


def bsuid(portfolio_id: str, wa_id: str) -> str:
    """A business-scoped user id: country, dot, opaque part. The same person differs from portfolio to portfolio."""
    country = next((c for prefix, c in _COUNTRY_OF_PREFIX if wa_id.startswith(prefix)), "IN")
    digest = hashlib.sha256(f"{portfolio_id}/{wa_id}".encode()).hexdigest()
    return f"{country}.{int(digest[:24], 16)}"


def looks_like_bsuid(value: str) -> bool:
    """True for `IN.123…` and for a parent id `IN.ENT.…`."""
    return re.fullmatch(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", value) is not None


def razorpay(prefix: str) -> str:
    """`plink_`, `pay_`, `order_`, `rfnd_` and so on: prefix and fourteen characters."""
    return f"{prefix}_" + "".join(secrets.choice(_ALNUM) for _ in range(14))


def digits_of(phone: str, country_code: str) -> str:
    """The wa_id of a phone as Meta reads `to`: with `+` taken as written, without it and at ten digits the
    business number's own country code is prepended (the documented trap for foreign numbers)."""
    digits = re.sub(r"\D", "", phone)
    if phone.strip().startswith("+") or len(digits) > 10:
        return digits
    return country_code + digits
