"""Money in over HTTP: the provider's signed webhook, and the page on which the payer's browser lands afterwards."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bettermeals.lib import clock
from households.billing import razorpay_events, return_page, settle
from households.billing.models import PaymentLink
from households.billing.nudge import nudge


class RazorpayWebhook(APIView):
    """POST /api/v1/payments/razorpay/webhook.

    403 and nothing stored without Razorpay's signature over the raw bytes. With it the event is stored and answered
    200 at once: processing in the request would turn an error of ours into a day of retries, and then into a webhook
    that Razorpay has switched off.
    """

    schema = None  # Razorpay's contract, not one of our API

    def post(self, request: Request) -> Response:
        raw = request._request.body
        if not razorpay_events.signed(raw, request.headers.get("X-Razorpay-Signature", "")):
            return Response({"detail": "The signature does not fit the body."}, status=403)
        new = settle.store_event(
            provider="razorpay",
            # Always there by contract; should it be missing, the same bytes are at least stored once.
            event_id=request.headers.get("x-razorpay-event-id") or razorpay_events.fingerprint(raw),
            event_type=razorpay_events.event_type(raw),
            body=raw,
            now=clock.now(),
        )
        nudge("billing.process_events")
        return Response({"stored": new})


@never_cache
@require_safe
def payment_return(request: HttpRequest, reference: str) -> HttpResponse:
    """GET /pay/return/<reference>: thanks, and shows the state. It settles nothing: a browser's word is not money.

    The reference ends in forty random bits and was given to the payer only, so it is the page's key.
    """
    link = PaymentLink.objects.select_related("charge__household").filter(reference=reference).first()
    page = return_page.page_for(link, claims_paid=razorpay_events.signed_return(request.GET))
    return render(request, "billing/return.html", {"page": page}, status=200 if link else 404)
