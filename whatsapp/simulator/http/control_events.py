"""The control API's triggers: what Meta or the payment provider would do of themselves."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from whatsapp.simulator.core import paying, payment_links, templates, webhooks
from whatsapp.simulator.core.entities import Business, Number
from whatsapp.simulator.core.pace import LIMITS, PER_SECOND
from whatsapp.simulator.core.payment_entities import link_entity, payment_entity, refund_entity
from whatsapp.simulator.core.phones import CannotDo
from whatsapp.simulator.core.world import World
from whatsapp.simulator.http.control import NotThere, door

Given = dict[str, Any]
BUSINESS_FIELDS = {f.name for f in fields(Business)} - {"waba_id"}
NUMBER_FIELDS = {f.name for f in fields(Number)} - {"id", "waba_id", "registrations"}


def _business(world: World, waba_id: str) -> Business:
    if waba_id not in world.businesses:
        raise NotThere(f"There is no account {waba_id}.")
    return world.businesses[waba_id]


def _set(target: Any, given: Given, allowed: set[str]) -> None:
    unknown = set(given) - allowed
    if unknown:
        raise CannotDo(f"There is no {sorted(unknown)[0]!r}; there are: {', '.join(sorted(allowed))}.")
    for name, value in given.items():
        setattr(target, name, value)


def _add_business(world: World, request: Request, given: Given) -> Any:
    """One more WABA with its number and credentials: {waba_id, phone_number_id, display_phone_number, access_token,
    app_secret, verify_token, callback_url?, name?, portfolio_id?}."""
    home = world.businesses[world.settings.waba_id]
    business = Business(
        str(given["waba_id"]), given.get("name", "Another business"),
        str(given.get("portfolio_id", "901" + str(given["waba_id"])[-12:])), str(given.get("app_id", home.app_id)),
        given["access_token"], given["app_secret"], given["verify_token"],
        given.get("callback_url", home.callback_url),
    )  # fmt: skip
    world.businesses[business.waba_id] = business
    number = Number(str(given["phone_number_id"]), business.waba_id, given["display_phone_number"])
    number.verified_name = business.name
    world.numbers[number.id] = number
    world.publish("business", waba_id=business.waba_id)
    return {"waba_id": business.waba_id, "phone_number_id": number.id}


def _change_business(world: World, request: Request, given: Given) -> Any:
    """Credentials, token_expires_at, has_payment_method and so on. A new access_token keeps the old one valid while
    `keep_old` is true: rotation without downtime."""
    business = _business(world, request.path_params["waba_id"])
    keep = given.pop("keep_old", False)
    if "access_token" in given:
        business.previous_tokens = [business.access_token] if keep else []
    _set(business, given, BUSINESS_FIELDS)
    world.publish("business", waba_id=business.waba_id)
    return {"ok": True}


def _change_number(world: World, request: Request, given: Given) -> Any:
    number = world.numbers.get(request.path_params["number_id"])
    if number is None:
        raise NotThere("There is no such number.")
    if (
        given.get("throughput_level", "STANDARD") not in PER_SECOND
        or given.get("messaging_limit", "TIER_2K") not in LIMITS
    ):
        raise CannotDo(f"throughput_level is one of {list(PER_SECOND)}, messaging_limit one of {list(LIMITS)}.")
    _set(number, given, NUMBER_FIELDS)
    world.publish("number", id=number.id)
    return {"ok": True}


def _templates(world: World, request: Request, given: Given) -> Any:
    templates.review(world)
    found = [t for t in world.templates.values() if t.status != "DELETED"]
    return {"templates": [templates.described(t) | {"waba_id": t.waba_id} for t in found]}


def _review(world: World, request: Request, given: Given) -> Any:
    """Decide on every pending template now."""
    return {"reviewed": templates.review(world, all_now=True)}


def _change_template(world: World, request: Request, given: Given) -> Any:
    """{status | category | quality_score, language?} with the webhook Meta would send."""
    name = request.path_params["name"]
    found = [
        t for t in world.templates.values()
        if t.name == name and t.status != "DELETED" and t.language == given.get("language", t.language)
    ]  # fmt: skip
    if not found:
        raise NotThere(f"There is no template {name!r}.")
    for template in found:
        if "quality_score" in given:
            templates.set_quality(world, template, given["quality_score"])
        if "category" in given:
            templates.recategorise(world, template, given["category"])
        if "status" in given:
            extra = {k: given[k] for k in ("other_info", "disable_info", "rejection_info") if k in given}
            template.rejected_reason = given.get("reason", template.rejected_reason)
            templates.set_status(world, template, given["status"], **extra)
    return {"changed": len(found)}


def _webhook(world: World, request: Request, given: Given) -> Any:
    """Any other webhook as given: {field, value, waba_id?}; account_update, phone_number_quality_update, …"""
    business = _business(world, str(given.get("waba_id", world.settings.waba_id)))
    if not isinstance(given.get("field"), str) or not isinstance(given.get("value"), dict):
        raise CannotDo("A webhook needs a field and a value (an object).")
    webhooks.tell(world, business, given["field"], given["value"])
    return {"queued": business.subscribed}


def _links(world: World, request: Request, given: Given) -> Any:
    return {"payment_links": [link_entity(world, link) for link in world.links.values()]}


def _pay(world: World, request: Request, given: Given) -> Any:
    """Pay a link. ?again=1: although it is paid; ?late=1: although it is expired or cancelled; amount: another sum."""
    link = _link(world, request)
    force = any(str(given.get(k, "")).lower() in ("1", "true") for k in ("again", "late", "force"))
    amount = int(given["amount"]) if "amount" in given else None
    payment = paying.pay(world, link, world.now(), amount=amount, force=force)
    return {"payment": payment_entity(payment), "payment_link": link_entity(world, link)}


def _fail(world: World, request: Request, given: Given) -> Any:
    return {"payment": payment_entity(paying.fail(world, _link(world, request), world.now()))}


def _link(world: World, request: Request) -> Any:
    """By its id or its reference."""
    payment_links.expire_due(world, world.now())
    wanted = request.path_params["id"]
    found = next((k for k in world.links.values() if wanted in (k.id, k.reference_id)), None)
    if found is None:
        raise NotThere(f"There is no payment link {wanted!r}.")
    return found


def _expire(world: World, request: Request, given: Given) -> Any:
    """Expire what is due by the clock, or the link named by `id` at once."""
    now = world.now()
    if "id" in given:
        link = next((k for k in world.links.values() if given["id"] in (k.id, k.reference_id)), None)
        if link is None:
            raise NotThere("There is no such payment link.")
        link.expire_by = int(now)
    return {"expired": payment_links.expire_due(world, now)}


def _refunds(world: World, request: Request, given: Given) -> Any:
    return {"refunds": [refund_entity(r) for r in world.refunds.values()]}


ROUTES = [
    Route("/_sim/businesses", door(_add_business), methods=["POST"]),
    Route("/_sim/businesses/{waba_id}", door(_change_business), methods=["POST"]),
    Route("/_sim/numbers/{number_id}", door(_change_number), methods=["POST"]),
    Route("/_sim/templates", door(_templates), methods=["GET"]),
    Route("/_sim/templates/review", door(_review), methods=["POST"]),
    Route("/_sim/templates/{name}", door(_change_template), methods=["POST"]),
    Route("/_sim/webhook", door(_webhook), methods=["POST"]),
    Route("/_sim/payment-links", door(_links), methods=["GET"]),
    Route("/_sim/expire-links", door(_expire), methods=["POST"]),
    Route("/_sim/pay/{id}", door(_pay), methods=["POST"]),
    Route("/_sim/pay/{id}/fail", door(_fail), methods=["POST"]),
    Route("/_sim/refunds", door(_refunds), methods=["GET"]),
]
