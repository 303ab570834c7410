"""Which colour a state has, the same on every page."""

from __future__ import annotations

PLAN = {
    "draft": "info",
    "failed": "danger",
    "proposed": "warning",
    "approved": "info",
    "awaiting_payment": "warning",
    "confirmed": "success",
    "completed": "success",
    "cancelled": "primary",
}
INSTRUCTION = {
    "due": "info",
    "sent": "warning",
    "overdue": "danger",
    "escalated": "danger",
    "acknowledged": "success",
    "done": "success",
    "cancelled": "primary",
}
ORDER = {"waiting": "warning", "placed": "info", "delivered": "success", "cancelled": "primary"}
REPORT = {"absent": "danger", "late": "warning", "missing": "warning", "equipment": "danger", "done": "success"}
RATING = {"good": "success", "ok": "info", "bad": "danger"}
