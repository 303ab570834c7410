"""A person's thread as chat bubbles, with the window's countdown and a box for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from bettermeals.lib import clock
from bettermeals.lib.admin import UnfoldAdminTextareaWidget
from whatsapp import inbox, window
from whatsapp.admin.dialogs import back
from whatsapp.gate import Verdict, can_send
from whatsapp.models import Contact, InboxItem, MediaFile, Message
from whatsapp.sending import CannotSend, ContentError

SHOWN = 80
TICKS = {"queued": "◷", "sending": "◷", "unknown": "?", "accepted": "✓", "sent": "✓", "delivered": "✓✓", "read": "✓✓"}


class AnswerForm(forms.Form):
    text = forms.CharField(
        label="Answer",
        max_length=4096,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "placeholder": "Write an answer…"}),
    )


@dataclass(frozen=True)
class Bubble:
    """One message as the page draws it."""

    message: Message
    ticks: str
    day: str
    file: MediaFile | None

    @property
    def trouble(self) -> str:
        troubled = self.message.status in (Message.Status.FAILED, Message.Status.CANCELLED, Message.Status.UNKNOWN)
        return self.message.error_text if troubled else ""


@dataclass(frozen=True)
class Thread:
    """What the thread's template needs; built with a fixed number of queries."""

    contact: Contact
    bubbles: list[Bubble]
    more: int
    verdict: Verdict
    remaining: timedelta
    closes_at: datetime | None
    item: InboxItem | None
    form: AnswerForm

    @property
    def left(self) -> str:
        minutes = int(self.remaining.total_seconds() // 60)
        return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"

    @property
    def closing_soon(self) -> bool:
        return timedelta(0) < self.remaining < timedelta(hours=2)


def thread(contact: Contact, now: datetime) -> Thread:
    """The newest SHOWN messages, oldest first."""
    rows = Message.objects.filter(contact=contact).select_related("media").order_by("-created_at", "-id")
    shown = list(reversed(rows[:SHOWN]))
    total = Message.objects.filter(contact=contact).count() if len(shown) == SHOWN else len(shown)
    last = contact.last_inbound_at
    return Thread(
        contact=contact,
        bubbles=[_bubble(message) for message in shown],
        more=total - len(shown),
        verdict=can_send(contact, "text", now),
        remaining=window.remaining(last, now),
        closes_at=window.closes_at(last) if last else None,
        item=InboxItem.objects.filter(contact=contact, closed_at=None).first(),
        form=AnswerForm(),
    )


def _bubble(message: Message) -> Bubble:
    ticks = TICKS.get(message.status, "") if message.direction == Message.Direction.OUT else ""
    file = getattr(message, "media", None)
    return Bubble(message, ticks, message.created_at.astimezone().strftime("%a %d %b %Y"), file)


def answer_view(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Queue what staff wrote, or say why it cannot go. POST only; the caller has checked the permission."""
    form = AnswerForm(request.POST)
    here = back(request, reverse("admin:whatsapp_contact_change", args=[contact.pk]))
    if not form.is_valid():
        notices.error(request, "Write something first; at most 4096 characters.")
        return HttpResponseRedirect(here)
    try:
        inbox.reply(contact, form.cleaned_data["text"], request.user, clock.now())
    except (CannotSend, ContentError) as error:
        notices.error(request, f"Not sent: {error}")
    else:
        notices.success(request, "Queued; it goes out within seconds.")
    return HttpResponseRedirect(here)


def context(contact: Contact, request: HttpRequest) -> dict[str, Any]:
    may_answer = request.user.has_perm("whatsapp.change_contact")
    return {"thread": thread(contact, clock.now()), "may_answer": may_answer, "thread_page": request.path}
