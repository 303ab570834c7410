"""The words of the page after paying, in the resident's language. Only what the ledger knows is said to be so."""

from __future__ import annotations

from dataclasses import dataclass

from bettermeals.lib.languages import pick
from bettermeals.lib.money import format_money
from households.billing.models import Charge, PaymentLink
from households.queries import deciding_resident

Status = PaymentLink.Status

WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "en": {
        "paid": ("Thank you!", "We have received {money}. You will hear from us on WhatsApp."),
        "confirming": (
            "Thank you!",
            "The bank is confirming your payment of {money}. This page shows it as soon as it is there; "
            "you will also hear from us on WhatsApp. Please do not pay again.",
        ),
        "open": ("Not paid yet", "{money} for this week's groceries can still be paid."),
        "collect": ("Payment", "{money} for this week's groceries. Our people will collect it from you."),
        "over": ("This link is no longer valid", "If something is still to be paid, you get a new link on WhatsApp."),
        "unknown": ("We do not know this link", "Please open the newest link in your WhatsApp chat with us."),
        "pay": ("Pay {money}", ""),
    },
    "hi": {
        "paid": ("धन्यवाद!", "हमें {money} मिल गए हैं। आगे की जानकारी आपको WhatsApp पर मिलेगी।"),
        "confirming": (
            "धन्यवाद!",
            "बैंक आपके {money} के भुगतान की पुष्टि कर रहा है। पुष्टि होते ही यह पेज बता देगा और WhatsApp पर भी "
            "संदेश आएगा। कृपया दोबारा भुगतान न करें।",
        ),
        "open": ("अभी भुगतान नहीं हुआ", "इस हफ़्ते के राशन के {money} का भुगतान अभी किया जा सकता है।"),
        "collect": ("भुगतान", "इस हफ़्ते के राशन के {money}। हमारे लोग आपसे ले लेंगे।"),
        "over": ("यह लिंक अब मान्य नहीं है", "अगर कुछ देना बाकी है, तो WhatsApp पर नया लिंक मिलेगा।"),
        "unknown": ("हम इस लिंक को नहीं पहचानते", "कृपया WhatsApp पर हमारी चैट में सबसे नया लिंक खोलें।"),
        "pay": ("{money} का भुगतान करें", ""),
    },
}


@dataclass(frozen=True)
class Page:
    """What the template shows. `wait`: look again in a few seconds; `pay_url`: where paying is still possible."""

    state: str
    language: str
    title: str
    text: str
    wait: bool = False
    pay_url: str = ""
    pay_label: str = ""


def state_of(link: PaymentLink | None, claims_paid: bool) -> str:
    """`claims_paid`: the browser brought the provider's signature; it makes us say "confirming", never "paid"."""
    if link is None:
        return "unknown"
    if link.status == Status.PAID or link.charge.status == Charge.Status.SETTLED:
        return "paid"
    if claims_paid:
        return "confirming"
    if link.status == Status.LIVE:
        return "collect" if link.provider == "manual" else "open"
    return "over"


def page_for(link: PaymentLink | None, *, claims_paid: bool) -> Page:
    """The page for a link, in the deciding resident's language; an unknown link gets the English words."""
    state = state_of(link, claims_paid)
    language = pick(_language(link), WORDS)
    money = format_money(link.amount_paise, link.currency, language) if link else ""
    title, text = WORDS[language][state]
    return Page(
        state=state,
        language=language,
        title=title,
        text=text.format(money=money),
        wait=state == "confirming",
        pay_url=link.short_url if link and state == "open" else "",
        pay_label=WORDS[language]["pay"][0].format(money=money),
    )


def _language(link: PaymentLink | None) -> str:
    if link is None:
        return "en"
    resident = deciding_resident(link.charge.household)
    return resident.language if resident else link.charge.household.language
