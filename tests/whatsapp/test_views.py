"""Meta's door: the handshake, the signature, the size, and what is stored before Meta hears 200."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.factories.whatsapp import WEBHOOK, post, sign, text
from whatsapp.models import Account, WebhookDelivery
from whatsapp.views import BODY_LIMIT

HANDSHAKE = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}


def test_the_handshake_answers_the_challenge_as_plain_text(account: Account, client: Client) -> None:
    answer = client.get(WEBHOOK, {**HANDSHAKE, "hub.verify_token": settings.WHATSAPP_WEBHOOK_VERIFY_TOKEN})
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"1158201444", "text/plain")


@pytest.mark.parametrize(
    "query",
    [
        {**HANDSHAKE, "hub.verify_token": "wrong"},
        {**HANDSHAKE, "hub.verify_token": ""},
        {**HANDSHAKE, "hub.verify_token": "नमस्ते"},
        {},
    ],
)
def test_the_handshake_refuses_a_token_that_does_not_fit(account: Account, client: Client, query: Any) -> None:
    answer = client.get(WEBHOOK, query)
    assert (answer.status_code, b"1158201444" in answer.content) == (403, False)


def test_the_handshake_refuses_another_mode_even_with_the_right_token(account: Account, client: Client) -> None:
    query = {**HANDSHAKE, "hub.mode": "unsubscribe", "hub.verify_token": settings.WHATSAPP_WEBHOOK_VERIFY_TOKEN}
    assert client.get(WEBHOOK, query).status_code == 403


def test_a_signed_webhook_is_stored_byte_for_byte(account: Account) -> None:
    raw = json.dumps(text("राजमा चावल 🍛"), ensure_ascii=True).encode()
    answer = post(raw)
    delivery = WebhookDelivery.objects.get()
    assert answer.status_code == 200
    assert (bytes(delivery.body), delivery.status, delivery.account) == (raw, "received", account)


@pytest.mark.parametrize(
    "header",
    ["", "sha256=", "sha256=" + "0" * 64, "sha1=" + "0" * 40, "sha256=é", "sha256=" + "नम"],
)
def test_a_webhook_with_a_wrong_signature_leaves_no_trace(account: Account, client: Client, header: str) -> None:
    headers = {"X-Hub-Signature-256": header} if header.isascii() else {}
    answer = client.post(WEBHOOK, b"{}", content_type="application/json", headers=headers)
    assert (answer.status_code, WebhookDelivery.objects.count()) == (403, 0)


def test_the_refusal_does_not_tell_the_right_signature(account: Account, client: Client) -> None:
    raw = b'{"object": "x"}'
    answer = client.post(WEBHOOK, raw, content_type="application/json", headers={"X-Hub-Signature-256": "sha256=00"})
    assert sign(raw).removeprefix("sha256=") not in answer.content.decode()


def test_both_secrets_are_right_while_the_app_secret_is_rotated(account: Account) -> None:
    answers = [
        post(text("hi"), secret=secret).status_code
        for secret in (settings.WHATSAPP_APP_SECRET, settings.WHATSAPP_APP_SECRET_PREVIOUS, "neither of them")
    ]
    assert answers == [200, 200, 403]


def test_one_changed_byte_breaks_the_signature(account: Account, client: Client) -> None:
    raw = json.dumps(text("hi")).encode()
    header = {"X-Hub-Signature-256": sign(raw)}
    answer = client.post(WEBHOOK, raw.replace(b"hi", b"ho"), content_type="application/json", headers=header)
    assert (answer.status_code, WebhookDelivery.objects.count()) == (403, 0)


def test_malformed_json_with_a_right_signature_is_stored_and_answered_200(account: Account) -> None:
    assert post(b"not json at all").status_code == 200
    assert bytes(WebhookDelivery.objects.get().body) == b"not json at all"


def test_three_megabytes_are_taken(account: Account) -> None:
    raw = json.dumps(text("x" * 3_000_000)).encode()
    assert (post(raw).status_code, WebhookDelivery.objects.count()) == (200, 1)


def test_a_body_above_the_limit_is_refused_before_it_is_read(account: Account, client: Client) -> None:
    class NeverRead:
        def read(self, *_: Any) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    answer = client.generic("POST", WEBHOOK, b"", CONTENT_LENGTH=str(BODY_LIMIT + 1), **{"wsgi.input": NeverRead()})
    assert (answer.status_code, WebhookDelivery.objects.count()) == (413, 0)


def test_storing_costs_one_insert(account: Account, django_assert_num_queries: Any) -> None:
    post(text("warm up the secrets"))
    with django_assert_num_queries(1):
        post(text("hi"))


def test_other_methods_are_refused(account: Account, client: Client) -> None:
    assert client.put(WEBHOOK, b"{}", content_type="application/json").status_code == 405
