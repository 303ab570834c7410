"""The assistant's door: the acts of `assistant.py` as tools of a Model Context Protocol server.

The token is looked up at every call, so that one that is revoked is refused at once. The SDK is in
requirements-extras.txt; only this module and its command import it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from bettermeals import assistant
from bettermeals.lib import clock
from whatsapp.api import audit, tokens
from whatsapp.api.errors import ApiError, understood
from whatsapp.models import ApiCall

INSTRUCTIONS = (
    "BetterMeals runs household kitchens over WhatsApp. Messages go to real people: send only what the user asked for, "
    "and read list_templates before sending a template. Free text reaches only people who wrote in the last 24 hours. "
    "A refusal says why; repeating it changes nothing. When an answer was lost, repeat the call with the same key."
)
READS = ToolAnnotations(read_only_hint=True)
SENDS = ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=True)
To = Annotated[str, Field(description="The person's phone number, in any way of writing it.")]
Key = Annotated[str, Field(description="A word of your own for this message; the same key never sends twice.")]


def call(secret: str, name: str, /, **asked: Any) -> dict[str, Any]:
    """One act for whoever holds the token, on record. Raises ToolError with the reason when it is refused."""
    if not connection.in_atomic_block:
        close_old_connections()  # this process lives for days, a database connection may not
    now = clock.now()
    try:
        token = tokens.find(secret, now)
    except ApiError as error:
        raise ToolError(_words(error)) from error
    try:
        tokens.count(token, now)
        tokens.require(token, assistant.SCOPES[name])
        answer: dict[str, Any] = getattr(assistant, name)(token, now, **asked)
    except Exception as error:
        found = understood(error)
        status, code = (found.status, found.code) if found else (500, "fault")
        audit.record(token, door=ApiCall.Door.MCP, action=name, status=status, code=code, detail={}, now=now)
        if found is None:
            raise
        raise ToolError(_words(found)) from error
    detail = assistant.touched(answer) | {key: asked[key] for key in ("household_id",) if key in asked}
    audit.record(token, door=ApiCall.Door.MCP, action=name, status=200, detail=detail, now=now)
    return answer


def _words(error: ApiError) -> str:
    return f"{error.code}: {error.message}"


def server(secret: str) -> MCPServer:
    """The server for one token; it opens no address, whoever starts it talks to it."""
    door = MCPServer("bettermeals", title="BetterMeals", instructions=INSTRUCTIONS)

    async def act(name: str, /, **asked: Any) -> dict[str, Any]:
        return await sync_to_async(call)(secret, name, **asked)

    _reading(door, act)
    _sending(door, act)
    return door


def _reading(door: MCPServer, act: Callable[..., Any]) -> None:
    @door.tool(annotations=READS)
    async def list_templates(name: str = "") -> dict[str, Any]:
        """Message templates with their words, the variables they take, and whether they can be sent now."""
        found: dict[str, Any] = await act("list_templates", name=name)
        return found

    @door.tool(annotations=READS)
    async def find_household(search: str) -> dict[str, Any]:
        """Households by their name, a resident's name, or at least four digits of a phone number."""
        found: dict[str, Any] = await act("find_household", search=search)
        return found

    @door.tool(annotations=READS)
    async def show_week(household_id: int, day: str = "") -> dict[str, Any]:
        """A household's plan, Monday to Sunday, for the week with that day (2026-11-23; empty: this week)."""
        found: dict[str, Any] = await act("show_week", household_id=household_id, day=day)
        return found

    @door.tool(annotations=READS)
    async def list_attention() -> dict[str, Any]:
        """What needs a person now, most urgent first, each with its reason and its page in the back office."""
        found: dict[str, Any] = await act("list_attention")
        return found


def _sending(door: MCPServer, act: Callable[..., Any]) -> None:
    @door.tool(annotations=SENDS)
    async def send_text(to: To, text: str, key: Key) -> dict[str, Any]:
        """Send free text to somebody who wrote in the last 24 hours. Queued, not yet delivered."""
        found: dict[str, Any] = await act("send_text", to=to, text=text, key=key)
        return found

    @door.tool(annotations=SENDS)
    async def send_template(
        to: To, name: str, variables: dict[str, str], key: Key, language: str = ""
    ) -> dict[str, Any]:
        """Send an approved template, in the person's language unless one is named. Queued, not yet delivered."""
        asked = {"to": to, "name": name, "variables": variables, "language": language, "key": key}
        found: dict[str, Any] = await act("send_template", **asked)
        return found
