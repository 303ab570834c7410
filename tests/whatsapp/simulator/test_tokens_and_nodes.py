from __future__ import annotations

import pytest

from tests.whatsapp.simulator.client import TOKEN, Simulator


def test_a_call_without_token_is_2500_in_metas_envelope(sim: Simulator) -> None:
    answer = sim.graph("GET", sim.number, token="")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["type"]) == (400, 2500, "OAuthException")
    assert error["fbtrace_id"]


def test_a_wrong_token_is_190(sim: Simulator) -> None:
    answer = sim.graph("GET", sim.number, token="EAAwrong")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 190)


def test_an_expired_token_is_190_with_subcode_463_and_debug_token_says_so(sim: Simulator) -> None:
    sim.sim(f"businesses/{sim.waba}", {"token_expires_at": 1})
    error = sim.graph("GET", sim.number).json()["error"]
    assert (error["code"], error["error_subcode"]) == (190, 463)


def test_debug_token_describes_a_good_token(sim: Simulator) -> None:
    data = sim.graph("GET", "debug_token", params={"input_token": TOKEN}).json()["data"]
    assert data["is_valid"] is True
    assert data["expires_at"] == 0
    assert data["scopes"] == ["whatsapp_business_management", "whatsapp_business_messaging"]
    assert data["granular_scopes"][0]["target_ids"] == [sim.waba]


def test_debug_token_takes_the_apps_own_token_even_for_a_token_that_has_ended(sim: Simulator) -> None:
    app = sim.world.businesses[sim.waba]
    sim.sim(f"businesses/{sim.waba}", {"token_expires_at": 1})
    asked = {"params": {"input_token": TOKEN}, "token": f"{app.app_id}|{app.app_secret}"}
    assert sim.graph("GET", "debug_token", **asked).json()["data"]["is_valid"] is False
    wrong = sim.graph("GET", "debug_token", **(asked | {"token": f"{app.app_id}|guessed"}))
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, 190)


def test_debug_token_describes_an_unknown_token_without_an_error(sim: Simulator) -> None:
    data = sim.graph("GET", "debug_token", params={"input_token": "EAAother"}).json()["data"]
    assert data["is_valid"] is False


def test_a_rotated_token_and_the_old_one_both_work_until_the_old_one_is_dropped(sim: Simulator) -> None:
    sim.sim(f"businesses/{sim.waba}", {"access_token": "EAAnew", "keep_old": True})
    assert [sim.graph("GET", sim.number, token=t).status_code for t in (TOKEN, "EAAnew")] == [200, 200]
    sim.sim(f"businesses/{sim.waba}", {"access_token": "EAAnewer"})
    assert [sim.graph("GET", sim.number, token=t).status_code for t in (TOKEN, "EAAnewer")] == [401, 200]


@pytest.mark.parametrize("path", ["999", "999/messages", "999/message_templates"])
def test_an_unknown_id_is_100_with_subcode_33(sim: Simulator, path: str) -> None:
    answer = sim.graph("POST", path, json={})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["error_subcode"]) == (400, 100, 33)
    assert "Object with ID '999' does not exist" in error["message"]


def test_an_unknown_path_is_2500(sim: Simulator) -> None:
    error = sim.graph("GET", f"{sim.number}/nonsense").json()["error"]
    assert (error["code"], error["message"]) == (2500, f"Unknown path components: /{sim.number}/nonsense")


@pytest.mark.parametrize("version", ["v25.0/", "v26.0/", ""])
def test_any_version_or_none_is_served_and_named_in_the_headers(sim: Simulator, version: str) -> None:
    answer = sim.session.get(f"{sim.url}/{version}{sim.number}", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["facebook-api-version"] == (version.strip("/") or "v25.0")
    assert answer.headers["x-fb-trace-id"]


def test_a_number_shows_its_default_fields_without_fields(sim: Simulator) -> None:
    assert sim.graph("GET", sim.number).json() == {
        "verified_name": "BetterMeals",
        "code_verification_status": "VERIFIED",
        "display_phone_number": "+91 80 4718 2000",
        "quality_rating": "GREEN",
        "id": sim.number,
    }


def test_a_number_shows_exactly_the_asked_fields(sim: Simulator) -> None:
    wanted = "status,throughput,whatsapp_business_manager_messaging_limit,webhook_configuration,platform_type"
    assert sim.graph("GET", sim.number, params={"fields": wanted}).json() == {
        "status": "CONNECTED",
        "throughput": {"level": "STANDARD"},
        "whatsapp_business_manager_messaging_limit": "TIER_2K",
        "webhook_configuration": {"application": sim.receiver.url + "/whatsapp"},
        "platform_type": "CLOUD_API",
        "id": sim.number,
    }


def test_an_unknown_field_is_refused(sim: Simulator) -> None:
    error = sim.graph("GET", sim.number, params={"fields": "colour"}).json()["error"]
    assert error["message"] == "(#100) Tried accessing nonexisting field (colour)"


def test_health_is_available_and_turns_blocked_without_a_payment_method(sim: Simulator) -> None:
    def overall(path: str) -> str:
        found = sim.graph("GET", path, params={"fields": "health_status"}).json()
        return str(found["health_status"]["can_send_message"])

    assert overall(sim.number) == "AVAILABLE"
    sim.sim(f"businesses/{sim.waba}", {"has_payment_method": False})
    assert (overall(sim.number), overall(sim.waba)) == ("BLOCKED", "BLOCKED")


def test_the_account_and_its_numbers_are_described(sim: Simulator) -> None:
    account = sim.graph("GET", sim.waba, params={"fields": "name,currency,account_review_status"}).json()
    assert account == {"name": "BetterMeals", "currency": "INR", "account_review_status": "APPROVED", "id": sim.waba}
    numbers = sim.graph("GET", f"{sim.waba}/phone_numbers", params={"fields": "id,status"}).json()["data"]
    assert numbers == [{"id": sim.number, "status": "CONNECTED"}]


def test_registering_sets_the_pin_once_and_then_asks_for_the_same(sim: Simulator) -> None:
    def register(pin: str) -> object:
        answer = sim.graph("POST", f"{sim.number}/register", json={"messaging_product": "whatsapp", "pin": pin}).json()
        return answer.get("success") or answer["error"]["code"]

    assert [register("123456"), register("654321"), register("123456")] == [True, 133005, True]
    assert [register("123456") for _ in range(8)][-1] == 133016


def test_a_deregistered_number_cannot_send_and_its_health_is_blocked(sim: Simulator) -> None:
    sim.write()
    assert sim.graph("POST", f"{sim.number}/deregister").json() == {"success": True}
    assert sim.refused(type="text", text={"body": "x"}) == (400, 133010)


def test_a_second_business_is_apart_from_the_first(sim: Simulator) -> None:
    other = {
        "waba_id": "222000111222333", "phone_number_id": "333000111222333", "display_phone_number": "+91 80 1111 2222",
        "access_token": "EAAother", "app_secret": "other-secret", "verify_token": "v", "name": "Other Kitchen",
    }  # fmt: skip
    sim.sim("businesses", other)
    assert sim.graph("GET", other["phone_number_id"]).json()["error"]["error_subcode"] == 33
    assert sim.graph("GET", other["phone_number_id"], token="EAAother").json()["verified_name"] == "Other Kitchen"
    assert sim.graph("POST", f"{other['waba_id']}/subscribed_apps", token="EAAother").json() == {"success": True}
    sim.phone()
    sim.sim("phones/919812345678/text", {"body": "hello", "phone_number_id": other["phone_number_id"]})
    sim.write("to the first", phone_number_id=sim.number)
    by_account = {d.json["entry"][0]["id"]: d for d in sim.delivered()}
    assert by_account[other["waba_id"]].signed_with("other-secret")
    senders = {waba: d.values[0]["messages"][0]["from_user_id"] for waba, d in by_account.items()}
    assert len(set(senders.values())) == 2, "another portfolio sees another BSUID for the same person"
