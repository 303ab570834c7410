"""Every error of the API in one shape: {"error": {"code", "message", "fields"}}. The code is for programs, the
message says what to do, `fields` names what in the body was wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from bettermeals.lib.phones import PhoneError
from whatsapp.accounts import NoAccount
from whatsapp.outgoing.parameters import ContentError
from whatsapp.sending import CannotSend

logger = logging.getLogger(__name__)


class ApiError(Exception):
    """An answer that is an error. `status` is HTTP's."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        fields: Mapping[str, list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.fields, self.headers = dict(fields or {}), dict(headers or {})

    def body(self) -> dict[str, Any]:
        return {"error": {"code": self.code, "message": self.message, "fields": self.fields}}


def understood(error: Exception) -> ApiError | None:
    """Our own refusals and the framework's, in the API's words; None for a fault of ours."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, CannotSend):
        return ApiError(422, error.code, str(error))
    if isinstance(error, ContentError):
        return ApiError(422, "content_invalid", str(error))
    if isinstance(error, PhoneError):
        return ApiError(422, "phone_invalid", str(error))
    if isinstance(error, NoAccount):
        return ApiError(503, "no_account", str(error))
    if isinstance(error, exceptions.ValidationError):
        return ApiError(400, "invalid", _sentence(error.detail), fields=dict(_fields(error.detail)))
    if isinstance(error, Http404):
        return ApiError(404, "not_found", "There is nothing under this address, or not for this token's account.")
    if isinstance(error, PermissionDenied):
        return ApiError(403, "forbidden", "This is not allowed.")
    if isinstance(error, exceptions.APIException):
        return ApiError(error.status_code, str(error.get_codes()), str(error.detail))
    return None


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's door to `understood`; what is not understood becomes Django's 500 and its log line."""
    found = understood(error)
    if found is None:
        return None
    return Response(found.body(), status=found.status, headers=found.headers)


def _fields(detail: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Nested findings as dotted paths: {"recipients": [{}, {"to": ["…"]}]} -> ("recipients.1.to", ["…"])."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _fields(inner, path if name == "non_field_errors" else f"{path}.{name}".strip("."))
    elif isinstance(detail, list) and any(isinstance(item, (Mapping, list)) for item in detail):
        for index, inner in enumerate(detail):
            yield from _fields(inner, f"{path}.{index}".strip("."))
    elif isinstance(detail, list):
        yield path, [str(item) for item in detail]
    else:
        yield path, [str(detail)]


def _sentence(detail: Any) -> str:
    found = list(_fields(detail))
    return "; ".join(f"{path}: {' '.join(words)}" if path else " ".join(words) for path, words in found)
