"""What Meta checks when a template is created or edited. Subcodes under code 100, with Meta's words for staff."""

from __future__ import annotations

import re
from typing import Any

from whatsapp.simulator.core import params
from whatsapp.simulator.core.errors import GraphError
from whatsapp.simulator.core.template_button_rules import check_buttons
from whatsapp.simulator.core.template_text import NAMED, PLACEHOLDER, POSITIONAL, component, variables

NAME = re.compile(r"[a-z0-9_]{1,512}")
CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
FORMATS = ("POSITIONAL", "NAMED")
_LANGUAGES = """
    af sq ar ar_EG ar_AE ar_LB ar_MA ar_QA az be_BY bn bn_IN bg ca zh_CN zh_HK zh_TW hr cs da prs_AF nl nl_BE en en_GB
    en_US en_AE en_AU en_CA en_GH en_IE en_IN en_JM en_MY en_NZ en_QA en_SG en_UG en_ZA et fil fi fr fr_BE fr_CA fr_CH
    fr_CI fr_MA ka de de_AT de_CH el gu ha he hi hu id ga it ja kn kk rw_RW ko ky_KG lo lv lt mk ms ml mr nb ps_AF fa
    pl pt_BR pt_PT pa ro ru sr si_LK sk sl es es_AR es_CL es_CO es_CR es_DO es_EC es_HN es_MX es_PA es_PE es_ES es_UY
    sw sv ta te th tr uk ur uz vi zu
"""
LANGUAGES = tuple(_LANGUAGES.split())  # there is no hi_IN: Hindi is `hi`
BODY_LONGEST, SHORT_LONGEST = 1024, 60
HEADER_FORMATS = ("TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION", "GIF")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff]")


def refuse(subcode: int, title: str, message: str) -> GraphError:
    """A template refusal: code 100 with a subcode and texts for the person who wrote the template."""
    return GraphError(100, subcode=subcode, user_title=title, user_msg=message, message="Invalid parameter")


def missing_field(type_: str, field: str) -> GraphError:
    title = 'Message template "components" param is missing expected field(s)'
    return refuse(2388043, title, f"component of type {type_} is missing expected field(s) ({field})")


def check_new(source: dict[str, Any]) -> None:
    """The body of a creation; raises GraphError."""
    if not NAME.fullmatch(params.take(str, source, "name")):
        raise params.invalid("Param name may have only lower-case letters, digits and underscores, at most 512.")
    params.one_of(LANGUAGES, params.take(str, source, "language"), "language")
    params.one_of(CATEGORIES, params.take(str, source, "category"), "category")
    params.one_of(FORMATS, source.get("parameter_format", "POSITIONAL"), "parameter_format")
    check_ttl(source, source["category"])
    check_components(source.get("components"), source.get("parameter_format", "POSITIONAL"), source["category"])


def check_ttl(source: dict[str, Any], category: str) -> None:
    """message_send_ttl_seconds: -1, or within the category's bounds."""
    ttl = source.get("message_send_ttl_seconds")
    least, most = {"AUTHENTICATION": (30, 900), "UTILITY": (30, 43200)}.get(category, (43200, 2592000))
    if ttl is not None and ttl != -1 and not (isinstance(ttl, int) and least <= ttl <= most):
        raise params.invalid(f"Param message_send_ttl_seconds must be -1 or between {least} and {most} for {category}.")


def check_components(components: Any, format_: str, category: str) -> None:
    """The list of components; raises GraphError."""
    if not isinstance(components, list) or not components:
        raise params.missing("components")
    types = [str(params.of_kind(dict, c, "components").get("type", "")).upper() for c in components]
    for at, type_ in enumerate(types):
        params.one_of(("HEADER", "BODY", "FOOTER", "BUTTONS"), type_, f"components[{at}]['type']")
    if "BODY" not in types or len(set(types)) < len(types):
        raise missing_field("BODY", "text") if "BODY" not in types else params.invalid("A component is given twice.")
    _check_header(component(components, "HEADER"), format_)
    if category != "AUTHENTICATION":
        _check_body(component(components, "BODY"), format_)
    _check_footer(component(components, "FOOTER"))
    if "BUTTONS" in types:
        check_buttons(component(components, "BUTTONS").get("buttons"))


def _check_body(body: dict[str, Any], format_: str) -> None:
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise missing_field("BODY", "text")
    _length("body", text, BODY_LONGEST)
    names = check_placeholders(text, format_, 2388072, "body")
    _check_edges(text, names)
    if names and not _example(body, "body_text", names):
        raise missing_field("BODY", "example")


def _length(what: str, text: str, longest: int) -> None:
    if len(text) > longest:
        message = f"The message {what} is too long: {len(text)} characters, at most {longest}."
        raise refuse(2388040, "Character Limit Exceeded", message)


def check_placeholders(text: str, format_: str, subcode: int, what: str) -> list[str]:
    """The variables of a text, well-formed and (positional) 1..n without gaps."""
    names = variables(text)
    shape = POSITIONAL if format_ == "POSITIONAL" else NAMED
    wrong = [name for name in names if not shape.fullmatch(name)]
    if wrong or "{{" in PLACEHOLDER.sub("", text):
        raise refuse(subcode, f"Message {what} format is incorrect", f"Malformed variables: {wrong or text!r}")
    if format_ == "POSITIONAL" and sorted(map(int, names)) != list(range(1, len(names) + 1)):
        raise refuse(subcode, f"Message {what} format is incorrect", f"Variables must be {{{{1}}}}..: got {names}")
    return names


def _check_edges(text: str, names: list[str]) -> None:
    """Not at either end, not touching, and enough words around them (Meta asks for 2n + 1)."""
    if not names:
        return
    bare = text.strip()
    if PLACEHOLDER.match(bare) or bare.endswith("}}"):
        raise refuse(2388299, "Variables at the edge", "Variables can't be at the start or end of the template.")
    if re.search(r"\}\}\s*\{\{", text):
        raise refuse(2388072, "Message body format is incorrect", "Variables can't be next to each other.")
    if len(PLACEHOLDER.sub(" ", text).split()) < 2 * len(names) + 1:
        message = "This template has too many variables for its length. Reduce the number of variables or say more."
        raise refuse(2388293, "Parameters words ratio exceeds limit", message)


def _example(part: dict[str, Any], key: str, names: list[str]) -> bool:
    """True when the examples cover every variable, in the positional or the named form."""
    example = part.get("example") or {}
    named = example.get(f"{key}_named_params")
    if named is not None:
        return {item.get("param_name") for item in named if item.get("example")} == set(names)
    given = example.get(key) or []
    row = given[0] if key == "body_text" and given and isinstance(given[0], list) else given
    return len(row) == len(names) and all(isinstance(v, str) and v.strip() for v in row)


def _check_header(header: dict[str, Any], format_: str) -> None:
    if not header:
        return
    kind = params.one_of(HEADER_FORMATS, str(header.get("format", "")).upper(), "components['HEADER']['format']")
    if kind == "TEXT":
        _check_header_text(header, format_)
    elif kind != "LOCATION" and not (header.get("example") or {}).get("header_handle"):
        raise missing_field("HEADER", "example")


def _check_header_text(header: dict[str, Any], format_: str) -> None:
    text = header.get("text")
    if not isinstance(text, str) or not text.strip():
        raise missing_field("HEADER", "text")
    _length("header", text, SHORT_LONGEST)
    names = check_placeholders(text, format_, 2388047, "header")
    if len(names) > 1 or "\n" in text or "*" in text or _EMOJI.search(text):
        message = "The header can't have new lines, formatting characters, emojis or more than one variable."
        raise refuse(2388047, "Message header format is incorrect", message)
    if names and not _example(header, "header_text", names):
        raise missing_field("HEADER", "example")


def _check_footer(footer: dict[str, Any]) -> None:
    if not footer:
        return
    text = footer.get("text")
    if not isinstance(text, str) or not text.strip():
        raise missing_field("FOOTER", "text")
    _length("footer", text, SHORT_LONGEST)
    if "{{" in text or "\n" in text:
        raise refuse(2388073, "Message footer format is incorrect", "The footer can't have variables or new lines.")
