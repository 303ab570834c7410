"""Who may be written to, when, and how fast."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.whatsapp.simulator.client import ASHA, SUNITA, Simulator, components, text, use
from tests.whatsapp.simulator.conftest import VirtualClock
from whatsapp.simulator.core.pace import PAIR_BURST, PAIR_SECONDS, PER_SECOND, Pace

PLAIN = components("Your plan for the week is ready.")
HOUR = 3600


class TestWindow:
    def test_before_the_person_has_written_only_templates_go(self, sim: Simulator) -> None:
        sim.approved(components=PLAIN)
        assert sim.refused(**text()) == (400, 131047)
        sim.send(**use())

    def test_it_is_open_for_24_hours_after_the_last_message(self, virtual: VirtualClock, sim: Simulator) -> None:
        sim.write()
        virtual.to(24 * HOUR - 1)
        sim.send(**text())
        virtual.to(24 * HOUR)
        assert sim.refused(**text()) == (400, 131047)

    def test_a_reaction_does_not_open_it(self, sim: Simulator) -> None:
        sim.approved(components=PLAIN)
        wamid = sim.send(**use())
        sim.sim(f"phones/{ASHA}/reaction", {"wamid": wamid, "emoji": "👍"})
        assert sim.refused(**text()) == (400, 131047)

    def test_a_tap_opens_it(self, sim: Simulator) -> None:
        sim.approved(components=components("The plan is ready.", {"type": "QUICK_REPLY", "text": "OK"}))
        wamid = sim.send(**use())
        sim.sim(f"phones/{ASHA}/tap", {"wamid": wamid, "index": 0})
        sim.send(**text())

    def test_the_refusal_can_come_later_as_a_failed_status(self, sim: Simulator) -> None:
        sim.knobs(window_error="async")
        wamid = sim.send(**text())
        failed = [s for s in sim.values("statuses") if s["id"] == wamid]
        assert [(s["status"], s["errors"][0]["code"]) for s in failed] == [("failed", 131047)]


class TestRecipients:
    def test_a_test_number_reaches_its_list_only(self, sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sim.world, "settings", replace(sim.world.settings, allow_list=f"+{ASHA}, 91 90000 00000"))
        sim.approved(components=PLAIN)
        sim.send(**use())
        assert sim.refused(to="+" + SUNITA, **use()) == (400, 131030)
        assert SUNITA not in sim.world.people

    def test_somebody_not_on_whatsapp_is_accepted_and_then_fails_with_131026(self, sim: Simulator) -> None:
        sim.approved(components=PLAIN)
        sim.phone(on_whatsapp=False)
        wamid = sim.send(**use(), biz_opaque_callback_data="attempt-9")
        found = [s for s in sim.values("statuses") if s["id"] == wamid]
        assert [s["status"] for s in found] == ["failed"]
        error = found[0]["errors"][0]
        assert (error["code"], error["title"]) == (131026, "Message undeliverable")
        assert set(error) == {"code", "title", "message", "href", "error_data"}
        assert found[0]["biz_opaque_callback_data"] == "attempt-9"
        assert "pricing" not in found[0]
        assert all("contacts" not in value for d in sim.delivered() for value in d.values if "statuses" in value)

    def test_unknown_numbers_can_be_made_unreachable(self, sim: Simulator) -> None:
        sim.approved(components=PLAIN)
        sim.knobs(unknown_numbers_on_whatsapp=False)
        assert sim.statuses(sim.send("919999988888", **use())) == ["failed"]

    def test_who_stopped_marketing_gets_utility_still(self, sim: Simulator) -> None:
        sim.approved("news", category="MARKETING", components=PLAIN)
        sim.approved("plan", components=PLAIN)
        sim.phone()
        sim.sim(f"phones/{ASHA}/marketing", {"value": "stop"})
        assert sim.refused(**use("news")) == (400, 131050)
        sim.send(**use("plan"))
        sim.sim(f"phones/{ASHA}/marketing", {"value": "resume"})
        sim.send(**use("news"))
        told = [p for value in sim.changes("user_preferences") for p in value["user_preferences"]]
        assert [(p["value"], p["wa_id"], p["category"]) for p in told] == [
            ("stop", ASHA, "marketing_messages"),
            ("resume", ASHA, "marketing_messages"),
        ]

    def test_without_a_payment_method_it_fails_later_with_131042(self, sim: Simulator) -> None:
        sim.approved(components=PLAIN)
        sim.sim(f"businesses/{sim.waba}", {"has_payment_method": False})
        wamid = sim.send(**use())
        assert [s["errors"][0]["code"] for s in sim.values("statuses") if s["id"] == wamid] == [131042]

    @pytest.mark.parametrize("status", ["RESTRICTED", "BANNED"])
    def test_a_restricted_number_is_131031(self, sim: Simulator, status: str) -> None:
        sim.approved(components=PLAIN)
        sim.sim(f"numbers/{sim.number}", {"status": status})
        assert sim.refused(**use()) == (403, 131031)

    def test_an_authentication_template_needs_a_phone_number(self, sim: Simulator) -> None:
        sim.approved("otp", category="AUTHENTICATION", components=[{"type": "BODY"}])
        sim.phone()
        user_id = sim.world.people[ASHA].user_id
        answer = sim.post({"recipient": user_id} | use("otp", "en", {"type": "body", "parameters": [{"text": "1"}]}))
        assert answer.json()["error"]["code"] == 131062


class TestPairRate:
    def test_45_in_six_seconds_pass_and_the_next_is_131056(self, virtual: VirtualClock, sim: Simulator) -> None:
        sim.approved(components=PLAIN)
        for _ in range(45):
            sim.send(**use())
        assert sim.refused(**use()) == (400, 131056)
        sim.send(SUNITA, **use())

    def test_a_burst_of_twenty_costs_two_minutes(self, virtual: VirtualClock, sim: Simulator) -> None:
        sim.approved(components=PLAIN)
        for _ in range(20):
            sim.send(**use())
        virtual.to(119.9)
        assert sim.refused(**use()) == (400, 131056)
        virtual.to(120)
        sim.send(**use())

    def test_one_in_six_seconds_never_waits(self, virtual: VirtualClock, sim: Simulator) -> None:
        sim.approved(components=PLAIN)
        for n in range(30):
            virtual.to(n * 6)
            sim.send(**use())

    def test_it_can_be_switched_off_for_a_clock_that_jumps(self, virtual: VirtualClock, sim: Simulator) -> None:
        sim.approved(components=PLAIN)
        sim.knobs(enforce_pace=False)
        for _ in range(60):
            sim.send(**use())

    @given(st.lists(st.floats(0, 20), min_size=1, max_size=300))
    def test_over_any_schedule_quota_is_never_exceeded(self, gaps: list[float]) -> None:
        """Whatever the schedule: never over 45 in six seconds, nor (over time) more than one per six plus a burst."""
        pace, now, sent = Pace(), 0.0, []
        for gap in gaps:
            now += gap
            if pace.refusal("n", PER_SECOND["HIGH"], "p", now) is None:
                pace.count("n", "p", now)
                sent.append(now)
        assert len(sent) <= now / PAIR_SECONDS + PAIR_BURST
        assert all(sum(1 for at in sent if start <= at < start + PAIR_SECONDS) <= PAIR_BURST + 1 for start in sent)


class TestThroughput:
    def people(self, count: int) -> list[str]:
        return [f"9190000{n:05d}" for n in range(count)]

    def test_80_in_a_second_pass_and_the_next_is_130429(self, virtual: VirtualClock, sim: Simulator) -> None:
        sim.approved(components=PLAIN)
        for wa_id in self.people(80):
            sim.send(wa_id, **use())
        assert sim.refused(**use()) == (400, 130429)
        virtual.to(0.999)
        assert sim.refused(**use()) == (400, 130429)
        virtual.to(1.0)
        sim.send(**use())

    def test_incoming_messages_use_it_too(self, virtual: VirtualClock, sim: Simulator) -> None:
        sim.approved(components=PLAIN)
        for wa_id in self.people(79):
            sim.send(wa_id, **use())
        sim.write()
        assert sim.refused(**text()) == (400, 130429)

    def test_level_high_allows_more(self, virtual: VirtualClock, sim: Simulator) -> None:
        sim.approved(components=PLAIN)
        sim.sim(f"numbers/{sim.number}", {"throughput_level": "HIGH"})
        for wa_id in self.people(81):
            sim.send(wa_id, **use())

    @given(st.lists(st.floats(0, 0.3), min_size=80, max_size=400))
    def test_no_sliding_second_ever_has_more_than_80(self, gaps: list[float]) -> None:
        pace, now, sent = Pace(), 0.0, []
        for person, gap in enumerate(gaps):
            now += gap / 20
            if pace.refusal("n", PER_SECOND["STANDARD"], str(person), now) is None:
                pace.count("n", str(person), now)
                sent.append(now)
        assert all(b - a >= 1.0 for a, b in zip(sent, sent[80:], strict=False))


class TestMessagingLimit:
    def test_250_different_people_a_day_outside_a_window(self, virtual: VirtualClock, sim: Simulator) -> None:
        sim.approved(components=PLAIN)
        sim.sim(f"numbers/{sim.number}", {"messaging_limit": "TIER_250", "throughput_level": "HIGH"})
        for n in range(250):
            sim.send(f"9190000{n:05d}", **use())
        assert sim.refused(**use()) == (400, 131048)
        virtual.to(10)
        sim.send("919000000000", **use())  # already reached today
        sim.write()
        sim.send(**text())  # inside a window
        virtual.to(24 * HOUR + 11)
        sim.send("919777777777", **use())
