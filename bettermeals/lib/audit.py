"""Who changed what, from what to what: written into Django's own log of the back office, which nobody can edit there.

What a colleague does to a household's week stands on the household's timeline as well, with the reason.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib.admin.models import LogEntry

#: Longer texts are cut: the log says what changed, it is no second copy of the database.
MOST = 300
HIDDEN = "•••"

Values = dict[str, tuple[str, str]]


def with_values(message: list[dict[str, Any]], form: Any, formsets: Any) -> list[dict[str, Any]]:
    """Django's change message, each "changed" part with its values; the parts come in the order of the forms."""
    changed = [form, *(each for formset in formsets for each in _changed(formset))]
    parts = [part["changed"] for part in message if "changed" in part]
    forms = [each for each in changed if each.changed_data] if parts else []
    for part, each in zip(parts, forms, strict=False):
        part["values"] = values(each)
    return message


def _changed(formset: Any) -> list[Any]:
    """The forms of a formset behind its `changed_objects`, in their order."""
    known = [row for row, _fields in formset.changed_objects]
    return sorted(
        (each for each in formset.forms if each.instance in known), key=lambda each: known.index(each.instance)
    )


def values(form: Any) -> Values:
    """What a form changes: {field: (before, after)}. Secrets are named, never written out."""
    pairs = {name: _pair(form, name) for name in form.changed_data}
    # A form calls a field changed when only its spelling is ("[]" for an empty list).
    return {name: (was, now) for name, (was, now) in pairs.items() if was != now or was == HIDDEN}


def _pair(form: Any, name: str) -> tuple[str, str]:
    if type(form.fields[name].widget).__name__.endswith(("PasswordWidget", "PasswordInput")):
        return HIDDEN, HIDDEN
    return _short(form.initial.get(name)), _short(form.cleaned_data.get(name))


def _short(value: Any) -> str:
    if value is None:
        return ""
    text = ", ".join(str(each) for each in value) if isinstance(value, (list, tuple, set)) else str(value)
    return text[:MOST]


def read(entry: LogEntry) -> list[tuple[str, str, str]]:
    """(field, before, after) of one entry; empty for an entry that is a sentence or changed no field."""
    try:
        parts = json.loads(entry.change_message)
    except json.JSONDecodeError:
        return []
    changes = [part.get("changed", {}) for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    return [(name, was, now) for change in changes for name, (was, now) in change.get("values", {}).items()]
