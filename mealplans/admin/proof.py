"""What the planner proved of a week, for whoever is to trust it: one sentence, and folded beneath it the numbers, each
with what it means."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mealplans.models import WeekPlan

POINT = 100  # scores are kept in hundredths
SHOWN = 12  # of the fingerprint: enough to tell two weeks apart


class Number(NamedTuple):
    name: str
    value: str
    meaning: str


def contents(plan: WeekPlan) -> dict[str, Any]:
    """Empty for a week that was never planned."""
    solver = plan.solver
    if "model_hash" not in solver:
        return {}
    planned = "objective" in solver
    return {
        "verdict": _verdict(float(solver.get("gap") or 0)) if planned else "",
        "since": _since(plan) if planned else "",
        "given_up": solver.get("given_up", ""),
        "numbers": [*(_score(solver) if planned else ()), *_work(solver)],
    }


def _verdict(gap: float) -> str:
    if _percent(gap) == _percent(0):
        return _("The best week there is: it is proved that none that keeps every rule scores more.")
    words = _("At most %(gap)s short of the best: it is proved that no week that keeps every rule scores more.")
    return words % {"gap": _percent(gap)}


def _percent(gap: float) -> str:
    return f"{100 * gap:.2f} %"


def _since(plan: WeekPlan) -> str:
    """A swap is checked and priced, but nobody proves that the changed week is the best one."""
    times = plan.revision - 1
    if not times:
        return ""
    said = ngettext("That was said of it as proposed; it was changed once since.",
                    "That was said of it as proposed; it was changed %(count)s times since.", times)  # fmt: skip
    return said % {"count": times}


def _score(solver: dict[str, Any]) -> list[Number]:
    points = {name: f"{solver.get(name, 0) / POINT:,.0f}" for name in ("objective", "bound")}
    return [
        Number(
            _("Score"),
            _("%(got)s of at most %(most)s") % {"got": points["objective"], "most": points["bound"]},
            _("Points for what the home likes, variety, freshness, little left over, and price, weighed together."),
        ),
        Number(
            _("Gap to the best possible plan"),
            _percent(float(solver.get("gap") or 0)),
            _("How much a better week could score at most; none is known."),
        ),
    ]


def _work(solver: dict[str, Any]) -> list[Number]:
    return [
        Number(
            _("Work of the planner"),
            f"{float(solver.get('deterministic_time') or 0):.2f}",
            _("In steps of its own, not in seconds: the same on every machine."),
        ),
        Number(
            _("Fingerprint of the facts"),
            str(solver["model_hash"])[:SHOWN],
            _("The same facts have the same fingerprint, and always give the same week."),
        ),
    ]
