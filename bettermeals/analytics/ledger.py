"""What the messages cost: what was expected of each template, and what Meta's word in the statuses makes of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import Any, NamedTuple, TypeVar

from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.translation import gettext as _

from bettermeals.analytics.charts import MOST_DRAWN, Bar, Chart, Series, bars, columns
from bettermeals.analytics.tables import Period, Table
from bettermeals.analytics.talk import sent
from bettermeals.lib.money import format_money
from households.models import Engagement, Resident
from whatsapp import rates, rates_said

MOST = 100
Key = TypeVar("Key", bound=Hashable)
FIGURES = ["Billable", "Free", "Not told yet", "Forecast", "By the rate card", "Without a rate"]
NOTE = (
    "Billable or free is Meta's word in each status; the amount is by our rates of that day. The forecast takes each "
    "template in its own category, before Meta said anything. Meta bills."
)


class Line(NamedTuple):
    """One template that left us, as its message row tells it."""

    week: Any
    category: str
    pricing: dict[str, Any]
    contact: int
    wa_id: str | None
    bsuid: str | None
    at: Any

    @property
    def charged(self) -> str:
        return str(self.pricing.get("category") or self.category).upper()

    @property
    def word(self) -> str:
        return {True: "billable", False: "free"}.get(self.pricing.get("billable"), "untold")  # type: ignore[arg-type]

    def sent(self, category: str) -> rates.Sent:
        return rates.Sent(self.wa_id or self.bsuid or "", category.upper(), timezone.localtime(self.at).date())


class Sums(NamedTuple):
    """Of some lines: what Meta said of them, what was expected, what our rates make of Meta's word."""

    said: Counter[str]
    before: rates.Forecast
    cost: rates.Forecast

    def cells(self) -> list[Any]:
        money = [rates_said.money(each.amounts) or "—" for each in (self.before, self.cost)]
        words = [self.said["billable"], self.said["free"], self.said["untold"]]
        return [*words, *money, rates_said.without(self.cost.without) or "—"]


def costs(period: Period) -> Table:
    def key(line: Line) -> tuple[date, str]:
        return timezone.localtime(line.week).date(), line.charged

    found = sorted(_summed(_lines(period), key), key=lambda row: (-row[0][0].toordinal(), row[0][1]))
    return Table(
        key="costs",
        title="What the messages cost",
        note=NOTE,
        columns=["Week from", "Category", *FIGURES],
        rows=[[*group, *sums.cells()] for group, sums in found],
        empty="No template was sent in this time.",
        chart=_drawn(period, [(week, sums) for (week, _category), sums in found]),
    )


def _drawn(period: Period, found: list[tuple[date, Sums]]) -> Chart | None:
    """In the currency that most weeks have; what has no rate, and other currencies, stand in the table."""
    currency = _usual(sums for _week, sums in found)
    if not currency:
        return None
    weeks = list(reversed(period.mondays()))
    forecast, actual = Counter[date](), Counter[date]()
    for week, sums in found:
        forecast[week] += sums.before.amounts.get(currency, 0)
        actual[week] += sums.cost.amounts.get(currency, 0)
    series = [
        Series(_("Forecast"), [forecast[week] for week in weeks]),
        Series(_("By the rate card"), [actual[week] for week in weeks]),
    ]
    title = _("What the messages cost in %(currency)s, week by week") % {"currency": currency}
    return columns(title, weeks, series, lambda minor: format_money(round(minor), currency))


def _usual(found: Iterable[Sums]) -> str:
    """The currency that most of them have; empty where none has a price."""
    used = Counter(currency for sums in found for currency in (*sums.before.amounts, *sums.cost.amounts))
    return used.most_common(1)[0][0] if used else ""


def by_home(period: Period) -> Table:
    """Those that cost most come first; a cook's messages belong to the home they cook for."""
    homes = _homes()
    sums = _summed(_lines(period), lambda line: homes.get(line.contact, "—"))
    found = sorted(sums, key=lambda row: -row[1].said["billable"])
    return Table(
        key="homes",
        title="What each household's messages cost",
        note="Of residents and their cook. A cook of several homes is counted with the first; — is nobody's home.",
        columns=["Household", *FIGURES],
        rows=[[home, *of_home.cells()] for home, of_home in found[:MOST]],
        empty="No template was sent in this time.",
        chart=_homes_drawn(found),
    )


def _homes_drawn(found: list[tuple[str, Sums]]) -> Chart | None:
    """The dearest of them, each against the first."""
    currency = _usual(sums for _home, sums in found)
    paid = sorted(
        ((sums.cost.amounts.get(currency, 0), home) for home, sums in found), key=lambda one: (-one[0], one[1])
    )
    most = paid[0][0] if paid else 0
    if not most:
        return None
    title = _("What the messages of the dearest households cost, in %(currency)s") % {"currency": currency}
    drawn = [Bar(home, format_money(minor, currency), [minor / most]) for minor, home in paid[:MOST_DRAWN]]
    return bars(title, drawn)


def _lines(period: Period) -> list[Line]:
    rows = sent(period).exclude(template_name="").exclude(status="failed").annotate(week=TruncWeek("created_at"))
    columns = ("week", "category", "pricing", "contact", "contact__wa_id", "contact__bsuid", "created_at")
    return [Line(*row) for row in rows.values_list(*columns)]


def _homes() -> dict[int, str]:
    """Contact -> household; two queries."""
    cooks = Engagement.objects.filter(active=True, cook__contact__isnull=False).order_by("-pk")
    residents = Resident.objects.filter(contact__isnull=False).order_by("active", "-pk")
    found = dict(cooks.values_list("cook__contact", "household__name"))
    return found | dict(residents.values_list("contact", "household__name"))


def _summed(lines: Iterable[Line], key: Callable[[Line], Key]) -> list[tuple[Key, Sums]]:
    groups: dict[Key, list[Line]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    card = rates.Card()
    return [(group, _sums(of_group, card)) for group, of_group in groups.items()]


def _sums(lines: list[Line], card: rates.Card) -> Sums:
    before = rates.forecast((line.sent(line.category) for line in lines), card)
    cost = rates.forecast((line.sent(line.charged) for line in lines if line.pricing.get("billable", True)), card)
    return Sums(Counter(line.word for line in lines), before, cost)
