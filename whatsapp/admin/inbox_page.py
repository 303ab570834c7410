"""The inbox: conversations by need on the left, the thread in the middle, the person on the right.

The page is drawn by the server; `inbox.js` asks `news` every few seconds and puts in what has changed.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from bettermeals.lib import clock
from bettermeals.lib.admin import UnfoldModelAdminViewMixin
from bettermeals.lib.languages import PERSON_LANGUAGES
from bettermeals.lib.pages import returning
from whatsapp import canned, conversations, people
from whatsapp.admin import thread as threads
from whatsapp.admin.template_picker import picker
from whatsapp.conversations import ALL, BOXES, NEED
from whatsapp.models import Contact

#: The emoji that WhatsApp itself offers first.
REACTIONS = ("👍", "❤️", "😂", "😮", "😢", "🙏")


class MayLook(UnfoldModelAdminViewMixin):
    """Reading threads takes the people and their messages; acting takes the right to change a contact."""

    permission_required = ("whatsapp.view_contact", "whatsapp.view_message")
    raise_exception = True


class InboxPage(MayLook, TemplateView):
    template_name = "whatsapp/inbox/page.html"

    @property
    def title(self) -> str:
        return _("Inbox")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, pk = clock.now(), self.kwargs.get("pk")
        shown = opened(self.request, find_contact(pk), now) if pk else {"thread": None}
        listed = listing(self.request, now, pk)
        return super().get_context_data(**kwargs, **listed, **shown, is_fullwidth="1", box_names=box_names())


class News(MayLook, TemplateView):
    """What the page shows now, as JSON: parts whose seal the page knows already are left out."""

    title = "News"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now, pk = clock.now(), request.GET.get("thread", "")
        back = returning(request)
        if back:  # a thread on another page: there is no list beside it
            listed, parts = {"alone": True, "query": urlencode({"next": back}), "now": now}, {}
        else:
            listed = listing(request, now, int(pk) if pk.isdigit() else None)
            parts = {"list": render_to_string("whatsapp/inbox/list.html", listed, request)}
        answer: dict[str, Any] = {"now": now.isoformat()}
        if pk.isdigit():
            shown = opened(request, find_contact(int(pk)), now)
            parts["bubbles"] = render_to_string("whatsapp/inbox/bubbles.html", shown, request)
            parts["head"] = render_to_string("whatsapp/inbox/head.html", {**listed, **shown}, request)
            answer["seconds_left"] = shown["thread"].seconds_left
            if request.GET.get("verdict") != shown["thread"].verdict.code:
                answer["verdict"] = shown["thread"].verdict.code
                answer["composer"] = render_to_string("whatsapp/inbox/composer.html", {**listed, **shown}, request)
        fresh = {name: html for name, html in parts.items() if seal(html) != request.GET.get(name)}
        return JsonResponse(answer | {"parts": fresh, "seals": {name: seal(html) for name, html in parts.items()}})


def seal(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()[:16]


def box_names() -> dict[str, str]:
    return {
        "need": _("Needs an answer"),
        "unread": _("Unread"),
        "mine": _("Mine"),
        "taken": _("With staff"),
        "troubled": _("Not delivered"),
        "all": _("All"),
    }


def listing(request: HttpRequest, now: datetime, chosen: int | None) -> dict[str, Any]:
    """The left column. Words are searched in all conversations, whatever box is open."""
    words, box = request.GET.get("q", "").strip(), request.GET.get("box", NEED)
    box = ALL if words else box if box in BOXES else NEED
    rows = conversations.search(conversations.in_box(box, request.user, now), words)
    lines = conversations.lines(rows, conversations.SHOWN + 1)
    return {
        "boxes": _boxes(request, box, now),
        "box": box,
        "words": words,
        "lines": lines[: conversations.SHOWN],
        "cut": len(lines) > conversations.SHOWN,
        "chosen": chosen,
        "query": urlencode({"box": box, "q": words} if words else {"box": box}),
        "now": now,
        "today": now.astimezone().date(),
    }


def _boxes(request: HttpRequest, chosen: str, now: datetime) -> list[dict[str, Any]]:
    counts, names = conversations.counts(request.user, now), box_names()
    return [{"key": key, "name": names[key], "count": counts.get(key), "chosen": key == chosen} for key in BOXES]


def find_contact(pk: int) -> Contact:
    contact = Contact.objects.select_related("account", "desk_owner", "merged_into").filter(pk=pk).first()
    if contact is None:
        raise Http404("There is no such conversation.")
    return contact.merged_into or contact


def opened(request: HttpRequest, contact: Contact, now: datetime) -> dict[str, Any]:
    """The middle and the right column."""
    found, may_act = threads.thread(contact, now), threads.may_act(request)
    language = PERSON_LANGUAGES.get(contact.language, contact.language)
    shown: dict[str, Any] = {
        "language": language,
        "thread": found,
        "may_act": may_act,
        "reactions": REACTIONS,
        "nonce": uuid.uuid4().hex,
    }
    if may_act:
        known = people.values([contact.pk]).get(contact.pk, {})
        shown["colleagues"] = colleagues()
        shown["canned"] = canned.replies(contact.language, known.get("name") or contact.profile_name)
        shown["picker"] = picker(contact, known, request.GET.get("template", ""), {}, now)
    return shown


def colleagues() -> list[AbstractBaseUser]:
    """Who can be given a thread: staff who may act on one."""
    may = Q(is_superuser=True) | Q(user_permissions__codename="change_contact")
    may |= Q(groups__permissions__codename="change_contact")
    users = get_user_model()._default_manager.filter(may, is_active=True, is_staff=True)
    return list(users.distinct().order_by("first_name", "username"))
