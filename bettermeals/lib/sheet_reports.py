"""What became of each row of a sheet that was brought in, counted and put in order for whoever mends it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

WRONG = "wrong"


class Row(Protocol):
    """One row's fate: its line in the sheet (the head is 1) and what becomes of it, "wrong" among them."""

    @property
    def line(self) -> int: ...
    @property
    def fate(self) -> StrEnum: ...


R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Report(Generic[R]):
    results: Sequence[R]

    @property
    def counts(self) -> Counter[str]:
        return Counter(result.fate.value for result in self.results)

    @property
    def wrong(self) -> list[R]:
        return [result for result in self.results if result.fate.value == WRONG]

    def in_order(self, fates: Sequence[str]) -> list[R]:
        """What is wrong comes first where `fates` begins with it: that is what the colleague mends in the sheet."""
        place = {str(fate): number for number, fate in enumerate(fates)}
        return sorted(self.results, key=lambda result: (place[result.fate.value], result.line))
