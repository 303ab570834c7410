"""Filling a template for a person: what is known goes in by itself, staff may say otherwise, what is missing shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bettermeals.lib import languages
from whatsapp.declare import DeclaredTemplate
from whatsapp.drawing import Drawn, draw_text
from whatsapp.models import Contact
from whatsapp.outgoing.parameters import ContentError, clean_parameter


@dataclass(frozen=True)
class Filled:
    """`missing` names the variables without a value; the preview shows them in braces."""

    language: str
    values: Mapping[str, str]
    missing: tuple[str, ...]
    drawn: Drawn


def known_values(contact: Contact, known: Mapping[str, str]) -> dict[str, str]:
    """What is known of a person by variable name; a household's own name for them weighs more than their profile's."""
    return {"name": contact.profile_name, **{name: value for name, value in known.items() if value}}


def language_for(template: DeclaredTemplate, contact: Contact, wanted: str = "") -> str:
    """The wanted language, else the person's, else English, else whatever the template has."""
    try:
        return languages.pick(wanted or contact.language, template.bodies)
    except LookupError:
        return sorted(template.bodies)[0]


def fill(template: DeclaredTemplate, language: str, values: Mapping[str, str]) -> Filled:
    """Values are cleaned as Meta wants them; an empty one counts as missing."""
    cleaned = {name: _clean(name, values.get(name, "")) for name in template.variables}
    missing = tuple(name for name, value in cleaned.items() if not value)
    text = template.bodies[language]
    body = template.fill_body(language, {name: value or f"{{{name}}}" for name, value in cleaned.items()})
    return Filled(language, cleaned, missing, draw_text(text, body, language))


def _clean(name: str, value: str) -> str:
    try:
        return clean_parameter(name, value)
    except ContentError:
        return ""
