"""One charge, one writer at a time: every change of a charge, its links and its ledger happens under its row's lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from households.billing.models import Charge


@contextmanager
def locked(charge_id: int) -> Iterator[Charge]:
    """A transaction that holds the charge's row. SQLite has no row locks; its IMMEDIATE transactions do the same.

    Short by rule: no network inside. Raises Charge.DoesNotExist.
    """
    with transaction.atomic():
        # Not the household: its row would be locked as well, and every other charge of it would wait.
        yield Charge.objects.select_for_update(no_key=True, of=("self",)).select_related("household").get(pk=charge_id)
