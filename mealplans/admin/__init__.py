from __future__ import annotations

from mealplans.admin import catalogue, groceries, household_panels, instructions, plans, taste

__all__ = ["catalogue", "groceries", "household_panels", "instructions", "plans", "taste"]
