"""Which colour a state has, the same on every page."""

from __future__ import annotations

MESSAGE = {
    "queued": "info",
    "sending": "info",
    "unknown": "warning",
    "accepted": "info",
    "sent": "info",
    "delivered": "success",
    "read": "success",
    "failed": "danger",
    "cancelled": "warning",
    "received": "primary",
}
DELIVERY = {"received": "info", "processing": "info", "processed": "success", "failed": "danger"}
TEMPLATE = {
    "APPROVED": "success",
    "PENDING": "info",
    "IN_APPEAL": "info",
    "PAUSED": "warning",
    "LIMIT_EXCEEDED": "warning",
}
