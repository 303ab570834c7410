"""CP-SAT, held so that the same model gives the same answer on any machine.

One worker, a fixed seed, and a limit in deterministic time: work done, not seconds, so that a slow or busy machine
plans the same week as a fast one, only later.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Any

INFEASIBLE = "INFEASIBLE"
SOLVED = ("OPTIMAL", "FEASIBLE")
NO_BOUND = 10**15  # stands for "nothing proved": above every score

# Seconds on the clock for one unit of work, and beside it, when the solver is given up whatever it says of its work:
# once in thousands of solves it was seen to run for minutes without counting. A sound solve ends long before.
SECONDS_PER_UNIT = 20.0
SECONDS_AT_LEAST = 20.0

# Measured on fifty households: presolve, probing and symmetry cost more than they save on models this small, and
# without level 2 the linear relaxation, on which every proof here rests, is not used at all.
TUNING = {
    "num_workers": 1,
    "linearization_level": 2,
    "symmetry_level": 0,
    "cp_model_probing_level": 0,
    "cp_model_presolve": False,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """`values` holds what was asked for when solved; `bound` is proved then, and NO_BOUND otherwise."""

    status: str
    values: list[int]
    objective: int
    bound: int
    deterministic_time: float

    @property
    def solved(self) -> bool:
        return self.status in SOLVED

    @property
    def infeasible(self) -> bool:
        return self.status == INFEASIBLE


def new_model() -> Any:
    from ortools.sat.python import cp_model

    return cp_model.CpModel()


def solve(model: Any, wanted: list[Any], *, limit: float, gap: float, seed: int) -> Answer:
    """Solve within `limit` units of deterministic time, stopping once proved within `gap` of the best."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    for name, value in TUNING.items():
        setattr(solver.parameters, name, value)
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = limit
    solver.parameters.max_time_in_seconds = SECONDS_AT_LEAST + SECONDS_PER_UNIT * limit
    solver.parameters.relative_gap_limit = gap
    status = solver.status_name(solver.solve(model))
    spent = solver.response_proto.deterministic_time
    if status not in SOLVED:
        return Answer(status, [], 0, NO_BOUND, spent)
    values = [solver.value(variable) for variable in wanted]
    return Answer(status, values, round(solver.objective_value), floor(solver.best_objective_bound + 0.5), spent)
