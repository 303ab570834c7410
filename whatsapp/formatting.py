"""WhatsApp's own marks as HTML: *bold*, _italic_, ~struck~, ```fixed```, and addresses as links. Pure.

Everything is escaped first: what people write can never become markup of ours.
"""

from __future__ import annotations

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# A mark counts only at the edge of words, and around something that neither begins nor ends with a blank.
_MARKS = tuple(
    (re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]*?[^\s{mark}]){mark}(?![\w{mark}])"), tag)
    for mark, tag in ((r"\*", "strong"), ("_", "em"), ("~", "s"))
)
_FIXED = re.compile(r"```(.+?)```", re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s<]+[^\s<.,;:!?)\]}।]")


def html(text: str) -> SafeString:
    """The text as the phone shows it. Line breaks stay: the page draws them with `white-space: pre-wrap`."""
    parts = _FIXED.split(str(escape(text)))
    drawn = "".join(f"<code>{part}</code>" if index % 2 else _inline(part) for index, part in enumerate(parts))
    return mark_safe(drawn)


def _inline(escaped: str) -> str:
    """Addresses first and whole: an underscore in one is no mark."""
    out, end = [], 0
    for found in _ADDRESS.finditer(escaped):
        link = f'<a href="{found[0]}" rel="noopener noreferrer" target="_blank">{found[0]}</a>'
        out += [_mark(escaped[end : found.start()]), link]
        end = found.end()
    return "".join([*out, _mark(escaped[end:])])


def _mark(text: str) -> str:
    for pattern, tag in _MARKS:
        text = pattern.sub(rf"<{tag}>\1</{tag}>", text)
    return text
