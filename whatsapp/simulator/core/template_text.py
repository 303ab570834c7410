"""Placeholders in template texts: finding and filling them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
POSITIONAL = re.compile(r"[1-9]\d*")
NAMED = re.compile(r"[a-z][a-z0-9_]*")


def variables(text: str) -> list[str]:
    """Names of the placeholders in order of first appearance, each once."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder replaced; all must be in `values`."""
    return PLACEHOLDER.sub(lambda match: values[match.group(1)], text)


def component(components: list[dict[str, Any]], type_: str) -> dict[str, Any]:
    """The one component of a type, {} when the template has none."""
    return next((c for c in components if str(c.get("type", "")).upper() == type_), {})


def buttons(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All buttons in order; their place is the `index` of a send."""
    found: list[dict[str, Any]] = component(components, "BUTTONS").get("buttons", [])
    return found
