"""Free text from a shop about a list it was asked for: what it lacks, by name; that it brings it; else a question, and
the second time a person. Nothing is guessed: a name without a "no" is asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mealplans import showing
from mealplans.answers import CLARIFY, Turn
from mealplans.intents.interpretation import Facts, Name
from mealplans.intents.lexicon import keys
from mealplans.intents.names import in_play
from mealplans.intents.normalise import clean, fold, folded
from mealplans.models import GroceryLine, RequestStatus, ShopRequest, Vendor
from mealplans.offers import Button
from mealplans.shop_replies import accepts, lines_left, name_lines, offer_lines, over, say_shop, settles
from whatsapp.models import Contact, Message


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split())


NO = _words("no not nahi nahin nai nhi mat khatam finished over stock out without missing kam lacking unavailable")
YES = _words("ok okay yes haan han ha ji theek thik sure accept accepted bring mil milega milegi jayega sab all done")
ALL = _words("bas bass itna hi all that is nothing else aur kuch nahi no more")
STARTED = _words("out of stock khatam kuch something nahi hai is are some items thing things")
THERE = YES | _words("hai available have there")
CLAUSES = re.compile(r"[,;.\n|]+|\b(?:and|aur|or|but|par|lekin|magar|baki|baaki|rest)\b")


def open_request(contact: Contact) -> ShopRequest | None:
    """The order this shop most likely means: one that waits for its answer before one that it has answered."""
    rows = ShopRequest.objects.filter(vendor__in=Vendor.objects.filter(contact=contact, kind="shop"))
    rows = rows.select_related("vendor__contact", "grocery_list__plan__household")
    open_now = rows.exclude(status__in=(RequestStatus.DELIVERED, RequestStatus.CANCELLED))
    order = {RequestStatus.SHORT: 0, RequestStatus.ASKED: 1, RequestStatus.SILENT: 1, RequestStatus.ACCEPTED: 2}
    return min(open_now, key=lambda row: (order[RequestStatus(row.status)], -row.pk), default=None)


def answer(turn: Turn, request: ShopRequest) -> None:
    """One reading of the words, in this order: names with a no, a plain yes, a plain no, that is all."""
    said, lines = frozenset(folded(turn.given.text)), lines_left(request)
    asked_which = request.status == RequestStatus.SHORT
    lacking = _lacking(turn.given.text, lines, asked_which=asked_which)
    if over(turn, request):
        return
    if lacking:
        name_lines(turn, request, [line.pk for line in lacking])
    elif _named(turn.given.text, lines):
        _ask_back(turn, request)
    elif asked_which and said and said <= ALL:
        settles(turn, request)
    elif said & YES and not said & NO:
        accepts(turn, request)
    elif said and said <= NO | STARTED:
        offer_lines(turn, request)
    else:
        _ask_back(turn, request)


def _lacking(text: str, lines: Sequence[GroceryLine], *, asked_which: bool) -> list[GroceryLine]:
    """What the words say is not there, clause by clause: "paneer hai, tamatar nahi" names one thing, not two."""
    clauses = [clause for clause in CLAUSES.split(clean(text)) if clause.strip()]
    if not asked_which and not any(frozenset(folded(clause)) & NO for clause in clauses):
        return []
    without = [clause for clause in clauses if _says_no(clause) or not _says_yes(clause)]
    return _named(" , ".join(without), lines)


def _says_no(clause: str) -> bool:
    return bool(frozenset(folded(clause)) & NO)


def _says_yes(clause: str) -> bool:
    return bool(frozenset(folded(clause)) & THERE)


def _named(text: str, lines: Iterable[GroceryLine]) -> list[GroceryLine]:
    """Lines whose ingredient the text names, in any of its spellings."""
    by_slug = {line.ingredient.slug: line for line in lines}
    names = tuple(Name(slug, (line.ingredient.name_en, line.ingredient.name_hi)) for slug, line in by_slug.items())
    marks = in_play(Facts(dishes=(), ingredients=names, plan_days=())).marks(keys(text))
    slugs = [mark.name for mark in marks if mark.group == "ingredients"]
    return [by_slug[slug] for slug in dict.fromkeys(slugs) if slug in by_slug]


def _ask_back(turn: Turn, request: ShopRequest) -> None:
    since = Message.objects.filter(contact=turn.contact, purpose=CLARIFY, direction="out")
    if since.filter(created_at__gte=request.asked_at).exists():
        showing.to_staff(turn, f"A shop's message about {request.grocery_list} is not understood.")
        return
    data, household = {"request": request.pk}, turn.household.name
    buttons = [
        (Button("shop_accept", data), say_shop(turn, "bring")),
        (Button("shop_lacks", data), say_shop(turn, "lacks")),
    ]
    text, plan = say_shop(turn, "ask_back", household=household), request.grocery_list.plan
    turn.buttons(text, buttons, plan=plan, purpose=CLARIFY)
