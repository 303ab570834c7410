"""What people do on their phones, and what the business hears of it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.whatsapp.simulator.client import (
    ASHA,
    BODY,
    TOKEN,
    Simulator,
    body,
    buttons_message,
    components,
    link_button,
    list_message,
    payload,
    quick,
    text,
    use,
)
from tests.whatsapp.simulator.conftest import VirtualClock

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def tap(sim: Simulator, wamid: str, status: int = 200, **how: Any) -> dict[str, Any]:
    sim.sim(f"phones/{ASHA}/tap", {"wamid": wamid} | how, status=status)
    return {k: v for k, v in sim.values("messages")[-1].items() if k not in ("id", "timestamp", "from_user_id")}


class TestRegistering:
    def test_people_are_listed_with_who_they_are(self, sim: Simulator) -> None:
        sim.phone(role="resident", language="hi", note="decides", bsuid="IN.123")
        person = sim.sim("phones")["phones"][0]
        wanted = {"wa_id": ASHA, "name": "Asha Rao", "role": "resident", "language": "hi", "note": "decides"}
        assert {k: person[k] for k in wanted} == wanted
        assert person["user_id"] == "IN.123"

    def test_many_at_once_and_again_changes_only_what_is_given(self, sim: Simulator) -> None:
        sim.sim("phones", {"phones": [{"wa_id": ASHA, "name": "Asha", "role": "cook"}, {"wa_id": "919811111111"}]})
        sim.sim("phones", {"wa_id": "+91 98123 45678", "name": "Asha Rao"})
        found = {p["wa_id"]: (p["name"], p["role"]) for p in sim.sim("phones")["phones"]}
        assert found == {ASHA: ("Asha Rao", "cook"), "919811111111": ("+919811111111", "other")}

    @pytest.mark.parametrize("given", [{"wa_id": "12"}, {"wa_id": ASHA, "shoe": 43}, {"wa_id": ASHA, "online": "yes"}])
    def test_nonsense_is_refused(self, sim: Simulator, given: dict[str, Any]) -> None:
        assert sim.sim("phones", given, status=400)["error"]

    def test_a_stranger_is_404(self, sim: Simulator) -> None:
        sim.sim(f"phones/{ASHA}/text", {"body": "x"}, status=404)

    def test_somebody_can_be_forgotten(self, sim: Simulator) -> None:
        sim.write()
        answer = sim.session.delete(f"{sim.url}/_sim/phones/{ASHA}")
        assert answer.json() == {"ok": True}
        assert sim.sim("phones")["phones"] == []


class TestTaps:
    def test_a_quick_reply_of_a_template_is_a_button_message(self, sim: Simulator) -> None:
        sim.approved(components=components(BODY, quick("Approve"), quick("Change")))
        wamid = sim.send(**use("plan_ready", "en", body("Asha"), payload(0, "approve:7")))
        assert tap(sim, wamid, index=0) == {
            "from": ASHA,
            "type": "button",
            "button": {"payload": "approve:7", "text": "Approve"},
            "context": {"from": "918047182000", "id": wamid},
        }
        assert tap(sim, wamid, index=1)["button"] == {"payload": "Change", "text": "Change"}

    def test_the_context_can_be_missing(self, sim: Simulator) -> None:
        sim.knobs(omit_button_context=True)
        sim.approved(components=components(BODY, quick("Approve")))
        wamid = sim.send(**use("plan_ready", "en", body("Asha")))
        assert "context" not in tap(sim, wamid, index=0)

    def test_a_reply_button_is_a_button_reply(self, sim: Simulator) -> None:
        sim.write()
        wamid = sim.send(**buttons_message("Yes", "No"))
        assert tap(sim, wamid, index=1) == {
            "from": ASHA,
            "type": "interactive",
            "interactive": {"type": "button_reply", "button_reply": {"id": "b1", "title": "No"}},
            "context": {"from": "918047182000", "id": wamid},
        }

    def test_a_list_row_is_a_list_reply(self, sim: Simulator) -> None:
        sim.write()
        wamid = sim.send(**list_message(3, description="with rice"))
        reply = {"id": "r2", "title": "Meal 2", "description": "with rice"}
        assert tap(sim, wamid, row_id="r2")["interactive"] == {"type": "list_reply", "list_reply": reply}

    def test_a_flow_answers_with_json_in_a_string(self, sim: Simulator) -> None:
        sim.write()
        parameters = {"flow_message_version": "3", "flow_id": "7", "flow_cta": "Fill in", "flow_token": "t1"}
        flow = {"type": "flow", "body": {"text": "x"}, "action": {"name": "flow", "parameters": parameters}}
        wamid = sim.send(type="interactive", interactive=flow)
        reply = tap(sim, wamid, index=0, response={"dish": "दाल"})["interactive"]["nfm_reply"]
        assert (reply["name"], json.loads(reply["response_json"])) == ("flow", {"flow_token": "t1", "dish": "दाल"})

    def test_an_old_button_can_be_tapped_again_and_again(self, virtual: VirtualClock, sim: Simulator) -> None:
        sim.write()
        wamid = sim.send(**buttons_message("Yes"))
        virtual.to(60 * 86400)
        assert tap(sim, wamid, index=0) == tap(sim, wamid, index=0)
        assert len(sim.values("messages")) == 3

    def test_what_is_not_there_cannot_be_tapped(self, sim: Simulator) -> None:
        sim.approved(components=components(BODY, link_button("https://a.in/x")))
        wamid = sim.send(**use("plan_ready", "en", body("Asha")))
        for wrong in ({"index": 0}, {"index": 5}, {"row_id": "r0"}, {"wamid": "wamid.none"}):
            assert sim.sim(f"phones/{ASHA}/tap", {"wamid": wamid} | wrong, status=400)["error"]


class TestWriting:
    def test_a_reply_quotes_the_message_it_answers(self, sim: Simulator) -> None:
        sim.write()
        wamid = sim.send(**text("Which day?"))
        sim.write("Tuesday", reply_to=wamid)
        assert sim.values("messages")[-1]["context"] == {"from": "918047182000", "id": wamid}
        assert sim.chat()[-1]["quoted"]["body"] == "Which day?"

    def test_two_grey_ticks_come_when_the_product_has_taken_the_message(self, sim: Simulator) -> None:
        sim.knobs(hold_webhooks=True)
        sim.write()
        assert sim.chat()[0]["status"] == "sent"
        sim.knobs(hold_webhooks=False)
        sim.delivered()
        assert sim.chat()[0]["status"] == "delivered"

    def test_an_empty_text_is_refused(self, sim: Simulator) -> None:
        sim.phone()
        sim.sim(f"phones/{ASHA}/text", {"body": "  "}, status=400)

    def test_somebody_not_on_whatsapp_cannot_write(self, sim: Simulator) -> None:
        sim.phone(on_whatsapp=False)
        sim.sim(f"phones/{ASHA}/text", {"body": "x"}, status=400)

    def test_a_location_is_sent(self, sim: Simulator) -> None:
        sim.phone()
        sim.sim(f"phones/{ASHA}/location", {"latitude": 12.9, "longitude": 77.6, "name": "Home"})
        assert sim.values("messages")[0]["location"] == {"latitude": 12.9, "longitude": 77.6, "name": "Home"}
        sim.sim(f"phones/{ASHA}/location", {"latitude": 12.9}, status=400)

    def test_a_reaction_and_its_removal(self, sim: Simulator) -> None:
        sim.write()
        wamid = sim.send(**text())
        for emoji in ("❤️", ""):
            sim.sim(f"phones/{ASHA}/reaction", {"wamid": wamid, "emoji": emoji})
        found = [m["reaction"] for m in sim.values("messages") if m["type"] == "reaction"]
        assert found == [{"message_id": wamid, "emoji": "❤️"}, {"message_id": wamid}]
        assert sim.chat()[-1]["reactions"] == {}


class TestMedia:
    def send(self, sim: Simulator, name: str, kind: str, data: bytes = PIXEL, **form: str) -> dict[str, Any]:
        sim.phone()
        sim.session.post(f"{sim.url}/_sim/phones/{ASHA}/media", files={"file": (name, data, kind)}, data=form)
        return sim.values("messages")[-1]

    def download(self, sim: Simulator, url: str, token: str = TOKEN) -> Any:
        return sim.session.get(url, headers={"Authorization": f"Bearer {token}"})

    def test_a_photo_comes_with_id_type_hash_url_and_caption(self, sim: Simulator) -> None:
        image = self.send(sim, "dal.png", "image/png", caption="Like this?")["image"]
        assert (image["mime_type"], image["caption"]) == ("image/png", "Like this?")
        assert set(image) == {"id", "mime_type", "sha256", "url", "caption"}
        found = sim.graph("GET", image["id"]).json()
        assert (found["mime_type"], found["file_size"], found["sha256"]) == ("image/png", len(PIXEL), image["sha256"])
        assert self.download(sim, found["url"]).content == PIXEL
        assert self.download(sim, image["url"]).content == PIXEL

    def test_the_url_wants_the_token_and_dies_after_five_minutes(self, virtual: VirtualClock, sim: Simulator) -> None:
        url = sim.graph("GET", self.send(sim, "a.png", "image/png")["image"]["id"]).json()["url"]
        assert self.download(sim, url, token="wrong").status_code == 401
        virtual.to(299)
        assert self.download(sim, url).status_code == 200
        virtual.to(300)
        assert self.download(sim, url).status_code == 404

    def test_what_people_sent_is_kept_seven_days(self, virtual: VirtualClock, sim: Simulator) -> None:
        id_ = self.send(sim, "a.png", "image/png")["image"]["id"]
        virtual.to(7 * 86400 - 1)
        assert sim.graph("GET", id_).status_code == 200
        virtual.to(7 * 86400)
        assert sim.graph("GET", id_).json()["error"]["error_subcode"] == 33

    def test_a_voice_note_and_a_document(self, sim: Simulator) -> None:
        assert self.send(sim, "v.ogg", "audio/ogg", b"OggS", voice="true")["audio"]["voice"] is True
        assert self.send(sim, "List.pdf", "application/pdf", b"%PDF")["document"]["filename"] == "List.pdf"

    def upload(self, sim: Simulator, kind: str, data: bytes = PIXEL) -> Any:
        form = {"messaging_product": "whatsapp", "type": kind}
        return sim.graph("POST", f"{sim.number}/media", data=form, files={"file": ("a", data, kind)}).json()

    def test_an_uploaded_file_can_be_sent_shown_and_deleted(self, sim: Simulator) -> None:
        id_ = self.upload(sim, "image/png")["id"]
        sim.write()
        sim.send(type="image", image={"id": id_})
        shown = sim.chat()[-1]["media"]
        assert sim.session.get(sim.url + shown["url"]).content == PIXEL
        assert sim.graph("DELETE", id_).json() == {"success": True}
        assert sim.graph("GET", id_).status_code == 400

    def test_a_picture_cannot_be_sent_as_a_voice_note(self, sim: Simulator) -> None:
        id_ = self.upload(sim, "image/png")["id"]
        sim.write()
        assert sim.refused(type="audio", audio={"id": id_}) == (400, 131053)

    @pytest.mark.parametrize(
        ("kind", "data"), [("image/gif", PIXEL), ("image/png", b"x" * (5 * 2**20 + 1)), ("image/png", b""), ("", PIXEL)]
    )
    def test_what_whatsapp_does_not_carry_is_131053(self, sim: Simulator, kind: str, data: bytes) -> None:
        assert self.upload(sim, kind, data)["error"]["code"] == 131053

    def test_an_upload_without_file_or_product_is_100(self, sim: Simulator) -> None:
        path = f"{sim.number}/media"
        assert sim.graph("POST", path, data={"messaging_product": "whatsapp"}).json()["error"]["code"] == 100
        assert sim.graph("POST", path, files={"file": ("a", PIXEL, "image/png")}).json()["error"]["code"] == 100
