"""What became of a bulk send, per person and in figures: accepted, delivered, read, replied, failed and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from whatsapp import people
from whatsapp.errors import Kind, lookup
from whatsapp.models import Broadcast, BroadcastRecipient, Message
from whatsapp.people import About

#: An answer within this time counts as one to the bulk send.
REPLY_WITHIN = timedelta(hours=72)
#: Waiting or a repair may have lifted these; a person who refuses, or a wrong request, stays so.
RETRYABLE_KINDS = frozenset({Kind.RETRY, Kind.LATER, Kind.ACCOUNT, Kind.TEMPLATE})
RETRYABLE_CODES = frozenset(
    {"expired", "limit", "no_consent", "not_in_test_list", "undeliverable", "template_not_sendable",
     "template_unknown", "no_number"}
)  # fmt: skip
STATES = {
    "excluded": gettext_lazy("Left out"),
    "waiting": gettext_lazy("Waiting"),
    "accepted": gettext_lazy("Accepted"),
    "delivered": gettext_lazy("Delivered"),
    "read": gettext_lazy("Read"),
    "replied": gettext_lazy("Replied"),
    "unknown": gettext_lazy("Maybe sent"),
    "failed": gettext_lazy("Failed"),
}
TONES = {"excluded": "warn", "waiting": "info", "accepted": "info", "delivered": "good", "read": "good",
         "replied": "good", "unknown": "warn", "failed": "bad"}  # fmt: skip
_BY_STATUS = {"queued": "waiting", "sending": "waiting", "accepted": "accepted", "sent": "accepted",
              "delivered": "delivered", "read": "read", "unknown": "unknown"}  # fmt: skip


@dataclass(frozen=True)
class Result:
    recipient: BroadcastRecipient
    about: Sequence[About]
    state: str
    reason: str
    fix: str

    @property
    def name(self) -> str:
        return self.about[0].name if self.about else str(self.recipient.contact)

    @property
    def label(self) -> str:
        return str(STATES[self.state])

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def retryable(self) -> bool:
        return can_retry(self.recipient)


def results(broadcast: Broadcast) -> list[Result]:
    """One per person, in their order; three queries and those of the directories."""
    after = F("message__created_at") + REPLY_WITHIN
    said = Message.objects.filter(contact=OuterRef("contact"), direction="in")
    said = said.filter(created_at__gt=OuterRef("message__created_at"), created_at__lte=OuterRef("reply_until"))
    rows = broadcast.recipients.select_related("contact", "message").annotate(reply_until=after)
    found = list(rows.annotate(replied=Exists(said)))
    about = people.about([row.contact_id for row in found])
    return [_result(row, about.get(row.contact_id, ()), replied=row.replied) for row in found]


def _result(row: BroadcastRecipient, about: Sequence[About], *, replied: bool) -> Result:
    message = row.message
    if message is None:
        return Result(row, about, "excluded" if row.excluded_code else "waiting", row.excluded_reason, _fix(row))
    state = _BY_STATUS.get(message.status, "failed")
    if replied and state not in ("failed", "waiting"):
        state = "replied"
    reason = message.error_text if state in ("failed", "unknown", "waiting") else ""
    return Result(row, about, state, reason, _fix(row) if reason else "")


def _fix(row: BroadcastRecipient) -> str:
    """What staff can do about it."""
    if row.message is not None:
        if row.message.status == Message.Status.UNKNOWN:
            return _("Decide under Messages: send again or leave.")
        return lookup(row.message.error_code).fix if row.message.error_code is not None else ""
    return {
        "opted_out": _("Only they can opt in again."),
        "marketing_opted_out": _("Only they can allow marketing again."),
        "no_consent": _("Record how they agreed on the person's page, then retry."),
        "not_in_test_list": _("Add the number to the account's test list, or go live."),
        "missing": _("Fill in the value in a new bulk send."),
        "limit": _("Retry tomorrow; Meta raises the limit as quality stays high."),
        "undeliverable": _("Check the number with the person; retry after a day."),
    }.get(row.excluded_code, "")


def can_retry(row: BroadcastRecipient) -> bool:
    """May trying again help? Never for what may have arrived."""
    message = row.message
    if message is None:
        return row.excluded_code in RETRYABLE_CODES
    if message.status not in (Message.Status.FAILED, Message.Status.CANCELLED):
        return False
    if message.error_code is not None:
        return lookup(message.error_code).kind in RETRYABLE_KINDS
    return message.error_class in RETRYABLE_CODES


@dataclass(frozen=True)
class Figures:
    """Counts by state, cumulative: what was read was delivered too."""

    total: int
    by_state: dict[str, int]

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """(label, tone, count) of what there is."""
        return [(str(STATES[s]), TONES[s], self.by_state[s]) for s in STATES if self.by_state.get(s)]

    def at_least(self, *states: str) -> int:
        return sum(self.by_state.get(state, 0) for state in states)

    @property
    def accepted(self) -> int:
        return self.at_least("accepted", "delivered", "read", "replied")

    @property
    def delivered(self) -> int:
        return self.at_least("delivered", "read", "replied")

    @property
    def done_percent(self) -> int:
        waiting = self.by_state.get("waiting", 0)
        return round(100 * (self.total - waiting) / self.total) if self.total else 0


def figures(found: Sequence[Result]) -> Figures:
    return Figures(len(found), dict(Counter(result.state for result in found)))


def moment(value: datetime | None) -> str:
    return value.astimezone().strftime("%Y-%m-%d %H:%M:%S") if value else ""


def table(found: Sequence[Result]) -> list[list[str]]:
    """For export: a head and a row per person."""
    head = [_("Name"), _("Household"), _("Phone"), "BSUID", _("Language"), _("State"), _("Reason"), _("Fix"),
            _("Sent"), _("Delivered"), _("Read"), "wamid", _("Text")]  # fmt: skip
    return [head, *(_line(result) for result in found)]


def _line(result: Result) -> list[str]:
    contact, message = result.recipient.contact, result.recipient.message
    times = (message.sent_at, message.delivered_at, message.read_at) if message else (None, None, None)
    homes = ", ".join(dict.fromkeys(fact.text for fact in result.about))
    return [
        result.name, homes, contact.phone or "", contact.bsuid or "", message.language if message else contact.language,
        result.label, result.reason, result.fix, *map(moment, times), (message.wamid or "") if message else "",
        message.text if message else "",
    ]  # fmt: skip
