"""Signed, expiring addresses for one person and one plan: /p/<token>/ is the week, /pay/<token>/ its payment.

The expiry stands inside the signature and is compared with the `now` passed in, so that a rehearsed week and a test
see the same links expire at the same moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

from households.models import Resident
from mealplans import timetable
from mealplans.models import WeekPlan

SALT = "mealplans.plan-page"
#: The page stays useful through the week it shows, and a day more for the summary.
AFTER_WEEK = timedelta(days=8)


class BadLink(ValueError):
    """The address is not one of ours, or was changed on its way."""


class ExpiredLink(BadLink):
    """The address was ours; its week is over."""


@dataclass(frozen=True)
class PlanLink:
    plan_id: int
    resident_id: int
    expires_at: datetime


def token(plan: WeekPlan, resident: Resident) -> str:
    """The end of the address; the same plan and person always get the same one."""
    week = timetable.at(plan.household, plan.week_start, plan.household.propose_at)
    expires = int((week + AFTER_WEEK).timestamp())
    return signing.dumps([plan.pk, resident.pk, expires], salt=SALT, compress=True).replace(":", ".")


def read(text: str, now: datetime) -> PlanLink:
    """Raises ExpiredLink or BadLink; neither says whether such a plan exists."""
    try:
        value, timestamp, signature = text.rsplit(".", 2)
        plan_id, resident_id, expires = signing.loads(f"{value}:{timestamp}:{signature}", salt=SALT)
    except (signing.BadSignature, ValueError) as problem:
        raise BadLink("this address is not complete; open it from the message again") from problem
    expires_at = datetime.fromtimestamp(expires, tz=UTC)
    if now >= expires_at:
        raise ExpiredLink("this address has expired; write “menu” to us for a fresh one")
    return PlanLink(plan_id, resident_id, expires_at)
