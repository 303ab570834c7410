"""The Graph API's door: token, version, node; the rules are the core's."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from whatsapp.simulator.core import blocking, media, nodes, sending, templates, uploads, verifying
from whatsapp.simulator.core.entities import Business
from whatsapp.simulator.core.errors import CODE_OF_STATUS, GraphError, unknown_node, unknown_path
from whatsapp.simulator.core.world import World
from whatsapp.simulator.http.answers import Upload, as_json, cut, parameters, world_of

VERSION = re.compile(r"v\d+\.\d+")
NODE = re.compile(r"[A-Za-z0-9_.:-]+")


@dataclass
class Call:
    """One authenticated call."""

    world: World
    business: Business
    method: str
    node: str
    given: dict[str, Any]
    now: float

    @property
    def fields(self) -> str:
        return str(self.given.get("fields", ""))


async def graph(request: Request) -> Response:
    """Every Graph path; errors become Meta's envelope."""
    world = world_of(request)
    await request.body()  # a caller who gives up while we are slow has been heard all the same
    if world.knobs.latency_ms:
        await asyncio.sleep(world.knobs.latency_ms / 1000)
    version, parts = _split(request.url.path)
    try:
        answer = await _answer(request, world, parts)
    except GraphError as error:
        return as_json(error.envelope(), error.status, _headers(version))
    if answer is None:
        cut(request)
        await asyncio.sleep(0)
        return Response(status_code=500)
    return as_json(answer, headers=_headers(version))


def _split(path: str) -> tuple[str, list[str]]:
    """Version (v25.0 when the path names none, as Graph falls back to the app's) and the rest."""
    parts = [part for part in path.split("/") if part]
    if parts and VERSION.fullmatch(parts[0]):
        return parts[0], parts[1:]
    return "v25.0", parts


def _headers(version: str) -> dict[str, str]:
    trace = secrets.token_urlsafe(8)
    return {"facebook-api-version": version, "x-fb-trace-id": trace, "x-fb-request-id": trace}


async def _answer(request: Request, world: World, parts: list[str]) -> Any:
    """The body of a 200; None when the connection is to be cut. Raises GraphError."""
    if len(parts) == 1 and parts[0].startswith(uploads.PREFIX) and request.method == "POST":
        return await _example_file(request, world, parts[0])
    try:
        given = await parameters(request)
    except ValueError as error:
        raise GraphError(100, f"Request body is not valid JSON: {error}") from None
    with world.lock:
        now = world.now()
        if parts == ["debug_token"]:
            _authenticate_app(world, request, now)
            return nodes.token_facts(world.business_by_token(str(given.get("input_token", ""))), now)
        business = _authenticate(world, request, now)
        to_messages = request.method == "POST" and parts[1:] == ["messages"]
        _planned_failure(world, "messages" if to_messages else "graph")
        if not 1 <= len(parts) <= 2 or not NODE.fullmatch(parts[0]):
            raise unknown_path("/".join(parts))
        call = Call(world, business, request.method, parts[0], given, now)
        answer = _edge(call, parts[1]) if len(parts) == 2 else _node(call)
        if to_messages and world.knobs.drop_answer_next:
            world.knobs.drop_answer_next -= 1
            return None
        return answer


async def _example_file(request: Request, world: World, session: str) -> Any:
    """The bytes of a template's example, neither JSON nor form."""
    data = await request.body()
    with world.lock:
        _authenticate(world, request, world.now())
        return uploads.receive(world, session, request.headers.get("file_offset", ""), data)


def _bearer(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() in ("bearer", "oauth") else request.query_params.get("access_token", "")


def _authenticate_app(world: World, request: Request, now: float) -> None:
    """debug_token takes the app's own token, `APPID|SECRET`, or one of a user of the app; a wrong secret is 190."""
    app_id, is_app, secret = _bearer(request).partition("|")
    if not is_app:
        _authenticate(world, request, now)
    elif not any((b.app_id, b.app_secret) == (app_id, secret) for b in world.businesses.values()):
        raise GraphError(190, message="Invalid OAuth access token signature.")


def _authenticate(world: World, request: Request, now: float) -> Business:
    """The account of the bearer token; 2500 without one, 190 with a wrong one, 190/463 with an expired one."""
    token = _bearer(request)
    if not token:
        raise GraphError(
            2500, message="An active access token must be used to query information about the current user."
        )
    business = world.business_by_token(token)
    if business is None:
        raise GraphError(190, message="Invalid OAuth access token - Cannot parse access token")
    if nodes.expired(business, now):
        raise GraphError(190, message="Error validating access token: Session has expired.", subcode=463)
    return business


def _planned_failure(world: World, scope: str) -> None:
    """The fail_next knob. A failure meant to come later is the core's business."""
    if world.knobs.fail_next.get("later"):
        return
    plan = world.knobs.take_failure(scope)
    if plan is not None:
        code = int(plan["code"] if "code" in plan else CODE_OF_STATUS.get(plan["status"], 131000))
        details = plan.get("details") or "Asked for by the simulator's fail_next knob."
        raise GraphError(code, details, status=plan.get("status"))


def _node(call: Call) -> Any:
    """/{id}: a number, an account, a template or a file."""
    world, business = call.world, call.business
    if call.node in world.numbers:
        number = world.number_of(business, call.node, call.method)
        return nodes.settings(number, call.given) if call.method == "POST" else nodes.number(world, number, call.fields)
    if call.node == business.waba_id and call.method == "GET":
        return nodes.account(world, business, call.fields)
    if call.node in world.templates:
        return _template(call)
    if call.node in world.media:
        return _file(call)
    if call.node in ("me", "app"):
        return {"id": business.app_id, "name": business.name}
    raise unknown_node(call.node, call.method)


def _template(call: Call) -> Any:
    template = templates.find(call.world, call.node, call.business, call.method)
    templates.review(call.world)
    if call.method == "POST":
        return templates.edit(call.world, template, call.given, call.now)
    return templates.described(template, call.fields)


def _file(call: Call) -> Any:
    ours = {n.id for n in nodes.numbers(call.world, call.business)}
    if call.given.get("phone_number_id"):
        ours &= {call.given["phone_number_id"]}
    found = media.find(call.world, call.node, ours, call.now, call.method)
    if call.method == "DELETE":
        del call.world.media[found.id]
        return {"success": True}
    return media.description(call.world, found, call.now)


def _edge(call: Call, edge: str) -> Any:
    """/{id}/{edge}: first whether the edge exists, then whether the node may be seen."""
    handler = _EDGES.get((call.method, edge))
    if handler is None:
        known = {name for _, name in _EDGES}
        raise unknown_node(call.node, call.method) if edge in known else unknown_path(f"{call.node}/{edge}")
    return handler(call)


def _messages(call: Call) -> Any:
    number = call.world.number_of(call.business, call.node, call.method)
    if call.given.get("status") == "read":
        return sending.mark_read(call.world, number, call.given, call.now)
    return sending.accept(call.world, number, call.given, call.now)


def _upload(call: Call) -> Any:
    number = call.world.number_of(call.business, call.node, call.method)
    file = call.given.get("file")
    if not isinstance(file, Upload):
        raise GraphError(100, "Param file: a file is required.")
    stored = media.upload(call.world, number, call.given, file.data, file.filename, call.now)
    return {"id": stored.id}


def _register(call: Call) -> Any:
    return nodes.register(call.world.number_of(call.business, call.node, call.method), call.given, call.now)


def _deregister(call: Call) -> Any:
    call.world.number_of(call.business, call.node, call.method).registered = False
    return {"success": True}


def _request_code(call: Call) -> Any:
    return verifying.request_code(call.world.number_of(call.business, call.node, call.method), call.given)


def _verify_code(call: Call) -> Any:
    return verifying.verify_code(call.world.number_of(call.business, call.node, call.method), call.given)


def _block(call: Call) -> Any:
    number = call.world.number_of(call.business, call.node, call.method)
    return blocking.ACTS[call.method](call.world, number, call.given, call.now)


def _unpause(call: Call) -> Any:
    return templates.unpause(call.world, templates.find(call.world, call.node, call.business, call.method))


def _of_account(act: Callable[[Call], Any]) -> Callable[[Call], Any]:
    """For edges of the account: the node must be the token's own account."""

    def checked(call: Call) -> Any:
        if call.node != call.business.waba_id:
            raise unknown_node(call.node, call.method)
        return act(call)

    return checked


def _list_templates(call: Call) -> Any:
    templates.review(call.world)
    return templates.page(call.world, call.business, {k: str(v) for k, v in call.given.items()})


def _delete_templates(call: Call) -> Any:
    name, hsm_id = str(call.given.get("name", "")), str(call.given.get("hsm_id", ""))
    return templates.delete(call.world, call.business, name, hsm_id, call.now)


def _numbers(call: Call) -> Any:
    found = nodes.numbers(call.world, call.business)
    return {"data": [nodes.number(call.world, n, call.fields) for n in found], "paging": {"cursors": {}}}


def _unsubscribe(call: Call) -> Any:
    call.business.subscribed, call.business.override_callback_uri = False, ""
    return {"success": True}


_EDGES: dict[tuple[str, str], Callable[[Call], Any]] = {
    ("POST", "messages"): _messages,
    ("POST", "media"): _upload,
    ("POST", "uploads"): lambda call: uploads.start(call.world, call.business, call.node, call.given),
    ("POST", "register"): _register,
    ("POST", "deregister"): _deregister,
    ("POST", "request_code"): _request_code,
    ("POST", "verify_code"): _verify_code,
    ("GET", "block_users"): _block,
    ("POST", "block_users"): _block,
    ("DELETE", "block_users"): _block,
    ("POST", "unpause"): _unpause,
    ("GET", "message_templates"): _of_account(_list_templates),
    ("POST", "message_templates"): _of_account(
        lambda call: templates.create(call.world, call.business, call.given, call.now)
    ),
    ("DELETE", "message_templates"): _of_account(_delete_templates),
    ("GET", "phone_numbers"): _of_account(_numbers),
    ("GET", "subscribed_apps"): _of_account(lambda call: nodes.subscribed_apps(call.business)),
    ("POST", "subscribed_apps"): _of_account(lambda call: nodes.subscribe(call.business, call.given)),
    ("DELETE", "subscribed_apps"): _of_account(_unsubscribe),
}


async def download(request: Request) -> Response:
    """The bytes behind a media URL: with the token, within five minutes; else 401 and 404. 500 when out of disk."""
    world = world_of(request)
    with world.lock:
        now = world.now()
        try:
            _authenticate(world, request, now)
        except GraphError as error:
            return as_json(error.envelope(), 401)
        query = request.query_params
        found = media.by_url(world, query.get("mid", ""), query.get("hash", ""), now)
    if world.knobs.out_of_disk:
        return Response("Internal error", 500)
    if found is None:
        return Response("Not found", 404)
    return Response(found.data, media_type=found.mime_type)
