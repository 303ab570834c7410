"""The whole product played from outside: HTTP in, the simulator's phones out, time moved by hand.

Nothing of ours is replaced. The webhooks are Meta's and the provider's, signed and sent by the simulator; what the
workers would do is done here, by the same functions, after every step.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from bettermeals.lib import clock
from households.billing import links, polling, settle
from mealplans import proposing, reminders
from whatsapp import receiving
from whatsapp.delivery import deliver_due
from whatsapp.models import Message

TIMEOUT = 20
#: One connection to the simulator for all tests; it is asked some twenty things in each.
HTTP = requests.Session()
HTTP.trust_env = False


@dataclass
class Stage:
    """`now` is everybody's time: this process, the web server in it, and the simulator read one file."""

    simulator: str
    server: str
    clock_file: Path
    now: datetime
    people: dict[str, str] = field(default_factory=dict)  # name -> wa_id

    def at(self, moment: datetime) -> None:
        """Time passes; what is due then is done, and everything that follows from it."""
        self.now = moment
        clock.set_virtual(moment, self.clock_file)
        self.settle()

    def later(self, **how: float) -> None:
        self.at(self.now + timedelta(**how))

    def settle(self) -> None:
        """Ticks, workers and webhooks, until nothing more happens."""
        for _ in range(8):
            done = reminders.run_due(self.now)
            for plan_id in done.to_generate:
                proposing.generate(plan_id, self.now)
            links.create_links(self.now)
            polling.expire_links(self.now)
            deliver_due(self.now)
            came = self._webhooks()
            waiting = Message.objects.filter(status=Message.Status.QUEUED, not_before__lte=self.now).exists()
            if not (waiting or came or done.steps or done.to_generate):
                return

    def _webhooks(self) -> int:
        """Let through what Meta and the provider have to say: the test's database connection is the server's too."""
        if self.ask("pending")["pending"]:
            self.tell("knobs", hold_webhooks=False)
            assert self.tell("flush", seconds=15)["flushed"] is True
            self.tell("knobs", hold_webhooks=True)
        settle.process_events(self.now)
        return receiving.process_pending(self.now)

    def ask(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = HTTP.get(f"{self.simulator}/_sim/{path}", timeout=TIMEOUT).json()
        return found

    def tell(self, path: str, **values: Any) -> dict[str, Any]:
        answer = HTTP.post(f"{self.simulator}/_sim/{path}", json=values, timeout=TIMEOUT)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def phone(self, name: str) -> Phone:
        return Phone(self, self.people[name])

    def pay(self, address: str, **how: Any) -> None:
        """Pay where a button leads: through our own page to the provider's, and there with one tap."""
        self.tell(f"pay/{self.link_at(address)}", **how)
        self.settle()

    def link_at(self, address: str) -> str:
        """The provider's id of the link that our own payment page leads to now."""
        page = requests.get(address, timeout=TIMEOUT, allow_redirects=False)
        assert page.status_code == 302, page.text
        return page.headers["Location"].rstrip("/").rsplit("/", 1)[-1]


@dataclass
class Phone:
    """One person's phone: what it shows, and what its owner does."""

    stage: Stage
    wa_id: str

    def chat(self) -> list[dict[str, Any]]:
        return list(self.stage.ask(f"phones/{self.wa_id}/messages")["messages"])

    def received(self) -> list[dict[str, Any]]:
        return [message for message in self.chat() if message["direction"] == "outgoing"]

    def last(self) -> str:
        return str(self.received()[-1]["body"])

    def texts(self) -> list[str]:
        return [str(message["body"]) for message in self.received()]

    def says(self, words: str) -> str:
        """Type a message; returns the answer (the last message that came)."""
        self.stage.tell(f"phones/{self.wa_id}/text", body=words)
        self.stage.settle()
        return self.last()

    def types(self, words: str) -> None:
        """Send a message that nobody has worked on yet: others may write at the same moment."""
        self.stage.tell(f"phones/{self.wa_id}/text", body=words)

    def taps(self, label: str, *, in_message: str = "") -> str:
        """Tap the newest button with that label (in the newest message with these words); returns the answer."""
        for message in reversed(self.received()):
            labels = [button["text"] for button in message["buttons"]]
            if label in labels and in_message in message["body"]:
                self.stage.tell(f"phones/{self.wa_id}/tap", wamid=message["wamid"], index=labels.index(label))
                self.stage.settle()
                return self.last()
        raise AssertionError(f"no button “{label}” on {self.wa_id}: {[m['buttons'] for m in self.received()]}")

    def picks(self, title: str) -> str:
        """Choose the row with that title from the newest list; returns the answer."""
        lists = [message for message in self.received() if message["list"]]
        rows = [row for section in lists[-1]["list"]["sections"] for row in section["rows"]]
        found = next((row for row in rows if re.search(title, row["title"])), None)
        assert found, f"no row “{title}”: {[row['title'] for row in rows]}"
        self.stage.tell(f"phones/{self.wa_id}/tap", wamid=lists[-1]["wamid"], row_id=found["id"])
        self.stage.settle()
        return self.last()

    def says_nothing_back(self, words: str) -> None:
        """Type what asks for silence."""
        before = len(self.received())
        self.stage.tell(f"phones/{self.wa_id}/text", body=words)
        self.stage.settle()
        assert len(self.received()) == before

    def rows(self) -> list[dict[str, Any]]:
        lists = [message for message in self.received() if message["list"]]
        return [row for section in lists[-1]["list"]["sections"] for row in section["rows"]]

    def address_of(self, label: str) -> str:
        """Where the newest button with that label leads, on this test's server."""
        for message in reversed(self.received()):
            for button in message["buttons"]:
                if button["text"] == label and button.get("url"):
                    return str(button["url"]).replace("http://testserver", self.stage.server)
        raise AssertionError(f"no button “{label}” with an address")
