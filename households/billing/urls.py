from __future__ import annotations

from django.urls import path

from households.billing.views import RazorpayWebhook, payment_return

app_name = "billing"
urlpatterns = [
    path("api/v1/payments/razorpay/webhook", RazorpayWebhook.as_view(), name="razorpay-webhook"),
    path("pay/return/<str:reference>", payment_return, name="return"),
]
