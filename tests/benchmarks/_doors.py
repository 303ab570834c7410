"""What the webhook's door is compared with: a DRF view that does nothing, and the plain way to store a webhook."""

from __future__ import annotations

import hashlib

from celery import current_app
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bettermeals.lib import clock
from bettermeals.urls import urlpatterns as product
from whatsapp import signatures
from whatsapp.models import WebhookDelivery
from whatsapp.nudges import PROCESS_WEBHOOKS


class Bare(APIView):
    """Reads the body and answers: what the framework costs."""

    schema = None

    def post(self, request: Request) -> Response:
        return Response({"received": len(request._request.body) > 0})


class Naive(APIView):
    """Signature, one row, one commit, one nudge for each request."""

    schema = None

    def post(self, request: Request) -> Response:
        raw = request._request.body
        account_id = signatures.signer(request.headers.get("X-Hub-Signature-256", ""), raw)
        sha256 = hashlib.sha256(raw).hexdigest()
        WebhookDelivery.objects.create(account_id=account_id, received_at=clock.now(), body=raw, body_sha256=sha256)
        current_app.send_task(PROCESS_WEBHOOKS, retry=False, expires=60)
        return Response({"received": True})


urlpatterns = [path("bench/bare", Bare.as_view()), path("bench/naive", Naive.as_view()), *product]
