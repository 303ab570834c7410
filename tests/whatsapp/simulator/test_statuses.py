"""sent, delivered, read, played, failed."""

from __future__ import annotations

from tests.whatsapp.simulator.client import ASHA, Simulator, components, text, use
from tests.whatsapp.simulator.conftest import START, VirtualClock
from whatsapp.simulator.core import statuses

PLAIN = components("Your plan for the week is ready.")


def test_a_reachable_phone_gives_sent_and_delivered(sim: Simulator) -> None:
    sim.write()
    assert sim.statuses(sim.send(**text())) == ["sent", "delivered"]


def test_opening_the_chat_reads_what_was_delivered_once(sim: Simulator) -> None:
    sim.write()
    wamid = sim.send(**text())
    assert sim.sim(f"phones/{ASHA}/open", {}) == {"read": 1}
    assert sim.sim(f"phones/{ASHA}/open", {}) == {"read": 0}
    assert sim.statuses(wamid) == ["sent", "delivered", "read"]


def test_auto_read_reads_at_once(sim: Simulator) -> None:
    sim.knobs(auto_read=True)
    sim.write()
    assert sim.statuses(sim.send(**text())) == ["sent", "delivered", "read"]


def test_a_phone_that_is_off_gets_its_messages_when_it_is_back(sim: Simulator) -> None:
    sim.phone()
    sim.write()
    sim.sim(f"phones/{ASHA}", {"online": False})
    wamid = sim.send(**text())
    assert sim.statuses(wamid) == ["sent"]
    sim.sim(f"phones/{ASHA}", {"online": True})
    assert sim.statuses(wamid) == ["sent", "delivered"]


def test_auto_deliver_off_leaves_every_message_at_sent_until_it_is_on_again(sim: Simulator) -> None:
    sim.knobs(auto_deliver=False)
    sim.write()
    wamid = sim.send(**text())
    assert sim.statuses(wamid) == ["sent"]
    sim.knobs(auto_deliver=True)
    assert sim.statuses(wamid) == ["sent", "delivered"]


def test_somebody_who_blocked_us_shows_sent_for_ever_and_no_error(sim: Simulator) -> None:
    sim.phone()
    sim.write()
    sim.sim(f"phones/{ASHA}", {"blocked": True})
    wamid = sim.send(**text())
    sim.sim(f"phones/{ASHA}/open", {})
    assert sim.statuses(wamid) == ["sent"]


def test_a_voice_note_is_played(sim: Simulator) -> None:
    sim.write()
    wamid = sim.send(type="audio", audio={"link": "https://a.in/a.ogg", "voice": True})
    sim.sim(f"phones/{ASHA}/played", {"wamid": wamid})
    assert sim.statuses(wamid) == ["sent", "delivered", "played"]


def test_a_status_names_recipient_time_and_our_callback_data(virtual: VirtualClock, sim: Simulator) -> None:
    sim.write()
    wamid = sim.send(**text(), biz_opaque_callback_data="attempt-1")
    first = sim.values("statuses")[0]
    assert first == {
        "id": wamid,
        "status": "sent",
        "timestamp": str(int(START.timestamp())),
        "recipient_id": ASHA,
        "recipient_user_id": sim.world.people[ASHA].user_id,
        "biz_opaque_callback_data": "attempt-1",
        "pricing": {
            "billable": False, "pricing_model": "PMP", "type": "free_customer_service", "category": "service",
        },
    }  # fmt: skip


def test_pricing_is_on_sent_and_delivered_only_and_names_the_category(sim: Simulator) -> None:
    sim.approved("news", category="MARKETING", components=PLAIN)
    wamid = sim.send(**use("news"))
    sim.sim(f"phones/{ASHA}/open", {})
    found = {s["status"]: s.get("pricing") for s in sim.values("statuses") if s["id"] == wamid}
    marketing = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "marketing"}
    assert found == {"sent": marketing, "delivered": marketing, "read": None}


def test_after_a_thousand_service_messages_a_month_they_are_billed(sim: Simulator, virtual: VirtualClock) -> None:
    sim.write()
    sim.world.service_messages[sim.number, "2026-11"] = statuses.FREE_SERVICE_MESSAGES - 1
    last_free, first_billed = sim.send(**text("a")), sim.send(**text("b"))
    found = {s["id"]: s["pricing"]["type"] for s in sim.values("statuses")}
    assert found == {last_free: "free_customer_service", first_billed: "regular"}
