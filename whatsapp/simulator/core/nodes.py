"""Accounts, phone numbers and tokens as Graph describes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from whatsapp.simulator.core import params, standing
from whatsapp.simulator.core.entities import Business, Number
from whatsapp.simulator.core.errors import GraphError
from whatsapp.simulator.core.world import World

Fields = dict[str, Any]
NUMBER_DEFAULTS = ("verified_name", "code_verification_status", "display_phone_number", "quality_rating")
ACCOUNT_DEFAULTS = ("name", "currency", "timezone_id", "message_template_namespace")
VERDICTS = ("BLOCKED", "LIMITED", "AVAILABLE")
REGISTRATIONS, REGISTRATION_SECONDS = 10, 72 * 3600
SCOPES = ["whatsapp_business_management", "whatsapp_business_messaging"]


def pick(found: Fields, fields: str, defaults: tuple[str, ...]) -> Fields:
    """The asked fields (or the defaults) and always the id; unknown names are 100, as in Graph."""
    wanted = [f.split("{")[0].split(".")[0].strip() for f in fields.split(",") if f.strip()] or list(defaults)
    unknown = [f for f in wanted if f not in found]
    if unknown:
        raise GraphError(100, message=f"(#100) Tried accessing nonexisting field ({unknown[0]})")
    return {f: found[f] for f in (*wanted, "id")}


def number(world: World, number: Number, fields: str = "") -> Fields:
    """GET /{phone_number_id}."""
    business = world.businesses[number.waba_id]
    return pick(_number_fields(world, business, number), fields, NUMBER_DEFAULTS)


def _number_fields(world: World, business: Business, number: Number) -> Fields:
    configuration = {"application": business.callback_url}
    if business.override_callback_uri:
        configuration["whatsapp_business_account"] = business.override_callback_uri
    if number.override_callback_uri:
        configuration["phone_number"] = number.override_callback_uri
    return {
        "id": number.id,
        "display_phone_number": number.display_phone_number,
        "verified_name": number.verified_name,
        "name_status": number.name_status,
        "code_verification_status": number.code_verification_status,
        "status": number.status,
        "quality_rating": number.quality_rating,
        "quality_score": {"score": number.quality_rating},
        "platform_type": "CLOUD_API" if number.registered else "NOT_APPLICABLE",
        "account_mode": "SANDBOX" if world.settings.allowed else "LIVE",
        "throughput": {"level": number.throughput_level},
        "whatsapp_business_manager_messaging_limit": number.messaging_limit,
        "messaging_limit_tier": number.messaging_limit,
        "is_pin_enabled": bool(number.pin),
        "is_official_business_account": False,
        "is_on_biz_app": number.on_business_app,
        "country_code": "IN" if number.country_code == "91" else "",
        "health_status": health(world, business, number),
        "webhook_configuration": configuration,
    }


def health(world: World, business: Business, number: Number | None = None) -> Fields:
    """can_send_message overall and per entity; the strictest wins."""
    found = _account_errors(business) + standing.errors(world)
    entities = [_entity("WABA", business.waba_id, found, standing.limits(world))]
    entities += [_entity("BUSINESS", business.portfolio_id, []), _entity("APP", business.app_id, [])]
    if number is not None:
        entities.insert(0, _entity("PHONE_NUMBER", number.id, _number_errors(number)))
    verdicts = {str(entity["can_send_message"]) for entity in entities}
    return {"can_send_message": next(v for v in VERDICTS if v in verdicts), "entities": entities}


def _entity(type_: str, id_: str, errors: list[Fields], limits: Sequence[str] = ()) -> Fields:
    verdict = "BLOCKED" if errors else "LIMITED" if limits else "AVAILABLE"
    state: Fields = {"entity_type": type_, "id": id_, "can_send_message": verdict}
    return state | ({"errors": errors} if errors else {}) | ({"additional_info": list(limits)} if limits else {})


def _account_errors(business: Business) -> list[Fields]:
    if business.has_payment_method:
        return []
    solution = "Add a payment method to the WhatsApp Business Account."
    return [{"error_code": 141006, "error_description": "No payment method.", "possible_solution": solution}]


def _number_errors(number: Number) -> list[Fields]:
    if number.registered and number.status == "CONNECTED":
        return []
    description = f"The number is {number.status if number.registered else 'not registered'}."
    return [{"error_code": 133010, "error_description": description, "possible_solution": "Register the number."}]


def account(world: World, business: Business, fields: str = "") -> Fields:
    """GET /{waba_id}."""
    limit = max((n.messaging_limit for n in numbers(world, business)), default="TIER_250")
    found = {
        "id": business.waba_id,
        "name": business.name,
        "currency": "INR",
        "timezone_id": "71",
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "message_template_namespace": f"ns_{business.waba_id}",
        "ownership_type": "SELF",
        "health_status": health(world, business),
        "whatsapp_business_manager_messaging_limit": limit,
    }
    return pick(found, fields, ACCOUNT_DEFAULTS)


def numbers(world: World, business: Business) -> list[Number]:
    """The account's phone numbers."""
    return [n for n in world.numbers.values() if n.waba_id == business.waba_id]


def register(number: Number, source: Fields, now: float) -> Fields:
    """POST /{number}/register: sets the PIN the first time, must match it afterwards (133005); 10 in 72 h (133016)."""
    pin = params.take(str, source, "pin")
    if source.get("messaging_product") != "whatsapp":
        raise GraphError(100, message="(#100) The parameter messaging_product is required.")
    if len(pin) != 6 or not pin.isdigit():
        raise params.invalid("Param pin must be 6 digits long.")
    if number.code_verification_status != "VERIFIED":
        raise GraphError(133006, "The number must be verified before it is registered.")
    number.registrations = [at for at in number.registrations if now - at < REGISTRATION_SECONDS]
    if len(number.registrations) >= REGISTRATIONS:
        raise GraphError(133016, "10 registrations in 72 hours.")
    number.registrations.append(now)
    if number.pin and number.pin != pin:
        raise GraphError(133005, "The PIN does not match the number's two-step verification PIN.")
    number.pin, number.registered, number.status = pin, True, "CONNECTED"
    return {"success": True}


def settings(number: Number, source: Fields) -> Fields:
    """POST /{phone_number_id}: the two-step PIN or the webhook override ("" clears it)."""
    if "pin" in source:
        number.pin = params.text(source, "pin", "", 6)
    if "webhook_configuration" in source:
        configuration = params.take(dict, source, "webhook_configuration")
        number.override_callback_uri = str(configuration.get("override_callback_uri", ""))[:200]
    return {"success": True}


def subscribed_apps(business: Business) -> Fields:
    """GET /{waba}/subscribed_apps."""
    if not business.subscribed:
        return {"data": []}
    app = {
        "link": "https://www.facebook.com/games/?app_id=" + business.app_id,
        "name": "BetterMeals",
        "id": business.app_id,
    }
    override = business.override_callback_uri
    return {"data": [{"whatsapp_business_api_data": app} | ({"override_callback_uri": override} if override else {})]}


def subscribe(business: Business, source: Fields) -> Fields:
    """POST /{waba}/subscribed_apps; an override only for an app that is subscribed already."""
    override = source.get("override_callback_uri", "")
    if override and not business.subscribed:
        raise params.invalid("Before override the current callback uri, your app must be subscribed to the account.")
    if len(override) > 200:
        raise params.invalid("Param override_callback_uri must be at most 200 characters long.")
    business.subscribed, business.override_callback_uri = True, override
    return {"success": True}


def token_facts(business: Business | None, now: float) -> Fields:
    """GET /debug_token; an unknown token is is_valid: false, not an error."""
    if business is None:
        error = {"code": 190, "message": "Invalid OAuth access token."}
        return {"data": {"error": error, "is_valid": False, "scopes": []}}
    targets = [{"scope": scope, "target_ids": [business.waba_id]} for scope in SCOPES]
    return {
        "data": {
            "app_id": business.app_id,
            "type": "SYSTEM_USER",
            "application": business.name,
            "data_access_expires_at": 0,
            "expires_at": business.token_expires_at,
            "is_valid": not expired(business, now),
            "issued_at": 1760000000,
            "scopes": SCOPES,
            "granular_scopes": targets,
        }
    }


def expired(business: Business, now: float) -> bool:
    """True once the token's end, if it has one, has come."""
    return bool(business.token_expires_at) and now >= business.token_expires_at
