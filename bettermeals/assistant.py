"""What an assistant may ask for and do: six acts, each with the scope that it needs.

They are the REST API's acts and the back office's queries; nothing here decides anything of its own. Households and the
queue belong to the whole kitchen: a token of another business sees only households with people of its own account, and
no queue.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from bettermeals import attention
from households.models import Household, Resident
from mealplans.models import PlannedMeal, WeekPlan
from whatsapp import catalogue
from whatsapp.api import scopes
from whatsapp.api.answered import MessageAnswer, TemplateAnswer
from whatsapp.api.asked import MessageBody
from whatsapp.api.errors import ApiError
from whatsapp.api.once import answer_once
from whatsapp.api.sends import message_of, send_one
from whatsapp.models import ApiToken, MessageTemplate

HOUSEHOLDS_READ, ATTENTION_READ = "households:read", "attention:read"
MOST = 50


def list_templates(token: ApiToken, now: datetime, *, name: str = "") -> dict[str, Any]:
    rows = MessageTemplate.objects.filter(account=token.account)
    found = TemplateAnswer(
        rows.filter(name__icontains=name) if name else rows, many=True, context={"declared": catalogue.declared()}
    )
    kept = ("name", "language", "status", "category", "variables", "sendable", "components")
    return {"templates": [{field: row[field] for field in kept} for row in found.data]}


def send_text(token: ApiToken, now: datetime, *, to: str, text: str, key: str) -> dict[str, Any]:
    return _send(token, {"to": to, "type": "text", "text": {"body": text}}, key, now)


def send_template(
    token: ApiToken, now: datetime, *, to: str, name: str, variables: dict[str, str], language: str, key: str
) -> dict[str, Any]:
    part = {"name": name, "variables": variables} | ({"language": language} if language else {})
    return _send(token, {"to": to, "type": "template", "template": part}, key, now)


def _send(token: ApiToken, asked: dict[str, Any], key: str, now: datetime) -> dict[str, Any]:
    body = MessageBody(data=asked)
    body.is_valid(raise_exception=True)
    answer, repeated = answer_once(
        token,
        key,
        ["message", asked],
        lambda: {"id": str(send_one(token, body.validated_data, key, now).public_id)},
        now,
    )
    row = MessageAnswer(message_of(token, answer["id"])).data
    kept = ("id", "status", "contact_id", "type", "text", "language")
    return {**{field: row[field] for field in kept}, "repeated": repeated}


def find_household(token: ApiToken, now: datetime, *, search: str) -> dict[str, Any]:
    """By the household's name, a resident's name, or part of a phone number (at least four digits)."""
    digits = "".join(sign for sign in search if sign.isdigit())
    who = Q(name__icontains=search) | Q(residents__name__icontains=search)
    if len(digits) >= 4:
        who |= Q(residents__contact__phone__contains=digits)
    rows = _households(token).filter(who).distinct().order_by("name", "pk")
    people = Prefetch("residents", Resident.objects.filter(active=True).select_related("contact"))
    return {"households": [_household(row) for row in rows.prefetch_related(people)[:MOST]]}


def _household(row: Household) -> dict[str, Any]:
    people = [
        {"name": r.name, "decides": r.decides, "phone": r.contact and r.contact.phone} for r in row.residents.all()
    ]
    return {"id": row.pk, "name": row.name, "status": row.status, "language": row.language, "residents": people}


def show_week(token: ApiToken, now: datetime, *, household_id: int, day: str = "") -> dict[str, Any]:
    """The plan of the week with `day` (ISO date; empty: today on the household's own clock)."""
    household = _households(token).filter(pk=household_id).first()
    if household is None:
        raise ApiError(404, "household_not_found", "There is no such household. find_household lists them.")
    today = now.astimezone(ZoneInfo(household.timezone)).date()
    monday = _monday(_date(day) if day else today)
    plan = WeekPlan.objects.filter(household=household, week_start=monday).exclude(status="cancelled").first()
    shown = {"household": household.name, "week_start": monday.isoformat(), "plan": None}
    return {**shown, "plan": _plan(plan)} if plan else shown


def _plan(plan: WeekPlan) -> dict[str, Any]:
    meals = PlannedMeal.objects.filter(plan=plan).select_related("dish").order_by("date", "meal")
    return {
        "status": plan.get_status_display(),
        "problem": plan.problem,
        "next_step": plan.get_next_step_display(),
        "next_due_at": plan.next_due_at and plan.next_due_at.isoformat(),
        "meals": [
            {"date": meal.date.isoformat(), "meal": meal.meal, "dish": meal.dish.name_en, "status": meal.status,
             "servings": float(meal.servings), "guests": meal.guests}
            for meal in meals
        ],
    }  # fmt: skip


def list_attention(token: ApiToken, now: datetime) -> dict[str, Any]:
    """What needs a person, most urgent first."""
    if not token.account.is_default:
        raise ApiError(403, "other_account", "The queue belongs to the default account; this token is another one's.")
    needs = [need for _label, source in attention.SOURCES for need in source()]
    first = sorted(needs, key=lambda need: (need.due or now + timedelta(days=365), need.since))
    return {"count": len(needs), "needs": [_need(need, now) for need in first[:MOST]]}


def _need(need: attention.Need, now: datetime) -> dict[str, Any]:
    due = need.due and need.due.isoformat()
    address = f"{settings.PUBLIC_BASE_URL}{need.url}" if need.url.startswith("/") else need.url
    return {
        "kind": need.kind, "who": need.who, "said": need.said, "reason": need.reason,
        "since": need.since.isoformat(), "due": due, "overdue": need.overdue(now), "page": address,
    }  # fmt: skip


def _households(token: ApiToken) -> QuerySet[Household]:
    if token.account.is_default:
        return Household.objects.all()
    return Household.objects.filter(residents__contact__account=token.account).distinct()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ApiError(400, "invalid", f"“{text}” is no date: write it as 2026-11-23.") from error


#: Act -> the scope that it needs.
SCOPES: dict[str, str] = {
    "list_templates": scopes.TEMPLATES_READ,
    "send_text": scopes.MESSAGES_SEND,
    "send_template": scopes.MESSAGES_SEND,
    "find_household": HOUSEHOLDS_READ,
    "show_week": HOUSEHOLDS_READ,
    "list_attention": ATTENTION_READ,
}


def touched(answer: dict[str, Any]) -> dict[str, Any]:
    """The ids in an answer, for the audit."""
    rows: Iterable[dict[str, Any]] = answer.get("households", ())
    found = {"message": answer.get("id"), "repeated": answer.get("repeated"), "households": [row["id"] for row in rows]}
    return {name: value for name, value in found.items() if value not in (None, [])}
