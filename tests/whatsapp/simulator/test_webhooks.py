"""Webhooks: shape, bytes, signature, batching, retries, who hears what."""

from __future__ import annotations

import json

from tests.whatsapp.simulator.client import APP_SECRET, ASHA, SUNITA, Simulator, components, eventually, text, use
from tests.whatsapp.simulator.conftest import START, VirtualClock


def test_a_text_arrives_exactly_as_meta_sends_it(virtual: VirtualClock, sim: Simulator) -> None:
    wamid = sim.write("Hello")
    user_id = sim.world.people[ASHA].user_id
    delivered = sim.delivered()[0]
    assert delivered.headers["content-type"] == "application/json"
    assert delivered.json == {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": sim.waba,
                "changes": [
                    {
                        "value": {
                            "messaging_product": "whatsapp",
                            "metadata": {"display_phone_number": "918047182000", "phone_number_id": sim.number},
                            "contacts": [{"profile": {"name": "Asha Rao"}, "user_id": user_id, "wa_id": ASHA}],
                            "messages": [
                                {
                                    "from": ASHA,
                                    "from_user_id": user_id,
                                    "id": wamid,
                                    "timestamp": str(int(START.timestamp())),
                                    "type": "text",
                                    "text": {"body": "Hello"},
                                }
                            ],
                        },
                        "field": "messages",
                    }
                ],
            }
        ],
    }


def test_the_signature_is_over_the_raw_bytes_with_scripts_escaped_in_lower_case(sim: Simulator) -> None:
    sim.write("नमस्ते 🙏 see a/b")
    delivered = sim.delivered()[0]
    assert delivered.signed_with(APP_SECRET)
    assert delivered.raw.isascii()
    assert rb"\u0928\u092e\u0938\u094d\u0924\u0947 \ud83d\ude4f see a\/b" in delivered.raw
    again = json.dumps(delivered.json, ensure_ascii=False).encode()
    assert again != delivered.raw, "a receiver that parses and dumps again must see its signature check fail"


def test_an_app_that_is_not_subscribed_hears_nothing_not_even_later(sim: Simulator) -> None:
    path = f"{sim.waba}/subscribed_apps"
    assert sim.graph("DELETE", path).json() == {"success": True}
    assert sim.graph("GET", path).json() == {"data": []}
    sim.write("unheard")
    assert sim.delivered() == []
    assert sim.graph("POST", path).json() == {"success": True}
    assert sim.graph("GET", path).json()["data"][0]["whatsapp_business_api_data"]["name"] == "BetterMeals"
    sim.write("heard")
    assert [m["text"]["body"] for m in sim.values("messages")] == ["heard"]


def test_an_override_takes_messages_but_not_template_events(sim: Simulator) -> None:
    override = sim.receiver.url + "/override"
    assert sim.graph("POST", f"{sim.waba}/subscribed_apps", json={"override_callback_uri": override}).status_code == 200
    sim.write()
    sim.approved()
    assert sorted(d.path for d in sim.delivered()) == ["/override", "/whatsapp"]
    number = {"webhook_configuration": {"override_callback_uri": sim.receiver.url + "/number"}}
    sim.graph("POST", sim.number, json=number)
    sim.write("again")
    assert sim.delivered()[-1].path == "/number"


def test_an_override_before_subscribing_is_refused(sim: Simulator) -> None:
    path = f"{sim.waba}/subscribed_apps"
    sim.graph("DELETE", path)
    assert sim.graph("POST", path, json={"override_callback_uri": "https://a.in"}).json()["error"]["code"] == 100


def test_what_waits_shares_one_body_and_every_person_is_in_contacts(sim: Simulator) -> None:
    sim.knobs(hold_webhooks=True)
    for wa_id in (ASHA, SUNITA, ASHA):
        sim.phone(wa_id, wa_id)
        sim.write("hello", wa_id)
    assert sim.sim("pending")["pending"] == 3
    sim.knobs(hold_webhooks=False)
    delivered = sim.delivered()
    assert len(delivered) == 1
    value = delivered[0].values[0]
    assert [m["from"] for m in value["messages"]] == [ASHA, SUNITA, ASHA]
    assert [c["wa_id"] for c in value["contacts"]] == [ASHA, SUNITA]


def test_messages_and_statuses_do_not_share_a_value(sim: Simulator) -> None:
    sim.knobs(hold_webhooks=True)
    sim.write()
    sim.send(**text())
    sim.write("more")
    sim.knobs(hold_webhooks=False)
    kinds = [sorted(set(v) & {"messages", "statuses"}) for v in sim.delivered()[0].values]
    assert kinds == [["messages"], ["statuses"], ["messages"]]


def test_a_body_has_at_most_batch_size_updates(sim: Simulator) -> None:
    sim.knobs(hold_webhooks=True, batch_size=2)
    for n in range(5):
        sim.write(str(n))
    sim.knobs(hold_webhooks=False)
    assert [len(d.values[0]["messages"]) for d in sim.delivered()] == [2, 2, 1]


def test_an_unacknowledged_body_comes_again_unchanged_and_does_not_hold_up_others(sim: Simulator) -> None:
    sim.knobs(batch_size=1)
    sim.receiver.answers.extend([500])
    sim.write("one")
    eventually(lambda: sim.receiver.got)
    sim.write("two")
    delivered = sim.delivered()
    assert [d.values[0]["messages"][0]["text"]["body"] for d in delivered] in (
        ["one", "two", "one"],
        ["one", "one", "two"],
    )
    ones = [d for d in delivered if b'"one"' in d.raw]
    assert ones[0].raw == ones[1].raw
    assert all(d.signed_with(APP_SECRET) for d in delivered)


def test_pending_says_what_is_refused_and_how_often(sim: Simulator) -> None:
    sim.receiver.answers.extend([503, 503])
    sim.write()
    eventually(lambda: len(sim.receiver.got) >= 2)
    refused = sim.sim("pending")["refused"]
    assert not refused or refused[0]["last_answer"] == "503"
    sim.delivered()
    assert sim.sim("pending") == {"pending": 0, "whatsapp": 0, "payments": 0, "refused": []}


def test_nobody_at_the_address_is_not_the_end(sim: Simulator) -> None:
    sim.sim(f"businesses/{sim.waba}", {"callback_url": "http://127.0.0.1:9/none"})
    sim.write()
    assert sim.sim("flush", {"seconds": 0.3}) == {"flushed": False, "pending": 1}


def test_a_person_who_hides_the_phone_appears_by_user_id_only(sim: Simulator) -> None:
    sim.phone(hide_phone=True, username="asha.r")
    sim.write()
    user_id = sim.world.people[ASHA].user_id
    wamid = sim.post({"recipient": user_id} | text()).json()["messages"][0]["id"]
    message = sim.values("messages")[0]
    assert "from" not in message
    assert message["from_user_id"] == user_id
    contact = sim.delivered()[0].values[0]["contacts"][0]
    assert contact == {"profile": {"name": "Asha Rao", "username": "asha.r"}, "user_id": user_id}
    status = next(s for s in sim.values("statuses") if s["id"] == wamid)
    assert "recipient_id" not in status
    assert status["recipient_user_id"] == user_id


def test_any_other_webhook_can_be_sent_by_hand(sim: Simulator) -> None:
    value = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE"}}
    assert sim.sim("webhook", {"field": "account_update", "value": value}) == {"queued": True}
    assert sim.changes("account_update") == [value]
    sim.sim("webhook", {"field": "account_update"}, status=400)


class TestHandshake:
    def test_it_succeeds_with_the_shared_verify_token(self, sim: Simulator) -> None:
        found = sim.sim("verify-webhook", {})
        assert (found["verified"], found["status"], found["wrong_token_status"]) == (True, 200, 403)

    def test_it_says_so_when_the_token_differs(self, sim: Simulator) -> None:
        sim.receiver.verify_token = "something else"
        found = sim.sim("verify-webhook", {})
        assert (found["verified"], found["status"]) == (False, 403)

    def test_it_notices_a_receiver_that_accepts_any_token(self, sim: Simulator) -> None:
        sim.receiver.verify_token = "any"
        found = sim.sim("verify-webhook", {})
        assert (found["verified"], found["problem"]) == (False, "A wrong verify token was accepted as well.")

    def test_it_says_so_when_nobody_answers(self, sim: Simulator) -> None:
        sim.sim(f"businesses/{sim.waba}", {"callback_url": "http://127.0.0.1:9/none"})
        assert sim.sim("verify-webhook", {})["problem"] == "ConnectionError: nobody answers there."


def test_template_events_carry_no_metadata(sim: Simulator) -> None:
    sim.approved(components=components("Your plan for the week is ready."))
    assert "metadata" not in sim.changes("message_template_status_update")[0]
    sim.send(**use())
