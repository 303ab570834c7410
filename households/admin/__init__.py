from __future__ import annotations

from households.admin import cooks, homes, opsqueue, people, records

__all__ = ["cooks", "homes", "opsqueue", "people", "records"]
