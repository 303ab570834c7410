"""The page after paying: thanks in the resident's own language, and never settles anything."""

from __future__ import annotations

import pytest

from bettermeals.lib.crypto import hmac_sha256_hex
from households.billing import ledger
from households.billing.models import Charge, LedgerEntry, PaymentLink
from households.billing.return_page import WORDS
from tests.factories.households import NOW, make_charge, make_household, make_live_link, make_resident

pytestmark = pytest.mark.django_db


def make(language: str = "en"):
    home = make_household()
    make_resident(home, language=language)
    charge = make_charge(home)
    return charge, make_live_link(charge)


def returned(settings, link, status="paid", secret=None):
    """What Razorpay adds to the address when it sends the payer's browser back."""
    text = f"{link.provider_id}|{link.reference}|{status}|pay_1"
    return {
        "razorpay_payment_id": "pay_1",
        "razorpay_payment_link_id": link.provider_id,
        "razorpay_payment_link_reference_id": link.reference,
        "razorpay_payment_link_status": status,
        "razorpay_signature": hmac_sha256_hex(secret or settings.RAZORPAY_KEY_SECRET, text.encode()),
    }


def visit(client, link, query=None):
    response = client.get(f"/pay/return/{link.reference}", query or {})
    return response, response.content.decode()


def test_the_browsers_return_thanks_asks_not_to_pay_again_and_settles_nothing(client, settings, provider):
    charge, link = make()
    response, page = visit(client, link, returned(settings, link))
    assert (response.status_code, "The bank is confirming your payment of ₹1,200" in page) == (200, True)
    assert '<meta http-equiv="refresh"' in page
    assert (Charge.objects.get().status, PaymentLink.objects.get().status) == ("open", "live")
    assert (LedgerEntry.objects.count(), ledger.balance(charge).owed) == (2, 120_000)


def test_a_forged_return_is_shown_what_our_books_say(client, settings, provider):
    _, link = make()
    _, page = visit(client, link, returned(settings, link, secret="guessed"))
    assert ("Not paid yet" in page, f'href="{link.short_url}"' in page) == (True, True)


def test_paid_is_said_only_when_the_ledger_has_it(client, provider, deliver):
    _, link = make()
    provider.pay(link.provider_id)
    deliver(NOW)
    _, page = visit(client, link)
    assert ("We have received ₹1,200" in page, "refresh" in page) == (True, False)


def test_a_resident_reads_it_in_their_own_language(client, settings, provider):
    _, link = make("hi")
    _, page = visit(client, link, returned(settings, link))
    assert ('<html lang="hi">' in page, "धन्यवाद" in page, "कृपया दोबारा भुगतान न करें" in page) == (True, True, True)


def test_an_old_link_says_that_a_new_one_comes_and_offers_no_payment(client, provider):
    _, link = make()
    PaymentLink.objects.update(status="expired")
    _, page = visit(client, link)
    assert ("no longer valid" in page, "rzp.io" in page) == (True, False)


def test_a_household_without_a_provider_is_told_who_collects(client, settings):
    settings.PAYMENTS_PROVIDER = "manual"
    _, link = make()
    assert "Our people will collect it" in visit(client, link)[1]


def test_an_unknown_link_says_so_and_nothing_more(client):
    response = client.get("/pay/return/BM-1-r1-AAAAAAAA")
    assert (response.status_code, "We do not know this link" in response.content.decode()) == (404, True)


def test_the_page_is_not_kept_by_any_cache_and_cannot_be_posted_to(client, provider):
    _, link = make()
    response, _ = visit(client, link)
    assert "no-store" in response.headers["Cache-Control"]
    assert client.post(f"/pay/return/{link.reference}").status_code == 405


def test_every_language_has_every_sentence_with_its_amount():
    shape = {state: [text.count("{money}") for text in texts] for state, texts in WORDS["en"].items()}
    for language, words in WORDS.items():
        assert {s: [t.count("{money}") for t in texts] for s, texts in words.items()} == shape, language
