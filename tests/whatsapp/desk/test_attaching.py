"""A file in an answer: looked at, uploaded to Meta, queued once, shown in the thread; and what is refused, in words."""

from __future__ import annotations

from typing import Any

import pytest
import responses
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.whatsapp import DAY, NOW
from tests.whatsapp.desk.conftest import do, thread_url
from tests.whatsapp.graph import BASE, error
from whatsapp.attaching import BEGINNINGS, Upload
from whatsapp.models import Contact, InboxItem, MediaFile, Message
from whatsapp.outgoing.parameters import ContentError

UPLOADS = f"{BASE}/{settings.WHATSAPP_PHONE_NUMBER_ID}/media"
PNG, PDF = b"\x89PNG\r\n\x1a\n rest", b"%PDF-1.7 rest"
SOUND = b"OggS rest"


def file(name: str = "dal.png", data: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def meta_takes() -> None:
    responses.post(UPLOADS, json={"id": "media-1"})


@responses.activate
@pytest.mark.parametrize(
    ("name", "data", "words", "part"),
    [
        ("dal.png", PNG, "Like this", {"image": {"id": "media-1", "caption": "Like this"}}),
        ("dal.png", PNG, "", {"image": {"id": "media-1"}}),
        ("bill.pdf", PDF, "Yours", {"document": {"id": "media-1", "caption": "Yours", "filename": "bill.pdf"}}),
        ("how.ogg", SOUND, "", {"audio": {"id": "media-1"}}),
        ("list.csv", "दाल,1\n".encode(), "", {"document": {"id": "media-1", "filename": "list.csv"}}),
    ],
)
def test_a_file_goes_out_with_the_id_that_meta_gave(
    boss: Client, asha: Contact, name: str, data: bytes, words: str, part: dict[str, Any]
) -> None:
    meta_takes()
    assert do(boss, asha, "reply", text=words, file=file(name, data)).json() == {"ok": True, "words": ""}
    message = Message.objects.latest("id")
    assert (message.type, message.status, message.route_reason) == (*part, "queued", "Written by ravi.")
    assert {kind: message.payload[kind] for kind in part} == part
    assert InboxItem.objects.get().note == "Answered with a file."


@responses.activate
def test_the_thread_shows_what_was_sent(boss: Client, asha: Contact) -> None:
    meta_takes()
    do(boss, asha, "reply", text="Like this", file=file())
    kept = MediaFile.objects.get()
    assert (kept.status, kept.filename, kept.file.read()) == ("stored", "dal.png", PNG)
    assert f"/admin/whatsapp/message/{kept.message_id}/file/" in boss.get(thread_url(asha)).content.decode()


@responses.activate
def test_pressed_twice_it_is_uploaded_and_sent_once(boss: Client, asha: Contact) -> None:
    meta_takes()
    for _ in range(2):
        assert do(boss, asha, "reply", text="", nonce="n", file=file()).status_code == 200
    assert (len(responses.calls), Message.objects.filter(type="image").count()) == (1, 1)


@responses.activate
@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("page.html", b"<script>", "Send a picture (JPEG, PNG), a sound, or a PDF, Word, Excel, text or CSV file."),
        ("run.exe", b"MZ", "Send a picture (JPEG, PNG), a sound, or a PDF, Word, Excel, text or CSV file."),
        ("none", PNG, "Send a picture (JPEG, PNG), a sound, or a PDF, Word, Excel, text or CSV file."),
        ("dal.png", b"", "The file is empty."),
        ("dal.png", b"MZ program", "The file is not what its name says; open it and save it again."),
        ("bill.pdf", PNG, "The file is not what its name says; open it and save it again."),
        ("list.csv", b"a\x00b", "The file is not what its name says; open it and save it again."),
        ("dal.png", PNG + b"x" * 5_000_000, "The image has 5,000,013 bytes; WhatsApp takes at most 5,000,000."),
        ("dal.gif", b"GIF89a", "WhatsApp takes no image/gif as image; use image/jpeg, image/png."),
    ],
)
def test_what_cannot_go_is_refused_before_meta_is_asked(
    boss: Client, asha: Contact, name: str, data: bytes, why: str
) -> None:
    before = Message.objects.count()
    answer = do(boss, asha, "reply", text="", file=file(name, data))
    assert (answer.status_code, answer.json()["words"]) == (409, f"Not done: {why}")
    assert (len(responses.calls), Message.objects.count()) == (0, before)


@responses.activate
def test_words_with_a_sound_are_refused_because_nobody_would_see_them(boss: Client, asha: Contact) -> None:
    answer = do(boss, asha, "reply", text="Listen", file=file("how.ogg", SOUND))
    assert answer.json()["words"] == "WhatsApp shows no words with a sound: send them by themselves."


@responses.activate
def test_what_meta_refuses_queues_nothing_and_can_be_tried_again(boss: Client, asha: Contact) -> None:
    responses.post(UPLOADS, json=error(131053), status=400)
    answer = do(boss, asha, "reply", text="", nonce="n", file=file())
    assert (answer.status_code, answer.json()["words"][:32]) == (409, "Not done: Meta did not take the ")
    assert not MediaFile.objects.exists()
    responses.reset()
    meta_takes()
    assert do(boss, asha, "reply", text="", nonce="n", file=file()).status_code == 200


@responses.activate
def test_outside_the_window_no_file_leaves_us(boss: Client, asha: Contact) -> None:
    Contact.objects.filter(pk=asha.pk).update(last_inbound_at=NOW - 2 * DAY, opted_in_at=NOW - 3 * DAY)
    answer = do(boss, asha, "reply", text="", file=file())
    assert (answer.status_code, len(responses.calls)) == (409, 0)
    assert "only a template may be sent now" in answer.json()["words"]


@responses.activate
def test_who_may_only_read_attaches_nothing(viewer: Client, asha: Contact) -> None:
    assert do(viewer, asha, "reply", text="", file=file()).status_code == 403
    assert len(responses.calls) == 0


ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf", "audio/mpeg": "mp3", "audio/ogg": "ogg",
    "audio/mp4": "m4a", "audio/amr": "amr", "audio/aac": "aac",
}  # fmt: skip


@given(st.sampled_from(sorted(BEGINNINGS)), st.binary(max_size=64))
def test_no_bytes_pass_for_a_kind_that_they_do_not_begin_like(mime: str, data: bytes) -> None:
    ending = ENDINGS[mime]
    upload = Upload(f"a.{ending}", data)
    assert upload.mime == mime
    if not any(data[at : at + len(start)] == start for at, start in BEGINNINGS[mime]):
        with pytest.raises(ContentError):
            upload.kind()
    for at, start in BEGINNINGS[mime]:
        assert Upload(f"a.{ending}", b"\x00" * at + start + data).kind()
