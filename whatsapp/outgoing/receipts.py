"""Blue ticks and the typing bubble."""

from __future__ import annotations

from typing import Any


def mark_read(wamid: str, *, typing: bool = False) -> dict[str, Any]:
    """Marks this and every earlier message as read. The bubble stays until we answer, at most 25 seconds."""
    body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    return body | ({"typing_indicator": {"type": "text"}} if typing else {})
