"""Every template that the product declares, found through settings.WHATSAPP_TEMPLATE_CATALOGUES."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from whatsapp.declare import DeclarationError, DeclaredTemplate


@cache
def _load(paths: tuple[str, ...]) -> dict[str, DeclaredTemplate]:
    found: dict[str, DeclaredTemplate] = {}
    for path in paths:
        templates: Iterable[DeclaredTemplate] = import_string(path)
        for template in templates:
            if found.get(template.name, template) is not template:
                raise DeclarationError(f"Template {template.name} is declared twice.")
            found[template.name] = template
    return found


def declared() -> dict[str, DeclaredTemplate]:
    """Template name -> declaration. Raises DeclarationError, or ImportError for a wrong path."""
    return _load(tuple(settings.WHATSAPP_TEMPLATE_CATALOGUES))
