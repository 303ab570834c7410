"""Before a Saturday run: for each home that would be proposed to, what stands in the way, what the planner said of it
the last time, and what all of it costs.

Asks the same gate as the sender does; solves and changes nothing. A fixed number of queries for any number of homes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from households import queries
from households.models import Household, Resident
from mealplans import attempts, foreseen, saturday, templates
from mealplans.attempts import Attempt
from whatsapp import gate, headroom, rates, window
from whatsapp.gate import Known, can_send
from whatsapp.models import Account
from whatsapp.rates import Forecast

Asked = Mapping[int, Known]


@dataclass(frozen=True)
class Finding:
    """`stops`: nothing will reach this home as things stand. `where`: whose page mends it."""

    sentence: str
    where: str  # household, contact, templates, numbers
    pk: int | None
    stops: bool = True


@dataclass(frozen=True)
class Look:
    """`planner`: its last word on this home; None while it was never asked."""

    household: Household
    decider: Resident | None
    findings: Sequence[Finding]
    planner: Attempt | None = None

    @property
    def goes(self) -> bool:
        return not any(finding.stops for finding in self.findings)


@dataclass(frozen=True)
class Preflight:
    """`room`: how many more people may be written to first today; None without a known limit."""

    looks: Sequence[Look]
    cost: Forecast
    room: int | None
    starts: int  # people outside their window whom the run would write to

    @property
    def going(self) -> list[Look]:
        return [look for look in self.looks if look.goes]

    @property
    def too_many(self) -> int:
        return max(0, self.starts - self.room) if self.room is not None else 0


def look(now: datetime) -> Preflight:
    homes = queries.for_planning(home.pk for home in saturday.waiting(now).new)
    template = templates.WEEKLY_PLAN_PROMPT
    accounts = {account.pk: account for account in Account.objects.all()}
    asked = {pk: gate.known(pk, {template.name}) for pk in accounts}
    known, away_cooks = attempts.latest(home.pk for home in homes), foreseen.leaves(now)
    looks = [
        _look(home, foreseen.of_home(home, away_cooks, now), known.get(home.pk), accounts, asked, now) for home in homes
    ]
    people = [look.decider.contact for look in looks if look.goes and look.decider and look.decider.contact]
    cost = rates.forecast(rates.Sent(c.wa_id or c.bsuid or "", template.category, now.date()) for c in people)
    starts = sum(not window.is_open(contact.last_inbound_at, now) for contact in people)
    default = next((account for account in accounts.values() if account.is_default), None)
    return Preflight(looks, cost, headroom.left(default, now) if default else None, starts)


def _look(
    home: Household,
    week: Sequence[foreseen.Foreseen],
    planner: Attempt | None,
    accounts: dict[int, Account],
    asked: Asked,
    now: datetime,
) -> Look:
    decider = next((person for person in home.residents.all() if person.decides), None)
    if decider and decider.contact:
        decider.contact.account = accounts[decider.contact.account_id]
    certain = [Finding(each.sentence, "household", home.pk, each.stops) for each in week]
    return Look(home, decider, [*certain, *_decider(home, decider, asked, now)], planner)


def _decider(home: Household, decider: Resident | None, asked: Asked, now: datetime) -> list[Finding]:
    if decider is None or decider.contact is None:
        return [Finding("Nobody decides in this home: choose a resident.", "household", home.pk)]
    contact, known = decider.contact, asked[decider.contact.account_id]
    verdict = can_send(contact, templates.WEEKLY_PLAN_PROMPT, now, language=decider.language, known=known)
    if verdict.ok:
        return []
    where = _mended_at(verdict.code)
    pk = contact.pk if where == "contact" else None
    return [Finding(verdict.sentence, where, pk, stops=not verdict.waits)]


def _mended_at(code: str) -> str:
    if code in gate.OF_NUMBERS:
        return "numbers"
    return "templates" if code.startswith("template") else "contact"
