"""Clock in: every tick that can start work. "Next due at" stands on the rows; a tick only asks who is due.

A tick that is missed or runs twice does no harm: each task claims its rows by compare-and-set.
"""

from __future__ import annotations

from typing import Any


def _every(seconds: float, task: str) -> dict[str, Any]:
    # A tick that waited longer than its own interval is worth nothing: the next one is already there.
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 10.0)}}


TICKS: dict[str, dict[str, Any]] = {
    # Queued messages whose nudge was lost, or whose retry is due.
    "deliver queued messages": _every(5, "whatsapp.deliver"),
    # Stored webhooks whose nudge was lost, or whose handler failed and is due again.
    "process stored webhooks": _every(5, "whatsapp.process_webhooks"),
    # Attempts that stayed open when a process died, silent unknowns, expired messages, threads that staff left.
    "sweep open attempts": _every(30, "whatsapp.sweep"),
    # Bulk sends whose time has come, and those that a dead worker left half queued.
    "queue broadcasts": _every(15, "whatsapp.queue_broadcasts"),
    # Prompts, reminders, deadlines, instructions, ratings: whoever's time has come in the household's own timezone.
    "mealplans tick": _every(30, "mealplans.tick"),
    # The day's message as a voice note, for cooks who prefer to listen (nothing is due without SPEECH_COMMAND).
    "speak": _every(30, "mealplans.speak"),
    # Charges that wait for a payment link, stored payment webhooks, links whose webhook never came, expired links.
    "create payment links": _every(10, "billing.create_links"),
    "process payment events": _every(5, "billing.process_events"),
    "poll payment links": _every(120, "billing.poll_links"),
    "expire payment links": _every(60, "billing.expire_links"),
    # Refunds whose nudge was lost, whose retry is due, or that the bank still has.
    "send refunds": _every(60, "billing.send_refunds"),
    # Households whose pause is over in their own timezone; people whose two contacts turned out to be one;
    # erasures whose worker died.
    "households tick": _every(60, "households.tick"),
    # Token, number, quality and webhook age; incidents open and close themselves.
    "check accounts": _every(600, "whatsapp.check_health"),
    "sync templates": _every(3600, "whatsapp.sync_templates"),
    # Buttons whose meaning nobody can ask for any more.
    "forget old offers": _every(86_400, "mealplans.forget_old_offers"),
    # Raw webhooks, words and files of messages whose time is over (docs/whatsapp.md, "What is kept, and how long").
    "purge": _every(86_400, "whatsapp.purge"),
    # Beat's own heartbeat, read by /healthz.
    "heartbeat": _every(15, "bettermeals.heartbeat"),
}
