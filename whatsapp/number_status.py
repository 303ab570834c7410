"""The connection of one number, line by line: what stands between it and a delivered message, each with its fix.

As Meta said at the last check and as our own rows know; nothing is asked of Meta here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from bettermeals.lib.resaying import resaid
from whatsapp import onboarding
from whatsapp.hearing import expected_webhook
from whatsapp.models import Incident, PhoneNumber
from whatsapp.onboarding import Step

QUALITY_TONES = {"GREEN": "good", "YELLOW": "warn", "RED": "bad"}


def lines(number: PhoneNumber, now: datetime) -> list[Step]:
    """`number` comes with its account. Costs two queries."""
    account = number.account
    health: dict[str, Any] = account.health if isinstance(account.health, dict) else {}
    said: dict[str, Any] = next(
        (row for row in health.get("numbers") or [] if row.get("id") == number.phone_number_id), {}
    )
    found = [_checked(number, now), onboarding.token(account, health), onboarding.scopes(health), _sending(said)]
    found += [_standing(number), _quality(number), _tier(number), _speed(number), _name(number)]
    found += [_address(str(said.get("webhook", ""))), _heard(number, now), _last_send(number, now)]
    return [*found, *_incidents(number)]


def _checked(number: PhoneNumber, now: datetime) -> Step:
    title, fix = _("Last check"), _("On the account's page press “Check now”.")
    if number.checked_at is None:
        return Step("warn", title, _("Never checked."), fix)
    words = _("%(ago)s ago") % {"ago": timesince(number.checked_at, now)}
    late = (now - number.checked_at).total_seconds() > 3600
    return Step("warn" if late else "good", title, words, _("Is beat running? It checks every ten minutes.") * late)


def _sending(said: dict[str, Any]) -> Step:
    title, verdict = _("Meta's verdict (health_status)"), str(said.get("sending", ""))
    tone = {"AVAILABLE": "good", "LIMITED": "warn", "BLOCKED": "bad"}.get(verdict, "warn")
    words = " · ".join(filter(None, (verdict or _("not told yet"), said.get("limits"), said.get("problem"))))
    return Step(tone, title, words, "" if tone == "good" else _("Look at the number in WhatsApp Manager."))


def _standing(number: PhoneNumber) -> Step:
    title, fix = _("Status"), _("docs/whatsapp.md, “The number is not connected”.")
    if number.paused_reason:
        fix = _("A check that finds it well lets one message go ahead; when Meta takes it, the rest follows.")
        return Step("bad", title, number.paused_reason, fix)
    if number.answers_only_until is not None:
        words = _("Answers only, until %(when)s") % {
            "when": date_format(localtime(number.answers_only_until), "j M, H:i")
        }
        fix = _("Meta takes no message that begins a conversation; those wait and go by themselves afterwards.")
        return Step("warn", title, words, fix)
    tone, words = onboarding.standing(number)
    if tone == "warn":
        fix = _("On the account's page press “Check now”.")
    return Step(tone, title, words, "" if tone == "good" else fix)


def _quality(number: PhoneNumber) -> Step:
    rating = number.quality_rating.upper()
    tone = QUALITY_TONES.get(rating, "warn")
    fix = "" if tone != "bad" else _("Send less, and only what is expected; look at which template people report.")
    return Step(tone, _("Quality"), rating or _("not told yet"), fix)


def _tier(number: PhoneNumber) -> Step:
    fix = _("How many people may be written to first in 24 hours, for all numbers of the business together.")
    return Step(
        "good" if number.messaging_limit else "warn", _("Tier"), number.messaging_limit or _("not told yet"), fix
    )


def _speed(number: PhoneNumber) -> Step:
    level = number.throughput_level or "STANDARD"
    words = _("%(level)s: %(n)s messages a second") % {"level": level, "n": 1000 if level == "HIGH" else 80}
    if number.on_business_app:
        words = _("20 messages a second: the number is shared with the WhatsApp Business app")
    return Step("good", _("Throughput"), words)


def _name(number: PhoneNumber) -> Step:
    return Step(
        "good" if number.verified_name else "warn", _("Display name"), number.verified_name or _("not told yet")
    )


def _address(actual: str) -> Step:
    title, wanted = _("Webhook address"), expected_webhook()
    if not actual:
        return Step("warn", title, _("Expected: %(url)s. Meta has not told where it posts.") % {"url": wanted})
    if actual == wanted:
        return Step("good", title, actual)
    words = _("Meta sends to %(actual)s; expected is %(wanted)s.") % {"actual": actual, "wanted": wanted}
    return Step("bad", title, words, _("Correct it at the app, or PUBLIC_BASE_URL here."))


def _heard(number: PhoneNumber, now: datetime) -> Step:
    """Of this number: that its account hears is no proof, because an address can be set for one number alone."""
    title, seen = _("Last webhook"), onboarding.last_heard(number)
    if seen is not None:
        return Step("good", title, _("%(ago)s ago") % {"ago": timesince(seen, now)})
    others = number.account.webhooks_seen_at
    words = (
        _("None of this number yet; the account's last came %(ago)s ago.") if others else _("No webhook has come yet.")
    )
    return Step(
        "warn", title, words % {"ago": timesince(others, now)} if others else words, _("Write “hi” to the number.")
    )


def _last_send(number: PhoneNumber, now: datetime) -> Step:
    title, sent = _("Last successful send"), getattr(number, "last_sent", None)
    if sent is None:
        return Step("warn", title, _("nothing sent yet"))
    return Step("good", title, _("%(ago)s ago") % {"ago": timesince(sent, now)})


def _incidents(number: PhoneNumber) -> Iterator[Step]:
    """Those of the number itself and those of its whole account."""
    subjects = ("", number.phone_number_id, number.display_phone_number)
    rows = Incident.objects.filter(account=number.account_id, closed_at=None, subject__in=subjects)
    for row in rows.order_by("opened_at"):
        yield Step("bad", _("Incident: %(kind)s") % {"kind": row.kind}, resaid(row.detail), resaid(row.fix))
