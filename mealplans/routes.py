"""WhatsApp in: the routes of this room, in the order they are asked. The doors compose them with the others.

`match` reads and never writes; `handle` leads to a use case and queues answers; neither touches the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from households import queries
from households.models import Cook, Household, Resident
from mealplans import (
    cook_replies,
    cook_texts,
    offers,
    resident_replies,
    resident_texts,
    second_looks,
    shop_replies,
    shop_texts,
)
from mealplans.answers import Turn, current_plan, state
from mealplans.models import TOLD, CookInstruction, Offer, ShopRequest, Vendor
from mealplans.second_reading.reading import Reread
from mealplans.wording import say
from whatsapp import inbox
from whatsapp.contacts import current
from whatsapp.models import Contact
from whatsapp.payloads import TextReceived
from whatsapp.routing import Inbound, LookAhead, Route

#: A cook who also lives in a household speaks as a cook while a message about a visit is this fresh.
COOK_TALK = timedelta(hours=36)
SHOP_TALK = timedelta(hours=3)


@dataclass(frozen=True)
class Tapped:
    """One of our buttons, whoever tapped it. `row` is None for a token that is no longer known."""

    row: Offer | None


@dataclass(frozen=True)
class Speaker:
    household: Household
    resident: Resident | None = None
    cook: Cook | None = None
    vendor: Vendor | None = None


def _is_ours(given: Inbound) -> Tapped | None:
    return Tapped(offers.find(given.payload)) if offers.is_ours(given.payload) else None


def _tap(given: Inbound, tapped: Tapped, now: datetime) -> None:
    """Judge the tap (known, theirs, fresh), then let its action run; else say where things stand."""
    row = tapped.row
    speaker = _who_tapped(given.contact, row)
    if speaker is None:
        # Neither lives nor cooks with us any more: the thread is a person's to answer.
        inbox.park(given.message, "A button was tapped by somebody who has no household with us.", now)
        return
    turn = _turn(given, speaker, now)
    if row is None or row.expires_at <= now:
        turn.text(say("old_button", turn.language, state=_state(turn)))
    elif current(row.contact).pk != current(given.contact).pk:
        turn.text(say("not_yours", turn.language))
    else:
        _act(turn, row)


def _who_tapped(contact: Contact, row: Offer | None) -> Speaker | None:
    if row is not None and row.action.startswith("shop_"):
        return _shop(contact, row.household)
    cook = bool(row and row.action.startswith("cook_"))
    return _speaker(contact, row.household if row else None, cook=cook)


def _shop(contact: Contact, household: Household) -> Speaker | None:
    """Whoever was sent the list; whether it is theirs still is judged by the button."""
    vendor = Vendor.objects.filter(contact=contact, kind="shop").first()
    return Speaker(household, vendor=vendor) if vendor else None


def _act(turn: Turn, row: Offer) -> None:
    action = (
        cook_replies.ACTIONS.get(row.action)
        or shop_replies.ACTIONS.get(row.action)
        or resident_replies.ACTIONS[row.action]
    )
    action(turn, row)
    offers.use(row, turn.now)


def _state(turn: Turn) -> str:
    return state(current_plan(turn.household, turn.now), turn.household, turn.language, turn.now)


def _cook_text(given: Inbound) -> Speaker | None:
    """A text of a cook; of somebody who is both, only while a visit is being talked about."""
    if not isinstance(given.event, TextReceived):
        return None
    engagements = queries.engagements_of(given.contact)
    if not engagements or (queries.residents_of(given.contact) and not _talks_as_cook(given)):
        return None
    return Speaker(engagements[0].household, cook=engagements[0].cook)


def _talks_as_cook(given: Inbound) -> bool:
    since = given.message.created_at - COOK_TALK
    rows = CookInstruction.objects.filter(engagement__cook__contact=given.contact, status__in=TOLD)
    return rows.filter(sent_at__gt=since).exists()


def _resident_text(given: Inbound) -> Speaker | None:
    return _speaker(given.contact, None) if isinstance(given.event, TextReceived) else None


def _speaker(contact: Contact, household: Household | None, *, cook: bool = False) -> Speaker | None:
    """Who this is, at the household the button belongs to; without one, where the person decides first."""
    if cook:
        mine = [e for e in queries.engagements_of(contact) if household is None or e.household_id == household.pk]
        return Speaker(mine[0].household, cook=mine[0].cook) if mine else None
    homes = [r for r in queries.residents_of(contact) if household is None or r.household_id == household.pk]
    if homes:
        return Speaker(homes[0].household, resident=homes[0])
    engagements = queries.engagements_of(contact)
    return Speaker(engagements[0].household, cook=engagements[0].cook) if engagements else None


def _turn(given: Inbound, speaker: Speaker, now: datetime) -> Turn:
    person = speaker.resident or speaker.cook or (given.contact if speaker.vendor else None)
    language = person.language if person else speaker.household.language
    who = (speaker.resident, speaker.cook, speaker.vendor)
    return Turn(given, given.contact, speaker.household, language, now, *who)


def _shop_text(given: Inbound) -> ShopRequest | None:
    """A text of a shop that was asked for something; of a shopkeeper who lives or cooks with us, only when fresh."""
    if not isinstance(given.event, TextReceived):
        return None
    request = shop_texts.open_request(given.contact)
    if request is None or not (queries.residents_of(given.contact) or queries.engagements_of(given.contact)):
        return request
    return request if request.asked_at > given.message.created_at - SHOP_TALK else None


def _answer_shop(given: Inbound, request: ShopRequest, now: datetime) -> None:
    speaker = Speaker(request.grocery_list.plan.household, vendor=request.vendor)
    shop_texts.answer(_turn(given, speaker, now), request)


def _answer_cook(given: Inbound, speaker: Speaker, now: datetime) -> None:
    cook_texts.answer(_turn(given, speaker, now))


def _answer_resident(given: Inbound, speaker: Speaker, now: datetime) -> None:
    resident_texts.answer(_turn(given, speaker, now))


def _look(given: Inbound, now: datetime) -> Reread | None:
    """A doubtful text read again, for the routes below; nothing for anybody who is not answered by a machine."""
    if given.contact.opted_out_at or given.contact.taken_over_at:
        return None
    speaker = None if _shop_text(given) else _cook_text(given) or _resident_text(given)
    return second_looks.look(_turn(given, speaker, now)) if speaker else None


LOOK_AHEAD = LookAhead(second_looks.on, _look)
BUTTONS = Route("mealplans.buttons", _is_ours, _tap)
SHOP_TEXT = Route("mealplans.shop_text", _shop_text, _answer_shop)
COOK_TEXT = Route("mealplans.cook_text", _cook_text, _answer_cook)
RESIDENT_TEXT = Route("mealplans.resident_text", _resident_text, _answer_resident)
#: In this order: a tap says exactly what it means, a text must be understood.
ROUTES: tuple[Route, ...] = (BUTTONS, SHOP_TEXT, COOK_TEXT, RESIDENT_TEXT)
