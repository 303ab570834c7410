"""What must not stand in a log: phone numbers (personal data) and the tokens of plan pages (keys to a household)."""

from __future__ import annotations

import logging
import re

PHONE = re.compile(r"(?<![\w.:/-])\+?(\d{2})\d{6,11}(\d{2})(?![\w-])")
# Django logs the whole path of a 404; a plan page's path is its key.
PAGE_TOKEN = re.compile(r"/(p|pay)/[\w.-]{12,}")


class MaskPersonal(logging.Filter):
    """A phone number keeps its country and last two digits, a plan page's address its first part."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        masked = PAGE_TOKEN.sub(r"/\1/…", PHONE.sub(r"\1••••••\2", text))
        if masked != text:
            record.msg, record.args = masked, ()
        return True
