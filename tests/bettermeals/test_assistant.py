"""The assistant's door, through the SDK's own client: in memory."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache
from django.core.management import CommandError, call_command

from bettermeals.lib import clock
from households import ops
from mealplans.templates import CATALOGUE
from tests.factories import mealplans as make
from tests.factories.households import MONDAY, NOW
from tests.factories.whatsapp import HOUR, approve, make_account, make_contact
from whatsapp.api import tokens
from whatsapp.models import Account, ApiCall, Message

mcp = pytest.importorskip("mcp", reason="the SDK is in requirements-extras.txt")
from bettermeals import assistant, assistant_door  # noqa: E402

TOOLS = {"list_templates", "send_text", "send_template", "find_household", "show_week", "list_attention"}


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    cache.clear()


def secret_for(*scopes: str, account: Account | None = None) -> str:
    allowed = scopes or set(assistant.SCOPES.values())
    return tokens.make(name="Assistant", account=account or make_account(), scopes=allowed, now=NOW)[1]


def use(secret: str, tool: str, **asked: Any) -> Any:
    """The tool's answer, or the words of its refusal."""

    async def talk() -> Any:
        async with mcp.Client(assistant_door.server(secret)) as client:
            return await client.call_tool(tool, asked)

    result = async_to_sync(talk)()
    return result.content[0].text if result.is_error else result.structured_content


@pytest.mark.django_db
def test_the_tools_are_the_six_and_say_which_of_them_send() -> None:
    async def names() -> dict[str, bool]:
        async with mcp.Client(assistant_door.server("")) as client:
            return {tool.name: tool.annotations.read_only_hint for tool in (await client.list_tools()).tools}

    found = async_to_sync(names)()
    assert set(found) == TOOLS == set(assistant.SCOPES)
    assert {name for name, reads in found.items() if not reads} == {"send_text", "send_template"}


@pytest.mark.django_db
def test_a_text_goes_through_the_gate_once_and_is_on_record() -> None:
    make_account()
    asha = make_contact("+919810000001", wrote_at=NOW - HOUR)
    secret = secret_for()
    first, second = (use(secret, "send_text", to="98100 00001", text="On our way.", key="a1") for _ in range(2))
    message = Message.objects.get()
    assert (message.contact, message.text, first["id"]) == (asha, "On our way.", str(message.public_id))
    assert (first["repeated"], second["repeated"], second["id"]) == (False, True, first["id"])
    calls = list(ApiCall.objects.order_by("pk").values_list("door", "action", "status"))
    assert calls == [("mcp", "send_text", 200)] * 2


@pytest.mark.django_db
def test_a_refusal_is_said_in_words_and_on_record() -> None:
    make_account()
    make_contact("+919810000001")
    words = use(secret_for(), "send_text", to="+919810000001", text="Hello", key="a1")
    assert "window_closed: " in words
    assert list(ApiCall.objects.values_list("status", "code")) == [(422, "window_closed")]


@pytest.mark.django_db
@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_each_tool_needs_its_scope(tool: str) -> None:
    asked = {
        "send_text": {"to": "1", "text": "x", "key": "k"},
        "send_template": {"to": "1", "name": "x", "variables": {}, "key": "k"},
        "find_household": {"search": "x"},
        "show_week": {"household_id": 1},
    }
    others = set(assistant.SCOPES.values()) - {assistant.SCOPES[tool]}
    assert "scope_missing" in use(secret_for(*others), tool, **asked.get(tool, {}))


@pytest.mark.django_db
def test_a_revoked_token_opens_nothing_more() -> None:
    secret = secret_for()
    assert use(secret, "list_attention")["count"] == 0
    tokens.revoke(tokens.find(secret, NOW), "lost", NOW)
    assert "token_revoked" in use(secret, "list_attention")


@pytest.mark.django_db
def test_a_household_is_found_and_its_week_read() -> None:
    make.make_catalogue()
    home = make.make_home()
    secret = secret_for()
    (found,) = use(secret, "find_household", search="asha")["households"]
    assert (found["id"], found["name"]) == (home.household.pk, home.household.name)
    empty = use(secret, "show_week", household_id=found["id"], day=str(MONDAY))
    assert empty == {"household": home.household.name, "week_start": str(MONDAY), "plan": None}
    plan = make.propose_week(home)
    week = use(secret, "show_week", household_id=found["id"], day=str(MONDAY))["plan"]
    first = plan.meals.order_by("date", "meal").first()
    assert len(week["meals"]) == plan.meals.count()
    assert (week["meals"][0]["dish"], week["status"]) == (first.dish.name_en, plan.get_status_display())
    assert "is no date" in use(secret, "show_week", household_id=found["id"], day="Monday")


@pytest.mark.django_db
def test_another_business_sees_neither_the_households_nor_the_queue() -> None:
    make.make_catalogue()
    home = make.make_home()
    other = Account.objects.create(name="Other", waba_id="555000111", mode="live")
    secret = secret_for(account=other)
    assert use(secret, "find_household", search="asha") == {"households": []}
    assert "household_not_found" in use(secret, "show_week", household_id=home.household.pk)
    assert "other_account" in use(secret, "list_attention")


@pytest.mark.django_db
def test_the_queue_is_read_with_its_reasons() -> None:
    ops.open_item(key="cook:1", kind="cook_silent", reason="Sunita has not answered.", now=NOW)
    (need,) = use(secret_for(), "list_attention")["needs"]
    assert (need["kind"], need["reason"]) == ("cook silent", "Sunita has not answered.")


@pytest.mark.django_db
def test_templates_are_listed_with_what_they_take() -> None:
    approve(CATALOGUE[0])
    found = use(secret_for(), "list_templates", name=CATALOGUE[0].name)["templates"]
    assert [row["language"] for row in found] == sorted(CATALOGUE[0].bodies)
    assert [(row["variables"], row["sendable"]) for row in found] == [(list(CATALOGUE[0].variables), True)] * len(found)


@pytest.mark.django_db
@pytest.mark.parametrize(("value", "words"), [("", "Set BETTERMEALS_API_TOKEN"), ("bm_no", "not known")])
def test_the_command_refuses_to_start_without_a_right_token(
    monkeypatch: pytest.MonkeyPatch, value: str, words: str
) -> None:
    monkeypatch.setenv("BETTERMEALS_API_TOKEN", value)
    with pytest.raises(CommandError, match=words):
        call_command("mcp")
