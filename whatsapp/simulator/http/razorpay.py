"""The payment provider's API door: Basic auth, its envelope, its paths."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from whatsapp.simulator.core import paying, payment_links
from whatsapp.simulator.core.payment_entities import link_entity, payment_entity, refund_entity
from whatsapp.simulator.core.payment_errors import PaymentError
from whatsapp.simulator.core.world import World
from whatsapp.simulator.http.answers import as_json, cut, parameters, world_of

Act = Callable[[World, Request, dict[str, Any], float], Any]


def _authenticated(world: World, request: Request) -> bool:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    try:
        key, _, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    s = world.settings
    right = hmac.compare_digest(key, s.razorpay_key_id) and hmac.compare_digest(secret, s.razorpay_key_secret)
    return kind.lower() == "basic" and right


def _door(act: Act) -> Callable[[Request], Any]:
    """Authentication, parameters, planned failures, the lock and the envelope round one act."""

    async def handle(request: Request) -> Response:
        world = world_of(request)
        try:
            answer = await _run(world, request, act)
        except PaymentError as error:
            return as_json(error.envelope(), error.status)
        if request.method == "POST" and world.knobs.drop_answer_next:
            world.knobs.drop_answer_next -= 1
            cut(request)
            await asyncio.sleep(0)
        return as_json(answer)

    return handle


async def _run(world: World, request: Request, act: Act) -> Any:
    if not _authenticated(world, request):
        raise PaymentError("Authentication failed", status=401)
    try:
        given = await parameters(request)
    except ValueError:
        raise PaymentError("The request body is not valid JSON.") from None
    with world.lock:
        plan = world.knobs.take_failure("payments")
        if plan is not None:
            raise PaymentError(
                "We are facing some trouble completing your request.", code="SERVER_ERROR", status=_status(plan)
            )
        return act(world, request, given, world.now())


def _status(plan: dict[str, Any]) -> int:
    return int(plan.get("status") or 500)


#: What a list of payments is asked with, and what it means when left out.
PAGE = {"from": 0, "to": 0, "count": 10, "skip": 0}


def _create(world: World, request: Request, given: dict[str, Any], now: float) -> Any:
    return link_entity(world, payment_links.create(world, given, now))


def _list(world: World, request: Request, given: dict[str, Any], now: float) -> Any:
    found = payment_links.listed(world, {k: str(v) for k, v in given.items()}, now)
    return {"payment_links": [link_entity(world, link) for link in found]}


def _get(world: World, request: Request, given: dict[str, Any], now: float) -> Any:
    return link_entity(world, payment_links.find(world, request.path_params["id"], now))


def _change(world: World, request: Request, given: dict[str, Any], now: float) -> Any:
    link = payment_links.find(world, request.path_params["id"], now)
    payment_links.change(world, link, given, now)
    return link_entity(world, link)


def _cancel(world: World, request: Request, given: dict[str, Any], now: float) -> Any:
    link = payment_links.find(world, request.path_params["id"], now)
    payment_links.cancel(world, link, now)
    return link_entity(world, link)


def _notify(world: World, request: Request, given: dict[str, Any], now: float) -> Any:
    payment_links.find(world, request.path_params["id"], now)
    return {"success": True}


def _payments(world: World, request: Request, given: dict[str, Any], now: float) -> Any:
    """Newest first, `from` and `to` in seconds and both included, at most a hundred to a page: as the contract says."""
    asked = {name: int(request.query_params.get(name, default)) for name, default in PAGE.items()}
    until = asked["to"] or int(now)
    found = [paid for paid in world.payments.values() if asked["from"] <= paid.created_at <= until]
    found.sort(key=lambda paid: paid.created_at, reverse=True)
    page = found[asked["skip"] :][: min(asked["count"], 100)]
    return {"entity": "collection", "count": len(page), "items": [payment_entity(paid) for paid in page]}


def _payment(world: World, request: Request, given: dict[str, Any], now: float) -> Any:
    return payment_entity(paying.find_payment(world, request.path_params["id"]))


def _refund(world: World, request: Request, given: dict[str, Any], now: float) -> Any:
    payment = paying.find_payment(world, request.path_params["id"])
    key = request.headers.get("x-refund-idempotency", "")
    return refund_entity(paying.refund(world, payment, given, key, now))


def _refunds(world: World, request: Request, given: dict[str, Any], now: float) -> Any:
    payment = paying.find_payment(world, request.path_params["id"])
    found = [refund_entity(r) for r in world.refunds.values() if r.payment_id == payment.id]
    return {"entity": "collection", "count": len(found), "items": found}


ROUTES = [
    Route("/v1/payment_links", _door(_create), methods=["POST"]),
    Route("/v1/payment_links", _door(_list), methods=["GET"]),
    Route("/v1/payment_links/{id}", _door(_get), methods=["GET"]),
    Route("/v1/payment_links/{id}", _door(_change), methods=["PATCH"]),
    Route("/v1/payment_links/{id}/cancel", _door(_cancel), methods=["POST"]),
    Route("/v1/payment_links/{id}/notify_by/{medium}", _door(_notify), methods=["POST"]),
    Route("/v1/payments", _door(_payments), methods=["GET"]),
    Route("/v1/payments/{id}", _door(_payment), methods=["GET"]),
    Route("/v1/payments/{id}/refund", _door(_refund), methods=["POST"]),
    Route("/v1/payments/{id}/refunds", _door(_refunds), methods=["GET"]),
]
