"""What needs a person now, across every room: one line per cause, gone when its cause is.

Each source is one query with a limit; a source whose rows the staff member may not view is left out, counts included.
What staff agreed about a line (whose it is, until when it can wait) stands in `marks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from bettermeals import in_place
from bettermeals.lib.pages import change_page
from bettermeals.lib.resaying import resaid
from bettermeals.models import AttentionMark
from bettermeals.roles import may_view
from households.billing.models import ProviderEvent
from households.models import OpsItem
from whatsapp import people, unknowns
from whatsapp.models import Contact, InboxItem, Incident, WebhookAnomaly, WebhookDelivery

LIMIT = 100


@dataclass(frozen=True)
class Need:
    """One line of the queue: who, why in words, since when, until when, and where its action is.

    `key` names the row behind it ("whatsapp.Incident:5"); `said` are the person's own words; `mine`, `owner` and
    `snoozed_until` come from its mark.
    """

    key: str
    kind: str
    who: str
    reason: str
    since: datetime
    due: datetime | None
    url: str
    act: str
    said: str = ""
    owner: str = ""
    mine: bool = False
    snoozed_until: datetime | None = None
    acts: tuple[in_place.Act, ...] = ()

    def overdue(self, now: datetime) -> bool:
        return self.due is not None and self.due < now

    def snoozed(self, now: datetime) -> bool:
        return self.snoozed_until is not None and self.snoozed_until > now

    @property
    def answered(self) -> bool:
        """The page itself is the act: a conversation is answered in its thread."""
        return not self.acts or self.key.startswith("whatsapp.InboxItem:")

    @property
    def closable(self) -> bool:
        """The others close themselves when their cause is gone; saying "done" would only hide them."""
        return self.key.startswith("households.OpsItem:")


def open_items() -> QuerySet[OpsItem]:
    return OpsItem.objects.filter(closed_at=None)


def _ops_items() -> Iterator[Need]:
    for row in open_items().select_related("household")[:LIMIT]:
        who = row.household.name if row.household else "—"
        url = row.target_url or change_page(row.household or row)
        kind = row.kind.replace("_", " ").replace("-", " ")
        key, act = f"households.OpsItem:{row.pk}", row.target_label or "Open"
        yield Need(key, kind, who, resaid(row.reason), row.opened_at, row.due_at, url, act)


def parked() -> QuerySet[InboxItem]:
    return InboxItem.objects.filter(closed_at=None)


def _parked() -> Iterator[Need]:
    found = parked().select_related("contact", "message")
    rows = list(found.order_by(F("due_at").asc(nulls_last=True), "opened_at")[:LIMIT])
    who = _people(row.contact for row in rows)
    for row in rows:
        key, url = f"whatsapp.InboxItem:{row.pk}", reverse("admin:whatsapp_inbox_thread", args=[row.contact_id])
        yield Need(
            key,
            "message",
            who[row.contact_id],
            resaid(row.reason),
            row.opened_at,
            row.due_at,
            url,
            "Answer",
            said=row.message.text if row.message else "",
        )


def _people(contacts: Iterable[Contact]) -> dict[int, str]:
    """Contact -> who it is and of which home; a fixed number of queries."""
    known = {contact.pk: contact for contact in contacts}
    about = people.about(known)
    return {pk: _named(contact, about.get(pk, ())) for pk, contact in known.items()}


def _named(contact: Contact, facts: Sequence[people.About]) -> str:
    homes = ", ".join(dict.fromkeys(fact.text for fact in facts))
    return f"{facts[0].name} · {homes}" if facts else str(contact)


def _unknown_sends() -> Iterator[Need]:
    rows = list(unknowns.waiting_for_staff().select_related("contact").order_by("created_at")[:LIMIT])
    who = _people(row.contact for row in rows)
    for row in rows:
        reason = f"The answer to “{row.purpose}” was lost: it may or may not have arrived. Resend it or leave it."
        key, url = f"whatsapp.Message:{row.pk}", change_page(row)
        yield Need(key, "unknown send", who[row.contact_id], resaid(reason), row.created_at, None, url, "Decide")


def incidents() -> QuerySet[Incident]:
    return Incident.objects.filter(closed_at=None)


def _incidents() -> Iterator[Need]:
    for row in incidents().order_by("opened_at")[:LIMIT]:
        reason = f"{resaid(row.detail)} {resaid(row.fix)}".strip()
        key, url = f"whatsapp.Incident:{row.pk}", change_page(row)
        yield Need(key, "incident", row.kind.replace("_", " "), reason, row.opened_at, None, url, "See the fix")


def _failed_webhooks(label: str, model: type[WebhookDelivery] | type[ProviderEvent]) -> Iterator[Need]:
    for row in model._default_manager.filter(status="failed").order_by("received_at")[:LIMIT]:
        reason = f"A stored webhook could not be processed: {row.error[:200]}"
        yield Need(
            f"{label}:{row.pk}",
            "webhook",
            "—",
            resaid(reason),
            row.received_at,
            None,
            change_page(row),
            "Replay",
        )


def _anomalies() -> Iterator[Need]:
    rows = WebhookAnomaly.objects.filter(acknowledged_at=None).order_by("-last_seen")[:5]
    for row in rows:
        reason = f"{row.detail} ({row.count}×). Stored, not understood."
        key, url = f"whatsapp.WebhookAnomaly:{row.pk}", change_page(row)
        yield Need(key, "not understood", row.kind, resaid(reason), row.first_seen, None, url, "Look")


SOURCES: tuple[tuple[str, Callable[[], Iterator[Need]]], ...] = (
    ("households.OpsItem", _ops_items),
    ("whatsapp.InboxItem", _parked),
    ("whatsapp.Message", _unknown_sends),
    ("whatsapp.Incident", _incidents),
    ("whatsapp.WebhookDelivery", lambda: _failed_webhooks("whatsapp.WebhookDelivery", WebhookDelivery)),
    ("billing.ProviderEvent", lambda: _failed_webhooks("billing.ProviderEvent", ProviderEvent)),
    ("whatsapp.WebhookAnomaly", _anomalies),
)


#: Table -> its rows that stand in the queue, for counting without their words.
OPEN: dict[str, Callable[[], QuerySet[Any]]] = {
    "households.OpsItem": open_items,
    "whatsapp.InboxItem": parked,
    "whatsapp.Message": unknowns.waiting_for_staff,
    "whatsapp.Incident": incidents,
    "whatsapp.WebhookDelivery": lambda: WebhookDelivery.objects.filter(status="failed"),
    "billing.ProviderEvent": lambda: ProviderEvent.objects.filter(status="failed"),
    "whatsapp.WebhookAnomaly": lambda: WebhookAnomaly.objects.filter(acknowledged_at=None),
}


def mine(request: HttpRequest, now: datetime) -> int:
    """How many lines are this colleague's now. A mark outlives its cause: only rows that still wait are counted."""
    marks = AttentionMark.objects.filter(assigned_to=request.user.pk).exclude(snoozed_until__gt=now)
    rows: dict[str, list[str]] = {}
    for key in marks.values_list("key", flat=True):
        label, _colon, pk = key.partition(":")
        rows.setdefault(label, []).append(pk)
    return sum(OPEN[label]().filter(pk__in=pks).count() for label, pks in rows.items() if label in OPEN)


def attention(request: HttpRequest, now: datetime) -> list[Need]:
    """All of it, the snoozed too. Overdue first, then by due time, then by age."""
    needs = [need for label, source in SOURCES if may_view(request, label) for need in source()]
    marks = {mark.key: mark for mark in AttentionMark.objects.select_related("assigned_to")}
    far = now + timedelta(days=365)
    marked = (_marked(need, marks.get(need.key), request) for need in needs)
    return sorted(marked, key=lambda need: (need.due or far, need.since))


def _marked(need: Need, mark: AttentionMark | None, request: HttpRequest) -> Need:
    need = replace(need, acts=in_place.acts(request.user, need))
    if mark is None:
        return need
    owner = mark.assigned_to.get_username() if mark.assigned_to else ""
    mine = bool(owner) and mark.assigned_to_id == request.user.pk
    return replace(need, owner=owner, mine=mine, snoozed_until=mark.snoozed_until)
