"""How the rehearsal's people react to what reaches their phones. Everything they do goes through the simulator."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import requests

from bettermeals.rehearsal.cast import Manner, Player
from bettermeals.rehearsal.phones import Phones
from whatsapp.models import SendAttempt

Act = Callable[[], None]
Schedule = Callable[[timedelta, str, Act], None]
SILENT = (Manner.SILENT_AUTO, Manner.SILENT_OPS, Manner.WRONG_NUMBER)
PICKS_PER_SWAP = 3  # day, dish, and one list more where the first is split


@dataclass
class Person:
    """One phone: who holds it and what they have done so far."""

    wa_id: str
    players: list[Player]
    picks: int = 0
    instructions: int = 0
    troubles: int = 0
    asked_to_pay: bool = False
    link: str = ""

    @property
    def manners(self) -> set[Manner]:
        return {player.manner for player in self.players}


@dataclass
class People:
    """Reads each new message of the log once, and puts the reaction on the agenda."""

    phones: Phones
    web_url: str
    players: list[Player]
    rng: random.Random
    schedule: Schedule
    seen: int = 0
    deciders: dict[str, Person] = field(default_factory=dict)
    cooks: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for player in self.players:
            self.deciders[player.decider] = Person(player.decider, [player])
            self.cooks.setdefault(player.cook, Person(player.cook, [])).players.append(player)

    def register(self) -> None:
        for player in self.players:
            for resident in player.home.residents:
                reachable = not (player.manner == Manner.WRONG_NUMBER and resident is player.home.residents[0])
                if resident.phone:
                    wa_id = resident.phone.removeprefix("+")
                    self.phones.register(wa_id, resident.name, "resident", resident.language, on_whatsapp=reachable)
            cook = player.home.cook
            self.phones.register(player.cook, cook.name, "cook", cook.language)

    def read_new_messages(self) -> int:
        """React to what was accepted since the last look; returns how many messages that were."""
        fresh = self.phones.log()[self.seen :]
        self.seen += len(fresh)
        for entry, purpose in self._with_purpose(fresh):
            wa_id = str(entry["to"]).removeprefix("+")
            if wa_id in self.deciders:
                self._resident(self.deciders[wa_id], entry, purpose)
            elif wa_id in self.cooks:
                self._cook(self.cooks[wa_id], entry, purpose)
        return len(fresh)

    def _with_purpose(self, fresh: list[dict[str, Any]]) -> list[tuple[dict[str, Any], str]]:
        """What each message is for. A person reads that from its words; the same words come as a template or, while
        the window is open, as free text, so the rehearsal asks the row instead of parsing both."""
        ids = [entry["biz_opaque_callback_data"] for entry in fresh]
        known = dict(SendAttempt.objects.filter(pk__in=ids).values_list("pk", "message__purpose"))
        purposes = {str(pk): purpose for pk, purpose in known.items()}
        return [(entry, purposes[entry["biz_opaque_callback_data"]]) for entry in fresh]

    def _after(self, minutes: tuple[int, int], what: str, act: Act) -> None:
        self.schedule(timedelta(minutes=self.rng.randint(*minutes)), what, act)

    # --- residents ---------------------------------------------------------------------------------------------

    def _resident(self, person: Person, entry: dict[str, Any], purpose: str) -> None:
        manner = person.players[0].manner
        if manner in SILENT and purpose in ("weekly_plan_prompt", "plan_reminder"):
            return
        if purpose == "weekly_plan_prompt":
            self._after((3, 120), f"{manner} the plan", lambda: self._answer_plan(person, manner, entry))
        elif purpose in ("payment_prompt", "payment_reminder"):
            self._pay(person, manner, purpose, entry)
        elif purpose == "plan_confirmed" and manner == Manner.OPTS_OUT:
            self.schedule(timedelta(hours=30), "opts out", lambda: self.phones.say(person.wa_id, "STOP"))
        elif purpose == "meal_rating":
            self._after((2, 60), "rates", lambda: self.phones.tap(person.wa_id, entry["wamid"], 0))
        elif entry["type"] == "interactive" and manner in (Manner.SWAPS, Manner.WRITES):
            self._answer_on(person, entry)

    def _answer_plan(self, person: Person, manner: Manner, entry: dict[str, Any]) -> None:
        self.phones.open_chat(person.wa_id)
        if manner == Manner.WRITES:
            hindi = person.players[0].home.language == "hi"
            self.phones.say(person.wa_id, "ठीक है, यही प्लान मंज़ूर है" if hindi else "Looks good, please approve the plan")
        else:
            self.phones.tap(person.wa_id, entry["wamid"], 1 if manner == Manner.SWAPS else 0)

    def _answer_on(self, person: Person, entry: dict[str, Any]) -> None:
        """Pick from each list that is offered; when buttons come back (approve, or "did you mean"), tap the first."""
        interactive = entry["payload"]["interactive"]
        if interactive["type"] == "list" and person.picks < PICKS_PER_SWAP:
            person.picks += 1
            rows = [row for section in interactive["action"]["sections"] for row in section["rows"]]
            row = self.rng.choice(rows)["id"]
            self._after((1, 5), "picks from the list", lambda: self.phones.pick(person.wa_id, entry["wamid"], row))
        elif interactive["type"] == "button":
            self._after((1, 9), "taps the first answer", lambda: self.phones.tap(person.wa_id, entry["wamid"], 0))

    def _pay(self, person: Person, manner: Manner, purpose: str, entry: dict[str, Any]) -> None:
        wait = manner == Manner.PAYS_LATE and purpose == "payment_prompt"
        if manner == Manner.NEVER_PAYS or wait:
            return
        if person.asked_to_pay and manner != Manner.PAYS_LATE:
            return
        person.asked_to_pay = True
        address = pay_address_of(entry)
        self._after((5, 90), "pays", lambda: self._pay_at(person, address))
        if manner == Manner.PAYS_TWICE:
            self._after((91, 120), "pays again", lambda: self.phones.pay(person.link, again=True))

    def _pay_at(self, person: Person, address: str) -> None:
        """Follow the message's address as a browser would; it leads to the provider's page of the live link.

        To the plan's own page when there is nothing to pay just now: after a storm the link may still be on its way.
        The next reminder brings the person back.
        """
        answer = requests.get(f"{self.web_url}/pay/{address}", allow_redirects=False, timeout=30)
        leads_to = answer.headers["Location"]
        if not leads_to.startswith(self.phones.url):
            person.asked_to_pay = False
            return
        person.link = leads_to.rstrip("/").rsplit("/", 1)[-1]
        self.phones.pay(person.link)

    # --- cooks -------------------------------------------------------------------------------------------------

    def _cook(self, person: Person, entry: dict[str, Any], purpose: str) -> None:
        interactive = entry["payload"].get("interactive", {}) if entry["type"] == "interactive" else {}
        if interactive.get("type") == "list":
            row = interactive["action"]["sections"][0]["rows"][0]["id"]
            self._after((1, 5), "names what is missing", lambda: self.phones.pick(person.wa_id, entry["wamid"], row))
            return
        if purpose in ("cook_instr", "cook_reminder") and entry["type"] != "text":
            self._after((2, 25), "answers the instruction", lambda: self._answer_instruction(person, entry))

    def _answer_instruction(self, person: Person, entry: dict[str, Any]) -> None:
        """OK as a rule; the one with trouble has it on the third instruction of the week."""
        self.phones.open_chat(person.wa_id)
        person.instructions += 1
        trouble = 1 if Manner.COOK_ABSENT in person.manners else 2 if Manner.MISSING in person.manners else 0
        index = trouble if person.instructions == 3 else 0
        person.troubles += bool(index)
        self.phones.tap(person.wa_id, entry["wamid"], index)


def pay_address_of(entry: dict[str, Any]) -> str:
    """The address behind the button of a payment message: a template's URL suffix, or a whole URL inside the window."""
    if entry["type"] == "interactive":
        return str(entry["payload"]["interactive"]["action"]["parameters"]["url"]).split("/pay/", 1)[1]
    for component in entry["payload"]["template"]["components"]:
        if component["type"] == "button" and component.get("sub_type") == "url":
            return str(component["parameters"][0]["text"])
    raise LookupError("the payment message carries no link")
