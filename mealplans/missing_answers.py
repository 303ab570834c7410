"""What a cook who misses something reads at once: what to use and how much of it, which dish instead, or to wait."""

from __future__ import annotations

from mealplans import instructions
from mealplans.answers import Turn
from mealplans.cook_day import say_cook
from mealplans.making_do import Made
from mealplans.measures import spoken
from mealplans.models import Ingredient, PlannedMeal
from mealplans.offers import Button
from mealplans.outcomes import Outcome
from mealplans.visits import CookVisit
from mealplans.wording import label, meal_name


def answer(turn: Turn, outcome: Outcome) -> None:
    if "ingredient" not in outcome.facts:
        turn.text(say_cook(turn, "nothing_today"))
        return
    item, made = outcome.facts["ingredient"].name(turn.language), outcome.facts.get("made", Made())
    lines = [_use(turn, made, item)] if made.using else []
    lines += [_cook(turn, meal, item) for meal in made.swapped]
    if made.undecided or not lines:
        code = "missing_noted" if made.undecided else outcome.code
        lines.append(say_cook(turn, code, item=item))
    _send(turn, lines, made.using + made.swapped)


def _send(turn: Turn, lines: list[str], changed: list[PlannedMeal]) -> None:
    if not changed:
        turn.text("\n".join(lines))
        return
    recipe = Button("cook_recipe", {"date": changed[0].date.isoformat()})
    turn.buttons("\n".join(lines), [(recipe, label("recipe", turn.language))])


def _use(turn: Turn, made: Made, item: str) -> str:
    """The amount that was planned of the missing thing, weight for weight, for each dish."""
    if made.instead is None:
        raise ValueError("nothing stands for it")
    new = made.instead
    amounts = ", ".join(f"{meal_name(meal.meal, turn.language)} {_much(turn, made, meal, new)}" for meal in made.using)
    return say_cook(turn, "missing_use", item=item, new=new.name(turn.language), amounts=amounts)


def _much(turn: Turn, made: Made, meal: PlannedMeal, new: Ingredient) -> str:
    return spoken(new, made.amount(meal), turn.language)


def _cook(turn: Turn, meal: PlannedMeal, item: str) -> str:
    amounts = ", ".join(instructions.amount_lines(meal.dish, meal.servings, turn.language))
    words = say_cook(turn, "missing_cook", item=item, dish=instructions.dish_line(meal, turn.language))
    return f"{words}\n{amounts}"


def settled(turn: Turn, visit: CookVisit, slug: str) -> None:
    """Said again, or tapped again: the day as it is now, which does without it."""
    item = Ingredient.objects.get(slug=slug).name(turn.language)
    menu = instructions.summary(visit.meals, turn.language, with_amounts=True)
    turn.text(f"{say_cook(turn, 'missing_settled', item=item)}\n{menu}")
