"""The API's documents: OpenAPI as JSON, and a page to read, drawn from the same schema.

The page is plain HTML of our own: the usual viewers bring inline scripts and styles, which our content security policy
refuses with reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator

from whatsapp.api import scopes

METHODS = ("get", "post", "put", "patch", "delete")


@cache
def schema() -> dict[str, Any]:
    """The OpenAPI document. It depends on the code alone, so it is made once per process."""
    found: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    return found


@require_GET
def schema_view(request: HttpRequest) -> HttpResponse:
    return JsonResponse(schema(), json_dumps_params={"indent": 1})


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    shown = {"info": schema()["info"], "operations": list(operations()), "scopes": scopes.known()}
    return render(request, "whatsapp/api_docs.html", shown)


@dataclass(frozen=True)
class Field:
    name: str
    type: str
    required: bool
    words: str


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    summary: str
    words: str
    parameters: list[Field]
    body: list[Field]
    answer: list[Field]
    answered: str

    @property
    def anchor(self) -> str:
        return f"{self.method}{self.path}".replace("/", "-").replace("{", "").replace("}", "")


def operations() -> Iterator[Operation]:
    for path, methods in schema()["paths"].items():
        for method in METHODS:
            if method in methods:
                yield _operation(method, path, methods[method])


def _operation(method: str, path: str, raw: dict[str, Any]) -> Operation:
    body = raw.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    status = next(code for code in raw["responses"] if code.startswith("2"))
    answer = raw["responses"][status].get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        method.upper(),
        path,
        raw.get("summary", ""),
        raw.get("description", ""),
        [_parameter(item) for item in raw.get("parameters", [])],
        list(_fields(body)),
        list(_fields(answer)),
        status,
    )


def _parameter(raw: dict[str, Any]) -> Field:
    where = f"{raw['in']}: {_type(raw['schema'])}"
    return Field(raw["name"], where, raw.get("required", False), raw.get("description", ""))


def _fields(node: dict[str, Any], path: str = "") -> Iterator[Field]:
    """The properties of a schema, nested ones as dotted names."""
    node = _resolve(node)
    required = set(node.get("required", ()))
    for name, raw in node.get("properties", {}).items():
        whole = f"{path}{name}"
        yield Field(whole, _type(raw), name in required, raw.get("description") or _resolve(raw).get("description", ""))
        inner = _resolve(raw)
        many = inner.get("type") == "array"
        yield from _fields(_resolve(inner["items"]) if many else inner, f"{whole}[]." if many else f"{whole}.")


def _resolve(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        found: dict[str, Any] = schema()["components"]["schemas"][node["$ref"].rsplit("/", 1)[-1]]
        return found
    return _resolve(node["allOf"][0]) if len(node.get("allOf", ())) == 1 else node


def _type(raw: dict[str, Any]) -> str:
    node = _resolve(raw)
    if "enum" in node:
        return " | ".join(str(value) for value in node["enum"])
    if node.get("type") == "array":
        return f"list of {_type(node['items'])}"
    if node.get("oneOf"):
        return " | ".join(filter(None, (_type(part) for part in node["oneOf"])))
    return " ".join(filter(None, (str(node.get("type", "")), node.get("format", ""))))
