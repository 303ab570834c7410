"""Choosing a template for one person, filled in and drawn as their phone will show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from whatsapp import gate, library
from whatsapp.declare import DeclaredTemplate
from whatsapp.filling import Filled, fill, known_values, language_for
from whatsapp.gate import Verdict, can_send
from whatsapp.models import Contact

#: Made for what staff want to say: offered before those that a moment of the week sends.
FIRST = "staff_reply"


@dataclass(frozen=True)
class Choice:
    name: str
    verdict: Verdict
    chosen: bool

    @property
    def label(self) -> str:
        return self.name.replace("_", " ")


@dataclass(frozen=True)
class Picker:
    """`fields` are (variable, value) in the template's order."""

    choices: list[Choice]
    template: DeclaredTemplate | None = None
    filled: Filled | None = None
    verdict: Verdict | None = None

    @property
    def fields(self) -> list[tuple[str, str, bool]]:
        if self.filled is None:
            return []
        return [(name, value, name in self.filled.missing) for name, value in self.filled.values.items()]

    @property
    def ready(self) -> bool:
        allowed = self.verdict is not None and self.verdict.goes
        return self.filled is not None and not self.filled.missing and allowed


def picker(contact: Contact, known: Mapping[str, str], name: str, given: Mapping[str, str], now: datetime) -> Picker:
    """Three queries. Templates that can go now come first, of them FIRST; `given` overrides what is known."""
    templates = library.sendable(contact.account_id)
    asked = gate.known(contact.account_id, set(templates))

    def ask(template: DeclaredTemplate) -> Verdict:
        return can_send(contact, template, now, language=language_for(template, contact), known=asked)

    verdicts = {key: ask(template) for key, template in templates.items()}
    order = sorted(templates, key=lambda key: (not verdicts[key].ok, key != FIRST, key))
    name = name if name in templates else (order[0] if order else "")
    choices = [Choice(key, verdicts[key], key == name) for key in order]
    if not name:
        return Picker(choices)
    template = templates[name]
    values = {**known_values(contact, known), **{key: value for key, value in given.items() if value.strip()}}
    return Picker(choices, template, fill(template, language_for(template, contact), values), verdicts[name])
