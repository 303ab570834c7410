"""One rehearsal from nothing to its report: processes up, households in, the week played, the books compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from bettermeals.onboard_samples import onboard, register_account
from bettermeals.rehearsal.cast import Manner, Player, cast
from bettermeals.rehearsal.invariants import check_all
from bettermeals.rehearsal.report import Report, gather
from bettermeals.rehearsal.stack import Stack
from bettermeals.rehearsal.week import Week
from households.models import Household
from households.vocabulary import DeadlinePolicy
from mealplans.catalogue.load import load_catalogue
from mealplans.storing import store


def rehearse(
    stack: Stack,
    households: int,
    seed: int,
    start: datetime,
    end: datetime,
    progress: Callable[[datetime, str], None],
) -> Report:
    """Play the week of `households` households. The stack is started here and left running for the caller to stop."""
    _start(stack)
    players = cast(households, seed)
    week = Week(stack, players, start, end, seed, progress)
    _set_the_scene(week, start)
    week.play()
    log = week.phones.log()
    kind = "PostgreSQL + Redis" if settings.REDIS_URL else "SQLite, no services"
    report = Report(households, seed, kind, 0.0, accepted_by_simulator=len(log), invariants=check_all(log))
    return gather(report)


def _start(stack: Stack) -> None:
    stack.start("simulator")
    stack.start("web")
    stack.start("worker")
    stack.wait_for("simulator", f"{stack.simulator_url}/_sim/health")
    stack.wait_for("web", f"{stack.web_url}/healthz")


def _set_the_scene(week: Week, now: datetime) -> None:
    store(load_catalogue())
    register_account(now)
    week.people.register()
    for player in week.players:
        _adjust(onboard(player.home, now), player)


def _adjust(household: Household, player: Player) -> None:
    """The policy that the silent households stand for."""
    if player.manner == Manner.SILENT_AUTO:
        household.deadline_policy = DeadlinePolicy.AUTO_APPROVE
        household.save(update_fields=["deadline_policy"])
