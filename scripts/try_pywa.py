"""pywa, unchanged, against the simulator: as sender, and as the receiver of its webhooks with its own FastAPI server.

Run by hand, in an environment of its own (docs/simulator.md, "A client that is not ours"):

    python -m venv /tmp/pywa && /tmp/pywa/bin/pip install pywa fastapi uvicorn httpx
    .venv/bin/python -m whatsapp.simulator --port 8190 --callback-url http://127.0.0.1:8191/hook
    /tmp/pywa/bin/python scripts/try_pywa.py http://127.0.0.1:8190 8191

One line for each act that went as pywa expects it of Meta; the first that does not ends it with an error.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from pywa import WhatsApp, types
from pywa.types import templates

ASHA = "919812345678"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)


class ToSimulator(httpx.HTTPTransport):
    """pywa knows one address, graph.facebook.com; here its calls go to the simulator."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.to = httpx.URL(url)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "graph.facebook.com":
            request.url = request.url.copy_with(scheme=self.to.scheme, host=self.to.host, port=self.to.port)
            request.headers["host"] = f"{self.to.host}:{self.to.port}"
        return super().handle_request(request)


class Phone:
    """Asha's, by the control API."""

    def __init__(self, url: str) -> None:
        self.url = url

    def tell(self, path: str, **values: Any) -> dict[str, Any]:
        answer = httpx.post(f"{self.url}/_sim/{path}", json=values, timeout=20)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.text}")
        found: dict[str, Any] = answer.json()
        return found

    def shown(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/_sim/phones/{ASHA}/messages").json()["messages"]
        return found


class Heard:
    """What pywa's handlers were given."""

    def __init__(self, wa: WhatsApp) -> None:
        self.updates: list[Any] = []
        for on in (wa.on_message, wa.on_callback_button, wa.on_callback_selection, wa.on_message_status):
            on(self._keep)  # type: ignore[operator]

    def _keep(self, _wa: WhatsApp, update: Any) -> None:
        self.updates.append(update)

    def wait(self, kind: type[Any], fits: Callable[[Any], bool]) -> Any:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            for update in list(self.updates):
                if isinstance(update, kind) and fits(update):
                    return update
            time.sleep(0.05)
        raise SystemExit(f"pywa was not given a fitting {kind.__name__}; it has {self.updates}")


def serve(app: FastAPI, port: int) -> None:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)


def said(words: str) -> None:
    sys.stdout.write(f"ok  {words}\n")


def check(holds: bool, words: str) -> None:
    if not holds:
        raise SystemExit(f"differs: {words}")
    said(words)


def connect(url: str, port: int) -> tuple[WhatsApp, Phone, Heard]:
    phone = Phone(url)
    phone.tell("reset")
    # pywa reads the first update of a webhook only; Meta, and the simulator, put several into one.
    phone.tell("knobs", template_review_seconds=0, enforce_pace=False, batch_size=1)
    state = httpx.get(f"{url}/_sim/state").json()
    app = FastAPI()
    wa = WhatsApp(
        phone_id=state["numbers"][0]["id"],
        token="simulator-access-token",  # noqa: S106
        waba_id=state["businesses"][0]["waba_id"],
        session=httpx.Client(transport=ToSimulator(url)),
        server=app,
        webhook_endpoint="/hook",
        verify_token="simulator-verify-token",  # noqa: S106
        app_secret="simulator-app-secret",  # noqa: S106
    )
    heard = Heard(wa)
    serve(app, port)
    check(bool(phone.tell("verify-webhook")["verified"]), "pywa answers Meta's handshake, and refuses a wrong token")
    wa.api._request(method="POST", endpoint=f"/{wa.waba_id}/subscribed_apps")
    phone.tell("phones", wa_id=ASHA, name="Asha")
    return wa, phone, heard


def receive(wa: WhatsApp, phone: Phone, heard: Heard) -> types.Message:
    phone.tell(f"phones/{ASHA}/text", body="नमस्ते, what is for dinner?")
    message = heard.wait(types.Message, lambda m: m.text == "नमस्ते, what is for dinner?")
    check(message.from_user.wa_id == ASHA and message.from_user.name == "Asha", "a signed text with its sender")
    check(message.mark_as_read().success, "mark as read")
    check(message.indicate_typing().success, "typing")
    return message


def words(wa: WhatsApp, phone: Phone, heard: Heard, message: types.Message) -> None:
    sent = wa.send_message(ASHA, "Rajma chawal", reply_to_message_id=message.id, tracker="t:1")
    status = heard.wait(types.MessageStatus, lambda s: s.id == sent.id and s.status == "delivered")
    check(status.tracker == "t:1" and status.pricing is not None, "text, its statuses, tracker and pricing")
    wa.send_reaction(ASHA, "👍", message.id)
    check(phone.shown()[0]["reactions"].get("business") == "👍", "reaction")


def choices(wa: WhatsApp, phone: Phone, heard: Heard) -> None:
    buttons = [types.Button("Yes", "yes:1"), types.Button("No", "no:1")]
    sent = wa.send_message(ASHA, "Is it good?", header="Dinner", footer="BetterMeals", buttons=buttons)
    phone.tell(f"phones/{ASHA}/tap", wamid=sent.id, index=0)
    tapped = heard.wait(types.CallbackButton, lambda c: c.data == "yes:1")
    check(tapped.title == "Yes" and tapped.reply_to_message.id == sent.id, "reply buttons and the tap")
    rows = [types.SectionRow(title="Rajma", callback_data="dish:1", description="with rice")]
    listed = wa.send_message(ASHA, "Which?", buttons=types.SectionList("Choose", [types.Section("Today", rows)]))
    phone.tell(f"phones/{ASHA}/tap", wamid=listed.id, row_id="dish:1")
    chosen = heard.wait(types.CallbackSelection, lambda c: c.data == "dish:1")
    check((chosen.title, chosen.description) == ("Rajma", "with rice"), "list and the row chosen")
    wa.send_message(ASHA, "Pay here", buttons=types.URLButton("Open", "https://example.com/p"))
    wa.send_location(ASHA, 19.07, 72.87, "Home", "Bandra West")
    said("address on a button, place")


def template(wa: WhatsApp, phone: Phone, heard: Heard) -> None:
    body = templates.BodyText("Dear {{name}}, {{dish}} is for dinner today.", name="Asha", dish="Rajma")
    good = templates.QuickReplyButton(text="Good")
    made = wa.create_template(
        templates.Template(
            name="dinner_today",
            category=templates.TemplateCategory.UTILITY,
            language=templates.TemplateLanguage.ENGLISH,
            parameter_format=templates.ParamFormat.NAMED,
            components=[body, templates.Buttons(buttons=[good])],
        )
    )
    check(bool(made.id), "template created")
    listed = [each.name for each in wa.get_templates()]
    check(listed == ["dinner_today"], "templates listed")
    sent = wa.send_template(
        ASHA,
        "dinner_today",
        templates.TemplateLanguage.ENGLISH,
        [body.params(name="Asha", dish="Rajma"), templates.QuickReplyButton.params(callback_data="good:1", index=0)],
    )
    phone.tell(f"phones/{ASHA}/tap", wamid=sent.id, index=0)
    tapped = heard.wait(types.CallbackButton, lambda c: c.data == "good:1")
    check(tapped.title == "Good", "named template sent, and its quick reply tapped")


def files(wa: WhatsApp, phone: Phone, heard: Heard) -> None:
    media = wa.upload_media(PNG, mime_type="image/png", filename="dal.png")
    wa.send_image(ASHA, media, caption="Tonight")
    wa.send_document(ASHA, b"%PDF-1.7", filename="list.pdf", mime_type="application/pdf")
    address = wa.get_media_url(media.id)
    check(wa.get_media_bytes(address.url) == PNG, "upload, image, document, address and bytes")
    form = {"file": ("plate.png", PNG, "image/png")}
    httpx.post(f"{phone.url}/_sim/phones/{ASHA}/media", files=form, data={"kind": "image", "caption": "mine"})
    got = heard.wait(types.Message, lambda m: m.image is not None)
    with tempfile.TemporaryDirectory() as folder:
        path = got.image.download(path=folder, filename="plate.png")
        check(Path(path).read_bytes() == PNG and got.caption == "mine", "a person's picture, downloaded by pywa")


def people(wa: WhatsApp, phone: Phone, heard: Heard) -> None:
    blocked = wa.block_users([ASHA])
    check([user.wa_id for user in blocked.added_users] == [ASHA], "block")
    check([user.wa_id for user in wa.unblock_users([ASHA]).removed_users] == [ASHA], "unblock")


def main(url: str, port: int) -> None:
    wa, phone, heard = connect(url.rstrip("/"), port)
    words(wa, phone, heard, receive(wa, phone, heard))
    for act in (choices, template, files, people):
        act(wa, phone, heard)
    said("all")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
