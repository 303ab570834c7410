"""A draft looked at whole: for each person the message as it will be, or why none goes. Changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from whatsapp import gate, headroom, library, people, rates, window
from whatsapp.declare import DeclaredTemplate
from whatsapp.filling import Filled, fill, known_values, language_for
from whatsapp.gate import Known, Verdict, can_send
from whatsapp.models import Broadcast, BroadcastRecipient, Contact
from whatsapp.people import About
from whatsapp.rates import Forecast

MISSING, LIMIT = "missing", "limit"


@dataclass(frozen=True)
class Row:
    """One person. `verdict` is the gate's, or "missing" and "limit" of this page's own."""

    recipient: BroadcastRecipient
    about: Sequence[About]
    filled: Filled | None
    verdict: Verdict

    @property
    def contact(self) -> Contact:
        return self.recipient.contact

    @property
    def name(self) -> str:
        return self.about[0].name if self.about else str(self.contact)

    @property
    def goes(self) -> bool:
        """A message that only waits for Meta's approval is queued too."""
        return self.verdict.goes


@dataclass(frozen=True)
class Check:
    template: DeclaredTemplate | None
    rows: Sequence[Row]
    cost: Forecast
    left_today: int | None

    @property
    def going(self) -> list[Row]:
        return [row for row in self.rows if row.goes]

    @property
    def excluded(self) -> list[Row]:
        return [row for row in self.rows if not row.goes]

    @property
    def reasons(self) -> list[tuple[str, str, int]]:
        """(code, sentence, how many), the most frequent first."""
        counts = Counter(row.verdict.code for row in self.excluded)
        said = {row.verdict.code: row.verdict.sentence for row in self.excluded}
        return [(code, said[code], count) for code, count in counts.most_common()]

    @property
    def known(self) -> dict[str, int]:
        """Variable -> for how many people it has a value."""
        names = self.template.variables if self.template else ()
        return {name: sum(1 for row in self.rows if row.filled and row.filled.values.get(name)) for name in names}


def check(broadcast: Broadcast, now: datetime) -> Check:
    """A fixed number of queries for any number of people."""
    recipients = list(broadcast.recipients.select_related("contact__account", "contact__merged_into"))
    template = library.sendable(broadcast.account_id).get(broadcast.template_name)
    ids = [recipient.contact_id for recipient in recipients]
    about, known = people.about(ids), people.values(ids)
    left = headroom.left(broadcast.account, now)
    if template is None:
        none = Verdict(False, "no_template", _("No template is chosen yet."))
        rows = [Row(r, about.get(r.contact_id, ()), None, none) for r in recipients]
        return Check(None, rows, Forecast(), left)
    asked = gate.known(broadcast.account_id, {template.name})
    rows, room = [], left
    for recipient in recipients:
        filled = fill_for(template, broadcast, recipient, known.get(recipient.contact_id, {}))
        verdict = _verdict(template, recipient.contact, filled, asked, now)
        starts = not window.is_open(recipient.contact.last_inbound_at, now)
        if room is not None and starts and verdict.goes:
            verdict, room = (verdict, room - 1) if room > 0 else (_full(left), 0)
        rows.append(Row(recipient, about.get(recipient.contact_id, ()), filled, verdict))
    going = (row.contact for row in rows if row.goes)
    cost = rates.forecast(rates.Sent(c.wa_id or c.bsuid or "", template.category, now.date()) for c in going)
    return Check(template, rows, cost, left)


def fill_for(
    template: DeclaredTemplate, broadcast: Broadcast, recipient: BroadcastRecipient, known: Mapping[str, str]
) -> Filled:
    """What is known of the person, over it what staff wrote for everybody, over it what they wrote for this one."""
    values = known_values(recipient.contact, known)
    values |= {name: text for name, text in broadcast.variables.items() if text}
    values |= {name: text for name, text in recipient.values.items() if text}
    return fill(template, language_for(template, recipient.contact), values)


def _verdict(template: DeclaredTemplate, contact: Contact, filled: Filled, asked: Known, now: datetime) -> Verdict:
    verdict = can_send(contact, template, now, language=filled.language, known=asked)
    if not verdict.goes:
        return verdict
    if filled.missing:
        missing = ", ".join(filled.missing)
        return Verdict(False, MISSING, _("A value is missing: %(missing)s.") % {"missing": missing})
    return verdict


def _full(left: int | None) -> Verdict:
    sentence = _("Meta's limit: only %(left)s more people may be written to first within these 24 hours.")
    return Verdict(False, LIMIT, sentence % {"left": left})
