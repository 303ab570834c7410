"""Every other call that carries a body fits Meta's file too: templates, files, the subscription."""

from __future__ import annotations

import inspect
import json
import re
from email import message_from_bytes
from typing import Any

import pytest
import responses
from django.conf import settings

from tests.contract.reading import Contract
from tests.factories.whatsapp import NOW
from tests.whatsapp import doors, graph
from whatsapp import accounts, drafts, template_sync
from whatsapp.cloud_api import CloudApi
from whatsapp.models import Account, TemplateDraft

WABA = f"{graph.BASE}/{settings.WHATSAPP_BUSINESS_ACCOUNT_ID}"
TEMPLATES = f"{WABA}/message_templates"
ASKING = {"number", "numbers", "account", "subscribed_apps", "debug_token", "templates", "media", "download"}
# The resumable upload is Graph's own and stands not in the file; that it works is shown against the simulator.
ELSEWHERE = {"upload_example"}
POSTING = {
    "send", "mark_read", "create_template", "edit_template", "upload", "subscribe", "register", "request_code",
    "verify_code",
}  # fmt: skip


def test_every_call_of_ours_either_only_asks_or_is_held_against_the_file() -> None:
    methods = inspect.getmembers(
        CloudApi, lambda found: inspect.isfunction(found) and not found.__name__.startswith("_")
    )
    speaking = {
        name for name, found in methods if re.search(r"self\._(call|pages|request)\(", inspect.getsource(found))
    }
    assert speaking == ASKING | ELSEWHERE | POSTING


@responses.activate
def test_an_example_file_goes_up_in_a_session_of_the_app(account: Account) -> None:
    """Where no app id is configured Meta is asked whose token it is."""
    responses.get(f"{graph.BASE}/app", json={"id": "634974688087057"})
    responses.post(f"{graph.BASE}/634974688087057/uploads", json={"id": "upload:MTp"})
    responses.post(f"{graph.BASE}/upload:MTp", json={"h": "4::aW"})
    Account.objects.update(app_id="")
    api = accounts.cloud_api(Account.objects.get())
    assert api.upload_example("list.pdf", b"%PDF-1.7", "application/pdf") == "4::aW"
    started, sent = responses.calls[1].request, responses.calls[2].request
    assert started.params == {"file_name": "list.pdf", "file_length": "8", "file_type": "application/pdf"}
    assert (sent.body, sent.headers["file_offset"]) == (b"%PDF-1.7", "0")
    assert sent.headers["Authorization"].startswith("OAuth ")


def bodies(url: str) -> list[Any]:
    return [
        json.loads(call.request.body)
        for call in responses.calls
        if call.request.method == "POST" and call.request.url == url
    ]


@responses.activate
def test_a_template_is_created_as_the_file_wants_it(account: Account, meta_contract: Contract) -> None:
    responses.get(TEMPLATES, json={"data": []})
    responses.post(TEMPLATES, json={"id": "1", "status": "PENDING", "category": "UTILITY"})
    template_sync.sync(account, NOW)
    made = bodies(TEMPLATES)
    assert [meta_contract.operation(body, "{WABA-ID}/message_templates") for body in made] == [""] * 4
    assert [(body["name"], body["language"]) for body in made] == [
        ("week_ready", "en"),
        ("week_ready", "hi"),
        ("cook_today", "en"),
        ("festival_offer", "en"),
    ]


@responses.activate
def test_a_template_written_in_the_back_office_fits(account: Account, meta_contract: Contract) -> None:
    responses.post(TEMPLATES, json={"id": "1", "status": "PENDING", "category": "UTILITY"})
    draft = drafts.begin(account, "closed", "en", "UTILITY", None, NOW)
    values = {
        "header": "Closed",
        "body": "Dear {{1}}, the kitchen is closed on this day. We are back the day after.",
        "variables": ["name"],
        "examples": ["Asha"],
        "buttons": [{"type": "QUICK_REPLY", "text": "Seen", "url": "", "example": ""}],
    }
    TemplateDraft.objects.filter(pk=draft.pk).update(**values)
    draft.refresh_from_db()
    drafts.submit(draft, None, NOW)
    [body] = bodies(TEMPLATES)
    assert (meta_contract.operation(body, "{WABA-ID}/message_templates"), body["name"]) == ("", "closed")


@responses.activate
def test_a_template_is_edited_as_the_file_wants_it(account: Account, meta_contract: Contract) -> None:
    theirs = {"id": "77", "name": "cook_today", "language": "en", "status": "APPROVED", "components": []}
    responses.get(TEMPLATES, json={"data": [theirs]})
    responses.post(TEMPLATES, json={"id": "1"})
    responses.post(f"{graph.BASE}/77", json={"success": True})
    template_sync.sync(account, NOW, edit=True)
    [body] = bodies(f"{graph.BASE}/77")
    assert (meta_contract.operation(body, "{TEMPLATE_ID}"), body) == (
        "",
        {"components": doors.COOK.components("en")},
    )


@responses.activate
def test_a_file_is_uploaded_as_the_file_wants_it(account: Account, meta_contract: Contract) -> None:
    url = f"{graph.BASE}/{settings.WHATSAPP_PHONE_NUMBER_ID}/media"
    responses.post(url, json={"id": "1130"})
    api = accounts.cloud_api(account)
    assert api.upload(settings.WHATSAPP_PHONE_NUMBER_ID, "list.pdf", b"%PDF", "application/pdf") == "1130"
    [call] = responses.calls
    form = parts(call.request)
    assert form == {"messaging_product": "whatsapp", "type": "application/pdf", "file": "%PDF"}
    assert meta_contract.operation(form, "{Phone-Number-ID}/media", "multipart/form-data") == ""


def parts(request: Any) -> dict[str, str]:
    whole = b"Content-Type: " + request.headers["Content-Type"].encode() + b"\r\n\r\n" + request.body
    found = message_from_bytes(whole).get_payload()
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True).decode() for part in found
    }


@responses.activate
@pytest.mark.parametrize(
    ("name", "given", "edge"),
    [
        ("register", ("123456",), "register"),
        ("request_code", ("SMS", "en_US"), "request_code"),
        ("verify_code", ("123456",), "verify_code"),
    ],
)
def test_a_number_is_verified_and_registered_as_the_file_wants_it(
    account: Account, meta_contract: Contract, name: str, given: tuple[str, ...], edge: str
) -> None:
    url = f"{graph.BASE}/{settings.WHATSAPP_PHONE_NUMBER_ID}/{edge}"
    responses.post(url, json={"success": True})
    getattr(accounts.cloud_api(account), name)(settings.WHATSAPP_PHONE_NUMBER_ID, *given)
    [body] = bodies(url)
    assert meta_contract.operation(body, f"{{Phone-Number-ID}}/{edge}") == ""


@responses.activate
def test_the_subscription_is_asked_for_without_a_body(account: Account, meta_contract: Contract) -> None:
    responses.post(f"{WABA}/subscribed_apps", json={"success": True})
    accounts.cloud_api(account).subscribe()
    [call] = responses.calls
    assert call.request.body is None
    assert meta_contract.operation({}, "{WABA-ID}/subscribed_apps") == ""
