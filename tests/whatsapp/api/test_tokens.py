"""Tokens: kept as a digest, scoped, counted, revoked; and every call on record."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.factories.whatsapp import HOUR, NOW, make_contact
from tests.whatsapp.api.calling import Program, code
from whatsapp.api import scopes, tokens
from whatsapp.models import Account, ApiCall, ApiToken

pytestmark = pytest.mark.django_db
SCOPE_OF = [
    ("GET", "messages", scopes.MESSAGES_READ),
    ("POST", "messages", scopes.MESSAGES_SEND),
    ("POST", "messages/bulk", scopes.MESSAGES_SEND),
    ("GET", "templates", scopes.TEMPLATES_READ),
    ("GET", "contacts", scopes.CONTACTS_READ),
    ("POST", "contacts", scopes.CONTACTS_WRITE),
    ("GET", "contacts/1", scopes.CONTACTS_READ),
    ("GET", "contacts/1/consent", scopes.CONSENT_READ),
    ("POST", "contacts/1/consent", scopes.CONSENT_WRITE),
]


@pytest.mark.parametrize(("method", "path", "scope"), SCOPE_OF)
def test_each_address_needs_its_own_scope_and_no_other_will_do(
    account: Account, method: str, path: str, scope: str
) -> None:
    without = Program(account, *(set(scopes.OWN) - {scope}))
    answer = without.get(path) if method == "GET" else without.post(path, {})
    assert (answer.status_code, code(answer)) == (403, "scope_missing")
    with_it = Program(account, scope)
    answer = with_it.get(path) if method == "GET" else with_it.post(path, {})
    assert answer.status_code != 403


@pytest.mark.parametrize(
    ("header", "expected"),
    [({}, "token_missing"), ({"Authorization": "Basic eDp5"}, "token_missing"),
     ({"Authorization": "Bearer bm_wrong"}, "token_unknown")],
)  # fmt: skip
def test_without_a_right_token_nothing_opens(account: Account, header: dict[str, str], expected: str) -> None:
    answer = Client().get("/api/v1/messages", headers=header)
    assert (answer.status_code, code(answer)) == (401, expected)


def test_a_revoked_token_is_refused_from_the_next_call_on(program: Program) -> None:
    assert tokens.revoke(program.token, "lost laptop", NOW) is True
    assert tokens.revoke(program.token, "again", NOW) is False
    assert code(program.get("messages")) == "token_revoked"


def test_calls_beyond_the_tokens_share_wait_for_the_next_minute(account: Account) -> None:
    slow = Program(account, calls_per_minute=2)
    answers = [slow.get("templates") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (code(answers[2]), answers[2].headers["Retry-After"]) == ("too_many_calls", "60")
    assert Program(account).get("templates").status_code == 200


def test_the_database_holds_no_token(program: Program) -> None:
    assert program.secret not in str(list(ApiToken.objects.values()))
    assert program.secret.startswith("bm_")


def test_every_call_is_on_record_without_texts_and_numbers(program: Program) -> None:
    make_contact("+919810000001", wrote_at=NOW - HOUR)
    sent = program.texts("+919810000001", "Secret words", key="k1").json()["id"]
    program.texts("12")
    calls = list(ApiCall.objects.order_by("pk").values("action", "status", "code", "detail", "token", "door"))
    assert calls == [
        {"action": "POST /api/v1/messages", "status": 202, "code": "", "token": program.token.pk, "door": "rest",
         "detail": {"message": sent, "repeated": False}},
        {"action": "POST /api/v1/messages", "status": 422, "code": "phone_invalid", "token": program.token.pk,
         "door": "rest", "detail": {}},
    ]  # fmt: skip
    program.token.refresh_from_db()
    assert program.token.last_used_at == NOW


def test_an_unknown_scope_cannot_be_given(account: Account) -> None:
    with pytest.raises(ValueError, match="unknown scopes: messages:everything"):
        tokens.make(name="x", account=account, scopes=["messages:everything"], now=NOW)


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def test_staff_make_a_token_and_see_it_once(boss: Client, account: Account) -> None:
    form = {"name": "Shop", "account": account.pk, "scopes": ["messages:send"], "calls_per_minute": 60}
    answer = boss.post("/admin/whatsapp/apitoken/add/", form)
    secret = answer.context["secret"]
    row = ApiToken.objects.get()
    assert (answer.status_code, secret in answer.content.decode()) == (200, True)
    assert "no-store" in answer.headers["Cache-Control"]
    assert (tokens.find(secret, NOW), row.scopes, row.created_by.username) == (row, ["messages:send"], "boss")
    for page in ("", f"{row.pk}/change/"):
        assert secret not in boss.get(f"/admin/whatsapp/apitoken/{page}").content.decode()


def test_staff_revoke_a_token_with_a_reason(boss: Client, program: Program) -> None:
    address = reverse("admin:whatsapp_apitoken_revoke", args=[program.token.pk])
    boss.get(address)
    assert ApiToken.objects.get().revoked_at is None
    boss.post(address, {"_form_submitted": "True", "reason": "Contract ended"})
    assert ApiToken.objects.get().revoked_because == "boss: Contract ended"
    assert code(program.get("messages")) == "token_revoked"


def test_a_change_of_scopes_holds_at_once(boss: Client, program: Program) -> None:
    form: dict[str, Any] = {"name": "Shop", "scopes": ["templates:read"], "calls_per_minute": 60}
    boss.post(f"/admin/whatsapp/apitoken/{program.token.pk}/change/", form)
    assert (program.get("templates").status_code, code(program.get("messages"))) == (200, "scope_missing")


def test_another_method_is_refused_in_the_same_shape(program: Program) -> None:
    answer = Client().delete("/api/v1/messages", headers=program.headers)
    assert (answer.status_code, code(answer)) == (405, "method_not_allowed")
