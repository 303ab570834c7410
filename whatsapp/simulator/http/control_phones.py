"""The control API's phones: who exists, what they see, what they do."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from whatsapp.simulator.core import media, phones, statuses, view
from whatsapp.simulator.core.entities import Message, Person
from whatsapp.simulator.core.world import World
from whatsapp.simulator.http.answers import Upload, world_of
from whatsapp.simulator.http.control import NotThere, door

Given = dict[str, Any]
CHANGEABLE = {f.name for f in fields(Person)} - {"wa_id", "last_seen"}
KINDS = ("image", "audio", "video", "document", "sticker")


def _digits(value: Any) -> str:
    return "".join(c for c in str(value) if c.isdigit())


def _person(world: World, request: Request) -> Person:
    wa_id = _digits(request.path_params["wa_id"])
    if wa_id not in world.people:
        raise NotThere(f"Nobody is registered with the number {wa_id}.")
    return world.people[wa_id]


def _list(world: World, request: Request, given: Given) -> Any:
    now = world.now()
    found = [view.phone(world, person, now) for person in world.people.values()]
    latest = sorted(found, key=lambda p: p["last"]["at"] if p["last"] else 0, reverse=True)
    return {"phones": latest, "now": now}


def _register(world: World, request: Request, given: Given) -> Any:
    """One person, or {"phones": [...]} for many; registering again changes what is given."""
    people = [_put(world, item) for item in given.get("phones", [given])]
    return {"phones": [view.phone(world, person, world.now()) for person in people]}


def _put(world: World, given: Given) -> Person:
    wa_id = _digits(given.get("wa_id", ""))
    if not 8 <= len(wa_id) <= 15:
        raise phones.CannotDo("wa_id must be a phone number with country code, for example 919812345678.")
    person = world.person(wa_id, name=given.get("name", ""))
    return _change(world, person, {k: v for k, v in given.items() if k != "wa_id"})


def _patch(world: World, request: Request, given: Given) -> Any:
    person = _change(world, _person(world, request), given)
    return view.phone(world, person, world.now())


def _change(world: World, person: Person, given: Given) -> Person:
    """`bsuid` is accepted for `user_id`. A phone that comes back online gets what waited for it."""
    if "bsuid" in given:
        given = {k: v for k, v in given.items() if k != "bsuid"} | {"user_id": given["bsuid"]}
    unknown = set(given) - CHANGEABLE
    if unknown:
        raise phones.CannotDo(f"A phone has no {sorted(unknown)[0]!r}; it has: {', '.join(sorted(CHANGEABLE))}.")
    for name, value in given.items():
        if type(value) is not type(getattr(person, name)):
            raise phones.CannotDo(f"{name} cannot be {value!r}.")
        setattr(person, name, value)
    statuses.catch_up(world, person.wa_id, world.now())
    world.publish("phone", wa_id=person.wa_id)
    return person


def _forget(world: World, request: Request, given: Given) -> Any:
    person = _person(world, request)
    del world.people[person.wa_id]
    for chat in [c for c in world.chats if c[1] == person.wa_id]:
        for wamid in world.chats.pop(chat):
            del world.messages[wamid]
        world.last_inbound.pop(chat, None)
    world.publish("phone", wa_id=person.wa_id)
    return {"ok": True}


def _messages(world: World, request: Request, given: Given) -> Any:
    person = _person(world, request)
    found = view.conversation(world, person.wa_id, str(given.get("phone_number_id", "")))
    now = world.now()
    business = phones.number_for(world, person.wa_id).verified_name
    messages = [view.drawing(world, m) for m in found]
    return {"phone": view.phone(world, person, now), "messages": messages, "business": business, "now": now}


def _drawn(world: World, message: Message) -> Any:
    return {"wamid": message.wamid, "message": view.drawing(world, message)}


def _text(world: World, request: Request, given: Given) -> Any:
    person = _person(world, request)
    number = phones.number_for(world, person.wa_id, str(given.get("phone_number_id", "")))
    body, reply_to = str(given.get("body", "")), str(given.get("reply_to") or "")
    return _drawn(world, phones.text(world, number, person, body, world.now(), reply_to))


def _tap(world: World, request: Request, given: Given) -> Any:
    """{wamid, index} for a button, {wamid, row_id} for a list, {wamid, index, response} for a flow."""
    person = _person(world, request)
    message = phones.tap(
        world, person, str(given.get("wamid", "")), world.now(), index=int(given.get("index", 0)),
        row_id=str(given.get("row_id") or ""), response=given.get("response"),
    )  # fmt: skip
    return _drawn(world, message)


def _media(world: World, request: Request, given: Given) -> Any:
    """Multipart: file, optionally kind, caption, voice=true, reply_to."""
    person = _person(world, request)
    file = given.get("file")
    if not isinstance(file, Upload):
        raise phones.CannotDo("Send a file as multipart/form-data.")
    kind = str(given.get("kind") or _kind(file.content_type))
    if kind not in KINDS:
        raise phones.CannotDo(f"kind is one of {', '.join(KINDS)}.")
    number = phones.number_for(world, person.wa_id, str(given.get("phone_number_id", "")))
    now = world.now()
    mime = file.content_type or "application/octet-stream"
    stored = media.keep(world, number.id, mime, file.data, file.filename, now, media.RECEIVED_SECONDS)
    voice = str(given.get("voice", "")).lower() in ("true", "1")
    return _drawn(world, phones.send_file(
        world, number, person, kind, stored, now,
        caption=str(given.get("caption") or ""), voice=voice, reply_to=str(given.get("reply_to") or ""),
    ))  # fmt: skip


def _kind(mime: str) -> str:
    family = mime.split("/")[0]
    if mime == "image/webp":
        return "sticker"
    return family if family in ("image", "audio", "video") else "document"


def _location(world: World, request: Request, given: Given) -> Any:
    person = _person(world, request)
    number = phones.number_for(world, person.wa_id, str(given.get("phone_number_id", "")))
    return _drawn(world, phones.send_location(world, number, person, given, world.now()))


def _reaction(world: World, request: Request, given: Given) -> Any:
    person = _person(world, request)
    wamid, emoji = str(given.get("wamid", "")), str(given.get("emoji") or "")
    return _drawn(world, phones.react(world, person, wamid, emoji, world.now()))


def _open(world: World, request: Request, given: Given) -> Any:
    return {"read": phones.open_chat(world, _person(world, request), world.now())}


def _played(world: World, request: Request, given: Given) -> Any:
    person = _person(world, request)
    message = world.messages.get(str(given.get("wamid", "")))
    if message is None or message.wa_id != person.wa_id or message.type != "audio":
        raise phones.CannotDo("There is no such voice note.")
    statuses.played(world, message, world.now())
    return {"status": message.status}


def _marketing(world: World, request: Request, given: Given) -> Any:
    """{value: stop|resume}: Meta's own marketing switch."""
    person = _person(world, request)
    number = phones.number_for(world, person.wa_id, str(given.get("phone_number_id", "")))
    phones.set_marketing(world, number, person, str(given.get("value", "")), world.now())
    return view.phone(world, person, world.now())


async def _file(request: Request) -> Response:
    """A file for the page to show, without Meta's token and five minutes. Never run as a document of this origin."""
    found = world_of(request).media.get(request.path_params["id"])
    if found is None:
        return Response("Not found", 404)
    safe = {"Content-Security-Policy": "sandbox; default-src 'none'; img-src data:; media-src 'self'"}
    return Response(found.data, media_type=found.mime_type, headers=safe)


def _post(path: str, act: Any) -> Route:
    return Route("/_sim/phones/{wa_id}/" + path, door(act), methods=["POST"])


ROUTES = [
    Route("/_sim/phones", door(_list), methods=["GET"]),
    Route("/_sim/phones", door(_register), methods=["POST"]),
    Route("/_sim/phones/{wa_id}", door(_patch), methods=["POST", "PATCH"]),
    Route("/_sim/phones/{wa_id}", door(_forget), methods=["DELETE"]),
    Route("/_sim/phones/{wa_id}/messages", door(_messages)),
    _post("text", _text),
    _post("tap", _tap),
    _post("media", _media),
    _post("location", _location),
    _post("reaction", _reaction),
    _post("open", _open),
    _post("played", _played),
    _post("marketing", _marketing),
    Route("/_sim/media/{id}", _file),
]
