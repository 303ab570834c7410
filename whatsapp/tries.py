"""How many of a message's attempts are its own: what stopped the number, or never reached Meta, says nothing about it.

A message that goes ahead of a stopped number may be refused many times for the account's sake. `attempt_count` tells
staff how often it was claimed; from the ledger it is told how often it has been tried, and how often in vain.
"""

from __future__ import annotations

from itertools import takewhile

from whatsapp.errors import Kind, lookup
from whatsapp.models import Message, SendAttempt

O = SendAttempt.Outcome  # noqa: E741


def used_up(message: Message) -> int:
    """Attempts that count towards `outcomes.MAX_ATTEMPTS`, the one under way among them."""
    rows = message.attempts.exclude(outcome=O.NOT_SENT).values_list("outcome", "error_code")
    return sum(not _of_the_account(outcome, code) for outcome, code in rows)


def _of_the_account(outcome: str, code: int | None) -> bool:
    return outcome in (O.REJECTED, O.FAILED) and lookup(code).kind is Kind.ACCOUNT


def in_vain(message: Message, attempt: SendAttempt) -> int:
    """This attempt, which found no way to Meta, and those just before it that found none either."""
    before = message.attempts.exclude(pk=attempt.pk).order_by("-started_at").values_list("outcome", flat=True)
    return 1 + len(list(takewhile(lambda outcome: outcome == O.NOT_SENT, before)))
