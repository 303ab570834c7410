"""Filling a template: the parameters of a send against what the template declares, with Meta's refusals.

132000 counts, 132012 kinds, 132018 text that may not be there, 132005 too long once filled, 131008 for a link button
left without its suffix (the code Meta gives there; verified in public bug reports), 100 for a NAMED template's
parameter without parameter_name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from whatsapp.simulator.core import params
from whatsapp.simulator.core.entities import Template
from whatsapp.simulator.core.errors import GraphError
from whatsapp.simulator.core.template_buttons import fill_buttons
from whatsapp.simulator.core.template_text import component, fill, variables

Shown = dict[str, Any]
MediaReader = Callable[[str, dict[str, Any]], Shown]

BODY_LONGEST = 1024
HEADER_LONGEST = 60
MEDIA_HEADERS = ("IMAGE", "VIDEO", "DOCUMENT", "GIF")
FORBIDDEN = re.compile(r"[\n\r\t]| {5,}")


def fill_template(template: Template, given: list[dict[str, Any]], read_media: MediaReader) -> Shown:
    """The drawing of the filled template; raises GraphError."""
    parts = _by_type(given)
    shown = _header(template, parts.get("header"), read_media)
    shown["body"] = _body(template, parts.get("body"))
    footer = component(template.components, "FOOTER").get("text", "")
    if footer:
        shown["footer"] = footer
    shown["buttons"] = fill_buttons(template, [c for c in given if c["type"].lower() == "button"])
    shown["template"] = {"name": template.name, "language": template.language, "category": template.category}
    return shown


def _by_type(given: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Header and body, each at most once."""
    found: dict[str, dict[str, Any]] = {}
    for at, part in enumerate(given):
        where = f"template['components'][{at}]"
        params.of_kind(dict, part, where)
        type_ = params.take(str, part, "type", where).lower()
        params.one_of(("header", "body", "button"), type_, f"{where}['type']")
        if type_ in found:
            raise params.invalid(f"Component of type {type_} is given more than once.")
        if type_ != "button":
            found[type_] = part
    return found


def _parameters(part: dict[str, Any] | None) -> list[dict[str, Any]]:
    given = (part or {}).get("parameters") or []
    params.of_kind(list, given, "parameters")
    return [params.of_kind(dict, p, f"parameters[{at}]") for at, p in enumerate(given)]


def _body(template: Template, part: dict[str, Any] | None) -> str:
    text = component(template.components, "BODY").get("text", "*{{1}}* is your verification code.")
    filled = fill(text, text_values(template, variables(text), _parameters(part), "body"))
    if len(filled) > BODY_LONGEST:
        raise GraphError(132005, f"body: {len(filled)} characters, at most {BODY_LONGEST}")
    return filled


def text_values(template: Template, wanted: list[str], given: list[dict[str, Any]], where: str) -> dict[str, str]:
    """Placeholder -> text. Raises 132000 when the numbers differ, then looks at each parameter."""
    if len(given) != len(wanted):
        raise GraphError(
            132000,
            f"{where}: number of localizable_params ({len(given)}) does not match the expected number of params"
            f" ({len(wanted)})",
        )
    if template.parameter_format == "NAMED":
        return _named(wanted, given, where)
    ordered = sorted(wanted, key=int)
    return {name: parameter_text(p, where) for name, p in zip(ordered, given, strict=True)}


def _named(wanted: list[str], given: list[dict[str, Any]], where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for parameter in given:
        name = parameter.get("parameter_name")
        if not name:
            raise params.invalid("Parameter name is missing or empty")
        found[name] = parameter_text(parameter, where)
    if set(found) != set(wanted):
        raise GraphError(132012, f"{where}: expected parameters {sorted(wanted)}, received {sorted(found)}")
    return found


def parameter_text(parameter: dict[str, Any], where: str) -> str:
    """The words of one parameter (text, or the fallback of currency and date_time)."""
    kind = parameter.get("type", "text")
    if kind in ("currency", "date_time"):
        value = params.take(dict, parameter, kind, where).get("fallback_value")
    elif kind == "text":
        value = parameter.get("text")
    else:
        raise GraphError(132012, f"{where}: Format mismatch, expected TEXT, received {str(kind).upper()}")
    if not isinstance(value, str) or not value.strip():
        raise params.invalid(f"Parameter '{kind}' is mandatory for component parameter type '{kind}'")
    if FORBIDDEN.search(value):
        raise GraphError(
            132018, f"{where}: Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
        )
    return value


def _header(template: Template, part: dict[str, Any] | None, read_media: MediaReader) -> Shown:
    declared = component(template.components, "HEADER")
    format_ = declared.get("format", "TEXT").upper()
    given = _parameters(part)
    if format_ == "TEXT":
        return _text_header(template, declared.get("text", ""), given)
    kind = {"GIF": "video"}.get(format_, format_.lower())
    received = given[0].get("type", "text") if len(given) == 1 else "unknown"
    if received.lower() != kind:
        raise GraphError(132012, f"header: Format mismatch, expected {format_}, received {received.upper()}")
    source = params.take(dict, given[0], kind, "header")
    if format_ == "LOCATION":
        return {"header": {"type": "location", "location": source}}
    return {"header": {"type": kind, "media": read_media(kind, source)["media"]}}


def _text_header(template: Template, text: str, given: list[dict[str, Any]]) -> Shown:
    values = text_values(template, variables(text), given, "header")
    filled = fill(text, values)
    if len(filled) > HEADER_LONGEST:
        raise GraphError(132005, f"header: {len(filled)} characters, at most {HEADER_LONGEST}")
    return {"header": {"type": "text", "text": filled}} if filled else {}
