"""Dates as people say them, in the person's language. Babel's names are right for the languages shipped."""

from __future__ import annotations

from datetime import date, time

from babel.dates import format_date, format_time


def day_name(day: date, language: str = "en") -> str:
    """`Tuesday`, `मंगलवार`."""
    return format_date(day, "EEEE", locale=language)


def short_date(day: date, language: str = "en") -> str:
    """`24 Nov`, `24 नव॰`."""
    return format_date(day, "d MMM", locale=language)


def day_and_date(day: date, language: str = "en") -> str:
    """`Tue 24 Nov`."""
    return format_date(day, "EEE d MMM", locale=language)


def clock_time(moment: time, language: str = "en") -> str:
    """`7:30 am`, without the narrow space that WhatsApp shows as a box on old phones."""
    return format_time(moment, "h:mm a", locale=language).replace("\u202f", " ").lower()
