from __future__ import annotations

from celery import current_app, shared_task

from bettermeals.health import beat
from bettermeals.schedule import TICKS

QUICK_SECONDS = 120


@shared_task(name="bettermeals.heartbeat")
def heartbeat() -> None:
    """Proves that beat ticks, the broker carries and a worker works: all three stand between the clock and a cook."""
    beat()


@shared_task(name="bettermeals.run_every_tick")
def run_every_tick() -> None:
    """The quick ticks of the schedule once, in order, in this worker: what beat does in two minutes, at a moment of our
    choice.

    For rehearsals, whose clock jumps. A tick that raises stops the run loudly instead of being retried in silence.
    """
    for tick in TICKS.values():
        if tick["schedule"] <= QUICK_SECONDS:
            current_app.tasks[tick["task"]].apply(throw=True)
