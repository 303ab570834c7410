"""The charges and what staff may do with one: each act is the same use case that the rest of the house calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from bettermeals.lib import clock
from bettermeals.lib.admin import ChoicesDropdownFilter, ReadOnlyAdmin, action, display
from bettermeals.lib.money import format_money
from households.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish
from households.billing import aligning, charging, credits, ledger, manual, refunds
from households.billing.admin.books import BooksPage, JournalFile
from households.billing.admin.forms import MarkPaidForm, RefundForm
from households.billing.admin.story import STORY
from households.billing.locking import locked
from households.billing.models import Charge, LedgerEntry, PaymentLink

TONES = {"open": "warning", "settled": "success", "cancelled": "danger", "refunded": "info"}


@admin.register(Charge)
class ChargeAdmin(ActsByPermission, ReadOnlyAdmin):
    when_empty = "A bill is made when a week is approved."
    list_display = ["subject", "household", "money", "received", "state", "link_state", "due_by", "created_at"]
    list_filter = [("status", ChoicesDropdownFilter)]
    list_filter_submit = True
    search_fields = ["subject", "household__name", "links__reference", "payments__provider_payment_id"]
    list_select_related = ["household"]
    list_per_page = 50
    date_hierarchy = "created_at"
    fieldsets = [
        (None, {"fields": ["household", "subject", "status", "money", "standing", "proof"]}),
        ("When", {"fields": ["week_start", "created_at", "due_by", "settled_at", "cancelled_at", "cancel_reason"]}),
    ]
    readonly_fields = ["money", "standing", "proof"]
    inlines = STORY
    actions_detail = ["new_link", "mark_paid", "refund", "keep_credit", "cancel_charge"]

    def get_urls(self) -> list[URLPattern]:
        books = self.admin_site.admin_view(BooksPage.as_view(model_admin=self))
        file = self.admin_site.admin_view(JournalFile.as_view(model_admin=self))
        return [
            path("books/", books, name="billing_charge_books"),
            path("books/journal/", file, name="billing_charge_journal"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Charge]:
        received = LedgerEntry.objects.filter(charge=OuterRef("pk"), account="received").order_by().values("charge")
        newest = PaymentLink.objects.filter(charge=OuterRef("pk")).order_by("-created_at", "-pk")
        return (
            super()
            .get_queryset(request)
            .annotate(
                received_paise=Coalesce(Subquery(received.annotate(paise=Sum("amount_paise")).values("paise")), 0),
                newest_link=Subquery(newest.values("status")[:1]),
            )
        )

    @display(description="Charge", ordering="amount_paise")
    def money(self, charge: Charge) -> str:
        return format_money(charge.amount_paise, charge.currency)

    @display(description="Received")
    def received(self, charge: Any) -> str:
        return format_money(charge.received_paise, charge.currency)

    @display(description="Status", label=TONES, ordering="status")
    def state(self, charge: Charge) -> tuple[str, str]:
        return charge.status, charge.get_status_display()

    @display(description="Newest link")
    def link_state(self, charge: Any) -> str:
        return str(PaymentLink.Status(charge.newest_link).label) if charge.newest_link else "—"

    @display(description="Stands at")
    def standing(self, charge: Charge) -> str:
        stands = ledger.balance(charge)
        parts = [("owed", stands.owed), ("received", stands.received), ("over-paid, to decide", stands.undecided)]
        parts.append(("kept for the household", max(-stands.wallet, 0)))
        parts.append(("taken from what was kept", max(stands.wallet, 0)))
        return ", ".join(f"{words} {format_money(paise, charge.currency)}" for words, paise in parts if paise) or "even"

    @display(description="Ledger")
    def proof(self, charge: Charge) -> str:
        return "; ".join(ledger.prove(charge)) or "balances with quotes, payments and refunds"

    def _act(
        self, request: HttpRequest, object_id: int, act: Callable[[], Any], done: str, too_late: str = ""
    ) -> HttpResponse:
        """Run the use case; say its own sentence when it refuses, and `too_late` when somebody else was first."""
        try:
            result = act()
        except ValueError as refusal:
            return finish(request, self, object_id, str(refusal), ok=False)
        lost = bool(too_late) and not result
        return finish(request, self, object_id, too_late if lost else done, ok=not lost)

    @action(
        description="New link",
        permissions=["act"],
        icon="add_link",
        dialog=dialog("Make a new payment link", "The present link stops working first.", ReasonForm, "Make it"),
    )
    def new_link(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        def act() -> bool:
            with locked(object_id) as charge:
                return aligning.renew(charge, clock.now(), by=request.user, reason=form.cleaned_data["reason"])

        late = "Nothing is owed on this charge, so there is no link to make."
        return self._act(request, object_id, act, "A new link is being made and is sent as soon as it is there.", late)

    @action(
        description="Mark paid",
        permissions=["act"],
        icon="payments",
        dialog=dialog("Mark as paid", "For money that came outside the payment link.", MarkPaidForm, "It is paid"),
    )
    def mark_paid(self, request: HttpRequest, form: MarkPaidForm, object_id: int) -> HttpResponse:
        def act() -> Any:
            said = form.cleaned_data
            now, paise = clock.now(), said.get("amount")
            return manual.mark_paid(object_id, by=request.user, reason=said["reason"], amount_paise=paise, now=now)

        return self._act(request, object_id, act, "Written down as paid.")

    @action(
        description="Refund",
        permissions=["act"],
        icon="undo",
        dialog=dialog("Refund", "Sent back the way it was paid; takes 5 to 7 working days.", RefundForm, "Refund"),
    )
    def refund(self, request: HttpRequest, form: RefundForm, object_id: int) -> HttpResponse:
        def act() -> Any:
            said = form.cleaned_data
            paise, payment = said["amount"], int(said["payment"])
            return refunds.refund(payment, amount_paise=paise, reason=said["reason"], by=request.user, now=clock.now())

        return self._act(request, object_id, act, "The refund is on its way to the provider.")

    @action(
        description="Keep as credit",
        permissions=["act"],
        icon="savings",
        dialog=dialog("Keep what is over-paid", "The next charge of the household uses it first.", ReasonForm, "Keep"),
    )
    def keep_credit(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        def act() -> int:
            return credits.keep(object_id, by=request.user, reason=form.cleaned_data["reason"], now=clock.now())

        return self._act(request, object_id, act, "Kept for the next charge.", "There is nothing over-paid to keep.")

    @action(
        description="Cancel",
        permissions=["act"],
        icon="cancel",
        dialog=dialog("Cancel this charge", "What was paid becomes a credit to decide on.", ReasonForm, "Cancel it"),
    )
    def cancel_charge(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        def act() -> bool:
            return charging.cancel(object_id, reason=form.cleaned_data["reason"], by=request.user, now=clock.now())

        return self._act(request, object_id, act, "Cancelled.", "Somebody else had cancelled it already.")
