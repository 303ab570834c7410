"""A week rehearsed before it is lived: real processes, real HTTP, signed webhooks, a virtual clock."""

from __future__ import annotations
