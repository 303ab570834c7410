"""Celery's doors: thin, keyword-only, safe to run twice."""

from __future__ import annotations

from celery import shared_task

from bettermeals.lib import clock
from mealplans import offers, proposing, reminders, replanning, voice_notes


@shared_task(name="mealplans.tick", ignore_result=True)
def tick(**_: object) -> None:
    """Everything of the household week that is due; planning itself goes to its own tasks, it takes seconds of CPU."""
    for plan_id in reminders.run_due(clock.now()).to_generate:
        generate.delay(plan_id=plan_id)
    for replan_id in replanning.waiting(clock.now()):
        replan.delay(replan_id=replan_id)


@shared_task(name="mealplans.speak", ignore_result=True)
def speak(**_: object) -> None:
    """Voice notes that are due. An engine is slow, so it has a task of its own."""
    voice_notes.send_due(clock.now())


@shared_task(name="mealplans.generate", ignore_result=True)
def generate(*, plan_id: int, **_: object) -> None:
    """Plan one draft. Claimed by a lease: a second task for the same draft finds it taken."""
    proposing.generate(plan_id, clock.now())


@shared_task(name="mealplans.replan", ignore_result=True)
def replan(*, replan_id: int, **_: object) -> None:
    """Work out one wish of staff to plan the rest of a week again; claimed by a lease as well."""
    replanning.work(replan_id, clock.now())


@shared_task(name="mealplans.forget_old_offers", ignore_result=True)
def forget_old_offers(**_: object) -> None:
    offers.forget_old(clock.now())
