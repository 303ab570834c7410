"""A cook's week card as a PDF: Noto fonts of every script cooks read, shaped and set right to left where it must be."""

from __future__ import annotations

import json
from dataclasses import asdict

import typst

from mealplans.printing.documents import HERE, fonts
from mealplans.week_card import Card

SOURCE = str(HERE / "week_card.typ")


def as_pdf(card: Card) -> bytes:
    """A5, one page for an ordinary week."""
    compiled = typst.compile(SOURCE, font_paths=fonts(), sys_inputs=inputs(card))
    if not isinstance(compiled, bytes):
        raise TypeError(f"a PDF is one file; typst gave {type(compiled).__name__}")
    return compiled


def inputs(card: Card) -> dict[str, str]:
    return {"card": json.dumps(asdict(card), ensure_ascii=False)}
