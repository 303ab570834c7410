"""The whole server: which path belongs to which door."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from whatsapp.simulator.core.world import World
from whatsapp.simulator.http import control, control_events, control_phones, graph, live, pages, pay_page, razorpay

ANY = ["GET", "POST", "DELETE"]


def build(world: World) -> ASGIApp:
    """The ASGI application over one world."""
    routes = [
        *control.ROUTES,
        *control_phones.ROUTES,
        *control_events.ROUTES,
        *live.ROUTES,
        *razorpay.ROUTES,
        *pages.ROUTES,
        *pay_page.ROUTES,
        Route("/whatsapp_business/attachments/", graph.download),
        Route("/{path:path}", graph.graph, methods=ANY),
    ]
    app = Starlette(routes=routes)
    app.state.world = world
    return Abortable(app)


class Abortable:
    """Puts a way to cut the connection into the scope (the drop_answer_next knob).

    ASGI has no such thing: uvicorn's `send` is a method of the object that owns the socket, and that is used here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        owner: Any = getattr(send, "__self__", None)
        if owner is not None:
            scope["simulator.abort"] = owner.transport.abort
        await self.app(scope, receive, send)
