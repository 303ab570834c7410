"""Figures drawn: bars under one another, columns week by week. Pure geometry; `admin/chart.html` draws it as SVG.

Everything is a whole number of units of a picture 720 wide, which fills a phone and stops growing at a reading width.
Words come translated from whoever makes the chart; a chart says all its numbers in its description too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, log10
from typing import NamedTuple

from django.utils.formats import date_format

WIDTH = 720
ROW, BAR_AT, BAR = 68, 32, 20
TOP, FLOOR, HEIGHT = 44, 270, 310
#: As many names of weeks as stand beside one another without touching.
MOST_NAMES = 8
#: Bars in a chart; the table beneath has every row.
MOST_DRAWN = 8
TONES = ("a", "b")


class Box(NamedTuple):
    x: int
    y: int
    width: int
    height: int
    tone: str


class Text(NamedTuple):
    x: int
    y: int
    words: str
    anchor: str = "start"


@dataclass(frozen=True)
class Chart:
    """`says`: the whole picture in words. `lines`: the heights at which a thin line runs across."""

    title: str
    says: str
    height: int
    boxes: Sequence[Box]
    texts: Sequence[Text]
    lines: Sequence[int] = ()
    legend: Sequence[tuple[str, str]] = ()  # (tone, name)
    width: int = WIDTH


class Bar(NamedTuple):
    """`shares` of the whole width from 0 to 1, the longest first: the later ones are drawn over it."""

    name: str
    value: str
    shares: Sequence[float]


def bars(title: str, rows: Sequence[Bar], legend: Sequence[str] = ()) -> Chart | None:
    """One under the other, each with its name above it and its value at the end."""
    boxes = [box for at, row in enumerate(rows) for box in _bar(at * ROW, row.shares)]
    names = [Text(0, at * ROW + 22, row.name) for at, row in enumerate(rows)]
    values = [Text(WIDTH, at * ROW + 22, row.value, "end") for at, row in enumerate(rows)]
    says = "; ".join(f"{row.name}: {row.value}" for row in rows)
    shown = Chart(title, says, len(rows) * ROW, boxes, [*names, *values], legend=_toned(legend))
    return shown if rows else None


def _bar(top: int, shares: Sequence[float]) -> list[Box]:
    drawn = [Box(0, top + BAR_AT, round(WIDTH * share), BAR, tone) for tone, share in zip(TONES, shares, strict=False)]
    return [Box(0, top + BAR_AT, WIDTH, BAR, "track"), *drawn]


class Series(NamedTuple):
    """One value for each week; None where there is none."""

    name: str
    values: Sequence[float | None]


def columns(
    title: str, weeks: Sequence[date], series: Sequence[Series], said: Callable[[float], str] = str
) -> Chart | None:
    """Week by week, oldest first, a column of each series beside the other's; `said` writes a value."""
    known = [value for each in series for value in each.values if value is not None]
    if not known:
        return None
    most = round_up(max(known))
    step = WIDTH / len(weeks)
    boxes = [
        _column(at * step, step, number, len(series), max(0.0, value) / most)
        for number, each in enumerate(series)
        for at, value in enumerate(each.values)
        if value is not None
    ]
    half = (TOP + FLOOR) // 2
    scale = [Text(0, TOP - 8, said(most)), Text(0, half - 8, said(most / 2))]
    says = "; ".join(_week_said(week, at, series, said) for at, week in enumerate(weeks))
    names = _names(weeks, step)
    return Chart(title, says, HEIGHT, boxes, [*scale, *names], (TOP, half, FLOOR), _toned([s.name for s in series]))


def _column(left: float, step: float, number: int, of: int, share: float) -> Box:
    wide = min(60.0, step * 0.7 / of)
    start = left + (step - wide * of) / 2 + number * wide
    height = max(2, round((FLOOR - TOP) * share))
    return Box(round(start), FLOOR - height, max(2, round(wide) - 2), height, TONES[number])


def _names(weeks: Sequence[date], step: float) -> list[Text]:
    every = ceil(len(weeks) / MOST_NAMES)
    shown = [at for at in range(len(weeks)) if (len(weeks) - 1 - at) % every == 0]
    return [Text(round((at + 0.5) * step), HEIGHT - 8, date_format(weeks[at], "j M"), "middle") for at in shown]


def _week_said(week: date, at: int, series: Sequence[Series], said: Callable[[float], str]) -> str:
    values = ((each.name, each.values[at]) for each in series)
    return f"{date_format(week, 'j M')}: " + ", ".join(
        f"{name} {said(value) if value is not None else '—'}" for name, value in values
    )


def _toned(names: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(TONES, names, strict=False))


def round_up(value: float) -> float:
    """To 1, 2 or 5 times a power of ten: a scale that is read at a glance."""
    if value <= 0:
        return 1
    power = 10.0 ** int(log10(value) // 1)
    return next(step * power for step in (1, 2, 5, 10) if value <= step * power)
