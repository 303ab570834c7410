"""A program that calls the API as any would: over HTTP, with its token."""

from __future__ import annotations

import itertools
from typing import Any

from django.test import Client

from tests.factories.whatsapp import NOW
from whatsapp.api import scopes, tokens
from whatsapp.models import Account, ApiToken

_keys = itertools.count(1)


class Program:
    def __init__(self, account: Account, *scope: str, **how: Any) -> None:
        self.token: ApiToken
        self.token, self.secret = tokens.make(name="Shop", account=account, scopes=scope or scopes.OWN, now=NOW, **how)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}

    def get(self, path: str, **query: Any) -> Any:
        return Client().get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any, *, key: str | None = None) -> Any:
        """With a key of its own, unless `key` is given; an empty one is left out."""
        key = f"key-{next(_keys)}" if key is None else key
        named = {"Idempotency-Key": key} if key else {}
        headers = {**self.headers, **named}
        return Client().post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    def texts(self, to: Any, words: str = "Hello", *, key: str | None = None) -> Any:
        return self.post("messages", {"to": to, "type": "text", "text": {"body": words}}, key=key)


def code(answer: Any) -> str:
    return str(answer.json()["error"]["code"])
