"""JSON for people: indented, escaped, in its own scrolling box."""

from __future__ import annotations

import json
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

LONGEST = 20_000


def pretty(value: Any) -> SafeString:
    """Any JSON value, or the bytes of a body; cut at LONGEST characters, which is said."""
    if isinstance(value, (bytes, memoryview)):
        value = _parsed(bytes(value))
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2, default=str)
    cut = f"\n… {len(words) - LONGEST:,} more characters" if len(words) > LONGEST else ""
    return format_html('<pre class="wa-json" tabindex="0">{}</pre>', words[:LONGEST] + cut)


def _parsed(raw: bytes) -> Any:
    text = raw.decode("utf-8", errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
