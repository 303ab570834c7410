"""System checks of what the doors hand to this package: routes, failure routes, template catalogues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

TABLES = ("WHATSAPP_ROUTES", "MESSAGE_FAILED_ROUTES", "PAYMENT_TOLD_ROUTES")


@register("whatsapp")
def doors(app_configs: Any, **_: Any) -> list[CheckMessage]:
    return [*_tables(), *_catalogues()]


def _tables() -> Iterator[CheckMessage]:
    for name in TABLES:
        yield from _importable(name, getattr(settings, name, ""), "whatsapp.E001")


def _catalogues() -> Iterator[CheckMessage]:
    for path in settings.WHATSAPP_TEMPLATE_CATALOGUES:
        yield from _importable("WHATSAPP_TEMPLATE_CATALOGUES", path, "whatsapp.E002")


def _importable(setting: str, path: str, id: str) -> Iterator[CheckMessage]:
    try:
        import_string(path)
    except (ImportError, ValueError) as error:  # ValueError: a declared template that breaks one of Meta's rules
        yield Error(
            f"{setting} names “{path}”, which cannot be loaded: {error}",
            hint="Correct the dotted path, or the module that it names.",
            id=id,
        )
