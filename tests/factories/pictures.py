"""Pictures as people send them: from telephones, from the web, and made to hurt."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

ORIENTATION, GPS = 0x0112, 0x8825


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), colour: Any = "orange", **how: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **how)
    return out.getvalue()


def held_upright() -> bytes:
    """A telephone's: 200 × 100 as it is stored, to be turned clockwise; what is then above is red. It knows where."""
    image, exif, out = Image.new("RGB", (200, 100), "blue"), Image.Exif(), BytesIO()
    image.paste("red", (0, 0, 100, 100))
    exif[ORIENTATION] = 6
    exif[GPS] = {1: "N", 2: (28.0, 36.0, 50.0), 3: "E", 4: (77.0, 12.0, 30.0)}
    image.save(out, "JPEG", exif=exif, comment=b"Asha's kitchen", quality=95)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of some bytes that says it is this large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def upload(data: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)
