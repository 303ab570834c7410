"""Files that people send: fetched at once, checked, refused when a browser could run them, tried again."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
import responses
from django.conf import settings

from tests.factories.whatsapp import DAY, HOUR, NOW, inbound, post
from tests.whatsapp.graph import BASE, error
from whatsapp import media, receiving
from whatsapp.models import Account, MediaFile

URL = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=77"
DATA = b"the receipt"
HEX = hashlib.sha256(DATA).hexdigest()
BASE64 = base64.b64encode(hashlib.sha256(DATA).digest()).decode()


def arrives(kind: str = "document", sha256: str = BASE64) -> None:
    part = {"id": "77", "mime_type": "application/pdf", "sha256": sha256, "filename": "../../etc/passwd"}
    post(inbound({"type": kind, kind: part}))
    receiving.process_pending(NOW)


def meta_has(mime: str = "application/pdf", size: int = len(DATA), data: bytes = DATA) -> None:
    answer = {"url": URL, "mime_type": mime, "sha256": HEX, "file_size": size, "id": "77"}
    responses.get(f"{BASE}/77", json=answer)
    responses.get(URL, body=data)


def row() -> MediaFile:
    return MediaFile.objects.get()


@responses.activate
@pytest.mark.parametrize("digest", [BASE64, HEX, BASE64.rstrip("="), ""])
def test_a_file_is_stored_when_its_checksum_fits_in_either_writing(account: Account, digest: str) -> None:
    arrives(sha256=digest)
    meta_has()
    assert media.fetch_due(NOW) == 1
    assert (row().status, row().file.read(), row().size) == ("stored", DATA, len(DATA))


@responses.activate
def test_the_stored_name_is_ours_and_the_senders_is_kept_as_words_only(account: Account) -> None:
    arrives()
    meta_has()
    media.fetch_due(NOW)
    assert row().file.name == f"whatsapp/{row().file.name.split('/', 1)[1]}"
    assert row().file.name.endswith(f"{row().message.public_id}.pdf")
    assert row().filename == "../../etc/passwd"


@responses.activate
def test_the_bytes_are_asked_for_with_the_token_in_a_header(account: Account) -> None:
    arrives()
    meta_has()
    media.fetch_due(NOW)
    calls = [call.request for call in responses.calls]
    assert {call.headers["Authorization"] for call in calls} == {f"Bearer {settings.WHATSAPP_ACCESS_TOKEN}"}
    assert not any(settings.WHATSAPP_ACCESS_TOKEN in (call.url or "") for call in calls)


@responses.activate
@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml; charset=utf-8", "application/javascript"])
def test_what_a_browser_could_run_is_not_kept(account: Account, mime: str) -> None:
    arrives()
    meta_has(mime=mime)
    media.fetch_due(NOW)
    assert (row().status, bool(row().file)) == ("refused", False)


@responses.activate
@pytest.mark.parametrize(("size", "data"), [(99_000_000, DATA), (3, b"x" * 10_000_001)])
def test_a_file_that_is_too_large_is_not_kept_whatever_meta_says_of_its_size(
    account: Account, size: int, data: bytes
) -> None:
    arrives(sha256="")
    meta_has(size=size, data=data)
    media.fetch_due(NOW)
    assert bool(row().file) is False


@responses.activate
def test_a_file_whose_bytes_were_damaged_is_fetched_again(account: Account) -> None:
    arrives()
    meta_has(data=b"damaged")
    assert media.fetch_due(NOW) == 0
    assert (row().status, "checksum" in row().error) == ("due", True)
    responses.reset()
    meta_has()
    assert media.fetch_due(NOW + HOUR) == 1


@responses.activate
def test_a_file_that_meta_no_longer_has_is_given_up_after_a_few_tries(account: Account) -> None:
    arrives()
    responses.get(f"{BASE}/77", json=error(100, "does not exist"), status=400)
    for n in range(8):
        media.fetch_due(NOW + n * DAY)
    assert (row().status, row().attempts) == ("failed", media.MAX_ATTEMPTS)


@responses.activate
@pytest.mark.parametrize("answer", [{"id": "77"}, {"id": "77", "url": ""}, {"id": "77", "url": None, "file_size": "x"}])
def test_an_answer_without_an_address_is_asked_for_again_and_keeps_no_other_file_waiting(
    account: Account, answer: dict[str, Any]
) -> None:
    arrives()
    responses.get(f"{BASE}/77", json=answer)
    assert media.fetch_due(NOW) == 0
    assert (row().status, row().attempts) == ("due", 1)
    responses.reset()
    meta_has()
    assert media.fetch_due(NOW + HOUR) == 1


@responses.activate
def test_a_file_is_leased_so_that_two_workers_do_not_fetch_it_together(account: Account, monkeypatch: Any) -> None:
    arrives()
    meta_has()
    inner: list[int] = []
    download = media._download
    monkeypatch.setattr(media, "_download", lambda *args: inner.append(media.fetch_due(NOW)) or download(*args))
    assert (media.fetch_due(NOW), inner) == (1, [0])
