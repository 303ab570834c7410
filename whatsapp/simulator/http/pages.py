"""The phones' page: a few plain files, served with a policy that allows nothing inline and nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PAGES = Path(__file__).parent.parent / "pages"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
SERVED = ("phones.css", "phones.js", "draw.js", "icon.svg", "pay.css", "knobs.css", "knobs.js")
# Pictures that the product sends by link may stand anywhere; a payment form ends at the product's own address.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src * data: blob:;"
    " media-src * blob:; form-action 'self' http: https:; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}


def page(text: str, status: int = 200) -> Response:
    """A page of ours under the policy."""
    return Response(text, status, HEADERS, media_type="text/html")


async def phones(request: Request) -> Response:
    return page((PAGES / "index.html").read_text(encoding="utf-8"))


async def knobs(request: Request) -> Response:
    return page((PAGES / "knobs.html").read_text(encoding="utf-8"))


async def file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in SERVED:
        return Response("Not found", 404)
    path = PAGES / name
    return Response(path.read_bytes(), 200, HEADERS, media_type=TYPES[path.suffix])


ROUTES = [Route("/", phones), Route("/knobs", knobs), Route("/phones/{name}", file)]
