"""Typed content for the outbox. Whatever can be constructed here, Meta takes; the rest raises ContentError."""

from __future__ import annotations
