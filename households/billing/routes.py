"""Upward facts: settings name the functions of upper apps that are told, loaded as Django loads ROOT_URLCONF."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from households.billing.models import Charge, PaymentLink


def tell_settled(charge: Charge, now: datetime) -> None:
    """Call each `(charge, now)` of CHARGE_SETTLED_ROUTES in order, in the settling transaction.

    One that raises undoes the settlement with everything it did; the stored event is tried again. A charge that was
    re-priced upwards after payment settles a second time (with a higher `revision`), so routes must bear repetition.
    """
    routes: Iterable[Callable[[Charge, datetime], object]] = import_string(settings.CHARGE_SETTLED_ROUTES)
    for route in routes:
        route(charge, now)


def tell_ready(charge: Charge, link: PaymentLink, now: datetime) -> None:
    """Call each `(charge, link, now)` of LINK_READY_ROUTES in the transaction that records the live link."""
    routes: Iterable[Callable[[Charge, PaymentLink, datetime], object]] = import_string(settings.LINK_READY_ROUTES)
    for route in routes:
        route(charge, link, now)
