"""The list that a shop is sent, as a PDF.

Made when it is asked for: setting a page takes a moment that no transaction should wait for.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mealplans import picking, shop_links
from mealplans.models import ShopRequest
from mealplans.printing import documents


@require_safe
def shop_list(http: HttpRequest, token: str) -> HttpResponse:
    """GET /shop/<token>.pdf. 404 for what is not ours, old, or has nothing left to bring."""
    try:
        request = ShopRequest.objects.select_related("vendor", "grocery_list").get(pk=shop_links.read(token))
        listed = picking.list_for_shop(request)
    except (shop_links.BadLink, picking.NothingToPick, ShopRequest.DoesNotExist) as problem:
        raise Http404("There is no such list.") from problem
    response = HttpResponse(documents.as_pdf(listed), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{shop_links.file_name(request)}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
