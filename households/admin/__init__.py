from __future__ import annotations

from households.admin import cooks, erasures, homes, opsqueue, people, records, special_days

__all__ = ["cooks", "erasures", "homes", "opsqueue", "people", "records", "special_days"]
