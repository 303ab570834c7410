"""Account and number webhooks: restrictions, quality, names, limits, PIN. They carry no phone number id."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from whatsapp import resuming
from whatsapp.accounts import answers_only, pause_number
from whatsapp.anomalies import Anomaly
from whatsapp.incidents import close_incident, open_incident
from whatsapp.models import Account, PhoneNumber
from whatsapp.payloads import Change
from whatsapp.resuming import ACCOUNT, DISABLED, RESTRICTION

# Restrictions under which messages are refused; the others concern templates, new numbers and calls. Where Meta blocks
# what we begin, answers go on; where it blocks answers, nothing goes.
BEGINNING, ANSWERS = "_BIZ_INITIATED_MESSAGING", "_CUSTOMER_INITIATED_MESSAGING"
QUALITY_PAGE = "Read Account Quality in Meta Business Support, and appeal there if it is wrong."
# Events that change nothing for sending; the webhook log keeps them.
QUIET_EVENTS = frozenset(
    [
        "PARTNER_ADDED",
        "PARTNER_REMOVED",
        "PARTNER_APP_INSTALLED",
        "PARTNER_APP_UNINSTALLED",
        "PARTNER_CLIENT_CERTIFICATION_STATUS",
        "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE",
        "VOLUME_BASED_PRICING_TIER_UPDATE",
        "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE",
        "MM_LITE_TERMS_SIGNED",
        "VERIFIED_ACCOUNT",
    ]
)


def account_update(account: Account, change: Change, now: datetime) -> Iterator[Anomaly]:
    value = change.value
    event = str(value.get("event", "")).upper()
    if event == "ACCOUNT_RESTRICTION":
        _restricted(account, value.get("restriction_info"), now)
    elif event == "ACCOUNT_VIOLATION":
        kind = (value.get("violation_info") or {}).get("violation_type", "a policy")
        _open(account, event, f"Meta reports a violation of {kind}.", now)
    elif event == "DISABLED_UPDATE":
        _disabled(account, value.get("ban_info") or {}, now)
    elif event in ("ACCOUNT_DELETED", "ACCOUNT_OFFBOARDED"):
        _stop(account, f"Meta says: {event.lower().replace('_', ' ')}.", now)
    elif event == "ACCOUNT_RECONNECTED":
        close_incident(account, ACCOUNT, subject=DISABLED, because="Meta says that it is connected again.", now=now)
    elif event not in QUIET_EVENTS:
        yield Anomaly("account_update", event or "(empty)", dict(value))


def _restricted(account: Account, info: Any, now: datetime) -> None:
    restrictions = [item for item in info if isinstance(item, dict)] if isinstance(info, list) else []
    kinds = ", ".join(str(item.get("restriction_type", "")) for item in restrictions) or "not named"
    ends = max((str(item.get("expiration", "")) for item in restrictions), default="")
    until = f" until {ends}" if ends else ""
    _open(account, RESTRICTION, f"Meta restricts the account ({kinds}){until}.", now)
    if _of(ANSWERS, restrictions):
        _stop(account, f"Meta blocks messages of ours{until}.", now)
    for number in account.numbers.all() if _of(BEGINNING, restrictions) else ():
        answers_only(number, resuming.end_of(_of(BEGINNING, restrictions), now))


def _of(ending: str, restrictions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for item in restrictions if str(item.get("restriction_type", "")).endswith(ending)]


def _disabled(account: Account, ban: Any, now: datetime) -> None:
    """A ban that is only announced stops nothing yet: until its day there is time to appeal."""
    found = ban if isinstance(ban, dict) else {}
    state, date = str(found.get("waba_ban_state", "")), str(found.get("waba_ban_date", ""))
    if state == "REINSTATE":
        close_incident(account, ACCOUNT, subject=DISABLED, because="Meta reinstated the account.", now=now)
    elif state == "SCHEDULE_FOR_DISABLE":
        _open(account, DISABLED, f"Meta will disable the account on {date or 'a day that it does not name'}.", now)
    else:
        _stop(account, f"Meta has disabled the account ({date or 'no date given'}).", now)


def _stop(account: Account, reason: str, now: datetime) -> None:
    _open(account, DISABLED, reason, now)
    for number in account.numbers.all():
        pause_number(number, reason, now)


def _open(account: Account, subject: str, detail: str, now: datetime) -> None:
    open_incident(account, ACCOUNT, subject=subject, detail=detail, fix=QUALITY_PAGE, now=now)


def alert(account: Account, change: Change, now: datetime) -> None:
    info = change.value.get("alert_info")
    found = info if isinstance(info, dict) else change.value
    kind, words = str(found.get("alert_type", "alert")), str(found.get("alert_description", ""))
    if str(found.get("alert_status", "")).upper() in ("RESOLVED", "NONE", "INACTIVE"):
        close_incident(account, ACCOUNT, subject=kind[:200], because="Meta says that it is resolved.", now=now)
    else:
        _open(account, kind[:200], f"Meta warns: {(words or kind).rstrip('.')}.", now)


def review(account: Account, change: Change, now: datetime) -> None:
    decision = str(change.value.get("decision", "")).upper()
    if decision == "APPROVED":
        close_incident(account, ACCOUNT, subject="review", because="Meta approved the account.", now=now)
    else:
        _open(account, "review", f"Meta's review of the account ended with {decision.lower() or 'no decision'}.", now)


def number_quality(account: Account, change: Change, now: datetime) -> Iterator[Anomaly]:
    """`event` says what changed; `THROUGHPUT_UPGRADE` lifts the number to 1000 messages a second."""
    event = str(change.value.get("event", "")).upper()
    numbers = _numbers(account, change)
    if event == "THROUGHPUT_UPGRADE":
        numbers.update(throughput_level="HIGH")
    limit = change.value.get("max_daily_conversations_per_business") or change.value.get("current_limit")
    if limit:
        numbers.update(messaging_limit=str(limit)[:30])
    subject = str(change.value.get("display_phone_number", ""))
    if event == "FLAGGED":
        fix = "Send only what people expect; look at which template they report."
        detail = f"The quality of {subject} is low."
        open_incident(account, "quality", subject=subject, detail=detail, fix=fix, now=now)
    elif event in ("UNFLAGGED", "UPGRADE"):
        close_incident(account, "quality", subject=subject, because="Meta says that it recovered.", now=now)
    elif event not in ("ONBOARDING", "DOWNGRADE", "THROUGHPUT_UPGRADE"):
        yield Anomaly("phone_number_quality_update", event or "(empty)", dict(change.value))


def number_name(account: Account, change: Change, now: datetime) -> None:
    subject = str(change.value.get("display_phone_number", ""))
    decision = str(change.value.get("decision", "")).upper()
    name = str(change.value.get("requested_verified_name", ""))
    if decision == "APPROVED":
        _numbers(account, change).update(verified_name=name[:120])
        close_incident(account, "display name", subject=subject, because="Meta approved the name.", now=now)
    elif decision in ("REJECTED", "DECLINED"):
        reason = change.value.get("rejection_reason") or "no reason given"
        fix = "Choose a name that fits Meta's display name rules, in WhatsApp Manager."
        detail = f"Meta refused the display name “{name}”: {reason}."
        open_incident(account, "display name", subject=subject, detail=detail, fix=fix, now=now)


def capability(account: Account, change: Change, now: datetime) -> None:
    """The portfolio's messaging limit, as a number or as a tier: Meta's documents and its webhooks differ."""
    limit = change.value.get("max_daily_conversations_per_business")
    if limit is None:
        limit = change.value.get("max_daily_conversation_per_phone")
    if limit is not None:
        account.numbers.update(messaging_limit="TIER_UNLIMITED" if str(limit) == "-1" else str(limit)[:30])


def security(account: Account, change: Change, now: datetime) -> None:
    event = str(change.value.get("event", "")).lower().replace("_", " ")
    subject = str(change.value.get("display_phone_number", ""))
    fix = "If nobody of you did this, change the PIN in WhatsApp Manager and check who has access."
    open_incident(account, "security", subject=subject, detail=f"Two-step PIN: {event}.", fix=fix, now=now)


def _numbers(account: Account, change: Change) -> QuerySet[PhoneNumber]:
    """Written with or without plus and spaces: compared by digits."""
    digits = _digits(str(change.value.get("display_phone_number", "")))
    pks = [n.pk for n in account.numbers.all() if digits and _digits(n.display_phone_number) == digits]
    return PhoneNumber.objects.filter(pk__in=pks)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
