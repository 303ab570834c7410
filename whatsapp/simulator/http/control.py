"""The control API, /_sim: health, state, knobs, the log, flushing, verifying the product's webhook.

For tests, rehearsals and the phones' page; docs/simulator.md lists it. Answers 400 and {"error": …} for what cannot
be done, 404 for who or what does not exist.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import requests
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from whatsapp.simulator.core import standing
from whatsapp.simulator.core.errors import GraphError
from whatsapp.simulator.core.knobs import BadKnob, described
from whatsapp.simulator.core.payment_errors import PaymentError
from whatsapp.simulator.core.phones import CannotDo
from whatsapp.simulator.core.sending import log_line
from whatsapp.simulator.core.statuses import catch_up
from whatsapp.simulator.core.world import World
from whatsapp.simulator.http.answers import as_json, parameters, world_of

Act = Callable[[World, Request, dict[str, Any]], Any]
LONGEST_FLUSH = 60.0
LONGEST_POST = 11.0  # a little over the deliverer's own limit


class NotThere(LookupError):
    """No such person, template, account or link: 404."""


def door(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """Parameters, the lock and error answers round one act of the control API."""

    async def handle(request: Request) -> Response:
        world = world_of(request)
        try:
            given = await parameters(request)
            with world.lock:
                return as_json(act(world, request, given))
        except NotThere as error:
            return as_json({"error": str(error)}, 404)
        except (CannotDo, BadKnob, PaymentError) as error:
            return as_json({"error": str(error)}, 400)
        except GraphError as error:
            return as_json({"error": error.details or error.message}, 400)
        except (ValueError, TypeError, KeyError) as error:
            return as_json({"error": f"{type(error).__name__}: {error}"}, 400)

    return handle


def _health(world: World, request: Request, given: dict[str, Any]) -> Any:
    return {"ok": True, "now": world.now(), "pending": _pending_count(world)}


def _state(world: World, request: Request, given: dict[str, Any]) -> Any:
    """Configuration and counts; never a secret."""
    hidden = ("access_token", "app_secret", "verify_token", "previous_tokens")
    return {
        "settings": world.settings.shown(),
        "knobs": asdict(world.knobs),
        "businesses": [
            {k: v for k, v in asdict(b).items() if k not in hidden} for b in world.businesses.values()
        ],
        "numbers": [{k: v for k, v in asdict(n).items() if k != "pin"} for n in world.numbers.values()],
        "counts": {
            name: len(getattr(world, name))
            for name in ("people", "messages", "templates", "media", "links", "payments", "refunds")
        },
        "pending": _pending_count(world),
        "now": world.now(),
    }  # fmt: skip


async def _reset(request: Request) -> Response:
    """Forget everything; once this answers, no webhook of before arrives any more."""
    world = world_of(request)
    with world.lock:
        world.reset()
    for box in (world.outbox, world.payment_outbox):
        await run_in_threadpool(box.wait_until_quiet, LONGEST_POST)
    return as_json({"ok": True})


def _knobs(world: World, request: Request, given: dict[str, Any]) -> Any:
    if request.method == "POST":
        was_delivering, stood = world.knobs.auto_deliver, world.knobs.account_standing
        world.knobs.turn(given)
        standing.changed(world, stood)
        if world.knobs.auto_deliver and not was_delivering:
            _catch_up(world)
    return asdict(world.knobs)


def _described(world: World, request: Request, given: dict[str, Any]) -> Any:
    """For the page of knobs."""
    return {"knobs": described()}


def _catch_up(world: World) -> None:
    for wa_id in list(world.people):
        catch_up(world, wa_id, world.now())


def _log(world: World, request: Request, given: dict[str, Any]) -> Any:
    """Every accepted outgoing message in order; ?after=N leaves out the first N."""
    sent = [m for m in world.messages.values() if m.direction == "outgoing"]
    return {"log": [log_line(m) for m in sent[int(given.get("after", 0)) :]], "total": len(sent)}


def _pending_count(world: World) -> int:
    return world.outbox.pending() + world.payment_outbox.pending()


def _pending(world: World, request: Request, given: dict[str, Any]) -> Any:
    waiting = [d for box in (world.outbox, world.payment_outbox) for d in box.deliveries]
    refused = [{"url": d.url, "attempts": d.attempts, "last_answer": d.last_answer} for d in waiting if d.attempts]
    return {
        "pending": _pending_count(world),
        "whatsapp": world.outbox.pending(),
        "payments": world.payment_outbox.pending(),
        "refused": refused,
    }


async def _flush(request: Request) -> Response:
    """Deliver everything now; waits until nothing is left, at most `seconds` (10)."""
    world = world_of(request)
    given = await parameters(request)
    seconds = min(float(given.get("seconds", 10)), LONGEST_FLUSH)
    for box in (world.outbox, world.payment_outbox):
        with world.lock:
            box.due()  # what is still unpacked is hurried, too
            box.hurry()
    done = await run_in_threadpool(_wait, world, seconds)
    return as_json({"flushed": done, "pending": _pending_count(world)})


def _wait(world: World, seconds: float) -> bool:
    both = [box.wait_until_empty(seconds) for box in (world.outbox, world.payment_outbox)]
    return all(both)


async def _verify_webhook(request: Request) -> Response:
    """Do Meta's GET handshake against the product, once rightly and once with a wrong token, and report."""
    world = world_of(request)
    given = await parameters(request)
    business = world.businesses.get(str(given.get("waba_id", world.settings.waba_id)))
    if business is None:
        return as_json({"error": "There is no such account."}, 404)
    url = business.callback_url
    return as_json(await run_in_threadpool(_handshake, url, business.verify_token))


def _handshake(url: str, token: str) -> dict[str, Any]:
    challenge = str(secrets.randbelow(10**9))
    try:
        right = _challenge(url, token, challenge)
        wrong = _challenge(url, "not-" + token, challenge)
    except requests.RequestException as error:
        return {"verified": False, "url": url, "problem": f"{type(error).__name__}: nobody answers there."}
    verified = right.status_code == 200 and right.text == challenge
    refuses = wrong.status_code != 200
    problem = "" if verified else f"Answered {right.status_code}; the body must be the challenge as plain text."
    if verified and not refuses:
        problem = "A wrong verify token was accepted as well."
    return {
        "verified": verified and refuses,
        "url": url,
        "status": right.status_code,
        "wrong_token_status": wrong.status_code,
        "problem": problem,
    }


def _challenge(url: str, token: str, challenge: str) -> requests.Response:
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": token}
    return requests.get(url, params=query, timeout=10)


ROUTES = [
    Route("/_sim/health", door(_health)),
    Route("/_sim/state", door(_state)),
    Route("/_sim/reset", _reset, methods=["POST"]),
    Route("/_sim/knobs", door(_knobs), methods=["GET", "POST"]),
    Route("/_sim/knobs/described", door(_described)),
    Route("/_sim/log", door(_log)),
    Route("/_sim/pending", door(_pending)),
    Route("/_sim/flush", _flush, methods=["POST"]),
    Route("/_sim/verify-webhook", _verify_webhook, methods=["POST"]),
]
