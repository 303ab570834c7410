"""A dish's photo: looked at by its content, drawn anew, and kept whole and small under a random name.

What is stored is written from pixels alone, so nothing else of the file that was sent (where it was taken, a comment,
another file behind the picture) reaches anybody.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from mealplans.models import Dish

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 5_000_000
#: A telephone's 24 million and a little; each takes four bytes of memory while it is read.
MOST_PIXELS = 25_000_000
#: The longer side; the small one is the card of a telephone, three points to each of its own.
WHOLE_EDGE, SMALL_EDGE = 1280, 320
QUALITY = 82
SMALL = "-small"

logger = logging.getLogger(__name__)


class Unacceptable(ValueError):
    """The file is not kept; the sentence says why and what to do."""


class NotStored(Exception):
    """Our own storage did not take it: full, or out of reach."""


@dataclass(frozen=True)
class Photo:
    whole: bytes
    small: bytes
    size: tuple[int, int]

    def __str__(self) -> str:
        """As the audit names it."""
        return f"{self.size[0]} × {self.size[1]}"


def prepared(file: UploadedFile) -> Photo:
    """Both pictures, ready to be stored. Raises Unacceptable."""
    if (file.size or 0) > MOST_BYTES:
        text = _("The file has %(size)s MB; the most is %(most)s MB. Make the photo smaller first.")
        sizes = {"size": f"{(file.size or 0) / 1_000_000:.1f}", "most": MOST_BYTES // 1_000_000}
        raise Unacceptable(text % sizes)
    picture = _read(file)
    return Photo(_jpeg(picture, WHOLE_EDGE), _jpeg(picture, SMALL_EDGE), picture.size)


def _read(file: UploadedFile) -> Image.Image:
    try:
        with Image.open(_bytes(file), formats=FORMATS) as found:
            _refuse_a_bomb(found.width * found.height)
            found.draft("RGB", (WHOLE_EDGE, WHOLE_EDGE))  # a JPEG is read no larger than it is needed
            return _flat(ImageOps.exif_transpose(found))
    except Unacceptable:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unacceptable(_bomb_words()) from error
    except Exception as error:  # a broken file makes the decoders raise whatever they like
        raise Unacceptable(_("This is no photo that can be read: choose a JPEG, PNG or WebP file.")) from error


def _bytes(file: UploadedFile) -> IO[bytes]:
    file.seek(0)
    return BytesIO(file.read())


def _refuse_a_bomb(pixels: int) -> None:
    """By what the file says of itself, before any of it is unpacked: some kilobytes may become gigabytes."""
    if pixels > MOST_PIXELS:
        raise Unacceptable(_bomb_words())


def _bomb_words() -> str:
    text = _("The photo has more than %(most)s million pixels. Make it smaller first.")
    return text % {"most": MOST_PIXELS // 1_000_000}


def _flat(image: Image.Image) -> Image.Image:
    """On white, at most as large as it is kept; a new picture, so that nothing but pixels comes along."""
    image = image.convert("RGBA")
    image.thumbnail((WHOLE_EDGE, WHOLE_EDGE))
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _jpeg(picture: Image.Image, edge: int) -> bytes:
    picture, out = picture.copy(), BytesIO()
    picture.thumbnail((edge, edge))
    picture.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()


def path_of(name: str) -> str:
    """Where a name lies in the storage; a name with SMALL behind it is the small one."""
    return f"dishes/{name}.jpg"


def address(name: str, *, small: bool = False) -> str:
    return reverse("dish-photo", args=[name + SMALL if small else name])


def store(photo: Photo) -> str:
    """Returns its name. Raises NotStored, with nothing left behind."""
    name = secrets.token_hex(16)
    try:
        default_storage.save(path_of(name), ContentFile(photo.whole))
        default_storage.save(path_of(name + SMALL), ContentFile(photo.small))
    except Exception as error:  # whatever storage a deployment uses has errors of its own
        _discard(name)
        raise NotStored(f"{type(error).__name__}: {error}") from error
    return name


def locked_name(dish_id: int) -> str:
    """The photo that the dish has now; nobody else changes it before this transaction ends."""
    return Dish.objects.select_for_update(no_key=True).values_list("photo", flat=True).get(pk=dish_id)


def forget(*names: str) -> None:
    """The files of these go once the change stands: until then it may be rolled back."""
    for name in filter(None, names):
        transaction.on_commit(partial(discard_unused, name))


def discard_unused(name: str) -> None:
    """A dish that was merged keeps the photo it lent, so that the merge can be undone."""
    if name and not Dish.objects.filter(photo=name).exists():
        _discard(name)


def _discard(name: str) -> None:
    for each in (name, name + SMALL):
        try:
            default_storage.delete(path_of(each))
        except Exception:  # the change stands all the same; the file can be removed by hand
            logger.exception("the photo %s could not be removed", path_of(each))
