"""What every address of the API has in common: the token, its scope, its share of calls, the audit, the error shape."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from bettermeals.lib import clock
from whatsapp.api import audit, errors, tokens
from whatsapp.api.errors import ApiError
from whatsapp.models import ApiCall, ApiToken


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[None, ApiToken]:
        words = get_authorization_header(request).decode("latin-1").split()
        if len(words) != 2 or words[0].lower() != "bearer":
            raise ApiError(
                401,
                "token_missing",
                "Send the header “Authorization: Bearer <token>”.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        return None, tokens.find(words[1], clock.now())


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        words = "Made in the back office under API tokens and shown once. Each carries scopes."
        return {"type": "http", "scheme": "bearer", "description": words}


class Allowed(BasePermission):
    """The call counts first: a token without the scope must not be able to ask without end."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method not in view.scopes:
            raise MethodNotAllowed(str(request.method))
        tokens.count(view.token, clock.now())
        tokens.require(view.token, view.scopes[request.method])
        return True


class ApiView(APIView):
    """`scopes` names the scope of each method; a method without one is refused."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [Allowed]
    renderer_classes = [JSONRenderer]
    parser_classes = [JSONParser]
    http_method_names = ["get", "post"]
    scopes: Mapping[str, str] = {}

    def get_exception_handler(self) -> Any:
        return errors.handler

    @property
    def token(self) -> ApiToken:
        token: ApiToken = self.request.auth  # type: ignore[assignment]
        return token

    def note(self, **detail: Any) -> None:
        """Ids that belong into the audit of this call."""
        self.noted = {**getattr(self, "noted", {}), **detail}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        found = super().finalize_response(request, response, *args, **kwargs)
        found.headers["Cache-Control"] = "no-store"
        token = getattr(request, "_auth", None)
        if isinstance(token, ApiToken):
            self._record(token, request, found, clock.now())
        return found

    def _record(self, token: ApiToken, request: Request, response: Any, now: datetime) -> None:
        error = (response.data or {}).get("error") if isinstance(response.data, dict) else None
        audit.record(
            token,
            door=ApiCall.Door.REST,
            action=f"{request.method} {request.path}",
            status=response.status_code,
            code=error["code"] if isinstance(error, dict) else "",
            detail=getattr(self, "noted", {}),
            now=now,
        )
