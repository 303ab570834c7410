"""The two acts behind the API's and the assistant's doors: queue one message, queue a template to many.

Both go through `sending` and thereby through the one gate; each item commits by itself, so that a long list holds no
lock and one refusal keeps nobody else from their message.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404

from whatsapp import catalogue, contacts, sending
from whatsapp.api.errors import ApiError, understood
from whatsapp.api.once import once_key
from whatsapp.declare import DeclaredTemplate
from whatsapp.models import ApiToken, Contact, Message
from whatsapp.outgoing.content import Content
from whatsapp.outgoing.files import Audio, Document, Image, Video
from whatsapp.outgoing.plain import Text

PURPOSE = "api"
FILES = {"image": Image, "video": Video, "audio": Audio, "document": Document}


def send_one(token: ApiToken, asked: Mapping[str, Any], key: str, now: datetime) -> Message:
    """`asked` is a checked MessageBody. Raises ApiError, CannotSend, ContentError, PhoneError or Http404."""
    how = _how(token, asked, once_key(token, key), now)
    with transaction.atomic():
        contact = person(token, asked)
        if asked["type"] == "template":
            return _template(contact, declared(asked["template"]["name"]), asked["template"], how)
        return sending.queue(contact, _content(asked), reply_to=asked.get("reply_to"), **how)


def send_bulk(token: ApiToken, asked: Mapping[str, Any], key: str, now: datetime) -> dict[str, Any]:
    """`asked` is a checked BulkBody. One refused recipient is a line of the answer, not an error of the whole."""
    template = declared(asked["template"]["name"])
    results = [
        _result(token, template, index, recipient, _how(token, asked, once_key(token, key, index), now))
        for index, recipient in enumerate(asked["recipients"])
    ]
    queued = sum(1 for result in results if result["id"])
    return {"queued": queued, "refused": len(results) - queued, "results": results}


def _result(
    token: ApiToken, template: DeclaredTemplate, index: int, recipient: Mapping[str, Any], how: dict[str, Any]
) -> dict[str, Any]:
    try:
        with transaction.atomic():
            message = _template(person(token, recipient), template, recipient, {**how, "lane": sending.BULK})
    except Exception as error:
        found = understood(error)
        if found is None:
            raise
        return {"index": index, "id": None, **found.body()}
    return {"index": index, "id": str(message.public_id), "error": None}


def person(token: ApiToken, asked: Mapping[str, Any]) -> Contact:
    """Somebody of the token's own account; a phone number that is new becomes a contact."""
    if asked.get("to"):
        found = contacts.get_or_create_contact(token.account, phone=asked["to"])
    else:
        ids = {"pk": asked["contact_id"]} if asked.get("contact_id") else {"bsuid": asked["bsuid"]}
        row = Contact.objects.select_related("account", "merged_into").filter(account=token.account, **ids).first()
        if row is None:
            raise ApiError(404, "contact_not_found", "There is no such contact in this token's account.")
        found = row
    return contacts.current(found)


def declared(name: str) -> DeclaredTemplate:
    found = catalogue.declared().get(name)
    if found is None:
        raise ApiError(
            404, "template_not_found", f"There is no template “{name}”. GET /api/v1/templates lists what there is."
        )
    return found


def message_of(token: ApiToken, public_id: Any) -> Message:
    row = Message.objects.filter(phone_number__account=token.account, public_id=public_id).first()
    if row is None:
        raise Http404
    return row


def _how(token: ApiToken, asked: Mapping[str, Any], key: str, now: datetime) -> dict[str, Any]:
    times = {name: asked[name] for name in ("not_before", "expires_at") if asked.get(name)}
    return {"purpose": PURPOSE, "once_key": key, "route_reason": f"API: {token.name}.", "now": now, **times}


def _template(
    contact: Contact, template: DeclaredTemplate, asked: Mapping[str, Any], how: Mapping[str, Any]
) -> Message:
    return sending.queue_template(
        contact=contact,
        template=template,
        variables=asked.get("variables", {}),
        language=_language(template, asked.get("language")),
        url_suffix=asked.get("url_suffix"),
        payloads=asked.get("payloads", ()),
        **how,
    )


def _language(template: DeclaredTemplate, wanted: str | None) -> str | None:
    """A language that the caller names is meant: English in its place would be a surprise."""
    if wanted and wanted not in template.bodies:
        there = ", ".join(sorted(template.bodies))
        raise ApiError(422, "language_unknown", f"{template.name} has no text in “{wanted}”; there is {there}.")
    return wanted


def _content(asked: Mapping[str, Any]) -> Content:
    kind, part = asked["type"], asked[asked["type"]]
    if kind == "text":
        return Text(part["body"], part["preview"])
    taken = {name for name in ("link", "media_id", "caption", "filename") if hasattr(FILES[kind], name)}
    extra = sorted(set(part) - taken)
    if extra:
        raise ApiError(400, "invalid", f"A message with {kind} takes no {', '.join(extra)}.")
    content: Content = FILES[kind](**part)
    return content
