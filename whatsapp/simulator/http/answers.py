"""Reading requests and writing answers, shared by all doors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from whatsapp.simulator.core.world import World


@dataclass(frozen=True)
class Upload:
    """A file part of a form, read."""

    filename: str
    content_type: str
    data: bytes


def world_of(request: Request) -> World:
    """The one world this process serves."""
    world: World = request.app.state.world
    return world


def as_json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON in UTF-8, scripts readable."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, headers, media_type="application/json; charset=UTF-8")


async def parameters(request: Request) -> dict[str, Any]:
    """Query and body as one mapping, as Graph reads them; the body is JSON or a form. Raises ValueError."""
    found: dict[str, Any] = {k: v for k, v in request.query_params.items() if k != "access_token"}
    kind = request.headers.get("content-type", "")
    if kind.startswith(("multipart/form-data", "application/x-www-form-urlencoded")):
        return found | await _form(request)
    raw = await request.body()
    if not raw.strip():
        return found
    body = json.loads(raw)
    if not isinstance(body, dict):
        raise ValueError("The body must be a JSON object.")
    return found | body


async def _form(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = {}
    async with request.form() as form:
        for name, value in form.items():
            found[name] = value
            if isinstance(value, UploadFile):
                found[name] = Upload(value.filename or "", value.content_type or "", await value.read())
    return found


def cut(request: Request) -> None:
    """Break the connection without an answer: the caller cannot know whether it was heard."""
    request.scope["simulator.abort"]()
