"""Meta's own description of its API, read from where it lies (never copied), and what it says of our bodies."""

from __future__ import annotations
