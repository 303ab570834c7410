"""Template webhooks: approved, paused, rejected, recategorised, reworded at Meta."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from whatsapp import catalogue, rates, template_prices
from whatsapp.anomalies import Anomaly
from whatsapp.incidents import close_incident, open_incident
from whatsapp.models import Account, MessageTemplate
from whatsapp.nudges import DELIVER, nudge
from whatsapp.payloads import Change, Json
from whatsapp.template_story import tell, tell_changes

TEMPLATE, CATEGORY = "template", "template category"
STATUSES = frozenset(
    [
        "APPROVED",
        "PENDING",
        "REJECTED",
        "PAUSED",
        "DISABLED",
        "IN_APPEAL",
        "PENDING_DELETION",
        "DELETED",
        "LIMIT_EXCEEDED",
        "ARCHIVED",
    ]
)
# Webhook events that are no status of the template, with the status that they mean.
STATUS_OF_EVENT = {"FLAGGED": "APPROVED", "REINSTATED": "APPROVED", "UNARCHIVED": "APPROVED", "LOCKED": "DISABLED"}
FIXES = {
    "REJECTED": "Correct the words, give the template a new name (`…_v2`) and run sync_templates.",
    "PAUSED": "It resumes by itself after 3 to 6 hours; people blocked or reported it, so look at its words.",
    "DISABLED": "Write a new template under a new name: Meta will not send this one again.",
}
# Old versions may go; a template that the code still sends may not.
GONE = {
    "ARCHIVED": "Unarchive it in WhatsApp Manager within 28 days: then Meta deletes it.",
    "PENDING_DELETION": "Somebody deletes it at Meta. Give it a new name (`…_v2`): the old one is blocked for 30 days.",
    "DELETED": "Give the template a new name (`…_v2`) and run sync_templates: the old one is blocked for 30 days.",
    "LIMIT_EXCEEDED": "The account has as many templates as it may: delete unused ones, then run sync_templates.",
}


def status(account: Account, change: Change, now: datetime) -> Iterator[Anomaly]:
    """An event that nobody knows changes nothing: the next sync reads the status itself."""
    event = str(change.value.get("event", "")).upper()
    if event not in STATUSES and event not in STATUS_OF_EVENT:
        yield Anomaly("message_template_status_update", event or "(empty)", dict(change.value))
        return
    row = _row(account, change.value)
    before = _standing(row)
    row.status = STATUS_OF_EVENT.get(event, event)[:40]
    rejection = change.value.get("rejection_info")
    reason = (rejection.get("reason") if isinstance(rejection, dict) else None) or change.value.get("reason") or ""
    row.rejected_reason = "" if reason == "NONE" else str(reason)[:300]
    if change.value.get("message_template_category"):
        row.category = str(change.value["message_template_category"])[:40]
    moved = before["category"] not in ("", row.category)
    row.previous_category = before["category"] if moved else row.previous_category
    row.save()
    tell_changes(row, before, now)
    _report(account, row, _why(row, change.value), now)
    if moved:
        recategorised(account, row, before["category"], now)


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
    """Meta changed what a template costs, or announces it (then `correct_category` is set). Back where it was, or
    cheaper than that, closes the alarm."""
    row, value = _row(account, change.value), change.value
    announced = str(value.get("correct_category") or "")
    if announced:
        _dearer(account, row, "will count", str(value.get("new_category") or row.category), announced, now)
        return
    old = str(value.get("previous_category") or row.category)[:40]
    row.previous_category, row.category = old, str(value.get("new_category") or row.category)[:40]
    row.save(update_fields=["category", "previous_category"])
    tell_changes(row, {**_standing(row), "category": old}, now)
    recategorised(account, row, old, now)


def recategorised(account: Account, row: MessageTemplate, old: str, now: datetime) -> None:
    """The alarm with the difference in price, by whatever way the change was learnt."""
    if rates.cheaper(old, row.category, now.date()):
        close_incident(
            account, CATEGORY, subject=str(row), because=f"Meta counts it as {row.category.lower()}.", now=now
        )
    else:
        _dearer(account, row, "counts", old, row.category, now)


def _dearer(account: Account, row: MessageTemplate, verb: str, old: str, new: str, now: datetime) -> None:
    when = "from tomorrow; now it is" if verb != "counts" else "now; it was"
    detail = f"Meta {verb} {row} as {new.lower()} {when} {old.lower()}. {template_prices.words(row, old, new, now)}"
    fix = "A higher price and the marketing cap apply. Reword it as a plain service message, or dispute it in 60 days."
    open_incident(account, CATEGORY, subject=str(row), detail=detail.strip(), fix=fix, now=now)


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


def _why(row: MessageTemplate, value: Json) -> str:
    """The reason of a refusal, else what Meta says about a pause."""
    info = value.get("other_info")
    about = info.get("description") if isinstance(info, dict) else ""
    return str(row.rejected_reason or about or "").rstrip(".")


def _report(account: Account, row: MessageTemplate, why: str, now: datetime) -> None:
    if row.status == MessageTemplate.APPROVED:
        close_incident(account, TEMPLATE, subject=str(row), because="Meta approved it.", now=now)
        nudge(DELIVER)  # messages may have waited for just this
    elif row.status in FIXES or (row.status in GONE and row.name in catalogue.declared()):
        detail = f"Meta has set {row} to {row.status.lower().replace('_', ' ')}{f': {why}' if why else ''}."
        fix = FIXES.get(row.status) or GONE[row.status]
        open_incident(account, TEMPLATE, subject=str(row), detail=detail, fix=fix, now=now)
