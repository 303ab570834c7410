"""Can we send and receive? Asked of Meta every few minutes; each problem is an incident with its fix.

An alarm about credentials is raised on an answer about credentials, never on silence, and nothing inbound is ever
dropped because of it. A number that was paused is resumed by the check that finds it well again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from whatsapp.accounts import cloud_api, resume_number, with_token
from whatsapp.cloud_api import AnswerLost, CloudApi, CloudApiError, NotSent, Refused
from whatsapp.consequences import SENDING
from whatsapp.incidents import close_incident, open_incident, settle
from whatsapp.models import Account, Message, PhoneNumber
from whatsapp.nudges import DELIVER, nudge

WEBHOOK_SILENCE = timedelta(minutes=15)
TOKEN_WARNING = timedelta(days=14)
# A pause is tried out after this long at the earliest: a limit of Meta's does not lift within seconds.
LEAST_PAUSE = timedelta(minutes=2)
GOOD_STATUSES = frozenset({"CONNECTED", ""})
SUBSCRIBE = "Press “Subscribe to webhooks” on the account's page, or POST /{waba}/subscribed_apps."
SCOPES = ("whatsapp_business_messaging", "whatsapp_business_management")


def check_all(now: datetime) -> None:
    for account in with_token():
        check(account, now)


def check(account: Account, now: datetime) -> dict[str, Any]:
    """Read account, numbers, token and subscription; open and close incidents. Returns what was found, by part."""
    api = cloud_api(account)
    found: dict[str, Any] = {"account": _account(account, api, now)}
    if found["account"].get("ok"):
        found |= {"numbers": _numbers(account, api, now), "subscribed": _subscription(account, api, now)}
        found["token"] = _token(account, api, now)
    _silence(account, now)
    Account.objects.filter(pk=account.pk).update(health=found, checked_at=now)
    return found


def _account(account: Account, api: CloudApi, now: datetime) -> dict[str, Any]:
    try:
        raw = api.account()
    except (NotSent, AnswerLost) as error:
        detail = f"Meta's API cannot be reached at {account.base_url} ({error})."
        fix = "Check the server's network, DNS and firewall; the messages stay in the queue."
        open_incident(account, "unreachable", detail=detail, fix=fix, now=now)
        return {"ok": False, "problem": detail, "fix": fix}
    except Refused as error:
        open_incident(account, "credentials", detail=error.sentence, fix=error.info.fix, now=now)
        return {"ok": False, "problem": error.sentence, "fix": error.info.fix}
    for kind in ("unreachable", "credentials"):
        close_incident(account, kind, because="Meta answers again.", now=now)
    problem = _blocked(raw)
    settle(account, "account health", problem=problem, fix="Look at the account in WhatsApp Manager.", now=now)
    return {"ok": True, "name": raw.get("name", ""), "problem": problem}


def _blocked(node: dict[str, Any]) -> str:
    """Meta's own verdict about a node: empty when it may send. Calling (138024, 138025) is not used here."""
    health = node.get("health_status")
    if not isinstance(health, dict) or health.get("can_send_message") != "BLOCKED":
        return ""
    entities = [entity for entity in health.get("entities") or [] if isinstance(entity, dict)]
    errors = [error for entity in entities for error in entity.get("errors") or [] if isinstance(error, dict)]
    words = [f"{e.get('error_description', '')} {e.get('possible_solution', '')}".strip() for e in errors]
    return "; ".join(filter(None, words)) or "Meta blocks sending without naming a reason."


def _numbers(account: Account, api: CloudApi, now: datetime) -> list[dict[str, Any]]:
    try:
        rows = list(api.numbers())
    except CloudApiError as error:
        return [{"problem": error.sentence}]
    return [_number(account, raw, now) for raw in rows if raw.get("id")]


def _number(account: Account, raw: dict[str, Any], now: datetime) -> dict[str, Any]:
    throughput = raw.get("throughput")
    values = {
        "display_phone_number": str(raw.get("display_phone_number", ""))[:30],
        "verified_name": str(raw.get("verified_name", ""))[:120],
        "status": str(raw.get("status", ""))[:30],
        "quality_rating": str(raw.get("quality_rating", ""))[:20],
        "messaging_limit": str(raw.get("whatsapp_business_manager_messaging_limit", ""))[:30],
        "throughput_level": str(throughput.get("level", "STANDARD") if isinstance(throughput, dict) else "STANDARD"),
        "checked_at": now,
    }
    number, _ = PhoneNumber.objects.update_or_create(
        phone_number_id=str(raw["id"]), defaults=values, create_defaults={**values, "account": account}
    )
    problem = _number_problem(raw)
    fix = "docs/whatsapp.md, “The number is not connected”."
    settle(account, "number", subject=number.phone_number_id, problem=problem, fix=fix, now=now)
    quality = f"The quality of {number} is red." if number.quality_rating == "RED" else ""
    settle(
        account,
        "quality",
        subject=number.phone_number_id,
        problem=quality,
        fix="Send less, and only what is expected.",
        now=now,
    )
    if not problem:
        _resume(account, number, now)
    return {
        "id": number.phone_number_id,
        "number": str(number),
        "status": number.status,
        "problem": problem,
        "pin": raw.get("is_pin_enabled"),
        "webhook": _webhook_of(raw),
    }


def _webhook_of(raw: dict[str, Any]) -> str:
    """Where Meta sends this number's messages: its own address, else the account's, else the app's."""
    given = raw.get("webhook_configuration")
    known = given if isinstance(given, dict) else {}
    order = ("phone_number", "whatsapp_business_account", "application")
    return str(next((known[name] for name in order if known.get(name)), ""))


def _number_problem(raw: dict[str, Any]) -> str:
    status = str(raw.get("status", "")).upper()
    if status not in GOOD_STATUSES:
        return f"Meta shows the number as {status.lower()}."
    if raw.get("platform_type") == "NOT_APPLICABLE":
        return "The number is not registered on the Cloud API."
    return _blocked(raw)


def _resume(account: Account, number: PhoneNumber, now: datetime) -> None:
    if number.paused_at is None or now - number.paused_at < LEAST_PAUSE:
        return
    if resume_number(number):
        close_incident(
            account, SENDING, subject=number.phone_number_id, because="The check found the number well.", now=now
        )
        Message.objects.filter(phone_number=number, status=Message.Status.QUEUED, not_before__gt=now).filter(
            error_code__isnull=False
        ).update(not_before=now)
        nudge(DELIVER)


def _subscription(account: Account, api: CloudApi, now: datetime) -> bool | None:
    """Without a subscription Meta's test button works and nothing real ever arrives."""
    try:
        apps = api.subscribed_apps()
    except CloudApiError:
        return None  # an older token without the management scope; the silence check covers it
    problem = "" if apps else "No app is subscribed to this account: no webhook will come."
    settle(account, "subscription", problem=problem, fix=SUBSCRIBE, now=now)
    return bool(apps)


def _token(account: Account, api: CloudApi, now: datetime) -> dict[str, Any]:
    """Best effort: it needs the app's id, and Meta may refuse it. Returns what the connection page shows."""
    if not (account.app_id and account.app_secret):
        return {}
    try:
        found = api.debug_token()
    except CloudApiError:
        return {}
    expires = found.get("expires_at")
    moment = datetime.fromtimestamp(int(expires), UTC) if expires else None
    Account.objects.filter(pk=account.pk).update(token_expires_at=moment)
    fix = "Make a new system-user token that never expires, and save it: docs/whatsapp.md, “Rotating credentials”."
    settle(account, "token", problem=_token_problem(found, moment, now), fix=fix, now=now)
    return {"app_id": str(found.get("app_id", "")), "scopes": found.get("scopes")}


def _token_problem(found: dict[str, Any], expires: datetime | None, now: datetime) -> str:
    if found.get("is_valid") is False:
        return "Meta says that the token is not valid."
    missing = [scope for scope in SCOPES if found.get("scopes") is not None and scope not in found["scopes"]]
    if missing:
        return f"The token lacks {', '.join(missing)}."
    if expires is not None and expires - now < TOKEN_WARNING:
        return f"The token expires on {expires:%d %b %Y}."
    return ""


def _silence(account: Account, now: datetime) -> None:
    """Meta sends a status within seconds of each message: none for a while after a send means a broken webhook."""
    sent = Message.objects.filter(
        phone_number__account=account,
        direction=Message.Direction.OUT,
        attempts__outcome="accepted",
        attempts__finished_at__range=(now - timedelta(days=1), now - WEBHOOK_SILENCE),
    )
    last = sent.order_by("-attempts__finished_at").values_list("attempts__finished_at", flat=True).first()
    heard = account.webhooks_seen_at
    silent = last is not None and (heard is None or heard < last)
    problem = f"Meta took messages at {last:%H:%M} UTC, and no webhook has come since." if silent and last else ""
    fix = (
        "In Meta's dashboard check the webhook's address and the field `messages`; then press “Subscribe to webhooks”."
    )
    settle(account, "webhook silence", problem=problem, fix=fix, now=now)
