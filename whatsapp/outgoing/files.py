"""Pictures, documents, sound and video: by an id of Meta's (30 days) or by a public address that Meta fetches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from whatsapp.outgoing.parameters import ContentError, fits, web_address

CAPTION_LIMIT = 1024
# Meta's caps in bytes, and what it takes, for uploads; a link is checked by Meta when it fetches it (131053).
SIZE_LIMITS = {
    "audio": 16_000_000,
    "image": 5_000_000,
    "video": 16_000_000,
    "sticker": 500_000,
    "document": 100_000_000,
}
MIME_TYPES = {
    "audio": frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
    "image": frozenset({"image/jpeg", "image/png"}),
    "video": frozenset({"video/mp4", "video/3gpp"}),
    "sticker": frozenset({"image/webp"}),
}


@dataclass(frozen=True)
class _File:
    """Exactly one of `media_id` and `link`. Meta caches a link for ten minutes: give a changed file a new address."""

    media_id: str = ""
    link: str = ""
    type = ""

    def __post_init__(self) -> None:
        if bool(self.media_id) == bool(self.link):
            raise ContentError(f"A message with {self.type} needs either a media id or a link, not both and not none.")
        if self.link:
            web_address("The file's address", self.link)
        fits("The caption", getattr(self, "caption", ""), CAPTION_LIMIT, least=0)

    def fields(self) -> dict[str, Any]:
        where = {"id": self.media_id} if self.media_id else {"link": self.link}
        words = {name: getattr(self, name, "") for name in ("caption", "filename")}
        return where | {name: value for name, value in words.items() if value}

    def display(self) -> str:
        words = getattr(self, "caption", "") or getattr(self, "filename", "")
        return f"{self.type.capitalize()}: {words}" if words else self.type.capitalize()


@dataclass(frozen=True)
class Image(_File):
    caption: str = ""
    type = "image"


@dataclass(frozen=True)
class Video(_File):
    caption: str = ""
    type = "video"


@dataclass(frozen=True)
class Document(_File):
    caption: str = ""
    filename: str = ""
    type = "document"

    def __post_init__(self) -> None:
        super().__post_init__()
        fits("The file name", self.filename, 240, least=0)


@dataclass(frozen=True)
class Audio(_File):
    """`voice` draws it as a voice note: OGG with OPUS, mono."""

    voice: bool = False
    type = "audio"

    def fields(self) -> dict[str, Any]:
        return super().fields() | ({"voice": True} if self.voice else {})


@dataclass(frozen=True)
class Sticker(_File):
    type = "sticker"


def check_upload(kind: str, mime_type: str, size: int) -> None:
    """Raises ContentError when Meta would refuse the upload. `size` in bytes."""
    if kind not in SIZE_LIMITS:
        raise ContentError(f"WhatsApp knows no file kind “{kind}”; it takes {', '.join(sorted(SIZE_LIMITS))}.")
    if size > SIZE_LIMITS[kind]:
        raise ContentError(f"The {kind} has {size:,} bytes; WhatsApp takes at most {SIZE_LIMITS[kind]:,}.")
    if mime_type.split(";")[0] not in MIME_TYPES.get(kind, {mime_type.split(";")[0]}):
        raise ContentError(f"WhatsApp takes no {mime_type} as {kind}; use {', '.join(sorted(MIME_TYPES[kind]))}.")
