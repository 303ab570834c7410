"""How good and how fast weeks are planned.

`plan`               the reference planner's fifty households (200 dishes), ours and the reference in one run
`plan --check-only`  random households over our own catalogue: is any hard rule ever broken?
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import Any

from mealplans.planner.checker import check_plan
from mealplans.planner.cp import new_model
from mealplans.planner.outcome import Planned
from mealplans.planner.plan import NORMAL, QUICK, Effort, plan_week
from mealplans.proving import Tally, judge_all
from tests.benchmarks import _reference_planner as reference

BARS = {
    "violations": lambda found: found == 0,
    "below_greedy_or_hill_climbing": lambda found: found == 0,
    "share_gap_le_1pct": lambda found: found >= 0.9,
    "gap_max": lambda found: found <= 0.05,
    "cpu_ratio_to_reference": lambda found: found <= 0.5,
}


@dataclass(frozen=True, slots=True)
class Run:
    """One household planned. Scores are in the reference's points; `theirs`: its record, None without --reference."""

    seed: int
    cpu: float
    gap: float
    score: float
    violations: int
    theirs: dict[str, Any] | None

    @property
    def their_cpu(self) -> float:
        return self.theirs["loop"]["t"] if self.theirs else 0.0

    @property
    def below_a_simple_one(self) -> bool:
        """Whether greedy or hill climbing found a plan within all rules that scores more."""
        pairs = (("og", "vg"), ("oh", "vh")) if self.theirs else ()
        return any(not self.theirs[broken] and self.theirs[score] > self.score + 0.5 for score, broken in pairs)

    def __str__(self) -> str:
        theirs = f", reference {self._their_score()} in {self.their_cpu:.2f} s" if self.theirs else ""
        return f"household {self.seed}: {self.score:.1f} (gap {self.gap:.2%}) in {self.cpu:.2f} s{theirs}"

    def _their_score(self) -> str:
        final = self.theirs["loop"]["fin"] if self.theirs else None
        return f"{final['obj']:.1f}" if final else "no plan within budget"


def main(argv: Sequence[str]) -> int:
    """Measure and print. Returns 0 if every bar that was measured is met, else 1."""
    parser = argparse.ArgumentParser(prog="plan", description=__doc__)
    parser.add_argument("--households", type=int, help="how many (50; 1000 with --check-only)")
    parser.add_argument("--first", type=int, default=0, help="number of the first household")
    parser.add_argument("--check-only", action="store_true", help="plan random households, look for broken rules")
    parser.add_argument("--without-reference", action="store_true", help="do not time the reference planner")
    parser.add_argument("--quick", action="store_true", help="with little effort (as --check-only always is)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    new_model()  # loading the solver is no part of a plan
    effort = QUICK if options.quick else NORMAL
    figures = _check(options) if options.check_only else _compare(options, effort)
    print(json.dumps(figures) if options.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    missed = [name for name, met in BARS.items() if name in figures and not met(figures[name])]
    if missed:
        print(f"bars missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


def _compare(options: argparse.Namespace, effort: Effort) -> dict[str, Any]:
    world = reference.Reference()
    runs = []
    for seed in range(options.first, options.first + (options.households or 50)):
        runs.append(_run(world, seed, effort, not options.without_reference))
        print(runs[-1], file=sys.stderr, flush=True)
    cpu = [run.cpu for run in runs]
    figures = {
        "households": len(runs),
        "violations": sum(run.violations for run in runs),
        "share_gap_le_1pct": sum(run.gap <= 0.01 for run in runs) / len(runs),
        "gap_median": round(median(run.gap for run in runs), 4),
        "gap_max": round(max(run.gap for run in runs), 4),
        "cpu_median": round(median(cpu), 2),
        "cpu_max": round(max(cpu), 2),
        "households_per_core_hour": round(3600 / (sum(cpu) / len(cpu))),
    }
    return figures if options.without_reference else figures | _against(runs)


def _against(runs: list[Run]) -> dict[str, Any]:
    theirs = [run.their_cpu for run in runs]
    finals = [(run, run.theirs["loop"]["fin"]) for run in runs if run.theirs]
    gains = [run.score / final["obj"] - 1 for run, final in finals if final]
    return {
        "reference_cpu_median": round(median(theirs), 2),
        "reference_without_plan": sum(final is None for _, final in finals),
        "cpu_ratio_to_reference": round(median(run.cpu for run in runs) / median(theirs), 3),
        "cpu_ratio_of_means": round(sum(run.cpu for run in runs) / sum(theirs), 3),
        "score_gain_over_reference_median": round(median(gains), 4),
        "score_gain_over_reference_min": round(min(gains), 4),
        "below_greedy_or_hill_climbing": sum(run.below_a_simple_one for run in runs),
    }


def _run(world: reference.Reference, seed: int, effort: Effort, compare: bool) -> Run:
    home = world.home(seed)
    problem = world.problem(home)
    started = process_time()
    result = plan_week(problem, effort=effort)
    cpu = process_time() - started
    theirs = reference.run(seed) if compare else None
    if not isinstance(result, Planned):
        return Run(seed, cpu, float("inf"), float("-inf"), 0, theirs)
    score, broken = world.judge(home, result.meals)
    violations = len(broken) + len(check_plan(problem, result.meals))
    if abs(score - result.objective / reference.POINTS) > 1:
        violations += 1  # the two disagree on what the plan is worth: one of them is wrong
    return Run(seed, cpu, result.gap, score, violations, theirs)


def _check(options: argparse.Namespace) -> dict[str, Any]:
    """A plan's rules are judged by the checker, its bill by the shopping list, from the facts alone."""
    tally = Tally.begin()
    for verdict in judge_all(range(options.first, options.first + (options.households or 1000))):
        tally.add(verdict)
        for wrong in verdict.wrong:
            print(f"household {verdict.seed}: {wrong}", file=sys.stderr, flush=True)
    return tally.figures()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
