"""What a use case answered, in the reader's words; and one conversation turn that can say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bettermeals.lib.money import format_money
from households.models import Cook, Household, Resident
from mealplans import owing, rules, timetable
from mealplans.models import PlanStatus, Vendor, WeekPlan
from mealplans.offers import Button, offer
from mealplans.outcomes import Actor, Outcome
from mealplans.wording import day_name, meal_name, money_change, one_line, say, servings_text, week_name
from whatsapp import sending
from whatsapp.models import Contact, Message
from whatsapp.outgoing.files import Document
from whatsapp.outgoing.interactive import BODY_LIMIT, BUTTON_TITLE_LIMIT, ROW_DESCRIPTION_LIMIT, ROW_TITLE_LIMIT
from whatsapp.routing import Inbound

CLARIFY = "clarify"


@dataclass(frozen=True)
class Turn:
    """One message of one person, and how to answer it. All answers are queued in the handler's transaction."""

    given: Inbound
    contact: Contact
    household: Household
    language: str
    now: datetime
    resident: Resident | None = None
    cook: Cook | None = None
    vendor: Vendor | None = None
    _answers: list[str] = field(default_factory=list)  # how many answers this message got so far

    def actor(self, how: str) -> Actor:
        person = self.resident or self.cook
        return Actor(
            name=person.name if person else "",
            how=how,
            resident_id=self.resident.pk if self.resident else None,
            cook_id=self.cook.pk if self.cook else None,
            message=self.given.message,
        )

    def text(self, words: str, *, purpose: str = "reply") -> Message:
        return sending.queue_text(contact=self.contact, text=words[:4096], **self._how(purpose))

    def buttons(
        self,
        words: str,
        buttons: Sequence[tuple[Button, str]],
        *,
        plan: WeekPlan | None = None,
        purpose: str = "reply",
        document: Document | None = None,
    ) -> Message:
        """Up to three answers, each with its label; a document may stand above the words."""
        tokens = self._offer([button for button, _ in buttons], plan)
        titles = [one_line(title, BUTTON_TITLE_LIMIT) for _, title in buttons]
        pairs = list(zip(tokens, titles, strict=True))
        how = self._how(purpose)
        text = words[:BODY_LIMIT]
        return sending.queue_buttons(contact=self.contact, text=text, buttons=pairs, document=document, **how)

    def choices(
        self, words: str, label: str, rows: Sequence[tuple[Button, str, str]], *, plan: WeekPlan | None = None
    ) -> Message:
        """A list of up to ten rows, each a meaning, a title and a description."""
        tokens = self._offer([button for button, _, _ in rows], plan)
        drawn = [
            (token, one_line(title, ROW_TITLE_LIMIT), one_line(more, ROW_DESCRIPTION_LIMIT) if more else "")
            for token, (_, title, more) in zip(tokens, rows, strict=True)
        ]
        how = self._how("reply")
        return sending.queue_list(contact=self.contact, text=words[:BODY_LIMIT], button=label, rows=drawn, **how)

    def _offer(self, buttons: Sequence[Button], plan: WeekPlan | None) -> list[str]:
        return offer(buttons, contact=self.contact, household=self.household, plan=plan, now=self.now)

    def _how(self, purpose: str) -> dict[str, Any]:
        """Answers are numbered: a handler that runs twice gives each of them once."""
        self._answers.append(purpose)
        key = f"answer:{self.given.message.pk}:{len(self._answers)}"
        return {"purpose": purpose, "once_key": key, "now": self.now}


def current_plan(household: Household, now: datetime) -> WeekPlan | None:
    """The plan a person most likely means: one that waits for them, else this week's, else the coming one."""
    today = timetable.local_day(household, now)
    rows = WeekPlan.objects.select_related("household", "approved_by").filter(household=household)
    living = [plan for plan in rows.exclude(status=PlanStatus.CANCELLED) if plan.week_end >= today]
    waiting = (PlanStatus.PROPOSED, PlanStatus.APPROVED, PlanStatus.AWAITING_PAYMENT)
    order = {status: number for number, status in enumerate((*waiting, PlanStatus.CONFIRMED))}
    return min(living, key=lambda plan: (order.get(PlanStatus(plan.status), 9), plan.week_start), default=None)


def state(plan: WeekPlan | None, household: Household, language: str, now: datetime) -> str:
    """Where things stand, in one sentence."""
    if plan is None:
        return no_plan(household, language, now)
    facts = {"week": week_name(plan.week_start, language)}
    if plan.status == PlanStatus.AWAITING_PAYMENT:
        facts["amount"] = format_money(_owed(plan), household.currency, language)
    return say(f"state_{plan.status}", language, **facts)


def _owed(plan: WeekPlan) -> int:
    charge = owing.open_charge_of(plan)
    return owing.owed(charge) if charge else 0


def no_plan(household: Household, language: str, now: datetime) -> str:
    moment = timetable.propose_at(household, timetable.next_week_start(household, now))
    local = moment.astimezone(timetable.zone(household))
    return say("no_plan", language, day=day_name(local.date(), language))


def words(outcome: Outcome, language: str, now: datetime) -> str:
    """A resident's answer: the new state, or why nothing changed."""
    facts = _facts(outcome, language, now)
    return say(outcome.code, language, **facts)


def _facts(outcome: Outcome, language: str, now: datetime) -> dict[str, Any]:
    plan, meal, known = outcome.plan, outcome.meal, dict(outcome.facts)
    facts: dict[str, Any] = {name: known[name] for name in ("by", "decider", "guests") if name in known}
    if plan is not None:
        facts["week"] = week_name(plan.week_start, language)
        currency = plan.household.currency
        if outcome.code == "already_approved":
            facts["state"] = state(plan, plan.household, language, now)
        if "delta_paise" in known:
            facts["money"] = money_change(known["delta_paise"], currency, language)
        if "amount_paise" in known:
            facts["amount"] = format_money(known["amount_paise"], currency, language)
    if meal is not None:
        dish = known.get("dish", meal.dish)
        facts |= {"day": day_name(meal.date, language), "meal": meal_name(meal.meal, language)}
        facts |= {"dish": dish.name(language), "servings": servings_text(meal.servings)}
    if "violations" in known:
        facts["why"] = rules.why_not(known["violations"], known["home"], known["ingredients"], language)
    if outcome.code in ("at_home", "not_at_home"):
        facts["item"] = known["ingredient"].name(language)
    if "rating" in known:
        facts["rating"] = say(f"rating_{known['rating']}", language)
    return facts
