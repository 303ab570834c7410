"""What is due about a shop's order: its silence, what it named and did not end, groceries that nobody saw come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mealplans import shop_asking, shortages
from mealplans.models import RequestStatus, ShopRequest


def due(now: datetime, limit: int) -> list[int]:
    """One query on a partial index."""
    rows = ShopRequest.objects.filter(next_due_at__lte=now).order_by("next_due_at", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


@transaction.atomic
def advance(request_id: int, now: datetime) -> str:
    """The one act this order is due for; "" when somebody was first."""
    rows = ShopRequest.objects.select_related("vendor__contact", "grocery_list__plan__household")
    request = rows.filter(pk=request_id, next_due_at__lte=now).first()
    if request is None:
        return ""
    if request.status == RequestStatus.ASKED:
        return "shop_silent" if shop_asking.silent(request, now) else ""
    if request.status == RequestStatus.SHORT:
        return _end_naming(request, now)
    return "shop_not_come" if shop_asking.not_come(request, now) else ""


def _end_naming(request: ShopRequest, now: datetime) -> str:
    """It named some things and then served a customer: what it named is all, and it brings the rest."""
    shortages.settle(request, now)
    shop_asking.accept(request, request.vendor.name, now)
    return "shop_settled"
