"""One rehearsal from nothing to its report: processes up, households in, the week played, the books compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from bettermeals.onboard_samples import onboard, register_account
from bettermeals.rehearsal.cast import Manner, Player, cast
from bettermeals.rehearsal.chaos import Chaos, wait_for_redis
from bettermeals.rehearsal.counting import counted
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
    *,
    chaos: bool = False,
) -> Report:
    """Play the week of `households` households. The stack is started here and left running for the caller to stop."""
    _start(stack, chaos=chaos)
    players = cast(households, seed)
    week = Week(stack, players, start, end, seed, progress)
    _set_the_scene(week, start)
    storm = Chaos(stack, week.phones, seed) if chaos else None
    week.chaos = storm
    week.play()
    if storm:
        storm.calm()
        week.clear_up()
    log = week.phones.log()
    kind = "PostgreSQL + Redis" if settings.REDIS_URL else "SQLite, no services"
    report = Report(households, seed, kind, 0.0, accepted_by_simulator=len(log), invariants=check_all(log))
    report.chaos = counted(log, storm) if storm else None
    return gather(report)


def _start(stack: Stack, *, chaos: bool) -> None:
    if chaos:
        stack.start("redis")
        wait_for_redis(stack.environment["REDIS_URL"])
        stack.start("worker-2")
        stack.start("beat")
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
