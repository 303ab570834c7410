"""`manage.py demo`: sample households on the simulator, one with a proposed week, and a login made for this run.

Idempotent: a second run finds what is there and only makes a new password. Refuses outside DEMO.
"""

from __future__ import annotations

import json
import secrets
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from bettermeals.lib import clock
from bettermeals.onboard_samples import onboard, register_account
from bettermeals.rehearsal.phones import Phones
from bettermeals.sample_homes import SampleHome, sample_homes
from households import queries
from households.models import Household
from mealplans import lifecycle, plan_links, timetable
from mealplans.catalogue.load import load_catalogue
from mealplans.models import WeekPlan
from mealplans.storing import store

SEED = 3
HOUSEHOLDS = 8
USER = "demo"


class Command(BaseCommand):
    help = "Make the demonstration's data and a login, and say what to open."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON object on the last line.")

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This makes demo households and a demo login. Set DEMO=True to allow it.")
        now = clock.now()
        store(load_catalogue())
        register_account(now)
        homes = sample_homes(HOUSEHOLDS, SEED)
        register_phones(Phones(settings.WHATSAPP_API_BASE_URL), homes)
        households = [onboard(home, now) for home in homes]
        plan = propose_first(households[0], now)
        decider = queries.deciding_resident(households[0])
        if decider is None:
            raise CommandError(f"{households[0]} has nobody who decides.")
        made = {
            "admin_user": USER,
            "admin_password": new_password(),
            "household": households[0].name,
            "household_url": settings.PUBLIC_BASE_URL + reverse("plan-page", args=[plan_links.token(plan, decider)]),
        }
        self.stdout.write(json.dumps(made, ensure_ascii=False) if options["json"] else "\n".join(made.values()))


def register_phones(phones: Phones, homes: list[SampleHome]) -> None:
    for home in homes:
        for person in home.residents:
            if person.phone:
                phones.register(person.phone.removeprefix("+"), person.name, "resident", person.language)
        phones.register(home.cook.phone.removeprefix("+"), home.cook.name, "cook", home.cook.language)


def propose_first(household: Household, now: datetime) -> WeekPlan:
    """One household has its proposal already; the others wait for the Saturday run."""
    known = WeekPlan.objects.filter(household=household).exclude(status="cancelled").order_by("-week_start").first()
    return known or lifecycle.propose(household, timetable.next_week_start(household, now), now)


def new_password() -> str:
    """A password for this run alone; whoever finds an old one in a scroll-back cannot use it."""
    password = secrets.token_urlsafe(9)
    user, _ = get_user_model().objects.get_or_create(
        username=USER, defaults={"is_staff": True, "is_superuser": True, "first_name": "Demo"}
    )
    user.set_password(password)
    user.save(update_fields=["password"])
    return password
