"""Template webhooks: approved, paused, rejected, recategorised, reworded at Meta."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from whatsapp.incidents import close_incident, open_incident
from whatsapp.models import Account, MessageTemplate
from whatsapp.nudges import DELIVER, nudge
from whatsapp.payloads import Change, Json
from whatsapp.template_story import tell, tell_changes

TEMPLATE = "template"
# Webhook events that are no status of the template, with the status that they mean.
STATUS_OF_EVENT = {"FLAGGED": "APPROVED", "REINSTATED": "APPROVED", "UNARCHIVED": "APPROVED", "LOCKED": "DISABLED"}
FIXES = {
    "REJECTED": "Correct the words, give the template a new name (`…_v2`) and run sync_templates.",
    "PAUSED": "It resumes by itself after 3 to 6 hours; people blocked or reported it, so look at its words.",
    "DISABLED": "Write a new template under a new name: Meta will not send this one again.",
}


def status(account: Account, change: Change, now: datetime) -> None:
    row = _row(account, change.value)
    before = _standing(row)
    event = str(change.value.get("event", "")).upper()
    row.status = STATUS_OF_EVENT.get(event, event)[:40]
    rejection = change.value.get("rejection_info")
    reason = (rejection.get("reason") if isinstance(rejection, dict) else None) or change.value.get("reason") or ""
    row.rejected_reason = "" if reason == "NONE" else str(reason)[:300]
    if change.value.get("message_template_category"):
        row.category = str(change.value["message_template_category"])[:40]
    row.save()
    tell_changes(row, before, now)
    _report(account, row, now)


def quality(account: Account, change: Change, now: datetime) -> None:
    row = _row(account, change.value)
    before = _standing(row)
    row.quality = str(change.value.get("new_quality_score", ""))[:20]
    row.save(update_fields=["quality"])
    tell_changes(row, before, now)


def components(account: Account, change: Change, now: datetime) -> None:
    """The words of a template were changed at Meta: kept, so that the gate sees what would really be sent."""
    value, parts = change.value, []
    if value.get("message_template_title"):
        parts.append({"type": "HEADER", "format": "TEXT", "text": value["message_template_title"]})
    parts.append({"type": "BODY", "text": value.get("message_template_element", "")})
    if value.get("message_template_footer"):
        parts.append({"type": "FOOTER", "text": value["message_template_footer"]})
    buttons = [_button(button) for button in value.get("message_template_buttons") or () if isinstance(button, dict)]
    if buttons:
        parts.append({"type": "BUTTONS", "buttons": buttons})
    row = _row(account, value)
    row.components = parts
    row.save(update_fields=["components"])
    tell(account, row.name, row.language, "the words were changed at Meta", now)


def category(account: Account, change: Change, now: datetime) -> None:
    """Meta changed what a template costs, or announces it (then `correct_category` is set)."""
    row, value = _row(account, change.value), change.value
    announced = str(value.get("correct_category") or "")
    if announced:
        detail = f"Meta will count {row} as {announced.lower()} from tomorrow; now it is {value.get('new_category')}."
    else:
        row.previous_category = str(value.get("previous_category") or row.category)[:40]
        row.category = str(value.get("new_category") or row.category)[:40]
        before = {**_standing(row), "category": row.previous_category}
        row.save(update_fields=["category", "previous_category"])
        tell_changes(row, before, now)
        detail = f"Meta counts {row} as {row.category.lower()} now; it was {row.previous_category.lower()}."
    fix = "A higher price and the marketing cap apply. Reword it as a plain service message, or dispute it in 60 days."
    open_incident(account, "template category", subject=str(row), detail=detail, fix=fix, now=now)


def _standing(row: MessageTemplate) -> dict[str, str]:
    return {"status": row.status, "category": row.category, "quality": row.quality}


def _button(button: Json) -> dict[str, Any]:
    names = {"type": "type", "text": "text", "url": "url", "phone_number": "phone_number"}
    found = {name: button.get(f"message_template_button_{key}") for key, name in names.items()}
    return {name: value for name, value in found.items() if value}


def _row(account: Account, value: Json) -> MessageTemplate:
    """The id is an integer here and a string in the API; the language comes with a hyphen now and then."""
    name = str(value.get("message_template_name", ""))
    language = str(value.get("message_template_language", "")).replace("-", "_")
    row, _ = MessageTemplate.objects.get_or_create(account=account, name=name, language=language)
    if value.get("message_template_id") and not row.meta_id:
        row.meta_id = str(value["message_template_id"])
        row.save(update_fields=["meta_id"])
    return row


def _report(account: Account, row: MessageTemplate, now: datetime) -> None:
    if row.status == MessageTemplate.APPROVED:
        close_incident(account, TEMPLATE, subject=str(row), because="Meta approved it.", now=now)
        nudge(DELIVER)  # messages may have waited for just this
    elif row.status in FIXES:
        why = f": {row.rejected_reason}" if row.rejected_reason else ""
        detail = f"Meta has set {row} to {row.status.lower()}{why}."
        open_incident(account, TEMPLATE, subject=str(row), detail=detail, fix=FIXES[row.status], now=now)
