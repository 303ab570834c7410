"""Every template that can be filled in and sent: those of the code, and those that stand at Meta alone.

A template that was written in the back office is known from Meta's copy of it. One with parts that staff cannot fill
(a picture in its header, a code to copy) is drawn, and not offered for sending; one with parts that only Meta knows
(a one-time code, a catalogue) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from whatsapp import catalogue
from whatsapp.declare import (
    NAMED,
    Button,
    CopyCode,
    DeclarationError,
    DeclaredTemplate,
    ExampleFile,
    FlowButton,
    PhoneButton,
    QuickReply,
    TemplateText,
    UrlButton,
)
from whatsapp.models import MessageTemplate, TemplateDraft
from whatsapp.template_parts import NAMED_PLACEHOLDER

# The file that Meta keeps of a header is its example; only of what kind it is matters here.
SAMPLE_TYPES = {"IMAGE": "image/jpeg", "VIDEO": "video/mp4", "DOCUMENT": "application/pdf"}
HEADERS = {"TEXT", "LOCATION", *SAMPLE_TYPES}


def texts(names: Iterable[str]) -> dict[tuple[str, str], TemplateText]:
    """The words of these templates by (name, language): the code's, else Meta's. One query when the code lacks one."""
    wanted, declared = set(names), catalogue.declared()
    found = {(n, lang): text for n in wanted & set(declared) for lang, text in declared[n].bodies.items()}
    missing = wanted - set(declared)
    if missing:
        for row in MessageTemplate.objects.filter(name__in=missing):
            text = text_of(row.components)
            if text is not None:
                found[row.name, row.language] = text
    return found


def sendable(account_id: int) -> dict[str, DeclaredTemplate]:
    """By name, the code's first. Templates whose button needs an address of each person's own are left out: the week
    sends those itself, because their addresses are signed for one person; so are those that carry a document."""
    found = {name: template for name, template in catalogue.declared().items() if by_hand(template)}
    rows: dict[str, list[MessageTemplate]] = {}
    for row in MessageTemplate.objects.filter(account_id=account_id, status=MessageTemplate.APPROVED):
        rows.setdefault(row.name, []).append(row)
    only_there = sorted(set(rows) - set(catalogue.declared()))
    named = _names(account_id) if only_there else {}
    for name in only_there:
        template = of_meta(rows[name], named.get(name, ()))
        if template is not None and by_hand(template):
            found[name] = template
    return found


def by_hand(template: DeclaredTemplate) -> bool:
    """Whether the values of its body are all that staff must give."""
    return not has_own_link(template) and template.words_suffice


def has_own_link(template: DeclaredTemplate) -> bool:
    buttons = [button for text in template.bodies.values() for button in text.buttons]
    return any(isinstance(button, UrlButton) and button.dynamic for button in buttons)


def _names(account_id: int) -> dict[str, list[str]]:
    """What staff called the variables of the templates that they wrote."""
    drafts = TemplateDraft.objects.filter(account_id=account_id, status=TemplateDraft.Status.SUBMITTED)
    return {draft.name: list(draft.variables) for draft in drafts.only("base", "version", "variables")}


def of_meta(rows: list[MessageTemplate], named: Sequence[str] = ()) -> DeclaredTemplate | None:
    """Meta's copies of one template in its languages as a declaration; None when a part of it cannot be filled here.

    Meta keeps no names for positional variables: they are called as in `named`, else by their number.
    """
    found = {row.language: text_of(row.components) for row in rows}
    bodies = {language: text for language, text in found.items() if text is not None}
    if not bodies:
        return None
    first = next(row for row in rows if row.language in bodies)
    names = _variables(first, bodies, named)
    header = _header_variable(bodies, first.parameter_format)
    every = [*names, *filter(None, (header,))]
    try:
        return DeclaredTemplate(
            name=first.name,
            category=first.category,
            bodies=bodies,
            variables=tuple(names),
            examples={row.language: _examples(row, every, len(names)) for row in rows if row.language in bodies},
            parameter_format=first.parameter_format,
            header_variable=header,
        )
    except DeclarationError:
        return None


def _variables(row: MessageTemplate, bodies: Mapping[str, TemplateText], named: Sequence[str]) -> list[str]:
    if row.parameter_format == NAMED:
        return list(dict.fromkeys(NAMED_PLACEHOLDER.findall(bodies[row.language].body)))
    count = max((max(text.positions, default=0) for text in bodies.values()), default=0)
    return list(named) if len(named) == count else [str(number) for number in range(1, count + 1)]


def _header_variable(bodies: Mapping[str, TemplateText], format_: str) -> str:
    """The name of the header's variable; a position has none, so it is called “header”."""
    found = [name for text in bodies.values() for name in re.findall(r"\{\{(\w+)\}\}", text.header)]
    return (found[0] if format_ == NAMED else "header") if found else ""


def _examples(row: MessageTemplate, every: Sequence[str], count: int) -> list[str]:
    found = examples(row.components, count)
    return [*found, *["…"] * (len(every) - count)]


def examples(components: Iterable[Mapping[str, Any]], count: int) -> list[str]:
    """Meta's examples of the body, or “…” where it gave none back."""
    body = _parts(components).get("BODY", {})
    sample = body.get("example") or {}
    named = sample.get("body_text_named_params") or []
    rows = sample.get("body_text") or [[str(each.get("example", "")) for each in named]]
    given = [str(value) for value in (rows[0] if rows and isinstance(rows[0], list) else rows)]
    return [given[n] if n < len(given) and given[n] else "…" for n in range(count)]


def text_of(components: Iterable[Mapping[str, Any]]) -> TemplateText | None:
    """Meta's components as words; None for what only Meta's own editor can fill."""
    parts = _parts(components)
    header, body = parts.get("HEADER", {}), parts.get("BODY", {})
    buttons = [_button(button) for button in parts.get("BUTTONS", {}).get("buttons") or ()]
    format_ = str(header.get("format", "TEXT")).upper()
    if format_ not in HEADERS or not body.get("text") or None in buttons:
        return None
    known: tuple[Button, ...] = tuple(button for button in buttons if button is not None)
    footer = str(parts.get("FOOTER", {}).get("text", ""))
    words = str(header.get("text", ""))
    file = ExampleFile(format_.lower(), Path(), SAMPLE_TYPES[format_]) if format_ in SAMPLE_TYPES else None
    return TemplateText(str(body["text"]), words, footer, known, file, format_ == "LOCATION")


def _parts(components: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(part.get("type", "")).upper(): part for part in components if isinstance(part, Mapping)}


def _button(button: Mapping[str, Any]) -> Button | None:
    kind, label = str(button.get("type", "")).upper(), str(button.get("text", ""))
    match kind:
        case "QUICK_REPLY":
            return QuickReply(label)
        case "PHONE_NUMBER":
            return PhoneButton(label, str(button.get("phone_number", "")))
        case "COPY_CODE":
            sample = button.get("example") or "…"
            return CopyCode(str(sample[0] if isinstance(sample, list) else sample))
        case "FLOW":
            return FlowButton(label, str(button.get("flow_id", "")), str(button.get("navigate_screen") or ""))
        case "URL":
            return _url(label, button)
    return None


def _url(label: str, button: Mapping[str, Any]) -> UrlButton:
    url = str(button.get("url", ""))
    sample = (button.get("example") or [""])[0]
    return UrlButton(label, url, str(sample).removeprefix(url.removesuffix("{{1}}")) or "x")
