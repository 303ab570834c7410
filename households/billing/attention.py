"""What billing asks a person to decide: once per cause, with the sentence that says what happened and what to do."""

from __future__ import annotations

from datetime import datetime, timedelta

from bettermeals.lib.money import format_money
from households import ops
from households.billing.models import Charge
from households.models import OpsItem

SOON = timedelta(hours=2)
TODAY = timedelta(hours=12)


def key(cause: str, charge: Charge) -> str:
    return f"{cause}:charge:{charge.pk}"


def _open(cause: str, charge: Charge, reason: str, now: datetime, within: timedelta) -> OpsItem:
    return ops.open_item(
        kind=f"billing_{cause}",
        key=key(cause, charge),
        reason=reason,
        household=charge.household,
        due_at=now + within,
        about=charge,
        target_label="Open the charge",
        now=now,
    )


def unpaid(charge: Charge, owed: int, now: datetime) -> None:
    money = format_money(owed, charge.currency)
    _open(
        "unpaid",
        charge,
        f"{charge.household} has not paid {money} for {charge.what} and the time is over. "
        "Make a new link, mark it paid, or cancel the charge.",
        now,
        SOON,
    )


def link_failed(charge: Charge, error: str, now: datetime) -> None:
    _open(
        "link_failed",
        charge,
        f"No payment link could be made for {charge.household} ({charge.what}): {error} "
        "Put that right and make a new link.",
        now,
        SOON,
    )


def link_withdrawn_elsewhere(charge: Charge, now: datetime) -> None:
    _open(
        "link_withdrawn",
        charge,
        f"The payment link of {charge.household} ({charge.what}) was cancelled at the provider, not by us. "
        "Make a new link or cancel the charge.",
        now,
        SOON,
    )


def provider_trouble(charge: Charge, error: str, now: datetime) -> None:
    _open(
        "provider_trouble",
        charge,
        f"The payment provider has failed several times for {charge.household} ({charge.what}): {error} "
        "It is tried again by itself; look at the provider's status page and our keys.",
        now,
        SOON,
    )


def credit(charge: Charge, paise: int, now: datetime) -> None:
    money = format_money(paise, charge.currency)
    _open(
        "credit",
        charge,
        f"{charge.household} has paid {money} more than it owes for {charge.what}. "
        "Refund it, or keep it as a credit for the next week.",
        now,
        TODAY,
    )


def refund_failed(charge: Charge, error: str, now: datetime) -> None:
    _open(
        "refund_failed",
        charge,
        f"A refund to {charge.household} ({charge.what}) failed: {error} "
        "The money is still with us. Refund it again or pay it back by hand.",
        now,
        SOON,
    )


def collect(charge: Charge, owed: int, now: datetime) -> None:
    money = format_money(owed, charge.currency)
    _open(
        "collect",
        charge,
        f"Collect {money} from {charge.household} for {charge.what}, then mark the charge paid.",
        now,
        TODAY,
    )


def over(charge: Charge, note: str, now: datetime) -> None:
    """Close what asked for this charge's payment: it is paid, cancelled or otherwise over."""
    causes = ("unpaid", "link_failed", "link_withdrawn", "provider_trouble", "collect")
    ops.close_items([key(cause, charge) for cause in causes], None, note, now)
