"""What may stand in a text that Meta is asked to send; checked before it costs a refusal (132000, 132012, 132018)."""

from __future__ import annotations

import re

_BREAK = re.compile(r"[ \t]*[\r\n\u2028\u2029]+[ \t\r\n\u2028\u2029]*")
_BLANKS = re.compile(r"[ \t\u00a0]{2,}|[\t\u00a0]")


class ContentError(ValueError):
    """The content cannot be sent as it is; the message says what to change."""


def clean_parameter(name: str, value: str) -> str:
    """A template parameter that Meta takes: line breaks become " · ", runs of blanks one space. The same input always
    gives the same output. Raises ContentError for one that is empty.
    """
    cleaned = _BLANKS.sub(" ", _BREAK.sub(" · ", value.strip())).strip()
    if not cleaned:
        raise ContentError(f"The value of “{name}” is empty. Meta refuses empty template values: give it a text.")
    return cleaned


def fits(what: str, value: str, limit: int, *, least: int = 1) -> None:
    """Raises ContentError unless `value` has `least` to `limit` characters."""
    if len(value) > limit:
        raise ContentError(f"{what} has {len(value)} characters; WhatsApp takes at most {limit}. Shorten it.")
    if len(value) < least:
        raise ContentError(f"{what} is empty.")


def web_address(what: str, value: str, limit: int = 2000) -> None:
    if not value.startswith(("https://", "http://")):
        raise ContentError(f"{what} must start with https://; “{value[:60]}” does not.")
    fits(what, value, limit)
