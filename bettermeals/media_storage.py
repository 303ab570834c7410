"""Where the files that people send are kept: on this machine's disk, or in an S3-compatible bucket.

Pure: the settings call it with what the environment says. A bucket stays private; an address is signed, lives five
minutes, and tells the browser to download, never to show.
"""

from __future__ import annotations

from typing import Any

DISK = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
SIGNED_SECONDS = 300


def choose(bucket: str, *, endpoint: str, region: str, key_id: str, secret: str) -> dict[str, Any]:
    """The entry for STORAGES["default"]: the disk without a bucket."""
    if not bucket:
        return DISK
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "access_key": key_id,
        "secret_key": secret,
        "signature_version": "s3v4",
        "default_acl": None,
        "querystring_auth": True,
        "querystring_expire": SIGNED_SECONDS,
        "file_overwrite": False,
        "object_parameters": {"ContentDisposition": "attachment", "CacheControl": "private, no-store"},
    }
    named = {"endpoint_url": endpoint, "region_name": region}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options | {k: v for k, v in named.items() if v}}
