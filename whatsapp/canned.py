"""Sentences kept ready: in the person's language where there is one, else in English."""

from __future__ import annotations

from bettermeals.lib import languages
from whatsapp.models import CannedReply


def replies(language: str, name: str) -> list[CannedReply]:
    """One row per reply, with the person's name put in; not saved anywhere. One query."""
    by_key: dict[str, dict[str, CannedReply]] = {}
    for row in CannedReply.objects.order_by("key"):
        by_key.setdefault(row.key, {})[row.language] = row
    chosen = [_best(rows, language) for rows in by_key.values()]
    for row in chosen:
        row.text = row.text.replace("{name}", name)
    return sorted(chosen, key=lambda row: row.title.casefold())


def _best(rows: dict[str, CannedReply], language: str) -> CannedReply:
    try:
        return rows[languages.pick(language, rows)]
    except LookupError:
        return rows[sorted(rows)[0]]
