"""A disk that takes half of a file."""

from __future__ import annotations

import errno
import os
from typing import Any

from django.core.files.storage import FileSystemStorage


class FullDisk(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        content.open()
        data = content.read()
        super()._save(name, type(content)(data[: len(data) // 2]))
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
