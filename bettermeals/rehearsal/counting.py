"""What a storm did, in the four numbers that matter: our rows against the simulator's own log."""

from __future__ import annotations

from dataclasses import dataclass, field

from bettermeals.rehearsal.chaos import Chaos
from bettermeals.rehearsal.invariants import Log, every_webhook_processed, no_message_twice, none_lost
from whatsapp.models import Message, SendAttempt


@dataclass(frozen=True)
class Counted:
    """`unknown_on_queue`: nobody knows whether it arrived, and staff were asked. Any other unknown counts as lost."""

    accepted_twice: int
    lost: int
    unknown_on_queue: int
    kills: dict[str, int]
    ended_by_themselves: dict[str, int]
    answers_dropped: int
    proved_by_status: int
    details: list[str] = field(default_factory=list)


def counted(log: Log, storm: Chaos) -> Counted:
    twice = no_message_twice(log)
    unknown = Message.objects.filter(status=Message.Status.UNKNOWN)
    forgotten = [f"message {row.pk} ({row.purpose}) is unknown and nobody was asked" for row in
                 unknown.filter(asked_staff_at=None)]  # fmt: skip
    lost = [*none_lost(log), *every_webhook_processed(log), *forgotten]
    # An attempt that nobody answered, and that counts as accepted: only a status webhook can have said so.
    proved = SendAttempt.objects.filter(outcome="accepted", http_status=None).count()
    return Counted(
        accepted_twice=len(twice),
        lost=len(lost),
        unknown_on_queue=unknown.filter(asked_staff_at__isnull=False).count(),
        kills={**storm.kills, "all": sum(storm.kills.values())},
        ended_by_themselves=dict(storm.fell),
        answers_dropped=storm.cuts,
        proved_by_status=proved,
        details=[*twice, *lost],
    )
