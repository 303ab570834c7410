"""How the business stands with Meta: well, or locked, blocked or restricted, as the knob `account_standing` says.

Locked is told by webhook and by health_status. Blocked is told by the refusals alone: health_status goes on saying
AVAILABLE, because nobody has shown that it would not, and whoever trusts it must find out by trying.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from whatsapp.simulator.core.errors import GraphError
from whatsapp.simulator.core.webhooks import tell

if TYPE_CHECKING:
    from whatsapp.simulator.core.world import World

WELL, LOCKED, BLOCKED, RESTRICTED = "well", "locked", "blocked", "restricted"
RESTRICTION = timedelta(days=1)
RESTRICTED_WORDS = "Business-initiated messages are restricted."


def check(world: World, *, answer: bool) -> None:
    """Raises 131031 or 368. `answer`: the person's window is open."""
    standing = world.knobs.account_standing
    if standing == LOCKED:
        raise GraphError(131031, "The WhatsApp Business Account has been locked for a violation of policy.")
    if standing == BLOCKED or (standing == RESTRICTED and not answer):
        raise GraphError(368, "The WhatsApp Business Account is blocked for a time for a violation of policy.")


def errors(world: World) -> list[dict[str, Any]]:
    """What health_status says of the account."""
    if world.knobs.account_standing != LOCKED:
        return []
    solution = "Appeal in Meta Business Support."
    return [{"error_code": 131031, "error_description": "The account is locked.", "possible_solution": solution}]


def limits(world: World) -> list[str]:
    """What health_status adds to a LIMITED verdict."""
    return [RESTRICTED_WORDS] if world.knobs.account_standing == RESTRICTED else []


def changed(world: World, before: str) -> None:
    """account_update of every account, as Meta tells it. The end of a block or of a restriction is not told."""
    value = _told(before, world.knobs.account_standing, datetime.fromtimestamp(world.now(), UTC))
    for business in world.businesses.values() if value else ():
        tell(world, business, "account_update", value)


def _told(before: str, after: str, now: datetime) -> dict[str, Any]:
    if before == after:
        return {}
    day = f"{now:%Y-%m-%d}"
    if after == LOCKED:
        return {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": day}}
    if after == BLOCKED:
        return {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SPAM"}}
    if after == RESTRICTED:
        until = f"{now + RESTRICTION:%Y-%m-%dT%H:%M:%S+0000}"
        one = {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": until}
        return {"event": "ACCOUNT_RESTRICTION", "restriction_info": [one]}
    if before == LOCKED:
        return {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE", "waba_ban_date": day}}
    return {}
