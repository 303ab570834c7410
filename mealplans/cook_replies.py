"""Words in, from cooks: each tap leads to exactly one use case, and its outcome is said back in short sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from households.models import Engagement
from mealplans import absences, cook_absences, cooking, instructions, missing, missing_answers, showing, timetable
from mealplans.answers import Turn
from mealplans.cook_day import engagement_of, say_cook, today_text, visit_on, visits_on
from mealplans.models import CookInstruction, InstructionStatus, Offer, PlannedMeal
from mealplans.offers import Button
from mealplans.visits import CookVisit
from mealplans.wording import day_name, label


def ok(turn: Turn, row: Offer) -> None:
    acknowledge(turn, engagement_of(turn, row), date.fromisoformat(row.data["date"]))


def acknowledge(turn: Turn, engagement: Engagement, day: date) -> None:
    """Thanked once; a second tap is thanked differently, an old one is answered with what is on now."""
    if cooking.acknowledge(engagement, day, turn.now):
        text = say_cook(turn, "acknowledged", day=day_name(day, turn.language))
        turn.buttons(text, [(Button("cook_recipe", {"date": day.isoformat()}), label("recipe", turn.language))])
        return
    rows = CookInstruction.objects.filter(engagement=engagement, date=day, status=InstructionStatus.ACKNOWLEDGED)
    if rows.exists() and day >= timetable.local_day(engagement.household, turn.now):
        turn.text(say_cook(turn, "already_acknowledged"))
    else:
        turn.text(say_cook(turn, "instruction_over", today=today_text(turn)))


def missing_button(turn: Turn, row: Offer) -> None:
    ask_missing(turn, engagement_of(turn, row), date.fromisoformat(row.data["date"]))


def ask_missing(turn: Turn, engagement: Engagement, day: date) -> None:
    """A list of that day's ingredients only; the last row is for what is not an ingredient."""
    plan, visit = visit_on(turn, engagement, day)
    if plan is None or visit is None:
        turn.text(say_cook(turn, "nothing_today"))
        return
    data = {"engagement": engagement.pk, "date": day.isoformat()}
    rows = [
        (Button("cook_missing_item", {**data, "ingredient": item.slug}), item.name(turn.language), item.name_en)
        for item in missing.ingredients_of(visit)
    ]
    rows.append((Button("staff"), label("something_else", turn.language), ""))
    turn.choices(say_cook(turn, "missing_which"), label("pick", turn.language), rows, plan=plan)


def missing_item(turn: Turn, row: Offer) -> None:
    engagement, day = engagement_of(turn, row), date.fromisoformat(row.data["date"])
    report_missing(turn, engagement, day, row.data["ingredient"], "list")


def report_missing(turn: Turn, engagement: Engagement, day: date, slug: str, how: str) -> None:
    plan, visit = visit_on(turn, engagement, day)
    meal = _meal_with(visit, slug)
    if visit and meal is None and missing.reported(engagement, day, slug):
        missing_answers.settled(turn, visit, slug)
        return
    if plan is None or meal is None:
        ask_missing(turn, engagement, day)
        return
    outcome = missing.report_missing(plan.pk, engagement, meal.pk, slug, turn.actor(how), turn.now)
    missing_answers.answer(turn, outcome)


def _meal_with(visit: CookVisit | None, slug: str) -> PlannedMeal | None:
    meals = visit.meals if visit else ()
    return next((meal for meal in meals if missing.holds(meal, slug)), None)


def late(turn: Turn, row: Offer) -> None:
    report_late(turn, int(row.data["minutes"]), "button")


def report_late(turn: Turn, minutes: int, how: str) -> None:
    if turn.cook is not None:
        outcome = absences.report_late(turn.cook, minutes, turn.actor(how), turn.now)
        facts = {"minutes": minutes} if outcome.code == "late_noted" else {}
        turn.text(say_cook(turn, outcome.code, **facts))


def recipe(turn: Turn, row: Offer) -> None:
    """Amounts and steps of each dish of that day, one message per dish."""
    day = date.fromisoformat(row.data["date"])
    send_recipes(turn, [meal for visit in visits_on(turn, day) for meal in visit.meals])


def send_recipes(turn: Turn, meals: Sequence[PlannedMeal]) -> None:
    if not meals:
        turn.text(say_cook(turn, "nothing_today"))
    for meal in instructions.cooking_order(meals):
        turn.text(instructions.recipe(meal, turn.language))


def menu(turn: Turn, row: Offer) -> None:
    turn.text(today_text(turn))


def staff(turn: Turn, row: Offer) -> None:
    showing.to_staff(turn, "A cook asks for a person.")


ACTIONS: dict[str, Callable[[Turn, Offer], object]] = {
    "cook_ok": ok,
    "cook_absent": cook_absences.tapped,
    "cook_coming": cook_absences.coming,
    "cook_missing": missing_button,
    "cook_missing_item": missing_item,
    "cook_late": late,
    "cook_recipe": recipe,
    "cook_menu": menu,
}
