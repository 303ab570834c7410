"""The key that encrypts credentials is changed: every row is written anew, and then the old key can go."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from bettermeals import key_rotation
from bettermeals.lib import crypto
from tests.factories.whatsapp import make_account
from whatsapp.models import Account

pytestmark = pytest.mark.django_db
FIELDS = ("access_token", "previous_access_token", "app_secret", "previous_app_secret", "verify_token")


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("rotate_keys", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def secrets(settings: Any) -> dict[str, str]:
    """Credentials of two accounts, written with a key that is now the second."""
    make_account()
    Account.objects.create(name="Other", waba_id="555000111", access_token="EAAother")
    found = {f"{row.pk}.{name}": getattr(row, name) for row in Account.objects.all() for name in FIELDS}
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]
    return found


def read() -> dict[str, str]:
    return {f"{row.pk}.{name}": getattr(row, name) for row in Account.objects.all() for name in FIELDS}


def test_after_the_rotation_the_old_key_is_not_needed(secrets: dict[str, str], settings: Any) -> None:
    output = run()
    settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[:1]
    assert read() == secrets
    assert "whatsapp.Account.access_token: 2 rewritten, 0 current\n" in output
    assert "whatsapp.Account.app_secret: 1 rewritten, 0 current\n" in output
    assert [value for value in secrets.values() if value and value in output] == []


def test_a_second_run_finds_nothing_to_do(secrets: dict[str, str]) -> None:
    run()
    assert "whatsapp.Account.access_token: 0 rewritten, 2 current\n" in run()


def test_a_run_that_was_killed_goes_on_where_it_was(secrets: dict[str, str]) -> None:
    Account.objects.get(waba_id="555000111").save()  # written with the new key already, as by half a run
    assert "whatsapp.Account.access_token: 1 rewritten, 1 current\n" in run()
    assert read() == secrets


def test_check_counts_and_changes_nothing(secrets: dict[str, str]) -> None:
    with pytest.raises(CommandError, match="still need an older key"):
        run("--check")
    assert key_rotation.rotate(write=False)[0].rewritten == 2
    run()
    assert "the older keys can go" in run("--check")


def test_what_no_key_reads_is_named_without_its_text_and_the_rest_is_done(secrets: dict[str, str]) -> None:
    lost = Fernet(Fernet.generate_key()).encrypt(b"gone").decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE whatsapp_account SET access_token = %s WHERE waba_id = '555000111'", [lost])
    other = Account.objects.filter(waba_id="555000111").values_list("pk", flat=True).get()
    with pytest.raises(CommandError, match=f"Account.access_token of {other}"):
        run()
    default = Account.objects.filter(is_default=True).only("app_secret").get()
    assert default.app_secret in secrets.values()


def test_a_credential_saved_meanwhile_is_not_overwritten(
    secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = crypto.rotated

    def saved_meanwhile(token: str) -> str:
        Account.objects.filter(is_default=True).update(access_token="EAAnew")
        return inner(token)

    monkeypatch.setattr(crypto, "rotated", saved_meanwhile)
    key_rotation.rotate()
    assert Account.objects.get(is_default=True).access_token == "EAAnew"
