"""Whose messages may still be asked for: people of households with an open case. See whatsapp/retention.py."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from households.billing.models import Refund
from households.models import OpsItem
from whatsapp.models import Contact


def of_open_items() -> QuerySet[Any]:
    """Somebody of staff still decides something about the household."""
    return _people(OpsItem.objects.filter(closed_at=None, household__isnull=False).values("household"))


def of_open_refunds() -> QuerySet[Any]:
    """Money that is asked back and not paid back."""
    done = Refund.Status.PROCESSED
    return _people(Refund.objects.exclude(status=done).values("charge__household"))


def _people(households: QuerySet[Any]) -> QuerySet[Any]:
    theirs = Q(residents__household__in=households) | Q(cook__engagements__household__in=households)
    return Contact.objects.filter(theirs).values("pk")
