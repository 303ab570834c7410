"""The environment chooses where files of people are kept; a bucket's addresses are signed and only download."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.storage import FileSystemStorage, storages
from django.core.files.storage.handler import StorageHandler

from bettermeals import checks, media_storage

BUCKET: dict[str, Any] = {
    "endpoint": "https://s3.example.com", "region": "ap-south-1", "key_id": "AKexample", "secret": "not-a-real-one",
}  # fmt: skip


def made(bucket: str) -> Any:
    return StorageHandler({"default": media_storage.choose(bucket, **BUCKET)})["default"]


def test_without_a_bucket_it_is_the_disk() -> None:
    assert type(made("")) is FileSystemStorage
    assert storages["default"] is not None


def test_with_a_bucket_it_is_s3_and_an_address_is_signed_for_five_minutes() -> None:
    pytest.importorskip("storages", reason="django-storages is in requirements-extras.txt")
    storage = made("meals")
    address = urlsplit(storage.url("whatsapp/2026/11/photo.jpg"))
    query = parse_qs(address.query)
    assert (address.hostname, query["X-Amz-Expires"]) == ("s3.example.com", ["300"])
    assert "X-Amz-Signature" in query
    assert storage.object_parameters["ContentDisposition"] == "attachment"
    assert (storage.default_acl, storage.file_overwrite) == (None, False)


@pytest.mark.parametrize(
    ("bucket", "secret", "expected"),
    [("", "", []), ("meals", "", ["bettermeals.E040"]), ("meals", "s3cr3t", [])],
)
def test_a_bucket_without_its_key_is_refused(settings: Any, bucket: str, secret: str, expected: list[str]) -> None:
    settings.MEDIA_S3_BUCKET, settings.MEDIA_S3_ACCESS_KEY_ID = bucket, "AKexample"
    settings.MEDIA_S3_SECRET_ACCESS_KEY = secret
    assert [message.id for message in checks.media(None)] == expected
