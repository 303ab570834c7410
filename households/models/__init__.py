from __future__ import annotations

from households.models.cooks import Cook, CookLeave, Engagement
from households.models.days import DayKind, SpecialDay
from households.models.erasures import Erasure
from households.models.homes import Away, Household, MealPattern, Resident
from households.models.records import OpsItem, TimelineEvent

__all__ = [
    "Away",
    "Cook",
    "CookLeave",
    "DayKind",
    "Engagement",
    "Erasure",
    "Household",
    "MealPattern",
    "OpsItem",
    "Resident",
    "SpecialDay",
    "TimelineEvent",
]
