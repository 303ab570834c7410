"""A local WhatsApp Cloud API and payment provider: Meta's contract, checks and error codes, over HTTP.

Plain Python, its own process (`python -m whatsapp.simulator`): it knows nothing of the product's tables and so
cannot cheat. `core` holds the rules and no HTTP, `http` the doors, `deliverer` posts the webhooks, `pages` are the
phones on which anyone plays residents and cooks. docs/simulator.md describes the whole of it.
"""

from __future__ import annotations
