"""Is any hard rule ever broken? Random households planned one after another, each plan judged by the checker alone.

The bill is compared with the real shopping list; what has no plan must say why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any

from mealplans.planner.checker import bill, check_plan
from mealplans.planner.outcome import Planned
from mealplans.planner.plan import NORMAL, QUICK, PlannerMistake, plan_week
from mealplans.sample_weeks import household

EFFORTS = {"quick": QUICK, "normal": NORMAL}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One household. `wrong`: everything found wrong with the plan, in words; `cpu` in seconds."""

    seed: int
    planned: bool
    proved: bool
    gap: float
    cpu: float
    wrong: tuple[str, ...]


def judge(seed: int, effort: str = "quick") -> Verdict:
    problem = household(seed)
    started = process_time()
    try:
        result = plan_week(problem, effort=EFFORTS[effort])
    except PlannerMistake as mistake:
        return Verdict(seed, False, False, 0.0, process_time() - started, (str(mistake),))
    cpu = process_time() - started
    if not isinstance(result, Planned):
        return Verdict(seed, False, result.proved, 0.0, cpu, () if result.rules else ("no plan and no reason",))
    wrong = [str(found) for found in check_plan(problem, result.meals)]
    paid = bill(problem, result.meals).total_paise
    if paid != result.cost_paise:
        wrong.append(f"costs {paid} paise, not {result.cost_paise}")
    return Verdict(seed, True, True, result.gap, cpu, tuple(wrong))


def judge_all(seeds: Iterable[int], effort: str = "quick", workers: int = 1) -> Iterator[Verdict]:
    """In the order of the seeds, whoever was first."""
    listed = list(seeds)
    with _pool(workers) as pool:
        yield from pool.map(judge, listed, [effort] * len(listed)) if pool else (judge(s, effort) for s in listed)


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor | None]:
    """None in this process. A solver is loaded in each worker before the clock starts to matter."""
    if workers == 1:
        yield None
        return
    with ProcessPoolExecutor(workers, initializer=_load) as pool:
        yield pool


def _load() -> None:
    from mealplans.planner.cp import new_model

    new_model()


@dataclass(slots=True)
class Tally:
    """The sum of many verdicts."""

    started: float
    households: int = 0
    planned: int = 0
    impossible: int = 0
    neither_plan_nor_proof: int = 0
    violations: int = 0
    cpu: float = 0.0

    @classmethod
    def begin(cls) -> Tally:
        _load()
        return cls(perf_counter())

    def add(self, verdict: Verdict) -> None:
        self.households += 1
        self.planned += verdict.planned
        self.impossible += not verdict.planned and verdict.proved
        self.neither_plan_nor_proof += not verdict.planned and not verdict.proved
        self.violations += len(verdict.wrong)
        self.cpu += verdict.cpu

    def figures(self) -> dict[str, Any]:
        return {
            "households": self.households,
            "planned": self.planned,
            "impossible": self.impossible,
            "neither_plan_nor_proof": self.neither_plan_nor_proof,
            "violations": self.violations,
            "cpu_seconds": round(self.cpu, 1),
            "seconds": round(perf_counter() - self.started, 1),
            "households_per_core_hour": round(3600 * self.households / max(self.cpu, 1e-9)),
        }
