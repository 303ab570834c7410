"""Meta's door. Verify, store, answer: nothing else happens while Meta waits.

Whatever is signed is answered 200, known or not: an error would make Meta repeat it for up to seven days, and repeat
it in vain. What is not signed leaves no trace but a log line without its content.
"""

from __future__ import annotations

import logging

from django.http import HttpResponse
from django.http.request import UnreadablePostError
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bettermeals.lib.crypto import same
from whatsapp import intake, signatures

# Meta sends up to 3 MB, a thousand updates in one POST.
BODY_LIMIT = 3_500_000

logger = logging.getLogger(__name__)


class WebhookView(APIView):
    """GET: the handshake, once, when the address is entered in Meta's dashboard. POST: everything that happens."""

    schema = None  # Meta's contract, not one of our API

    def get(self, request: Request) -> HttpResponse:
        query = request.query_params
        right = signatures.verify_token_fits(query.get("hub.verify_token", ""))
        if not (right and same(query.get("hub.mode", ""), "subscribe")):
            return Response({"detail": "The verify token does not fit."}, status=status.HTTP_403_FORBIDDEN)
        return HttpResponse(query.get("hub.challenge", ""), content_type="text/plain")

    def post(self, request: Request) -> Response:
        if _announced(request) > BODY_LIMIT:
            return Response({"detail": "The body is too large."}, status=status.HTTP_413_REQUEST_ENTITY_TOO_LARGE)
        try:
            raw = request._request.body  # the bytes as signed: parsed and written again, Hindi and emoji would differ
        except UnreadablePostError:
            return Response({"detail": "The body broke off."}, status=status.HTTP_400_BAD_REQUEST)
        account_id = signatures.signer(request.headers.get("X-Hub-Signature-256", ""), raw)
        if account_id is None:
            logger.warning("a webhook without a right signature was refused")
            return Response({"detail": "The signature does not fit."}, status=status.HTTP_403_FORBIDDEN)
        intake.store(raw, account_id)
        return Response({"received": True})


def _announced(request: Request) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return BODY_LIMIT + 1
