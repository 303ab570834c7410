"""Reading request parameters the way Graph does, with its words in the refusal."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from whatsapp.simulator.core.errors import GraphError

_KINDS: dict[type, str] = {dict: "a JSON object", list: "an array", str: "a string"}


def path(where: str, key: str | int) -> str:
    """`text` and `body` -> `text['body']`; an index goes in without quotes."""
    if not where:
        return str(key)
    return f"{where}[{key}]" if isinstance(key, int) else f"{where}['{key}']"


def missing(name: str) -> GraphError:
    return GraphError(131008, f"Parameter '{name}' is mandatory")


def bad_value(details: str) -> GraphError:
    return GraphError(131009, details)


def invalid(details: str) -> GraphError:
    return GraphError(100, details)


def take(kind: type, source: dict[str, Any], key: str, where: str = "") -> Any:
    """The value of `key`, which must be there and of `kind`; raises 131008 when absent, 100 when of another kind."""
    name = path(where, key)
    if source.get(key) is None:
        raise missing(name)
    return of_kind(kind, source[key], name)


def of_kind(kind: type, value: Any, name: str) -> Any:
    if not isinstance(value, kind):
        raise invalid(f"Param {name} must be {_KINDS[kind]}.")
    return value


def text(source: dict[str, Any], key: str, where: str, longest: int) -> str:
    """A non-empty string of at most `longest` characters; raises 131008 or 100."""
    value: str = take(str, source, key, where)
    if not value.strip():
        raise missing(path(where, key))
    if len(value) > longest:
        raise invalid(f"Param {path(where, key)} must be at most {longest} characters long.")
    return value


def optional_text(source: dict[str, Any], key: str, where: str, longest: int) -> str:
    """As text(), but "" when the key is absent."""
    return text(source, key, where, longest) if source.get(key) is not None else ""


def label(source: dict[str, Any], key: str, where: str, longest: int, what: str) -> str:
    """A button's or row's words: length faults here are 131009, not 100. No line breaks."""
    value: str = take(str, source, key, where)
    if not 1 <= len(value) <= longest:
        raise bad_value(f"{what} length invalid. Min length: 1, Max length: {longest}")
    if value != value.strip() or "\n" in value:
        raise bad_value(f"{what} cannot begin or end with a space nor contain line breaks: {path(where, key)}")
    return value


def one_of(choices: tuple[str, ...], value: Any, name: str) -> str:
    if value not in choices:
        allowed = ", ".join(sorted(c.upper() for c in choices))
        raise GraphError(100, message=f'(#100) Param {name} must be one of {{{allowed}}} - got "{value}".')
    return str(value)


def url(source: dict[str, Any], key: str, where: str, longest: int = 2000) -> str:
    """An absolute http(s) address; raises 131008 when absent, 100 when not one."""
    value = text(source, key, where, longest)
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise invalid(f"Param {path(where, key)} is not a valid URL.")
    return value


def number(source: dict[str, Any], key: str, where: str, least: float, most: float) -> float:
    """A number between two limits, also when written as a string."""
    value = source.get(key)
    if value is None:
        raise missing(path(where, key))
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise invalid(f"Param {path(where, key)} must be a number.") from None
    if not least <= found <= most:
        raise bad_value(f"Param {path(where, key)} must be between {least:g} and {most:g}.")
    return found
