"""Connecting an account, step by step: what is done, what is wrong and why, and how to repair it.

Judged by what Meta said at the last check (`health.check` keeps it on the account) and by our own rows; the page asks
Meta nothing by itself, “Check now” does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from whatsapp import catalogue
from whatsapp.health import GOOD_STATUSES, SCOPES
from whatsapp.hearing import expected_webhook
from whatsapp.models import Account, Message, MessageTemplate, PhoneNumber


class Step(NamedTuple):
    """`tone`: good (done), bad (wrong), warn (not known yet, or not needed but better)."""

    tone: str
    title: str
    words: str
    fix: str = ""
    link: str = ""

    @property
    def mark(self) -> str:
        return {"good": "✓", "warn": "?", "bad": "✗"}[self.tone]

    @property
    def state(self) -> str:
        return {"good": _("done"), "warn": _("open"), "bad": _("wrong")}[self.tone]


def steps(account: Account, now: datetime) -> list[Step]:
    """All steps in the order in which they are taken. Costs four queries, however many numbers there are."""
    health = account.health if isinstance(account.health, dict) else {}
    numbers = list(with_last_send(PhoneNumber.objects.filter(account=account)).order_by("pk"))
    said = {row.get("id"): row for row in health.get("numbers") or [] if isinstance(row, dict)}
    found = [
        _app(account, health),
        token(account, health),
        scopes(health),
        _assets(account, health),
        _verify(account),
    ]
    found.append(_subscribed(health))
    for number in numbers:
        found += _number(number, said.get(number.phone_number_id, {}), now)
    if not numbers:
        fix = _("Press “Check now”: the numbers of the account are read from Meta.")
        found.append(Step("bad", _("Phone number"), _("No number is known."), fix))
    return [*found, _templates(account), _heard(account, now)]


def with_last_send(numbers: QuerySet[PhoneNumber]) -> QuerySet[PhoneNumber]:
    """`last_sent`: when Meta last took a message of the number; `last_in`, `last_status`: when a webhook last brought a
    message or a status of it. Read from the newest end of the messages' index."""
    newest = Message.objects.filter(phone_number=OuterRef("pk")).order_by("-created_at", "-id")
    sent, told = newest.filter(direction="out", status__in=PROVEN), newest.filter(direction="out", status__in=TOLD)
    status = Coalesce("read_at", "delivered_at", "sent_at", "failed_at")
    return numbers.annotate(
        last_sent=Subquery(sent.values(moment=Coalesce("sent_at", "created_at"))[:1]),
        last_in=Subquery(newest.filter(direction="in").values("created_at")[:1]),
        last_status=Subquery(told.values(moment=status)[:1]),
    )


def last_heard(number: PhoneNumber) -> datetime | None:
    """When a webhook last came that concerns this number; it is read `with_last_send`."""
    known = [getattr(number, name, None) for name in ("last_in", "last_status")]
    return max((moment for moment in known if moment is not None), default=None)


PROVEN = ("accepted", "sent", "delivered", "read")
TOLD = ("sent", "delivered", "read")
_UNASKED = "Press “Check now”."


def _app(account: Account, health: dict[str, Any]) -> Step:
    title, fix = _("Create the app"), _("developers.facebook.com → your app → App settings → Basic.")
    missing = [
        name for name, value in ((_("App ID"), account.app_id), (_("App secret"), account.app_secret)) if not value
    ]
    if not account.app_secret or not account.app_id:
        tone = "bad" if not account.app_secret else "warn"
        words = _("%(what)s not set. Without the app ID the token's scopes and end cannot be read.")
        return Step(tone, title, words % {"what": ", ".join(missing)}, fix)
    owner = str((health.get("token") or {}).get("app_id", ""))
    if owner and owner != account.app_id:
        return Step("bad", title, _("The token belongs to another app, %(id)s.") % {"id": owner}, fix)
    return Step("good", title, _("App %(id)s.") % {"id": account.app_id})


def token(account: Account, health: dict[str, Any]) -> Step:
    title = _("System user and token")
    fix = _("Business Settings → System users → Add (Admin) → Generate token, expiry “Never”; save it below.")
    if not account.access_token:
        return Step("bad", title, _("No token is stored."), fix)
    if not account.checked_at:
        return Step("warn", title, _("Not checked yet."), _(_UNASKED))
    asked = health.get("account") or {}
    if not asked.get("ok"):
        return Step("bad", title, str(asked.get("problem", "")), str(asked.get("fix", "")) or fix)
    if asked.get("token") == "previous":
        words = _("Meta refuses the newer token; the one before it is still in use.")
        return Step("bad", title, words, _("Do not revoke the older token; generate a new one and save it below."))
    if asked.get("token") == "both":
        words = _("Meta accepts the token and the one before it: a rotation is under way.")
        return Step("good", title, words, _("Revoke the older one; the next check forgets it here."))
    if account.token_expires_at:
        return Step("warn", title, _("Valid until %(day)s.") % {"day": f"{account.token_expires_at:%d %b %Y}"}, fix)
    return Step("good", title, _("Meta accepts the token."))


def scopes(health: dict[str, Any]) -> Step:
    title, facts = _("Scopes of the token"), health.get("token") or {}
    if facts.get("scopes") is None:
        return Step("warn", title, _("Not known: Meta tells them only with the app ID and secret."), _(_UNASKED))
    missing = [scope for scope in SCOPES if scope not in facts["scopes"]]
    if missing:
        fix = _("Generate a new token and tick them.")
        return Step("bad", title, _("Missing: %(scopes)s.") % {"scopes": ", ".join(missing)}, fix)
    return Step("good", title, ", ".join(SCOPES))


def _assets(account: Account, health: dict[str, Any]) -> Step:
    title = _("Assign the assets")
    fix = _("Business Settings → System users → Assign assets: the app and the WhatsApp account, full control.")
    rows = health.get("numbers")
    if rows is None:
        return Step("warn", title, _("Not known until the token works."), _(_UNASKED))
    troubled = [row["problem"] for row in rows if isinstance(row, dict) and not row.get("id") and row.get("problem")]
    if troubled or not rows:
        return Step("bad", title, "; ".join(troubled) or _("The token sees no number of this account."), fix)
    return Step("good", title, _("The token reads account %(id)s and its numbers.") % {"id": account.waba_id})


def _verify(account: Account) -> Step:
    title = _("Webhook address at the app")
    fix = _("App → WhatsApp → Configuration: %(url)s with the verify token, then subscribe to the fields.")
    if not account.verify_token:
        return Step("bad", title, _("No verify token is stored."), fix % {"url": expected_webhook()})
    words = _("Expected: %(url)s") % {"url": expected_webhook()}
    if account.webhooks_seen_at:
        return Step("good", title, words)
    return Step("warn", title, words, fix % {"url": expected_webhook()})


def _subscribed(health: dict[str, Any]) -> Step:
    title, fix = (
        _("Subscribe the account"),
        _("Press “Subscribe to webhooks”: without it only Meta's test button works."),
    )
    answer = health.get("subscribed")
    if answer is None:
        return Step("warn", title, _("Not known yet."), _(_UNASKED))
    return Step("good", title, _("An app is subscribed.")) if answer else Step("bad", title, _("No app is."), fix)


def _number(number: PhoneNumber, said: dict[str, Any], now: datetime) -> Iterator[Step]:
    title = _("Register %(number)s") % {"number": number}
    if not said:
        yield Step("warn", title, _("Meta has not told about it yet."), _(_UNASKED))
        return
    page = reverse("admin:whatsapp_phonenumber_change", args=[number.pk])
    if said.get("verified", "VERIFIED") not in ("VERIFIED", ""):
        fix = _("On the number's page: “Ask for a code”, then “Enter the code”.")
        yield Step("bad", _("Verify %(number)s") % {"number": number}, _("The number is not verified."), fix, page)
    fix = _("On the number's page: “Register”, with its two-step PIN; docs/whatsapp.md, “not registered”.")
    tone, status = standing(number)
    tone, words = ("bad", said["problem"]) if said.get("problem") else (tone, _facts(number, status, now))
    yield Step(tone, title, words, {"good": "", "warn": _(_UNASKED), "bad": fix}[tone], page if tone == "bad" else "")
    if said.get("pin") is not None:
        yield _pin(number, bool(said["pin"]))
    if said.get("webhook"):
        yield _webhook(number, said["webhook"])


def standing(number: PhoneNumber) -> tuple[str, str]:
    """Tone and words of the status that Meta gives the number. None told yet is neither done nor wrong, and stops no
    message: only an answer to a send, a webhook or a person does (`PhoneNumber.paused_reason`)."""
    if not number.status:
        return "warn", _("not known yet")
    return "good" if number.status.upper() in GOOD_STATUSES else "bad", number.status


def _pin(number: PhoneNumber, is_set: bool) -> Step:
    title = _("PIN of %(number)s") % {"number": number}
    if is_set:
        return Step("good", title, _("Set."))
    fix = _("WhatsApp Manager → the number → Two-step verification.")
    return Step("warn", title, _("Not set: whoever gets the SIM could take the number."), fix)


def _webhook(number: PhoneNumber, actual: str) -> Step:
    title, wanted = _("Webhook of %(number)s") % {"number": number}, expected_webhook()
    if actual == wanted:
        return Step("good", title, actual)
    words = _("Meta sends to %(actual)s; expected is %(wanted)s.") % {"actual": actual, "wanted": wanted}
    return Step("bad", title, words, _("Correct it at the app, or PUBLIC_BASE_URL here."))


def _facts(number: PhoneNumber, status: str, now: datetime) -> str:
    sent = getattr(number, "last_sent", None)
    facts = (
        status,
        _("quality %(q)s") % {"q": number.quality_rating or "?"},
        _("tier %(t)s") % {"t": number.messaging_limit or "?"},
        _("throughput %(t)s") % {"t": number.throughput_level},
        _("last send %(ago)s ago") % {"ago": timesince(sent, now)} if sent else _("nothing sent yet"),
    )
    return " · ".join(str(fact) for fact in facts if fact)


def _templates(account: Account) -> Step:
    title, wanted = _("Templates"), {(t.name, code) for t in catalogue.declared().values() for code in t.bodies}
    rows = MessageTemplate.objects.filter(account=account, status=MessageTemplate.APPROVED).values_list(
        "name", "language"
    )
    approved = len(wanted & set(rows))
    words = _("%(n)s of %(all)s are approved.") % {"n": approved, "all": len(wanted)}
    fix = _("python manage.py sync_templates submits what is missing; Meta's review takes minutes to a day.")
    return Step("good", title, words) if approved == len(wanted) else Step("bad", title, words, fix)


def _heard(account: Account, now: datetime) -> Step:
    title = _("First message")
    if account.webhooks_seen_at:
        ago = timesince(account.webhooks_seen_at, now)
        return Step("good", title, _("The last webhook came %(ago)s ago.") % {"ago": ago})
    return Step(
        "warn", title, _("No webhook has come yet."), _("Write “hi” to the number; it must appear under Contacts.")
    )
