from __future__ import annotations

from households.models.cooks import Cook, CookLeave, Engagement
from households.models.homes import Away, Household, MealPattern, Resident
from households.models.records import OpsItem, TimelineEvent

__all__ = [
    "Away",
    "Cook",
    "CookLeave",
    "Engagement",
    "Household",
    "MealPattern",
    "OpsItem",
    "Resident",
    "TimelineEvent",
]
