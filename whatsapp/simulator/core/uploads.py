"""Example files of templates: Meta's resumable upload, a session and then the bytes, which give a handle.

A handle says nothing to a send: it stands in a template's header for the reviewers.
"""

from __future__ import annotations

import secrets
from typing import Any

from whatsapp.simulator.core.entities import Business
from whatsapp.simulator.core.errors import GraphError, unknown_node
from whatsapp.simulator.core.world import World

TYPES = ("image/jpeg", "image/png", "video/mp4", "application/pdf")
PREFIX = "upload:"


def start(world: World, business: Business, node: str, given: dict[str, Any]) -> dict[str, str]:
    """POST /{app_id}/uploads. Raises 100 for another app's id, a missing length or a type Meta does not take."""
    if node != business.app_id:
        raise unknown_node(node, "POST")
    length, kind = str(given.get("file_length", "")), str(given.get("file_type", ""))
    if not length.isdecimal() or not int(length):
        raise GraphError(100, message="(#100) The parameter file_length is required.")
    if kind not in TYPES:
        raise GraphError(100, f"Param file_type must be one of {', '.join(TYPES)}; got {kind or 'none'}.")
    session = f"{PREFIX}{secrets.token_urlsafe(16)}"
    world.uploads[session] = int(length)
    return {"id": session}


def receive(world: World, session: str, offset: str, data: bytes) -> dict[str, str]:
    """POST /{upload session}, the whole file at once. Raises 100 for an unknown session or another length."""
    if session not in world.uploads:
        raise unknown_node(session, "POST")
    if offset != "0" or len(data) != world.uploads[session]:
        raise GraphError(100, f"The session expects {world.uploads[session]} bytes from offset 0; got {len(data)}.")
    del world.uploads[session]
    return {"h": f"4::{secrets.token_urlsafe(24)}"}
