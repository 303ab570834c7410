"""The home page: at a glance above, the queue of what needs a person below, filtered by its address."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bettermeals import demo_clock
from bettermeals.attention import Need, attention
from bettermeals.glance import glance
from bettermeals.lib import clock
from bettermeals.marks import colleagues


def contents(request: HttpRequest, now: datetime) -> dict[str, Any]:
    found = {**filtered(request, now), "glance": glance(request, now)}
    if demo_clock.movable():
        found |= {"demo_clock": True, "next_moment": demo_clock.next_moment(now)}
    return found


def queue(request: HttpRequest) -> HttpResponse:
    """Only the queue, for the page that refreshes itself."""
    return render(request, "admin/attention_queue.html", filtered(request, clock.now()))


def filtered(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """The lines that the address asks for (?kind=incident, ?who=me|nobody|snoozed), and how many the others are."""
    everything = attention(request, now)
    awake = [need for need in everything if not need.snoozed(now)]
    kind, who = request.GET.get("kind", ""), request.GET.get("who", "")
    mine = {
        "me": [need for need in awake if need.mine],
        "nobody": [need for need in awake if not need.owner],
        "snoozed": [need for need in everything if need.snoozed(now)],
    }
    pool = mine.get(who, awake)
    return {
        "attention": [need for need in pool if kind in ("", need.kind)],
        "now": now,
        "total": len(awake),
        "overdue": sum(need.overdue(now) for need in awake),
        "kinds": _kinds(pool, kind, who),
        "whose": _whose(awake, mine, kind, who),
        "shown": {"kind": kind, "who": who},
        "here": reverse("admin:index") + _address(kind, who),
        "colleagues": colleagues() if everything else [],
    }


Chip = tuple[str, int, str, bool]  # label, how many, address, chosen


def _kinds(pool: list[Need], kind: str, who: str) -> list[Chip]:
    counts = Counter(need.kind for need in pool)
    chips = [(_(name), counts[name], _address(name, who), name == kind) for name in sorted(counts)]
    return [(_("all kinds"), len(pool), _address("", who), not kind), *chips]


def _whose(awake: list[Need], mine: dict[str, list[Need]], kind: str, who: str) -> list[Chip]:
    labels = {"me": _("mine"), "nobody": _("nobody's"), "snoozed": _("snoozed")}
    chips = [(label, len(mine[name]), _address(kind, name), name == who) for name, label in labels.items()]
    return [(_("everybody's"), len(awake), _address(kind, ""), who not in labels), *chips]


def _address(kind: str, who: str) -> str:
    return "?" + urlencode({name: value for name, value in (("kind", kind), ("who", who)) if value})
