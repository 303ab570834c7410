"""The signed address of a cook's week card; Meta and the cook's telephone fetch it.

Meta keeps an address for ten minutes, and a week changes: the address names the plan's revision.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from households.models import Cook
from mealplans.models import WeekPlan

SALT = "mealplans.week-card"
#: The week it is for and a few days: what a household eats is nobody's business after that.
LIFE = timedelta(days=14)


class BadLink(ValueError):
    """The address is not one of ours, or too old."""


def address(plan: WeekPlan, cook: Cook) -> str:
    token = signing.dumps([plan.pk, cook.pk, plan.revision], salt=SALT).replace(":", ".")
    return settings.PUBLIC_BASE_URL + reverse("week-card", args=[token])


def file_name(plan: WeekPlan) -> str:
    return f"week-{plan.week_start:%Y-%m-%d}-{plan.household_id}.pdf"


def read(token: str) -> tuple[int, int]:
    """The plan's id and the cook's. Raises BadLink."""
    try:
        value, timestamp, signature = token.rsplit(".", 2)
        plan, cook, _revision = signing.loads(f"{value}:{timestamp}:{signature}", salt=SALT, max_age=LIFE)
    except (signing.BadSignature, ValueError, TypeError) as problem:
        raise BadLink("this address is not complete, or too old") from problem
    return int(plan), int(cook)
