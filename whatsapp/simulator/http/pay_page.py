"""The payment provider's hosted page: what a payer sees behind short_url, and the three things they can do."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from string import Template

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from whatsapp.simulator.core import paying, payment_links
from whatsapp.simulator.core.entities import Link
from whatsapp.simulator.core.payment_errors import PaymentError
from whatsapp.simulator.core.world import World
from whatsapp.simulator.http.answers import world_of
from whatsapp.simulator.http.pages import PAGES, page

STATES = {
    "paid": "Paid. Thank you!",
    "partially_paid": "Partly paid.",
    "expired": "This payment link has expired.",
    "cancelled": "This payment link was cancelled.",
    "failed": "The payment failed. No money was taken; you can try again.",
    "left": "You left without paying. The link stays open.",
}
BUTTONS = (("pay", "go", "Pay by UPI"), ("fail", "stop", "Fail this payment"), ("leave", "", "Leave without paying"))


def rupees(paise: int) -> str:
    """12345650 -> ₹1,23,456.50: Indian grouping, paise only when there are any."""
    whole, rest = divmod(paise, 100)
    digits = str(whole)
    head, tail = digits[:-3], digits[-3:]
    groups = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)][::-1]
    return "₹" + ",".join([*groups, tail]) + (f".{rest:02d}" if rest else "")


async def show(request: Request) -> Response:
    world = world_of(request)
    with world.lock:
        try:
            link = payment_links.find(world, request.path_params["id"], world.now())
        except PaymentError:
            return page("<!doctype html><title>Unknown link</title><p>There is no such payment link.</p>", 404)
        return page(_rendered(world, link, link.status if link.status != "created" else ""))


async def act(request: Request) -> Response:
    """pay, fail or leave; after paying, back to the merchant with the signed parameters."""
    world, what = world_of(request), request.path_params["what"]
    with world.lock:
        now = world.now()
        try:
            link = payment_links.find(world, request.path_params["id"], now)
            if what not in ("pay", "fail", "leave"):
                return page("<!doctype html><title>Unknown</title><p>There is no such action.</p>", 404)
            if what == "leave":
                return page(_rendered(world, link, "left"))
            if what == "fail":
                paying.fail(world, link, now)
                return page(_rendered(world, link, "failed"))
            payment = paying.pay(world, link, now)
        except PaymentError as error:
            return page(f"<!doctype html><title>Not possible</title><p>{escape(error.description)}</p>", 409)
        back = paying.return_url(world, link, payment)
        return RedirectResponse(back, 303) if back else page(_rendered(world, link, link.status))


def _rendered(world: World, link: Link, state: str) -> str:
    open_ = link.status in ("created", "partially_paid")
    due = link.amount - link.amount_paid if open_ else link.amount
    template = Template((PAGES / "pay.html").read_text(encoding="utf-8"))
    return template.substitute(
        merchant=escape(world.settings.business_name),
        amount=rupees(due),
        state=f'<p class="state {state}" role="status">{STATES[state]}</p>' if state else "",
        facts=_facts(link),
        actions=_actions(link) if open_ else "",
    )


def _facts(link: Link) -> str:
    until = datetime.fromtimestamp(link.expire_by, UTC).astimezone() if link.expire_by else None
    facts = {
        "For": link.description,
        "Reference": link.reference_id,
        "Name": str((link.customer or {}).get("name") or ""),
        "Pay before": until.strftime("%a %d %b, %H:%M %Z") if until else "",
    }
    return "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts.items() if value)


def _actions(link: Link) -> str:
    buttons = "".join(
        f'<button class="{css}" formaction="/pay/{link.id}/{what}">{words}</button>' for what, css, words in BUTTONS
    )
    return f'<form method="post">{buttons}</form>'


ROUTES = [
    Route("/pay/{id}", show, methods=["GET"]),
    Route("/pay/{id}/{what:str}", act, methods=["POST"]),
]
