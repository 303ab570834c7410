"""May this message go? Number, template, window, opt-out and pace, in that order, with the code for each no."""

from __future__ import annotations

from typing import Any

from whatsapp.simulator.core import params, standing
from whatsapp.simulator.core.entities import Number, Person, Template
from whatsapp.simulator.core.errors import GraphError
from whatsapp.simulator.core.world import World

WINDOW_SECONDS = 24 * 3600
TEMPLATE_REFUSALS = {"PAUSED": 132015, "DISABLED": 132016}


def in_window(world: World, number: Number, person: Person, now: float) -> bool:
    """True within 24 hours of the person's last message to this number."""
    last = world.last_inbound.get((number.id, person.wa_id))
    return last is not None and now - last < WINDOW_SECONDS


def find_template(world: World, number: Number, payload: dict[str, Any]) -> Template:
    """The approved template a payload names; raises 132001, 132015 or 132016."""
    source = payload["template"]
    name = params.take(str, source, "name", "template")
    language = params.take(dict, source, "language", "template")
    code = params.take(str, language, "code", "template['language']")
    found = next((t for t in world.templates.values() if _is(t, number, name, code)), None)
    if found is None:
        raise GraphError(132001, f"template name ({name}) does not exist in {code}")
    if found.status in TEMPLATE_REFUSALS:
        raise GraphError(TEMPLATE_REFUSALS[found.status], f"template ({name}, {code}) is {found.status}")
    if found.status != "APPROVED":
        raise GraphError(132001, f"template ({name}, {code}) is not approved: {found.status}")
    return found


def _is(template: Template, number: Number, name: str, language: str) -> bool:
    key = (template.waba_id, template.name, template.language)
    return key == (number.waba_id, name, language) and template.status != "DELETED"


def allow(
    world: World, number: Number, person: Person, template: Template | None, payload: dict[str, Any], now: float
) -> tuple[int, str] | None:
    """Raises GraphError for what Meta refuses at once; returns (code, details) for what fails later, None for go."""
    _number_may_send(number)
    if template is not None and template.category == "MARKETING" and person.marketing_opt_out:
        raise GraphError(131050, "The person has stopped marketing messages from this business.")
    if template is not None and template.category == "AUTHENTICATION" and not payload.get("to"):
        raise GraphError(131062, "One-tap, zero-tap and copy-code authentication templates need a phone number.")
    open_window = in_window(world, number, person, now)
    if person.wa_id in number.blocked:
        raise GraphError(131026, "The business has blocked this person.")
    standing.check(world, answer=open_window)
    window = _window(world, open_window or template is not None)
    _pace(world, number, person, open_window, now)
    return _planned(world) or _fate(world, number, person) or window


def _number_may_send(number: Number) -> None:
    if not number.registered:
        raise GraphError(133010, "The phone number is not registered on Cloud API.")
    if number.status in ("BANNED", "RESTRICTED", "DISCONNECTED"):
        raise GraphError(131031, f"The number is {number.status}.")


def _window(world: World, open_: bool) -> tuple[int, str] | None:
    if open_:
        return None
    details = (
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number."
    )
    if world.knobs.window_error == "sync":
        raise GraphError(131047, details)
    return 131047, details


def _pace(world: World, number: Number, person: Person, open_window: bool, now: float) -> None:
    if not world.knobs.enforce_pace:
        return
    code = world.pace.refusal(number.id, number.per_second, person.wa_id, now)
    if code is not None:
        raise GraphError(code, "Too many messages; slow down and try again (the simulator's enforce_pace is on).")
    portfolio = world.businesses[number.waba_id].portfolio_id
    limit = number.messaging_limit
    if not open_window and world.pace.over_messaging_limit(portfolio, limit, person.wa_id, now):
        raise GraphError(131048, f"The portfolio has reached its messaging limit ({limit}) for 24 hours.")


def _planned(world: World) -> tuple[int, str] | None:
    """A failure asked for by the fail_next knob with later=true."""
    plan = world.knobs.fail_next
    if not plan or not plan["later"]:
        return None
    taken = world.knobs.take_failure("messages")
    return (int(taken["code"]), taken.get("details", "")) if taken else None


def _fate(world: World, number: Number, person: Person) -> tuple[int, str] | None:
    if not person.on_whatsapp:
        return 131026, "Message Undeliverable."
    if not world.businesses[number.waba_id].has_payment_method:
        return 131042, "There is no payment method on the account."
    return None
