"""Would another way of scoring taste have cut swaps? Judged on what households really did, week after week.

For each week the scorer is given only what was known when the week was proposed. A swap it would have cut is one where
it scores the dish that was taken above the dish that was swapped away; a false alarm is a kept dish it would have
scored below neutral. A scorer is better when it cuts more and alarms less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mealplans.models import MealRating, MealStatus, PlannedMeal, TasteSignal, WeekPlan
from mealplans.planner.problem import NEUTRAL_PREFERENCE
from mealplans.preferences import scores

Signal = tuple[str, str, datetime]
Score = Callable[[Iterable[Signal], datetime], Mapping[str, int]]
SPOKEN = ("good", "ok", "bad")


@dataclass(frozen=True)
class Week:
    """What one household kept and swapped of one proposal: dishes kept, (swapped away, taken instead)."""

    proposed_at: datetime
    kept: tuple[str, ...]
    swaps: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Home:
    signals: tuple[Signal, ...]
    weeks: tuple[Week, ...]


@dataclass(frozen=True)
class Result:
    """Counts over all weeks. `swaps` = cut + undecided + worse."""

    scorer: str
    swaps: int
    cut: int
    undecided: int
    worse: int
    kept: int
    false_alarms: int


def _spoken_only(signals: Iterable[Signal], now: datetime) -> Mapping[str, int]:
    return scores((signal for signal in signals if signal[1] in SPOKEN), now)


def _without_decay(signals: Iterable[Signal], now: datetime) -> Mapping[str, int]:
    return scores(signals, now, half_life=timedelta(days=365_000))


def _short_memory(signals: Iterable[Signal], now: datetime) -> Mapping[str, int]:
    return scores(signals, now, half_life=timedelta(days=14))


SCORERS: Mapping[str, Score] = {
    "in use": scores,
    "without decay": _without_decay,
    "two weeks' memory": _short_memory,
    "ratings only": _spoken_only,
    "knows nothing": lambda signals, now: {},
}


def replay(homes: Sequence[Home], scorers: Mapping[str, Score] = SCORERS) -> list[Result]:
    return [_replay(name, scorer, homes) for name, scorer in scorers.items()]


def _replay(name: str, scorer: Score, homes: Sequence[Home]) -> Result:
    cut = undecided = worse = kept = alarms = 0
    for home in homes:
        for week in home.weeks:
            known = scorer([s for s in home.signals if s[2] < week.proposed_at], week.proposed_at)
            for away, taken in week.swaps:
                gain = known.get(taken, NEUTRAL_PREFERENCE) - known.get(away, NEUTRAL_PREFERENCE)
                cut, undecided, worse = cut + (gain > 0), undecided + (gain == 0), worse + (gain < 0)
            kept += len(week.kept)
            alarms += sum(known.get(dish, NEUTRAL_PREFERENCE) < NEUTRAL_PREFERENCE for dish in week.kept)
    return Result(name, cut + undecided + worse, cut, undecided, worse, kept, alarms)


def stored() -> list[Home]:
    """Every household's history. Four queries, whatever their number."""
    signals: dict[int, list[Signal]] = {}
    ratings = MealRating.objects.values_list(
        "planned_meal__plan__household", "planned_meal__dish__slug", "rating", "at"
    )
    told = TasteSignal.objects.values_list("household", "dish__slug", "kind", "at")
    for household, dish, kind, at in sorted([*ratings, *told], key=lambda row: row[3]):
        signals.setdefault(household, []).append((dish, kind, at))
    kept = _kept()
    plans = WeekPlan.objects.exclude(proposed_at=None).order_by("household", "proposed_at")
    proposed: dict[int, list[tuple[int, datetime]]] = {}
    for pk, household, moment in plans.values_list("pk", "household", "proposed_at"):
        if moment is not None:
            proposed.setdefault(household, []).append((pk, moment))
    return [
        Home(tuple(signals.get(household, ())), tuple(_weeks(of, signals.get(household, ()), kept)))
        for household, of in sorted(proposed.items())
    ]


def _kept() -> dict[int, list[str]]:
    """Plan -> dishes that stand there as they were proposed."""
    rows = PlannedMeal.objects.filter(pinned=False, status__in=(MealStatus.PLANNED, MealStatus.COOKED))
    found: dict[int, list[str]] = {}
    for plan, dish in rows.values_list("plan", "dish__slug"):
        found.setdefault(plan, []).append(dish)
    return found


def _weeks(
    proposed: Sequence[tuple[int, datetime]], signals: Iterable[Signal], kept: Mapping[int, list[str]]
) -> Iterable[Week]:
    """A swap belongs to the newest proposal before it; both of its signals were written at one moment."""
    moments: dict[datetime, dict[str, str]] = {}
    for dish, kind, at in signals:
        if kind in ("swapped_out", "swapped_in"):
            moments.setdefault(at, {})[kind] = dish
    pairs = [(at, (said["swapped_out"], said["swapped_in"])) for at, said in moments.items() if len(said) == 2]
    ends = [at for _, at in proposed[1:]] + [datetime.max.replace(tzinfo=proposed[0][1].tzinfo)]
    for (plan, start), end in zip(proposed, ends, strict=True):
        swaps = tuple(pair for at, pair in pairs if start <= at < end)
        yield Week(start, tuple(sorted(kept.get(plan, ()))), swaps)
