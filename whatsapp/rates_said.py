"""A forecast in words: the sum in each currency, and how many messages have no rate, by country."""

from __future__ import annotations

from collections.abc import Mapping

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bettermeals.lib.money import format_money
from whatsapp.rates import Forecast


def money(amounts: Mapping[str, int]) -> str:
    """ "₹2.59 + $0.12"; empty where nothing has a price: an unknown sum is no zero."""
    return " + ".join(format_money(amount, code) for code, amount in sorted(amounts.items()))


def without(missing: Mapping[str, int]) -> str:
    """ "3 without a rate: no rate for Nepal (2), no rate for Oman (1)"; empty where all have one."""
    if not missing:
        return ""
    whole = sum(missing.values())
    named = ", ".join(f"{no_rate(code)} ({count})" for code, count in sorted(missing.items()))
    counted = ngettext("%(n)s without a rate", "%(n)s without a rate", whole) % {"n": whole}
    return f"{counted}: {named}"


def expected(cost: Forecast) -> str:
    """Both together."""
    return "; ".join(filter(None, (money(cost.amounts), without(cost.without))))


def no_rate(code: str) -> str:
    return _("no rate for %(country)s") % {"country": country(code)}


def country(code: str) -> str:
    """In the reader's language."""
    if not code:
        return _("an unknown country")
    try:
        locale = Locale.parse((get_language() or "en").replace("-", "_"))
    except UnknownLocaleError:
        locale = Locale("en")
    return str(locale.territories.get(code, code))
