"""GET /_sim/events: what changes, as server-sent events for the phones' page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from whatsapp.simulator.core.world import World
from whatsapp.simulator.http.answers import world_of

HEARTBEAT_SECONDS = 15


async def events(request: Request) -> StreamingResponse:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(world_of(request)), media_type="text/event-stream", headers=headers)


async def _stream(world: World) -> AsyncIterator[str]:
    """One line of JSON per change; a comment now and then, so that a lost page is noticed."""
    loop = asyncio.get_running_loop()
    changes: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def listener(change: dict[str, Any]) -> None:
        loop.call_soon_threadsafe(changes.put_nowait, change)

    world.listeners.append(listener)
    try:
        yield "retry: 1000\n\n"
        while True:
            try:
                change = await asyncio.wait_for(changes.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            yield f"data: {json.dumps(change)}\n\n"
    finally:
        world.listeners.remove(listener)


ROUTES = [Route("/_sim/events", events)]
