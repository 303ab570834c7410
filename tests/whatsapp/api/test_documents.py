"""The API's documents: complete, without a warning of their maker, and readable without scripts."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import get_resolver
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from whatsapp.api import docs, urls


def test_the_schema_is_made_without_a_warning_and_is_valid() -> None:
    reset_generator_stats()
    schema = SchemaGenerator().get_schema(public=True)
    assert (GENERATOR_STATS._warn_cache, GENERATOR_STATS._error_cache) == ({}, {})
    validate_schema(schema)


def test_every_address_of_the_api_is_described_and_no_webhook() -> None:
    described = set(docs.schema()["paths"])
    routes = {re.sub(r"<\w+:(\w+)>", r"{\1}", f"/api/v1/{pattern.pattern}") for pattern in urls.urlpatterns}
    assert described == routes
    assert get_resolver().resolve("/api/v1/whatsapp/webhook").view_name == "whatsapp:webhook"


def test_every_operation_names_its_error_shape_and_its_token() -> None:
    for path, methods in docs.schema()["paths"].items():
        for operation in methods.values():
            refused = operation["responses"]["401"]["content"]["application/json"]["schema"]
            assert (path, refused, operation["security"]) == (
                path, {"$ref": "#/components/schemas/ErrorAnswer"}, [{"token": []}],
            )  # fmt: skip


def test_the_schema_is_served_as_json(client: Client) -> None:
    assert client.get("/api/schema/").json()["info"]["title"] == "BetterMeals API"


def test_the_page_shows_every_operation_and_runs_nothing(client: Client) -> None:
    answer = client.get("/api/docs/")
    html = unescape(answer.content.decode())
    for operation in docs.operations():
        assert operation.summary in html
        assert operation.path in html
    assert "recipients[].variables" in html
    assert "<script" not in html
    assert "style=" not in html
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/api/docs/", "/api/schema/"])
def test_the_documents_are_read_only(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
