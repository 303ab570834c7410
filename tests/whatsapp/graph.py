"""Meta's answers for faults that no simulator makes on demand; the HTTP layer below `requests` is replaced."""

from __future__ import annotations

import json
from typing import Any

import responses
from django.conf import settings

BASE = f"{settings.WHATSAPP_API_BASE_URL}/{settings.WHATSAPP_API_VERSION}"
MESSAGES = f"{BASE}/{settings.WHATSAPP_PHONE_NUMBER_ID}/messages"


def accepted(id: str = "wamid.accepted") -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "+919810000001", "wa_id": "919810000001"}],
        "messages": [{"id": id}],
    }


def error(code: int, details: str = "", **also: Any) -> dict[str, Any]:
    body = {"message": f"(#{code}) something", "type": "OAuthException", "code": code, "fbtrace_id": "Axyz", **also}
    return {"error": body | ({"error_data": {"details": details}} if details else {})}


def answer(body: Any, http_status: int = 200) -> None:
    """The next POST of a message is answered so."""
    responses.add(responses.POST, MESSAGES, json=body, status=http_status)


def breaks(exception: Exception) -> None:
    responses.add(responses.POST, MESSAGES, body=exception)


def posted() -> list[dict[str, Any]]:
    """The bodies of every message that was posted."""
    return [json.loads(call.request.body) for call in responses.calls if call.request.url == MESSAGES]
