"""Before a Saturday run: for each home that would be proposed to, each thing that must hold, what the planner said of
it the last time, and what it costs.

Asks the same gate as the sender does; solves and changes nothing. A fixed number of queries for any number of homes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bettermeals.lib import languages
from households import queries
from households.models import Household, Resident
from mealplans import attempts, foreseen, saturday, templates
from mealplans.attempts import Attempt
from whatsapp import filling, gate, headroom, rates, window
from whatsapp.gate import Known
from whatsapp.models import Account, Contact
from whatsapp.rates import Forecast

Asked = Mapping[int, Known]
PROMPT = templates.WEEKLY_PLAN_PROMPT
#: What must hold, in the order in which a page shows it.
REACH, CONSENT, TEMPLATE, VALUES, PLAN, ROOM = ASPECTS = ("reach", "consent", "template", "values", "plan", "room")
CONSENT_CODES = frozenset({"opted_out", "no_consent", "marketing_opted_out"})
#: Known once there is a plan: the preflight looks at what must be there before.
FROM_THE_PLAN = {name: "…" for name in PROMPT.variables if name != "name"}


@dataclass(frozen=True)
class Finding:
    """`stops`: nothing will reach this home as things stand. `where`: whose page mends it."""

    sentence: str
    where: str  # household, contact, resident, templates, numbers
    pk: int | None
    stops: bool = True
    about: str = REACH


@dataclass(frozen=True)
class Look:
    """`planner`: its last word on this home; None while it was never asked. `cost` is that of its one message."""

    household: Household
    decider: Resident | None
    findings: Sequence[Finding]
    planner: Attempt | None = None
    cost: Forecast = field(default_factory=Forecast)
    starts: bool = False  # outside the window: the message counts against Meta's limit

    @property
    def goes(self) -> bool:
        return not any(finding.stops for finding in self.findings)

    @property
    def standing(self) -> list[tuple[str, str]]:
        """Each aspect with good, warn or bad."""
        found = {aspect: [f.stops for f in self.findings if f.about == aspect] for aspect in ASPECTS}
        return [(name, "bad" if any(stops) else "warn" if stops else "good") for name, stops in found.items()]


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


@dataclass(frozen=True)
class _Shared:
    """What all homes are held against, read once."""

    accounts: dict[int, Account]
    asked: Asked
    attempts: dict[int, Attempt]
    outlook: foreseen.Outlook
    card: rates.Card

    @classmethod
    def over(cls, homes: Sequence[Household], now: datetime) -> _Shared:
        accounts = {account.pk: account for account in Account.objects.all()}
        asked = {pk: gate.known(pk, {PROMPT.name}) for pk in accounts}
        known = attempts.latest(home.pk for home in homes)
        return cls(accounts, asked, known, foreseen.Outlook.over(homes, now), rates.Card())


def look(now: datetime) -> Preflight:
    homes = queries.for_planning(home.pk for home in saturday.waiting(now).new)
    default = Account.objects.filter(is_default=True).first()
    room = headroom.left(default, now) if default else None
    if not homes:
        return Preflight([], Forecast(), room, 0)
    shared = _Shared.over(homes, now)
    looks = _within(room, [_look(home, shared, now) for home in homes])
    sent = [_sent(contact, now) for look in looks if look.goes and (contact := _contact(look))]
    cost = rates.forecast(sent, shared.card)
    return Preflight(looks, cost, room, sum(look.starts for look in looks if look.goes))


def _look(home: Household, shared: _Shared, now: datetime) -> Look:
    week = foreseen.of_home(home, shared.outlook, now)
    certain = [Finding(each.sentence, "household", home.pk, each.stops, PLAN) for each in week]
    planner = shared.attempts.get(home.pk)
    decider = next((person for person in home.residents.all() if person.decides), None)
    if decider is None or decider.contact is None:
        nobody = Finding("Nobody decides in this home: choose a resident.", "household", home.pk)
        return Look(home, None, [*certain, nobody], planner)
    contact = decider.contact
    contact.account = shared.accounts[contact.account_id]
    cost = rates.forecast([_sent(contact, now)], shared.card)
    starts = not window.is_open(contact.last_inbound_at, now)
    return Look(home, decider, [*certain, *_decider(decider, contact, shared.asked, now)], planner, cost, starts)


def _contact(look: Look) -> Contact | None:
    return look.decider.contact if look.decider else None


def _sent(contact: Contact, now: datetime) -> rates.Sent:
    return rates.Sent(contact.wa_id or contact.bsuid or "", PROMPT.category, now.date())


def _decider(decider: Resident, contact: Contact, asked: Asked, now: datetime) -> Iterator[Finding]:
    """What the sender's gate would say, every part of it, in the language that the message will have."""
    language = languages.pick(decider.language, PROMPT.bodies)
    for verdict in gate.objections(contact, PROMPT, now, language=language, known=asked[contact.account_id]):
        about, where = _about(verdict.code)
        yield Finding(verdict.sentence, where, contact.pk if where == "contact" else None, not verdict.waits, about)
    filled = filling.fill(PROMPT, language, {**FROM_THE_PLAN, "name": decider.name})
    for name in filled.missing:
        yield Finding(f"The message has no value for “{name}”: enter it.", "resident", decider.pk, True, VALUES)


def _about(code: str) -> tuple[str, str]:
    """What a verdict is about, and whose page mends it."""
    if code in gate.OF_NUMBERS:
        return ROOM, "numbers"
    if code.startswith("template"):
        return TEMPLATE, "templates"
    return CONSENT if code in CONSENT_CODES else REACH, "contact"


def _within(room: int | None, looks: Sequence[Look]) -> list[Look]:
    """Those for whom Meta's limit leaves no room today wait, the last ones first."""
    if room is None:
        return list(looks)
    found = []
    for look in looks:
        counts = look.goes and look.starts
        full = counts and room <= 0
        room -= counts
        waits = Finding("Meta's limit is reached before this home: its message waits.", "numbers", None, False, ROOM)
        found.append(replace(look, findings=[*look.findings, waits]) if full else look)
    return found
