from __future__ import annotations

from mealplans.models.cooking import (
    INSTRUCTION_MOVES,
    TOLD,
    CookInstruction,
    CookReport,
    InstructionStatus,
    Offer,
)
from mealplans.models.dishes import Dish, DishIngredient, Ingredient, IngredientPack
from mealplans.models.groceries import (
    ORDER_MOVES,
    GroceryLine,
    GroceryList,
    GroceryOrder,
    OrderStatus,
    PantryItem,
    Vendor,
)
from mealplans.models.plans import (
    IN_FORCE,
    MEAL_MOVES,
    OPEN_TO_CHANGE,
    PLAN_MOVES,
    MealRating,
    MealStatus,
    PlannedMeal,
    PlanStatus,
    Step,
    TasteSignal,
    WeekPlan,
)

__all__ = [
    "INSTRUCTION_MOVES",
    "IN_FORCE",
    "MEAL_MOVES",
    "OPEN_TO_CHANGE",
    "ORDER_MOVES",
    "PLAN_MOVES",
    "TOLD",
    "CookInstruction",
    "CookReport",
    "Dish",
    "DishIngredient",
    "GroceryLine",
    "GroceryList",
    "GroceryOrder",
    "Ingredient",
    "IngredientPack",
    "InstructionStatus",
    "MealRating",
    "MealStatus",
    "Offer",
    "OrderStatus",
    "PantryItem",
    "PlanStatus",
    "PlannedMeal",
    "Step",
    "TasteSignal",
    "Vendor",
    "WeekPlan",
]
