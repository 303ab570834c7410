"""What the tests talk with: a receiver of webhooks, and a caller of the simulator's doors."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from whatsapp.simulator.core.world import World

ASHA = "919812345678"
SUNITA = "919000012345"
KEY = ("rzp_test_simulator", "simulator-key-secret")
TOKEN = "simulator-access-token"
APP_SECRET = "simulator-app-secret"
BODY = "Dear {{1}}, your plan for the coming week is ready to look at."


def eventually(condition: Callable[[], Any], seconds: float = 10) -> Any:
    """The first true value of `condition`, asked again and again; fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.01)
    return found


@dataclass
class Delivered:
    """One POST as it arrived."""

    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    def signed_with(self, secret: str) -> bool:
        expected = "sha256=" + hmac.new(secret.encode(), self.raw, hashlib.sha256).hexdigest()
        return hmac.compare_digest(self.headers["x-hub-signature-256"], expected)

    @property
    def values(self) -> list[dict[str, Any]]:
        return [change["value"] for entry in self.json["entry"] for change in entry["changes"]]


class Receiver:
    """The product's webhook, standing still: keeps what comes, answers 200 or what `answers` says next."""

    def __init__(self) -> None:
        self.got: list[Delivered] = []
        self.answers: deque[int] = deque()
        self.verify_token = "simulator-verify-token"
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def clear(self) -> None:
        self.got.clear()
        self.answers.clear()
        self.verify_token = "simulator-verify-token"

    def __enter__(self) -> Receiver:
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.got.append(Delivered(self.path, headers, raw))
                self._answer(receiver.answers.popleft() if receiver.answers else 200, b"")

            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                right = query["hub.verify_token"] == [receiver.verify_token] or receiver.verify_token == "any"
                self._answer(200 if right else 403, query["hub.challenge"][0].encode())

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler


class Simulator:
    """The doors of a served world."""

    def __init__(self, world: World, receiver: Receiver) -> None:
        self.world, self.receiver = world, receiver
        self.url = world.settings.base_url
        self.waba, self.number = world.settings.waba_id, world.settings.phone_number_id
        self.session = requests.Session()

    def __enter__(self) -> Simulator:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    # The Graph API

    def graph(
        self, method: str, path: str, *, token: str = TOKEN, headers_more: dict[str, str] | None = None, **options: Any
    ) -> requests.Response:
        headers = ({"Authorization": f"Bearer {token}"} if token else {}) | (headers_more or {})
        return self.session.request(method, f"{self.url}/v25.0/{path}", headers=headers, **options)

    def post(self, payload: dict[str, Any]) -> requests.Response:
        return self.graph("POST", f"{self.number}/messages", json={"messaging_product": "whatsapp"} | payload)

    def send(self, to: str = ASHA, **payload: Any) -> str:
        """Send what must be accepted; the wamid."""
        answer = self.post({"to": "+" + to} | payload)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["messages"][0]["id"])

    def refused(self, **payload: Any) -> tuple[int, int]:
        """Send what must be refused; HTTP status and code."""
        answer = self.post({"to": "+" + ASHA} | payload)
        return answer.status_code, answer.json()["error"]["code"]

    def details(self, **payload: Any) -> str:
        return str(self.post({"to": "+" + ASHA} | payload).json()["error"]["error_data"]["details"])

    def template(self, name: str = "plan_ready", language: str = "en", **changes: Any) -> requests.Response:
        source: dict[str, Any] = {"name": name, "language": language, "category": "UTILITY", "components": components()}
        return self.graph("POST", f"{self.waba}/message_templates", json=source | changes)

    def approved(self, name: str = "plan_ready", language: str = "en", **changes: Any) -> str:
        """A template that may be sent; its id."""
        self.knobs(template_review_seconds=0)
        answer = self.template(name, language, **changes)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    # The control API

    def sim(self, path: str, body: Any = None, *, status: int = 200) -> Any:
        """POST with a body, GET without."""
        method = "GET" if body is None else "POST"
        answer = self.session.request(method, f"{self.url}/_sim/{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def knobs(self, **values: Any) -> None:
        self.sim("knobs", values)

    def phone(self, wa_id: str = ASHA, name: str = "Asha Rao", **more: Any) -> None:
        self.sim("phones", {"wa_id": wa_id, "name": name} | more)

    def write(self, body: str = "Hello", wa_id: str = ASHA, **more: Any) -> str:
        """The person writes, which opens the window; the wamid."""
        if wa_id not in self.world.people:
            self.phone(wa_id)
        return str(self.sim(f"phones/{wa_id}/text", {"body": body} | more)["wamid"])

    def chat(self, wa_id: str = ASHA) -> list[dict[str, Any]]:
        return list(self.sim(f"phones/{wa_id}/messages")["messages"])

    # The webhooks

    def delivered(self) -> list[Delivered]:
        """Everything the receiver has, after a flush."""
        assert self.sim("flush", {"seconds": 10})["flushed"]
        return list(self.receiver.got)

    def values(self, kind: str) -> list[dict[str, Any]]:
        """All `messages`, `statuses` (items) or fields delivered, in order."""
        found = [value for d in self.delivered() if d.path == "/whatsapp" for value in d.values]
        return [item for value in found for item in value.get(kind, [])]

    def statuses(self, wamid: str) -> list[str]:
        return [item["status"] for item in self.values("statuses") if item["id"] == wamid]

    def changes(self, field: str) -> list[dict[str, Any]]:
        """Values of one webhook field."""
        bodies = [d.json for d in self.delivered() if d.path == "/whatsapp"]
        changes = [change for body in bodies for entry in body["entry"] for change in entry["changes"]]
        return [change["value"] for change in changes if change["field"] == field]

    # The payment provider

    def pay_api(self, method: str, path: str, *, auth: Any = KEY, **options: Any) -> requests.Response:
        return self.session.request(method, f"{self.url}/v1/{path}", auth=auth, **options)

    def link(self, **source: Any) -> dict[str, Any]:
        answer = self.pay_api("POST", "payment_links", json={"amount": 234050, "currency": "INR"} | source)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def events(self) -> list[dict[str, Any]]:
        return [d.json for d in self.delivered() if d.path == "/payments"]


def components(body: str = BODY, *buttons: dict[str, Any], **header: Any) -> list[dict[str, Any]]:
    """A template's components: body with the examples it needs, optional header and buttons."""
    count = sum(1 for n in range(1, 10) if f"{{{{{n}}}}}" in body)
    part: dict[str, Any] = {"type": "BODY", "text": body}
    if count:
        part["example"] = {"body_text": [["x"] * count]}
    found = [part]
    if header:
        found.insert(0, {"type": "HEADER"} | header)
    if buttons:
        found.append({"type": "BUTTONS", "buttons": list(buttons)})
    return found


def quick(text: str) -> dict[str, Any]:
    return {"type": "QUICK_REPLY", "text": text}


def link_button(url: str = "https://bettermeals.in/plan/{{1}}") -> dict[str, Any]:
    return {"type": "URL", "text": "See the week", "url": url, "example": ["https://bettermeals.in/plan/a"]}


def use(name: str = "plan_ready", language: str = "en", *parts: dict[str, Any]) -> dict[str, Any]:
    """The payload of a template message."""
    template: dict[str, Any] = {"name": name, "language": {"code": language}}
    return {"type": "template", "template": template | ({"components": list(parts)} if parts else {})}


def body(*texts: str) -> dict[str, Any]:
    return {"type": "body", "parameters": [{"type": "text", "text": text} for text in texts]}


def payload(index: int, value: str) -> dict[str, Any]:
    parameters = [{"type": "payload", "payload": value}]
    return {"type": "button", "sub_type": "quick_reply", "index": str(index), "parameters": parameters}


def suffix(index: int, value: str) -> dict[str, Any]:
    parameters = [{"type": "text", "text": value}]
    return {"type": "button", "sub_type": "url", "index": str(index), "parameters": parameters}


def buttons_message(*titles: str, **more: Any) -> dict[str, Any]:
    """An interactive message with reply buttons whose ids are b0, b1, …"""
    replies = [{"type": "reply", "reply": {"id": f"b{at}", "title": title}} for at, title in enumerate(titles)]
    found = {"type": "button", "body": {"text": "Choose"}, "action": {"buttons": replies}}
    return {"type": "interactive", "interactive": found | more}


def list_message(rows: int = 3, sections: int = 1, **row: Any) -> dict[str, Any]:
    """A list whose row ids are r0, r1, … over all sections."""
    made = [{"id": f"r{at}", "title": f"Meal {at}"} | row for at in range(rows)]
    size = -(-rows // sections)
    parts = [{"title": f"Part {n}", "rows": made[n * size : (n + 1) * size]} for n in range(sections)]
    action = {"button": "Choose a meal", "sections": parts}
    return {"type": "interactive", "interactive": {"type": "list", "body": {"text": "Which?"}, "action": action}}


def text(body: str = "Hello") -> dict[str, Any]:
    return {"type": "text", "text": {"body": body}}
