from __future__ import annotations

from mealplans.admin import catalogue, groceries, instructions, plans, taste

__all__ = ["catalogue", "groceries", "instructions", "plans", "taste"]
