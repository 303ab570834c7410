"""Is the template at Meta the one that the code declares? Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from whatsapp.declare import DeclaredTemplate


def differences(declared: DeclaredTemplate, language: str, components: Sequence[Mapping[str, Any]]) -> list[str]:
    """Sentences naming each difference; empty when a send by the declaration fits Meta's copy.

    Examples are not compared (Meta does not always give them back), and outer white space is Meta's to trim.
    """
    ours, theirs = _shape(declared.components(language)), _shape(components)
    found = []
    for part in ("header", "body", "footer"):
        if ours.get(part, "") != theirs.get(part, ""):
            found.append(f"the {part} is “{theirs.get(part, '')}” at Meta, “{ours.get(part, '')}” in the code")
    if ours.get("buttons", []) != theirs.get("buttons", []):
        found.append(f"the buttons are {_labels(theirs)} at Meta, {_labels(ours)} in the code")
    return found


def _shape(components: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    shape: dict[str, Any] = {}
    for component in components:
        kind = str(component.get("type", "")).lower()
        if kind == "buttons":
            shape[kind] = [_button(button) for button in component.get("buttons", [])]
        else:
            words = str(component.get("text", "")).strip()
            media = str(component.get("format", "TEXT")).upper()
            shape[kind] = words if media == "TEXT" else f"[{media.lower()}]"
    return shape


def _button(button: Mapping[str, Any]) -> tuple[str, str, str]:
    """Kind, label, and where it leads. The label of a code's button is WhatsApp's own, in each phone's language."""
    kind = str(button.get("type", "")).upper()
    label = "" if kind == "COPY_CODE" else str(button.get("text", ""))
    leads = next((str(button[key]) for key in ("url", "phone_number", "flow_id") if button.get(key)), "")
    return kind, label, leads


def _labels(shape: Mapping[str, Any]) -> str:
    return ", ".join(f"{text} ({url or kind.lower()})" for kind, text, url in shape.get("buttons", [])) or "none"
