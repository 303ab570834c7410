from __future__ import annotations

from households.billing.admin import charges, events

__all__ = ["charges", "events"]
