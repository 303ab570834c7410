"""Secrets at rest and signatures on the wire.

The field encrypts with the first of FIELD_ENCRYPTION_KEYS and reads with any, so a key is rotated by putting a new one
in front. A wrong key raises InvalidToken: two published field libraries return the ciphertext as the value instead.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])


def encrypt(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """Raises cryptography.fernet.InvalidToken when no configured key wrote it."""
    return _fernet().decrypt(token.encode("ascii")).decode()


def is_current(token: str) -> bool:
    """Was it written with the first key?"""
    try:
        Fernet(settings.FIELD_ENCRYPTION_KEYS[0]).decrypt(token.encode("ascii"))
    except InvalidToken:
        return False
    return True


def rotated(token: str) -> str:
    """The same text written with the first key. Raises InvalidToken when no configured key wrote it."""
    return _fernet().rotate(token.encode("ascii")).decode("ascii")


def hmac_sha256_hex(secret: str, raw: bytes) -> str:
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Compared in constant time; what differs must not be measurable from outside."""
    return hmac.compare_digest(left.encode(), right.encode())


class EncryptedTextField(models.TextField):
    """Text that is ciphertext in the database. Empty stays empty, so that "not set" can be seen without a key."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError("an encrypted field cannot be searched: each writing of a value differs")
        return super().get_lookup(lookup_name)
