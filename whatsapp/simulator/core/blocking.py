"""Whom the business has blocked: /{number}/block_users. Their messages no longer come, and none goes to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whatsapp.simulator.core import params
from whatsapp.simulator.core.entities import Number, Person
from whatsapp.simulator.core.errors import GraphError
from whatsapp.simulator.core.world import World

MOST = 64_000
WINDOW_SECONDS = 24 * 3600
Fields = dict[str, Any]


def add(world: World, number: Number, source: Fields, now: float) -> Fields:
    """POST: only people who wrote in the last 24 hours. Who was refused stands beside those who were not."""
    done, failed = [], []
    for given, person in _named(world, number, source):
        last = world.last_inbound.get((number.id, person.wa_id)) if person else None
        if person is None or last is None or now - last >= WINDOW_SECONDS:
            failed.append(_failure(given, "The person has not written in the last 24 hours."))
        elif len(number.blocked) >= MOST:
            raise GraphError(139101, f"At most {MOST} people can be blocked.")
        else:
            number.blocked = [wa_id for wa_id in number.blocked if wa_id != person.wa_id] + [person.wa_id]
            done.append(_who(given, person))
    return _answer("added_users", done, failed)


def remove(world: World, number: Number, source: Fields, now: float) -> Fields:
    """DELETE."""
    done, failed = [], []
    for given, person in _named(world, number, source):
        if person is None or person.wa_id not in number.blocked:
            failed.append(_failure(given, "The person is not blocked."))
        else:
            number.blocked.remove(person.wa_id)
            done.append(_who(given, person))
    return _answer("removed_users", done, failed)


def listed(world: World, number: Number, source: Fields, now: float) -> Fields:
    """GET, newest last, on one page."""
    data = [{"messaging_product": "whatsapp", "wa_id": wa_id} for wa_id in number.blocked]
    return {"data": data, "paging": {"cursors": {}}}


def _named(world: World, number: Number, source: Fields) -> list[tuple[str, Person | None]]:
    if source.get("messaging_product") != "whatsapp":
        raise GraphError(100, message="(#100) The parameter messaging_product is required.")
    found = params.take(list, source, "block_users")
    return [_one(world, number, params.of_kind(dict, each, f"block_users[{at}]")) for at, each in enumerate(found)]


def _one(world: World, number: Number, each: Fields) -> tuple[str, Person | None]:
    """By number (`user`), or by BSUID (`user_id`, or a `user` that is one)."""
    given = str(each.get("user_id") or params.text(each, "user", "", 180))
    business = world.businesses[number.waba_id]
    digits = "".join(filter(str.isdigit, given)) if "." not in given else ""
    by_id = (p for p in world.people.values() if world.user_id(p, business) == given)
    return given, world.people.get(digits) or next(by_id, None)


def _who(given: str, person: Person) -> Fields:
    return {"input": given, "user_id" if "." in given else "wa_id": given if "." in given else person.wa_id}


def _failure(given: str, details: str) -> Fields:
    error = {"message": "(#131047) Re-engagement message", "code": 131047, "error_data": {"details": details}}
    return {"input": given, "errors": [error]}


def _answer(name: str, done: list[Fields], failed: list[Fields]) -> Fields:
    answer: Fields = {"messaging_product": "whatsapp", "block_users": {name: done}}
    if failed:
        answer["block_users"]["failed_users"] = failed
        answer["errors"] = GraphError(139100, "See failed_users.").envelope()["error"]
    return answer


ACTS: dict[str, Callable[[World, Number, Fields, float], Fields]] = {"GET": listed, "POST": add, "DELETE": remove}
