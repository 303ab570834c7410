from __future__ import annotations

from typing import Any

from django.core.checks import run_checks

from tests.whatsapp import doors
from whatsapp.declare import DeclarationError


def ids() -> list[str]:
    return [found.id or "" for found in run_checks(tags=["whatsapp"])]


def test_right_doors_raise_nothing() -> None:
    assert ids() == []


def test_a_route_table_that_cannot_be_loaded_is_named(settings: Any) -> None:
    settings.WHATSAPP_ROUTES = "tests.whatsapp.doors.NOWHERE"
    settings.MESSAGE_FAILED_ROUTES = ""
    assert ids() == ["whatsapp.E001", "whatsapp.E001"]


def test_a_catalogue_that_cannot_be_loaded_is_named(settings: Any) -> None:
    settings.WHATSAPP_TEMPLATE_CATALOGUES = ["tests.whatsapp.no_such_module.CATALOGUE"]
    assert ids() == ["whatsapp.E002"]


def test_a_template_that_meta_would_refuse_is_told_at_start(settings: Any, monkeypatch: Any) -> None:
    def refuse(path: str) -> Any:
        if "CATALOGUE" in path:
            raise DeclarationError("Template x: the name may hold only a-z.")
        return doors

    monkeypatch.setattr("whatsapp.checks.import_string", refuse)
    (found,) = run_checks(tags=["whatsapp"])
    assert "the name may hold only a-z" in found.msg
