"""Meta's OpenAPI file: found, read once per run, asked whether a body is right."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.contract.corrections import ALL, Correction

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = "../shared/contracts/meta-business-messaging-api-v23.yaml"
NAME = "urn:meta"
SCHEMAS = "#/components/schemas/"
# The loader in C reads the megabyte in a second; the one in Python takes ten.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Schema = dict[str, Any]
_asked_in_vain: list[Path] = []


def place() -> Path:
    """META_OPENAPI_SPEC, seen from the project's folder, or the default beside it."""
    return (ROOT / (os.environ.get("META_OPENAPI_SPEC") or DEFAULT)).resolve()


def notice() -> str:
    """One line for the end of a run in which tests wanted the file and did not find it; else nothing."""
    if not _asked_in_vain:
        return ""
    return f"Meta's OpenAPI file is not at {_asked_in_vain[0]} (META_OPENAPI_SPEC): the contract tests were skipped."


def required() -> Contract:
    """The file as corrected; skips the test that asks when there is none (.ci/run insists on it)."""
    if not place().is_file():
        _asked_in_vain[:] = [place()]
        pytest.skip("Meta's OpenAPI file is not here: set META_OPENAPI_SPEC")
    return Contract(_file())


@cache
def _file() -> str:
    """The document as JSON text: parsing that again is the quickest way to a fresh copy."""
    document = yaml.load(place().read_bytes(), LOADER)  # noqa: S506  (a safe loader, whichever of the two)
    return json.dumps({name: document[name] for name in ("paths", "components")}, default=str)


class Contract:
    """What Meta's file says of a body, after `corrections`."""

    def __init__(self, text: str, corrections: Iterable[Correction] = ALL) -> None:
        self.text, self.document = text, json.loads(text)
        self.schemas: dict[str, Schema] = self.document["components"]["schemas"]
        for correction in corrections:
            correction.apply(self.schemas)
        _follow_discriminators(self.schemas)
        self.registry: Any = Registry().with_resource(NAME, DRAFT202012.create_resource(self.document))
        self.validators: dict[str, Draft202012Validator] = {}

    def without(self, left_out: Correction) -> Contract:
        return Contract(self.text, [correction for correction in ALL if correction is not left_out])

    def message(self, body: dict[str, Any]) -> str:
        """What is wrong with the body of a POST to /messages; "" when nothing is."""
        reference = self.schemas["Message"]["discriminator"]["mapping"].get(body.get("type"))
        return self._complaint(body, reference) if reference else f"the file knows no type {body.get('type')}"

    def named(self, body: dict[str, Any], schema: str) -> str:
        """The same by the name of a schema, for bodies that no path of the file asks for."""
        return self._complaint(body, SCHEMAS + schema)

    def operation(self, body: dict[str, Any], path: str, kind: str = "application/json") -> str:
        """The same by the path of a POST, as the file writes it after the version."""
        steps = ("paths", "/{Version}/" + path, "post", "requestBody", "content", kind, "schema")
        return self._complaint(body, "#/" + "/".join(step.replace("/", "~1") for step in steps))

    def _complaint(self, body: Any, reference: str) -> str:
        if reference not in self.validators:
            self.validators[reference] = Draft202012Validator({"$ref": NAME + reference}, registry=self.registry)
        found = best_match(self.validators[reference].iter_errors(body))
        return _words(found) if found else ""


def _words(error: ValidationError) -> str:
    return f"{error.json_path}: {error.message[:300]}"


def _follow_discriminators(schemas: dict[str, Schema]) -> None:
    """OpenAPI picks a schema by a property's value; JSON Schema does not, so each such array says it in its own way."""
    by_reference = {SCHEMAS + name: _branches(schema) for name, schema in schemas.items()}

    def follow(node: Any) -> None:
        if isinstance(node, dict):
            items = node.get("items")
            if isinstance(items, dict) and by_reference.get(items.get("$ref")):
                node["items"] = {"oneOf": by_reference[items["$ref"]]}
            for value in node.values():
                follow(value)
        elif isinstance(node, list):
            for value in node:
                follow(value)

    follow(schemas)


def _branches(schema: Schema) -> list[Schema]:
    mapping = schema.get("discriminator", {}).get("mapping", {})
    return [] if "oneOf" in schema else [{"$ref": reference} for reference in mapping.values()]
