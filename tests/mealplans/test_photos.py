"""What becomes of a file that is called a photo: it is drawn anew, or refused in words."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from mealplans import photos
from tests.factories.pictures import GPS, bomb, held_upright, picture, upload


def seen(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_of_each_kind_is_kept_as_a_jpeg_whole_and_small(kind: str) -> None:
    found = photos.prepared(upload(picture(kind, (2000, 1500)), "dal.exe", "text/html"))
    whole, small = seen(found.whole), seen(found.small)
    assert [(whole.format, whole.size), (small.format, small.size)] == [("JPEG", (1280, 960)), ("JPEG", (320, 240))]


def test_a_small_photo_is_not_blown_up() -> None:
    found = photos.prepared(upload(picture(size=(300, 200))))
    assert (seen(found.whole).size, seen(found.small).size, str(found)) == ((300, 200), (300, 200), "300 × 200")


def test_it_stands_upright_and_does_not_tell_where_it_was_taken() -> None:
    sent = held_upright()
    assert seen(sent).getexif().get_ifd(GPS)
    whole = seen(photos.prepared(upload(sent)).whole)
    assert (whole.size, dict(whole.getexif()), whole.info.get("comment")) == ((100, 200), {}, None)
    red, _green, blue = whole.getpixel((50, 40))
    assert red > 200 > 60 > blue


def test_what_is_transparent_is_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    assert seen(photos.prepared(upload(out.getvalue())).whole).getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "RGBA", "I;16"])
def test_every_way_to_write_a_colour_is_read(mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (40, 30)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert seen(photos.prepared(upload(out.getvalue())).whole).size == (40, 30)


REFUSED = {
    "a page": b"<html><script>alert(1)</script>",
    "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "another kind of picture": picture("GIF"),
    "a kind that programs read": picture("TIFF"),
    "half a photo": picture(size=(900, 900))[:3000],
    "a broken chunk": bomb(100, 100),
    "nothing": b" ",
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_photo_is_refused_whatever_it_is_called(data: bytes) -> None:
    with pytest.raises(photos.Unacceptable, match="no photo that can be read: choose a JPEG, PNG or WebP"):
        photos.prepared(upload(data, "photo.jpg", "image/jpeg"))


@pytest.mark.parametrize(("width", "height"), [(6_000, 6_000), (10_000, 10_000), (50_000, 50_000)])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_some_bytes_that_would_fill_the_memory_are_refused_before_they_are_unpacked(width: int, height: int) -> None:
    with pytest.raises(photos.Unacceptable, match="more than 25 million pixels"):
        photos.prepared(upload(bomb(width, height)))


def test_a_file_too_large_is_refused_unread() -> None:
    with pytest.raises(photos.Unacceptable, match=r"has 5.1 MB; the most is 5 MB"):
        photos.prepared(upload(b"\xff" * 5_100_000))
