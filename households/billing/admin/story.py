"""A charge's whole story on one page: what it cost, how it could be paid, what came, what went back, every posting."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from bettermeals.lib.admin import display
from bettermeals.lib.money import format_money
from households.admin.plain import PlainInline
from households.billing.models import LedgerEntry, Payment, PaymentLink, ProviderEvent, Quote, Refund


class MoneyInline(PlainInline):
    can_delete = False

    @display(description="Amount")
    def money(self, row: Any) -> str:
        return format_money(row.amount_paise, getattr(row, "currency", "INR"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # str() of a row's charge names its household: loaded here, or every row asks for it again.
        return super().get_queryset(request).select_related("charge__household")


class QuoteInline(MoneyInline):
    model = Quote
    fields = ["revision", "money", "lines_in_words", "at"]
    readonly_fields = fields
    ordering = ["-revision"]

    @display(description="Lines")
    def lines_in_words(self, row: Quote) -> str:
        return format_html_join(
            mark_safe("<br>"),
            "{} {} — {}",
            ((line["label"], line["quantity"], format_money(line["amount_paise"])) for line in row.lines),
        )


class LinkInline(MoneyInline):
    model = PaymentLink
    fields = ["reference", "money", "status", "address", "expires_at", "reminded_at", "closed_at", "attempts", "error"]
    readonly_fields = fields

    @display(description="Address")
    def address(self, row: PaymentLink) -> str:
        if not row.short_url:
            return "—"
        return format_html('<a href="{0}" rel="noreferrer" target="_blank">{0}</a>', row.short_url)


class PaymentInline(MoneyInline):
    model = Payment
    fields = ["provider_payment_id", "money", "effect", "source", "captured_at", "recorded_by", "note"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("recorded_by")


class RefundInline(MoneyInline):
    model = Refund
    fields = ["payment", "money", "status", "reason", "requested_by", "created_at", "closed_at", "error"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("requested_by", "payment")


class LedgerInline(MoneyInline):
    model = LedgerEntry
    fields = ["at", "kind", "account", "signed", "note"]
    readonly_fields = fields
    ordering = ["pk"]

    @display(description="Amount")
    def signed(self, row: LedgerEntry) -> str:
        return format_money(row.amount_paise, row.currency, signed=True)


class EventInline(MoneyInline):
    model = ProviderEvent
    fields = ["received_at", "event_type", "status", "error", "page"]
    readonly_fields = fields


STORY = [QuoteInline, LinkInline, PaymentInline, RefundInline, LedgerInline, EventInline]
