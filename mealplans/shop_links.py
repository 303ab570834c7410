"""The signed address of the list that a shop is sent; Meta and the shop's telephone fetch it.

What a shop was asked for may shrink (it lacks something), and Meta keeps an address for ten minutes: the address names
how much is still on the list.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from mealplans.models import ShopRequest

SALT = "mealplans.shop-list"
#: The week it is for and a few days: what a household eats is nobody's business after that.
LIFE = timedelta(days=14)


class BadLink(ValueError):
    """The address is not one of ours, or too old."""


def address(request: ShopRequest) -> str:
    left = request.grocery_list.lines.exclude(packs=[]).count()
    token = signing.dumps([request.pk, left], salt=SALT).replace(":", ".")
    return settings.PUBLIC_BASE_URL + reverse("shop-list", args=[token])


def read(token: str) -> int:
    """The request's id. Raises BadLink."""
    try:
        value, timestamp, signature = token.rsplit(".", 2)
        pk, _left = signing.loads(f"{value}:{timestamp}:{signature}", salt=SALT, max_age=LIFE)
    except (signing.BadSignature, ValueError, TypeError) as problem:
        raise BadLink("this address is not complete, or too old") from problem
    return int(pk)


def file_name(request: ShopRequest) -> str:
    return f"groceries-{request.grocery_list_id}.pdf"
