"""Can we send and receive? Asked of Meta every few minutes; each problem is an incident with its fix.

An alarm about credentials is raised on an answer about credentials, never on silence, and nothing inbound is ever
dropped because of it. A number that was paused is resumed by the check that finds it well again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from whatsapp import headroom, reach, resuming
from whatsapp.accounts import cloud_api, forget_previous_token, with_token
from whatsapp.cloud_api import DEAD_TOKEN, AnswerLost, CloudApi, CloudApiError, NotSent, Refused
from whatsapp.errors import Kind
from whatsapp.hearing import check_address, check_silence
from whatsapp.incidents import close_incident, open_incident, settle
from whatsapp.models import Account, PhoneNumber

TOKEN_WARNING = timedelta(days=14)
GOOD_STATUSES = frozenset({"CONNECTED"})
SUBSCRIBE = "Press “Subscribe to webhooks” on the account's page, or POST /{waba}/subscribed_apps."
ROTATION = "token rotation"
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
    check_silence(account, now)
    headroom.check(account, now)
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
        if not error.info.again:  # a limit or an overload says nothing about the token
            open_incident(account, "credentials", detail=error.sentence, fix=error.info.remedy, now=now)
        return {"ok": False, "problem": error.sentence, "fix": error.info.remedy}
    for kind in ("unreachable", "credentials"):
        close_incident(account, kind, because="Meta answers again.", now=now)
    _learn_portfolio(account, raw)
    problem = _blocked(raw)
    settle(account, "account health", problem=problem, fix="Look at the account in WhatsApp Manager.", now=now)
    return {"ok": True, "name": raw.get("name", ""), "problem": problem, "token": _rotation(account, api, now)}


def _rotation(account: Account, api: CloudApi, now: datetime) -> str:
    """While two tokens are stored: which of them Meta takes. The older one is forgotten once it is revoked."""
    if not account.previous_access_token:
        settle(account, ROTATION, problem="", now=now)
        return ""
    newer, older = _takes(api, account.access_token), _takes(api, account.previous_access_token)
    if newer and older is False:
        forget_previous_token(account)
    problem = "Meta refuses the newer access token; the one before it is still in use." if newer is False else ""
    fix = "Do not revoke the older token yet. Generate a new one for the same app, and save it on the account's page."
    settle(account, ROTATION, problem=problem, fix=fix, now=now)
    return "previous" if newer is False else "both" if older else ""


def _takes(api: CloudApi, token: str) -> bool | None:
    """None when Meta did not answer about the token."""
    try:
        api.with_one_token(token).account()
    except (NotSent, AnswerLost):
        return None
    except Refused as error:
        return False if error.code in DEAD_TOKEN else None
    return True


def _learn_portfolio(account: Account, raw: dict[str, Any]) -> None:
    """health_status names the business among the entities that must be well."""
    health = raw.get("health_status")
    entities = health.get("entities") if isinstance(health, dict) else None
    found = [e for e in entities or [] if isinstance(e, dict) and e.get("entity_type") == "BUSINESS"]
    business = str(found[0].get("id", ""))[:40] if found else ""
    if business and business != account.business_id:
        reach.move(account, business)


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
        rows = [raw for raw in api.numbers() if raw.get("id")]
    except CloudApiError as error:
        fix = "Business Settings → System users → Assign assets: the WhatsApp account, full control."
        problem = f"Meta does not list the account's numbers: {error.sentence}"
        settle(account, "numbers", problem=problem, fix=fix, now=now)
        return [{"problem": error.sentence}]
    settle(account, "numbers", problem="", now=now)
    return [_number(account, raw, now) for raw in rows] + _gone(account, {str(raw["id"]) for raw in rows}, now)


def _gone(account: Account, listed: set[str], now: datetime) -> list[dict[str, Any]]:
    """Numbers of ours that Meta does not list: deleted there, or moved to another account."""
    found = []
    for number in account.numbers.exclude(phone_number_id__in=listed).order_by("pk"):
        problem = f"Meta lists this account without {number}: it was deleted there or belongs to another account."
        fix = "Compare the phone number ID with WhatsApp Manager; a message to send from it waits or fails."
        settle(account, "number", subject=number.phone_number_id, problem=problem, fix=fix, now=now)
        found.append({"id": number.phone_number_id, "number": str(number), "status": "", "problem": problem})
    return found


def _number(account: Account, raw: dict[str, Any], now: datetime) -> dict[str, Any]:
    throughput = raw.get("throughput")
    values = {
        "display_phone_number": str(raw.get("display_phone_number", ""))[:30],
        "verified_name": str(raw.get("verified_name", ""))[:120],
        "status": str(raw.get("status", ""))[:30],
        "quality_rating": str(raw.get("quality_rating", ""))[:20],
        "messaging_limit": str(raw.get("whatsapp_business_manager_messaging_limit", ""))[:30],
        "throughput_level": str(throughput.get("level", "STANDARD") if isinstance(throughput, dict) else "STANDARD"),
        "on_business_app": raw.get("is_on_biz_app") is True,
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
    resuming.lift(number, _said_before(account, number), _verdict(raw), now)
    if not problem:
        resuming.try_out(number, now)
    return {
        "id": number.phone_number_id,
        "number": str(number),
        "status": number.status,
        "problem": problem,
        "pin": raw.get("is_pin_enabled"),
        "verified": str(raw.get("code_verification_status", "")),
        "webhook": check_address(number, raw, now),
        "sending": _verdict(raw),
        "limits": _limits_of_sending(raw),
    }


def _verdict(raw: dict[str, Any]) -> str:
    """AVAILABLE, LIMITED or BLOCKED, as Meta's health_status says; empty when it does not."""
    health = raw.get("health_status")
    return str(health.get("can_send_message", "")) if isinstance(health, dict) else ""


def _limits_of_sending(raw: dict[str, Any]) -> str:
    """What Meta adds to a LIMITED verdict."""
    health = raw.get("health_status")
    entities = health.get("entities") if isinstance(health, dict) else None
    found = [entity for entity in entities or [] if isinstance(entity, dict)]
    return "; ".join(str(words) for entity in found for words in entity.get("additional_info") or [])


def _number_problem(raw: dict[str, Any]) -> str:
    status = str(raw.get("status", "")).upper()
    if status and status not in GOOD_STATUSES:  # one that Meta does not tell is not known: neither well nor a problem
        return f"Meta shows the number as {status.lower()}."
    if raw.get("platform_type") == "NOT_APPLICABLE":
        return "The number is not registered on the Cloud API."
    return _blocked(raw)


def _said_before(account: Account, number: PhoneNumber) -> str:
    """Meta's verdict about the number at the last check."""
    rows = account.health.get("numbers") or []
    return next((str(row.get("sending", "")) for row in rows if row.get("id") == number.phone_number_id), "")


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
    except (NotSent, AnswerLost):
        return {}
    except Refused as error:
        _app_refused(account, error, now)
        return {}
    settle(account, "app secret", problem="", now=now)
    expires = found.get("expires_at")
    moment = datetime.fromtimestamp(int(expires), UTC) if expires else None
    Account.objects.filter(pk=account.pk).update(token_expires_at=moment)
    fix = "Make a new system-user token that never expires, and save it: docs/whatsapp.md, “Rotating credentials”."
    settle(account, "token", problem=_token_problem(account, found, moment, now), fix=fix, now=now)
    return {"app_id": str(found.get("app_id", "")), "scopes": found.get("scopes")}


def _app_refused(account: Account, error: Refused, now: datetime) -> None:
    """With a wrong app secret no webhook is believed either."""
    if error.info.kind is Kind.ACCOUNT:
        problem = f"Meta refuses the app ID with its secret: {error.sentence}"
        fix = "App → Settings → Basic: compare the App ID, enter the App secret again."
        settle(account, "app secret", problem=problem, fix=fix, now=now)


def _token_problem(account: Account, found: dict[str, Any], expires: datetime | None, now: datetime) -> str:
    if found.get("is_valid") is False:
        return "Meta says that the token is not valid."
    if found.get("app_id") and str(found["app_id"]) != account.app_id:
        return f"The token belongs to another app ({found['app_id']}): webhooks are signed with that app's secret."
    missing = [scope for scope in SCOPES if found.get("scopes") is not None and scope not in found["scopes"]]
    if missing:
        return f"The token lacks {', '.join(missing)}."
    if expires is not None and expires - now < TOKEN_WARNING:
        return f"The token expires on {expires:%d %b %Y}."
    return ""
