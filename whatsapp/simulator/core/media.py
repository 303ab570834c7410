"""Files: kept by id, downloaded through an address that lives five minutes and still wants the bearer token."""

from __future__ import annotations

import hashlib
import mimetypes
import secrets
from typing import Any

from whatsapp.simulator.core.entities import Media, Number
from whatsapp.simulator.core.errors import GraphError, unknown_node
from whatsapp.simulator.core.ids import numeric
from whatsapp.simulator.core.world import World

URL_SECONDS = 5 * 60
UPLOADED_SECONDS, RECEIVED_SECONDS = 30 * 86400, 7 * 86400
MEGABYTE = 1024 * 1024
# Meta's list: family -> (largest, types).
ALLOWED: dict[str, tuple[int, frozenset[str]]] = {
    "audio": (
        16 * MEGABYTE,
        frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/opus"}),
    ),
    "image": (5 * MEGABYTE, frozenset({"image/jpeg", "image/png"})),
    "sticker": (500 * 1024, frozenset({"image/webp"})),
    "video": (16 * MEGABYTE, frozenset({"video/mp4", "video/3gpp"})),
}
DOCUMENT_LARGEST = 100 * MEGABYTE


def upload(world: World, number: Number, form: dict[str, Any], data: bytes, filename: str, now: float) -> Media:
    """POST /{number}/media. Raises 100 for a missing part, 131053 for what WhatsApp does not carry, 131000 when the
    store is full (the out_of_disk knob)."""
    if form.get("messaging_product") != "whatsapp":
        raise GraphError(100, message="(#100) The parameter messaging_product is required.")
    if world.knobs.out_of_disk:
        raise GraphError(131000, "The file could not be stored: no space is left.")
    mime = str(form.get("type") or mimetypes.guess_type(filename)[0] or "").split(";")[0].strip()
    _check(mime, len(data))
    return keep(world, number.id, mime, data, filename, now, UPLOADED_SECONDS)


def _check(mime: str, size: int) -> None:
    family = "sticker" if mime == "image/webp" else mime.split("/")[0]
    largest, types = ALLOWED.get(family, (DOCUMENT_LARGEST, frozenset({mime})))
    if mime not in types or not mime:
        raise GraphError(131053, f"Param file must be a file of a supported type; got {mime or 'none'}.")
    if not 0 < size <= largest:
        raise GraphError(131053, f"A {family} file has 1 to {largest} bytes; this one has {size}.")


def keep(world: World, number_id: str, mime: str, data: bytes, filename: str, now: float, lives: int) -> Media:
    """Store a file under a fresh id."""
    digest = hashlib.sha256(data).hexdigest()
    media = Media(numeric(), number_id, mime, digest, data, filename, now, lives)
    world.media[media.id] = media
    return media


def find(world: World, media_id: str, numbers: set[str], now: float, method: str) -> Media:
    """A file of one of these numbers that still lives; raises 100/33."""
    media = world.media.get(media_id)
    if media is None or media.phone_number_id not in numbers or now >= media.at + media.lives_seconds:
        raise unknown_node(media_id, method)
    return media


def new_url(world: World, media: Media, now: float) -> str:
    """A download address valid for five minutes."""
    token = secrets.token_urlsafe(24)
    media.urls[token] = now + URL_SECONDS
    query = f"mid={media.id}&ext={int(now + URL_SECONDS)}&hash={token}"
    return f"{world.settings.base_url}/whatsapp_business/attachments/?{query}"


def by_url(world: World, media_id: str, token: str, now: float) -> Media | None:
    """The file behind a download address, None once it has expired."""
    media = world.media.get(media_id)
    return media if media is not None and media.urls.get(token, 0) > now else None


def description(world: World, media: Media, now: float) -> dict[str, Any]:
    """GET /{media_id}."""
    return {
        "messaging_product": "whatsapp",
        "url": new_url(world, media, now),
        "mime_type": media.mime_type,
        "sha256": media.sha256,
        "file_size": len(media.data),
        "id": media.id,
    }


def shown(kind: str, media: Media, *, voice: bool = False) -> dict[str, Any]:
    """How the phones' page draws a file."""
    return {
        "type": kind,
        "id": media.id,
        "mime_type": media.mime_type,
        "filename": media.filename,
        "url": f"/_sim/media/{media.id}",
        "voice": voice,
        "size": len(media.data),
    }
