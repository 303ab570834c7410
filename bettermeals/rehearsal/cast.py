"""Who plays: households of a seed, each with the way in which its people behave this week."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

from bettermeals.sample_homes import SampleHome, sample_homes


class Manner(StrEnum):
    """How a household behaves; the mix is that of a normal week with everything that goes wrong in one."""

    PROMPT = "approves at once"
    SWAPS = "swaps a dish first"
    WRITES = "approves in words"
    SILENT_AUTO = "never answers, policy approves"
    SILENT_OPS = "never answers, policy asks staff"
    PAYS_LATE = "pays after the reminder"
    PAYS_TWICE = "pays twice"
    NEVER_PAYS = "approves, never pays"
    COOK_ABSENT = "cook cannot come one day"
    MISSING = "cook misses an ingredient"
    OPTS_OUT = "opts out"
    WRONG_NUMBER = "number is not on WhatsApp"


# Each behaviour once among the first twelve households, then the common ones again and again.
FIRST = tuple(Manner)
THEN = (Manner.PROMPT, Manner.SWAPS, Manner.PROMPT, Manner.WRITES, Manner.PAYS_LATE, Manner.PROMPT)


@dataclass(frozen=True)
class Player:
    """One household of the rehearsal and its manner."""

    home: SampleHome
    manner: Manner

    @property
    def decider(self) -> str:
        """WhatsApp id of the resident who decides."""
        return self.home.residents[0].phone.removeprefix("+")

    @property
    def cook(self) -> str:
        return self.home.cook.phone.removeprefix("+")


def cast(households: int, seed: int) -> list[Player]:
    """`households` players, the same for the same seed."""
    manners = [*FIRST, *(THEN[n % len(THEN)] for n in range(max(0, households - len(FIRST))))][:households]
    random.Random(seed).shuffle(manners)  # noqa: S311  (a rehearsal, not a secret)
    return [Player(home, manner) for home, manner in zip(sample_homes(households, seed), manners, strict=True)]
