"""What is kept of somebody who was erased: that this address must not be written to, without the address."""

from __future__ import annotations

from django.db import models

from bettermeals.lib.crypto import EncryptedTextField


class DigestKey(models.Model):
    """The one key of the digests below. Ciphertext: who has the rows alone cannot try out all phone numbers."""

    secret = EncryptedTextField()

    def __str__(self) -> str:
        return "Key of the digests"


class ErasedAddress(models.Model):
    """A phone number or BSUID of an erased person as a keyed digest, so that an import opts nobody in again."""

    digest = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.digest[:12]}…"
