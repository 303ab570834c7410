"""The same as in English: Django's Hindi has no format for a moment, and none for a date that is typed."""

from __future__ import annotations

from bettermeals.formats.en.formats import *  # noqa: F403
