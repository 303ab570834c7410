"""What may be in a free-form message, type by type, and how a phone shows it.

Each reader takes the type's own object, raises GraphError as Meta would, and returns what the phones' page draws:
`body`, `header`, `footer`, `buttons`, `list`, `media`, `location`, `contacts`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whatsapp.simulator.core import params
from whatsapp.simulator.core.entities import Media
from whatsapp.simulator.core.errors import GraphError
from whatsapp.simulator.core.interactive import read_interactive

Shown = dict[str, Any]
Finder = Callable[[str], Media]  # a media id of this number -> the file; raises 131009

MEDIA_TYPES = ("image", "video", "audio", "document", "sticker")
TYPES = (
    "audio", "contacts", "document", "image", "interactive", "location", "reaction", "sticker", "template", "text",
    "video",
)  # fmt: skip


def read_content(type_: str, source: dict[str, Any], find: Finder) -> Shown:
    """The drawing of a checked message. `source` is the type's object. Raises GraphError."""
    if type_ in MEDIA_TYPES:
        return read_media(type_, source, find)
    if type_ == "interactive":
        return read_interactive(source, lambda kind, obj: read_media(kind, obj, find, "interactive['header']"))
    return _READERS[type_](source)


def read_media(type_: str, source: dict[str, Any], find: Finder, where: str = "") -> Shown:
    """Exactly one of id and link; captions on image, video and document only."""
    where = params.path(where, type_)
    if bool(source.get("id")) == bool(source.get("link")):
        raise (
            params.missing(f"{where}: exactly one of 'id' and 'link'")
            if not source.get("id")
            else params.invalid(f"Param {where} must have only one of 'id' and 'link'.")
        )
    caption = _caption(type_, source, where)
    media: Shown = {"type": type_, "filename": source.get("filename", ""), "voice": source.get("voice") is True}
    if source.get("link"):
        return {"media": media | {"url": params.url(source, "link", where)}, "body": caption}
    return {"media": media | _file(type_, find(str(source["id"]))), "body": caption}


def _caption(type_: str, source: dict[str, Any], where: str) -> str:
    if source.get("caption") is not None and type_ in ("audio", "sticker"):
        raise params.invalid(f"Param {where}['caption'] is not supported for {type_}.")
    return params.optional_text(source, "caption", where, 1024)


def _file(type_: str, media: Media) -> Shown:
    family = {"image": "image/", "sticker": "image/webp", "video": "video/", "audio": "audio/"}.get(type_, "")
    if not media.mime_type.startswith(family):
        raise GraphError(131053, f"Media of type {media.mime_type} cannot be sent as {type_}.")
    return {"id": media.id, "mime_type": media.mime_type, "url": f"/_sim/media/{media.id}"}


def _text(source: Shown) -> Shown:
    body = params.text(source, "body", "text", 4096)
    preview = source.get("preview_url")
    if preview is not None and not isinstance(preview, bool):
        raise params.invalid("Param text['preview_url'] must be a boolean.")
    return {"body": body, "preview_url": bool(preview)}


def _location(source: Shown) -> Shown:
    latitude = params.number(source, "latitude", "location", -90, 90)
    longitude = params.number(source, "longitude", "location", -180, 180)
    place = {"name": source.get("name", ""), "address": source.get("address", "")}
    return {"location": {"latitude": latitude, "longitude": longitude} | place, "body": ""}


def _contacts(source: Any) -> Shown:
    if not source or len(source) > 257:
        raise params.bad_value("Param contacts must have between 1 and 257 items.")
    for at, contact in enumerate(source):
        _contact(params.of_kind(dict, contact, f"contacts[{at}]"), f"contacts[{at}]")
    names = [c["name"]["formatted_name"] for c in source]
    return {"contacts": source, "body": ", ".join(names)}


def _contact(contact: Shown, where: str) -> None:
    name = params.take(dict, contact, "name", where)
    params.text(name, "formatted_name", params.path(where, "name"), 1024)
    if not set(name) & {"first_name", "last_name", "middle_name", "prefix", "suffix"}:
        raise params.bad_value(f"Param {where}['name'] needs one more part besides formatted_name.")


_READERS: dict[str, Callable[[Any], Shown]] = {"text": _text, "location": _location, "contacts": _contacts}
