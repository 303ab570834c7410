"""What staff fill in before money moves."""

from __future__ import annotations

from typing import Any

from django import forms

from bettermeals.lib.admin import UnfoldAdminSelectWidget
from bettermeals.lib.money import format_money
from households.admin.dialogs import ReasonForm
from households.admin.fields import RupeesField
from households.billing import refunds
from households.billing.models import Charge


class MarkPaidForm(ReasonForm):
    amount = RupeesField(required=False, label="Amount in rupees", help_text="Empty: all that is owed.")


class RefundForm(ReasonForm):
    """Which payment, how much of it, and why. Only what can still go back is offered."""

    payment = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    amount = RupeesField(label="Amount in rupees")
    field_order = ["payment", "amount", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        charge = Charge.objects.get(pk=self.object_id)
        rows = [(payment, refunds.refundable(payment, charge)) for payment in charge.payments.all()]
        self.fields["payment"].choices = [
            (payment.pk, f"{payment} — up to {format_money(most, charge.currency)}") for payment, most in rows if most
        ]
