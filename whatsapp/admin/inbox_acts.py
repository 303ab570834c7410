"""What staff do in the inbox: each is a POST, answered with JSON to the page's script and by a redirect without it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from bettermeals.lib import clock
from bettermeals.lib.pages import returning
from whatsapp import attaching, desk, inbox, library, people, sending
from whatsapp.admin.dialogs import log
from whatsapp.admin.inbox_page import REACTIONS, find_contact
from whatsapp.admin.template_picker import picker
from whatsapp.admin.thread import may_act, may_look
from whatsapp.models import Contact, Message
from whatsapp.outgoing.plain import Reaction
from whatsapp.sending import CannotSend, ContentError


class Done(NamedTuple):
    """`words` are for staff; empty when the page itself shows what happened."""

    ok: bool
    words: str = ""


def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One act on one conversation. 403 without the right, 404 for an unknown act, 405 for anything but POST."""
    if not (may_look(request) and may_act(request)):
        raise PermissionDenied
    if name == "preview" and request.method == "GET":
        return preview(request, find_contact(pk))
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if name not in ACTS:
        raise Http404(f"There is no act called {name}.")
    contact = find_contact(pk)
    try:
        done = ACTS[name](contact, request, clock.now())
        if done.ok and name in AUDITED:
            log(request, contact, f"Inbox: {AUDITED[name]} {_reason(request)}".strip())
    except (CannotSend, ContentError, ValueError) as error:
        done = Done(False, _("Not done: %(why)s") % {"why": error})
    return _answer(request, pk, done)


def _answer(request: HttpRequest, pk: int, done: Done) -> HttpResponse:
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"ok": done.ok, "words": done.words}, status=200 if done.ok else 409)
    if done.words:
        messages.add_message(request, messages.SUCCESS if done.ok else messages.ERROR, done.words)
    if back := returning(request):
        return HttpResponseRedirect(back)
    query = request.GET.urlencode()
    return HttpResponseRedirect(reverse("admin:whatsapp_inbox_thread", args=[pk]) + (f"?{query}" if query else ""))


def preview(request: HttpRequest, contact: Contact) -> HttpResponse:
    """The template with these values, as the phone will show it. Changes nothing."""
    chosen = picker(contact, _known(contact), request.GET.get("template", ""), _given(request.GET), clock.now())
    return HttpResponse(render_to_string("whatsapp/inbox/picked.html", {"picker": chosen}, request))


def _known(contact: Contact) -> dict[str, str]:
    return people.values([contact.pk]).get(contact.pk, {})


def _given(data: Any) -> dict[str, str]:
    return {key.removeprefix("var_"): data[key] for key in data if key.startswith("var_")}


def _reply(contact: Contact, request: HttpRequest, now: datetime) -> Done:
    text, file = request.POST.get("text", "").strip(), request.FILES.get("file")
    if not text and file is None:
        return Done(False, _("Write something first."))
    quoted = _own_message(contact, request.POST.get("reply_to", ""))
    once = request.POST.get("nonce", "")[:40]
    if file is not None:
        # One byte more than allowed is read, so that too large a file is told as such and not read whole.
        upload = attaching.Upload(str(file.name), file.read(attaching.MOST + 1))
        if text and upload.kind() == "audio":
            return Done(False, _("WhatsApp shows no words with a sound: send them by themselves."))
        attaching.send(contact, upload, text, request.user, now, reply_to=quoted, once=once)
        return Done(True)
    inbox.reply(contact, text, request.user, now, reply_to=quoted, once=once)
    return Done(True)


def _own_message(contact: Contact, pk: str) -> Message | None:
    """Only a message of this thread that WhatsApp knows can be quoted or reacted to."""
    if not pk.isdigit():
        return None
    return Message.objects.filter(pk=int(pk), contact=contact, wamid__isnull=False).first()


def _react(contact: Contact, request: HttpRequest, now: datetime) -> Done:
    message, emoji = _own_message(contact, request.POST.get("message", "")), request.POST.get("emoji", "")
    if message is None or emoji not in (*REACTIONS, ""):
        return Done(False, _("WhatsApp cannot react to that message."))
    with transaction.atomic():
        sending.queue(contact, Reaction(message.wamid or "", emoji), purpose=inbox.STAFF_ANSWER, now=now)
    return Done(True)


def _template(contact: Contact, request: HttpRequest, now: datetime) -> Done:
    templates = library.sendable(contact.account_id)
    template = templates.get(request.POST.get("template", ""))
    if template is None:
        return Done(False, _("Choose a template first."))
    filled = picker(contact, _known(contact), template.name, _given(request.POST), now).filled
    if filled is None or filled.missing:
        missing = ", ".join(filled.missing) if filled else ""
        return Done(False, _("Fill in %(missing)s first: Meta refuses empty values.") % {"missing": missing})
    once = request.POST.get("nonce", "")[:40]
    with transaction.atomic():
        sending.queue_template(
            contact=contact,
            template=template,
            variables=filled.values,
            language=filled.language,
            purpose=inbox.STAFF_ANSWER,
            lane=sending.REPLY,
            once_key=f"desk:{once}" if once else None,
            route_reason=f"Sent by {request.user}: the window was closed.",
            now=now,
        )
        inbox.answered(contact, request.user, "Answered with a template.", now)
    return Done(True, _("Queued; it goes out within seconds."))


def _note(contact: Contact, request: HttpRequest, now: datetime) -> Done:
    desk.note(contact, request.POST.get("text", ""), request.user, now)
    return Done(True)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:500]


def _take(contact: Contact, request: HttpRequest, now: datetime) -> Done:
    won = desk.take_over(contact, request.user, now, _reason(request))
    return Done(won, "" if won else _("A colleague has this conversation already."))


def _give(contact: Contact, request: HttpRequest, now: datetime) -> Done:
    won = desk.give_back(contact, request.user, now, _reason(request))
    return Done(won, "" if won else _("Nobody has this conversation; the machine answers it."))


def _assign(contact: Contact, request: HttpRequest, now: datetime) -> Done:
    wanted = request.POST.get("to", "")
    to = None
    if wanted:
        known = get_user_model()._default_manager.filter(is_staff=True, is_active=True)
        to = known.filter(pk=wanted).first() if wanted.isdigit() else None
        if to is None:
            return Done(False, _("Choose a colleague first."))
    desk.assign(contact, to, request.user, now)
    return Done(True)


def _close(contact: Contact, request: HttpRequest, now: datetime) -> Done:
    reason = _reason(request)
    if not reason:
        return Done(False, _("Say why nothing needs to be answered."))
    won = desk.close(contact, request.user, reason, now)
    return Done(won, "" if won else _("Somebody else had closed it already."))


def _unread(contact: Contact, request: HttpRequest, now: datetime) -> Done:
    desk.mark_unread(contact, now)
    return Done(True)


def _seen(contact: Contact, request: HttpRequest, now: datetime) -> Done:
    until = parse_datetime(request.POST.get("until", ""))
    desk.mark_seen(contact, min(until, now) if until and until.tzinfo else now)
    return Done(True)


#: Who has a thread, and that nobody answers, is asked about later; answers and notes stand in the thread themselves.
AUDITED = {"take": "taken over.", "give": "given back.", "assign": "assigned.", "close": "closed without an answer."}
ACTS: dict[str, Callable[[Contact, HttpRequest, datetime], Done]] = {
    "reply": _reply,
    "react": _react,
    "template": _template,
    "note": _note,
    "take": _take,
    "give": _give,
    "assign": _assign,
    "close": _close,
    "unread": _unread,
    "seen": _seen,
}
