from __future__ import annotations

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import FieldError
from pytest_django import Settings

from bettermeals.lib.crypto import EncryptedTextField, decrypt, encrypt, hmac_sha256_hex, same


def test_what_is_encrypted_can_be_read_and_never_looks_the_same_twice() -> None:
    first, second = encrypt("EAAG-token"), encrypt("EAAG-token")
    assert (decrypt(first), decrypt(second)) == ("EAAG-token", "EAAG-token")
    assert first != second


def test_an_old_key_still_reads_after_a_new_one_was_put_in_front(settings: Settings) -> None:
    old = encrypt("secret")
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]
    assert decrypt(old) == "secret"


def test_a_wrong_key_raises_instead_of_returning_the_ciphertext(settings: Settings) -> None:
    token = encrypt("secret")
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(InvalidToken):
        decrypt(token)


def test_an_encrypted_field_refuses_to_be_searched() -> None:
    with pytest.raises(FieldError):
        EncryptedTextField().get_lookup("exact")


def test_the_signature_is_the_documented_hmac_over_raw_bytes() -> None:
    # RFC 4231, test case 2
    assert hmac_sha256_hex("Jefe", b"what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


def test_comparison_takes_any_text() -> None:
    assert (same("ü", "ü"), same("a", "b"), same("", "a")) == (True, False, False)
