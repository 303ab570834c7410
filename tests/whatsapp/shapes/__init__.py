"""Every shape that Meta's documents and other people's production logs show, through the real view.

One file each in tests/payloads/whatsapp, <event>__<case>.json; beside each other here: what became of it, whole.
"""

from __future__ import annotations
