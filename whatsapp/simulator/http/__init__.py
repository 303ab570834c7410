"""The doors: Graph API, payment provider, control API and the phones' page, by Starlette."""

from __future__ import annotations
