"""Words in, from cooks: each tap leads to exactly one use case, and its outcome is said back in short sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from households.models import Engagement
from mealplans import (
    absences,
    cook_absences,
    cook_done,
    cooking,
    equipment,
    instructions,
    missing,
    missing_answers,
    showing,
    timetable,
    which_home,
)
from mealplans.answers import Turn
from mealplans.cook_day import engagement_of, say_cook, today_text, visit_on, visits_on
from mealplans.models import CookInstruction, InstructionStatus, Offer, PlannedMeal
from mealplans.offers import Button
from mealplans.visits import CookVisit
from mealplans.wording import day_name, label
from whatsapp.models import Message
from whatsapp.routing import inbound

ALL_HOMES = "all"


def ok(turn: Turn, row: Offer) -> None:
    """One visit's OK, or the OK to the newest message of every home."""
    if "visits" in row.data:
        mine = Engagement.objects.select_related("household", "cook__contact").filter(cook=turn.cook)
        acknowledge(turn, [(mine.get(pk=pk), date.fromisoformat(day)) for pk, day in row.data["visits"]])
    else:
        acknowledge(turn, [(engagement_of(turn, row), date.fromisoformat(row.data["date"]))])


def acknowledge(turn: Turn, visits: Sequence[tuple[Engagement, date]]) -> None:
    """Thanked once; a second tap is thanked differently, an old one is answered with what is on now."""
    new = [(visit, day) for visit, day in visits if cooking.acknowledge(visit, day, turn.now)]
    if new:
        days = ", ".join(day_name(day, turn.language) for day in sorted({day for _, day in new}))
        visit, day = new[0]
        one = {"engagement": visit.pk} if len(new) == 1 else {}
        recipe = Button("cook_recipe", {"date": day.isoformat(), **one})
        turn.buttons(say_cook(turn, "acknowledged", day=days), [(recipe, label("recipe", turn.language))])
    elif any(_answered_already(turn, visit, day) for visit, day in visits):
        turn.text(say_cook(turn, "already_acknowledged"))
    else:
        turn.text(say_cook(turn, "instruction_over", today=today_text(turn)))


def _answered_already(turn: Turn, engagement: Engagement, day: date) -> bool:
    rows = CookInstruction.objects.filter(engagement=engagement, date=day, status=InstructionStatus.ACKNOWLEDGED)
    return rows.exists() and day >= timetable.local_day(engagement.household, turn.now)


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
    """How late, or, once that is known, in which home."""
    minutes, home = int(row.data["minutes"]), row.data.get("home")
    if home is None:
        late_somewhere(turn, minutes, "button")
    else:
        homes = [visit.engagement.household_id for visit in _still_today(turn)] if home == ALL_HOMES else [home]
        _report_late(turn, minutes, homes, "button")


def late_somewhere(turn: Turn, minutes: int, how: str) -> None:
    """Only where she is still to be seen today can she be late; with more than one such home it is asked."""
    homes = which_home.one_per_home(which_home.meant(turn, _still_today(turn)))
    if len(homes) < 2:
        _report_late(turn, minutes, [visit.engagement.household_id for visit in homes], how)
        return
    rows = [(v.engagement.household, {"minutes": minutes, "home": v.engagement.household_id}) for v in homes]
    which_home.ask(turn, "cook_late", rows, {"minutes": minutes, "home": ALL_HOMES})


def _still_today(turn: Turn) -> list[CookVisit]:
    return which_home.not_over(turn, visits_on(turn, timetable.local_day(turn.household, turn.now)))


def _report_late(turn: Turn, minutes: int, homes: Sequence[int], how: str) -> None:
    if turn.cook is not None:
        outcome = absences.report_late(turn.cook, minutes, turn.actor(how), turn.now, homes=homes)
        facts = {"minutes": minutes} if outcome.code == "late_noted" else {}
        turn.text(say_cook(turn, outcome.code, **facts))


def equipment_of(turn: Turn, row: Offer) -> None:
    """The home of what the cook had said before."""
    said = inbound(Message.objects.get(pk=row.data["said"])).text
    report_equipment(turn, engagement_of(turn, row), said, "button")


def report_equipment(turn: Turn, engagement: Engagement, text: str, how: str) -> None:
    outcome = equipment.report(engagement, text, turn.actor(how), turn.now)
    turn.text(say_cook(turn, outcome.code))


def recipe(turn: Turn, row: Offer) -> None:
    """Amounts and steps of each dish of that visit (of that day, when the button names none), one message per dish."""
    day, pk = date.fromisoformat(row.data["date"]), row.data.get("engagement")
    visits = [visit for visit in visits_on(turn, day) if pk in (None, visit.engagement.pk)]
    send_recipes(turn, [meal for visit in visits for meal in visit.meals])


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
    "cook_done": cook_done.tapped,
    "cook_equipment": equipment_of,
    "cook_recipe": recipe,
    "cook_menu": menu,
}
