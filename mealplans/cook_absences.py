"""A cook's absence talked over: which day, which home, which meals. What is not sure is asked, one question a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from households import queries
from households.models import CookLeave, Engagement, Household
from mealplans import absences, half_days, returning, timetable, which_home
from mealplans.answers import CLARIFY, Turn
from mealplans.cook_day import say_cook, today_text
from mealplans.half_days import Named
from mealplans.intents.interpretation import Interpretation
from mealplans.models import Offer, PlannedMeal
from mealplans.offers import Button
from mealplans.outcomes import Outcome
from mealplans.spans import Span, of_leave
from mealplans.wording import day_name, label, meal_name, meals_text, say
from whatsapp import inbox

ALL_HOMES = "all"
WHOLE_DAY = Named()
MOST_BUTTONS = 3
#: A word of coming is about the absence told lately, not about one of last month.
TALKED_LATELY = timedelta(hours=36)


@dataclass(frozen=True)
class Absence:
    """As far as it is known; None: still to be asked. `home` is a household's id or ALL_HOMES."""

    start: date | None = None
    end: date | None = None
    home: int | str | None = None
    meals: tuple[str, ...] | None = None
    said: Named = WHOLE_DAY

    def data(self, **known: Any) -> dict[str, Any]:
        """For a button that answers one more question."""
        now = replace(self, **known)
        return {
            "start": now.start.isoformat() if now.start else None,
            "end": now.end.isoformat() if now.end else None,
            "home": now.home,
            "meals": None if now.meals is None else list(now.meals),
            "said": [list(now.said.meals), now.said.time_of, now.said.unclear],
        }


def from_data(data: dict[str, Any]) -> Absence:
    start, end = (date.fromisoformat(data[name]) if data[name] else None for name in ("start", "end"))
    names, time_of, unclear = data["said"]
    meals = None if data["meals"] is None else tuple(data["meals"])
    return Absence(start, end, data["home"], meals, Named(tuple(names), time_of, unclear))


def said_in_words(turn: Turn, reading: Interpretation) -> None:
    known = Absence(said=half_days.named(turn.given.text, reading.slots.get("meal")), home=_named_home(turn))
    day = reading.slots.get("date")
    if day:
        first, last = (day, day) if isinstance(day, str) else (day["start"], day["end"])
        known = replace(known, start=date.fromisoformat(first), end=date.fromisoformat(last))
    go_on(turn, known, "text")


def _named_home(turn: Turn) -> int | None:
    """The home that is named, of several; of one, the message is about it anyway, and about all there is."""
    homes = {visit.household for visit in queries.engagements_of(turn.contact)}
    said = which_home.named(turn.given.text, homes) if len(homes) > 1 else []
    return said[0].pk if len(said) == 1 else None


def tapped(turn: Turn, row: Offer) -> None:
    """ "Can't come" under a message about one visit, or the answer to one of the questions below."""
    if "home" in row.data:
        go_on(turn, from_data(row.data), "button")
        return
    day = date.fromisoformat(row.data["date"])
    go_on(turn, Absence(day, day, row.household.pk, _of_visit(turn, row, day)), "button")


def _of_visit(turn: Turn, row: Offer, day: date) -> tuple[str, ...]:
    """The whole day; with two visits to that home on one day, what the visit of this message cooks."""
    there = [e for e in _visits(turn, day, day) if e.household_id == row.household.pk]
    mine = next((e for e in there if e.pk == row.data.get("engagement")), None)
    return half_days.all_meals([mine]) if mine and len(there) > 1 else ()


def go_on(turn: Turn, known: Absence, how: str) -> None:
    """Ask what is not known yet; with everything known it is done at once, because a household waits."""
    if turn.cook is None:
        turn.text(say("not_yours", turn.language))
    elif known.start is None or known.end is None:
        _ask_day(turn, known)
    elif known.end < timetable.local_day(turn.household, turn.now):
        turn.text(say_cook(turn, "instruction_over", today=today_text(turn)))
    else:
        _where(turn, known, _visits(turn, known.start, known.end), how)


def _where(turn: Turn, known: Absence, visits: Sequence[Engagement], how: str) -> None:
    homes = list({visit.household_id: visit.household for visit in visits}.values())
    if known.home is None and len(homes) > 1:
        _ask_home(turn, known, homes)
        return
    there = [visit for visit in visits if known.home in (None, ALL_HOMES, visit.household_id)]
    meals = known.meals if known.meals is not None or not there else half_days.off(known.said, there)
    if meals is None and len(half_days.all_meals(there)) > 1:
        _ask_meals(turn, known, there)
    else:
        home = Household.objects.filter(pk=known.home).first() if isinstance(known.home, int) else None
        _away(turn, Span(known.start or turn.now.date(), known.end or turn.now.date(), home, meals or ()), how)


def _visits(turn: Turn, start: date, end: date) -> list[Engagement]:
    """The regular visits of those days, whichever home."""
    weekdays = {(start + timedelta(days=n)).weekday() for n in range(min((end - start).days, 6) + 1)}
    return [visit for visit in queries.engagements_of(turn.contact) if weekdays & set(visit.weekdays)]


def _ask_day(turn: Turn, known: Absence) -> None:
    today = timetable.local_day(turn.household, turn.now)
    days = (("today", today), ("tomorrow", today + timedelta(days=1)))
    rows = [(Button("cook_absent", known.data(start=day, end=day)), label(name, turn.language)) for name, day in days]
    turn.buttons(say_cook(turn, "absent_when"), rows)


def _ask_home(turn: Turn, known: Absence, homes: Sequence[Household]) -> None:
    rows = [(Button("cook_absent", known.data(home=ALL_HOMES)), label("all_homes", turn.language))]
    rows += [(Button("cook_absent", known.data(home=home.pk)), home.name) for home in homes]
    which_home.question(turn, say_cook(turn, "which_home"), rows)


def _ask_meals(turn: Turn, known: Absence, there: Sequence[Engagement]) -> None:
    rows = [
        (
            Button("cook_absent", known.data(meals=part)),
            meals_text(part, turn.language) if part else label("whole_day", turn.language),
        )
        for part in half_days.choices(there)
    ]
    days = _days(Span(known.start or turn.now.date(), known.end or turn.now.date()), turn)
    which_home.question(turn, say_cook(turn, "absent_which_meals", days=days), rows)


def _away(turn: Turn, span: Span, how: str) -> None:
    if turn.cook is None:
        return
    outcome = absences.report_absent(turn.cook, span, turn.actor(how), turn.now)
    _answer(turn, outcome, outcome.facts["span"] if outcome.code == "absent_already" else span)


def _answer(turn: Turn, outcome: Outcome, span: Span) -> None:
    lines = [_about(turn, outcome.code, span)]
    if span.meals and outcome.facts["still"]:
        lines.append(say_cook(turn, "still_cooking", meals=_menu(outcome.facts["still"], turn.language)))
    turn.buttons("\n".join(lines), [(_coming(span), label("coming_after_all", turn.language))])


def _coming(span: Span) -> Button:
    data = {"start": span.start.isoformat(), "end": span.end.isoformat(), "meals": list(span.meals)}
    return Button("cook_coming", {**data, "home": span.household.pk if span.household else ALL_HOMES})


def _about(turn: Turn, code: str, span: Span) -> str:
    """The phrase about whole days, or the one that names the meals."""
    facts = {"days": _days(span, turn)}
    if not span.meals:
        return say_cook(turn, code, **facts)
    return say_cook(turn, f"{code}_for", **facts, meals=meals_text(span.meals, turn.language))


def _days(span: Span, turn: Turn) -> str:
    days, language = span.days, turn.language
    if len(days) > MOST_BUTTONS:
        text = f"{day_name(days[0], language)} – {day_name(days[-1], language)}"
    else:
        text = ", ".join(day_name(day, language) for day in days)
    return f"{text} ({span.household.name})" if span.household and _serves_several(turn) else text


def _serves_several(turn: Turn) -> bool:
    return len({visit.household_id for visit in queries.engagements_of(turn.contact)}) > 1


def _menu(meals: Sequence[PlannedMeal], language: str) -> str:
    return ", ".join(f"{meal_name(meal.meal, language)}: {meal.dish.name(language)}" for meal in meals)


def coming(turn: Turn, row: Offer) -> None:
    """ "I am coming" under a noted absence: exactly that one is taken back."""
    if turn.cook is None:
        turn.text(say("not_yours", turn.language))
        return
    span = _span_of(row)
    if span.end < timetable.local_day(turn.household, turn.now):
        turn.text(say_cook(turn, "instruction_over", today=today_text(turn)))
        return
    outcome = returning.withdraw(turn.cook, span, turn.actor("button"), turn.now)
    if outcome.code == "absent_cannot_withdraw":
        inbox.park(turn.given.message, f"{turn.cook} can come after all, but that leave is not known.", turn.now)
        turn.text(say_cook(turn, outcome.code))
        return
    text = _about(turn, outcome.code, span)
    also = outcome.facts["also"]
    if also is None:
        turn.text("\n".join([text, *_still_lines(turn, outcome)]))
    else:
        turn.buttons(f"{text}\n{_about(turn, 'away_said', also)}", _yes_or_no(turn, also))


def _still_lines(turn: Turn, outcome: Outcome) -> list[str]:
    still = outcome.facts["still"]
    return [say_cook(turn, "still_cooking", meals=_menu(still, turn.language))] if 0 < len(still) <= 4 else []


def _span_of(row: Offer) -> Span:
    start, end = date.fromisoformat(row.data["start"]), date.fromisoformat(row.data["end"])
    if "home" in row.data:
        home = row.data["home"]
        household = None if home == ALL_HOMES else Household.objects.get(pk=home)
    else:
        household = None if row.data["all"] else row.household
    return Span(start, end, household, tuple(row.data.get("meals", ())))


def told_lately(turn: Turn) -> Span | None:
    """The absence that a word about coming is most likely about: the last one told, not over yet."""
    since, today = turn.now - TALKED_LATELY, timetable.local_day(turn.household, turn.now)
    rows = CookLeave.objects.filter(cook=turn.cook, cancelled_at=None, created_at__gt=since, end__gte=today)
    taken = rows.select_related("household").order_by("-created_at", "-pk").first()
    return of_leave(taken) if taken else None


def ask_whether_coming(turn: Turn, span: Span) -> None:
    """Never guessed: a home that waits for a cook in vain is worse off than one that waits for an answer."""
    turn.buttons(_about(turn, "away_said", span), _yes_or_no(turn, span), purpose=CLARIFY)


def _yes_or_no(turn: Turn, span: Span) -> list[tuple[Button, str]]:
    home: int | str = span.household.pk if span.household else ALL_HOMES
    again = Absence(span.start, span.end, home, span.meals)
    return [
        (_coming(span), label("coming_after_all", turn.language)),
        (Button("cook_absent", again.data()), label("cannot_come", turn.language)),
    ]
