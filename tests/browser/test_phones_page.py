"""The page of phones in a real browser: what a person playing the resident and the cook sees and does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.whatsapp.simulator import conftest as simulator_fixtures
from tests.whatsapp.simulator.client import (
    ASHA,
    BODY,
    SUNITA,
    Simulator,
    body,
    components,
    link_button,
    list_message,
    payload,
    quick,
    suffix,
    text,
    use,
)
from whatsapp.simulator.core.knobs import Knobs

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
expect = pytest.importorskip("playwright.sync_api").expect
receiver_server, receiver = simulator_fixtures.receiver_server, simulator_fixtures.receiver
served, sim = simulator_fixtures.served, simulator_fixtures.sim


@pytest.fixture
def page(browser: Browser, sim: Simulator) -> Iterator[Page]:
    """A narrow page, as on a phone, whose script errors and policy violations fail the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, timezone_id="Asia/Kolkata")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    yield opened
    context.close()
    assert complaints == []


def chat_of(page: Page, sim: Simulator, wa_id: str = ASHA) -> None:
    page.goto(f"{sim.url}/#{wa_id}")


def test_with_nobody_it_says_what_to_do_and_a_phone_can_be_added(page: Page, sim: Simulator) -> None:
    page.goto(sim.url)
    expect(page.get_by_text("Nobody has a phone yet.")).to_be_visible()
    page.get_by_role("button", name="Add a phone").click()
    page.get_by_label("Name").fill("सुनीता देवी")
    page.get_by_label("Number with country code").fill("+91 90000 12345")
    page.get_by_label("Role").select_option("cook")
    page.get_by_role("button", name="Add phone").click()
    expect(page.get_by_text("+91 90000 12345 · templates only · cook")).to_be_visible()
    assert sim.world.people[SUNITA].name == "सुनीता देवी"


def test_what_is_typed_reaches_the_product_and_gets_its_ticks(page: Page, sim: Simulator) -> None:
    sim.phone()
    chat_of(page, sim)
    page.get_by_label("Message", exact=True).fill("Swap Tuesday dinner")
    page.get_by_label("Message", exact=True).press("Enter")
    bubble = page.locator(".mine", has_text="Swap Tuesday dinner")
    expect(bubble.get_by_role("img", name="Delivered")).to_be_visible()
    assert [m["text"]["body"] for m in sim.values("messages")] == ["Swap Tuesday dinner"]
    source = {"messaging_product": "whatsapp", "status": "read", "message_id": sim.chat()[0]["wamid"]}
    sim.graph("POST", f"{sim.number}/messages", json=source)
    expect(bubble.get_by_role("img", name="Read")).to_be_visible()


def test_an_open_chat_reads_what_arrives(page: Page, sim: Simulator) -> None:
    sim.write()
    chat_of(page, sim)
    expect(page.locator(".mine")).to_be_visible()
    wamid = sim.send(**text("*Done*, see https://a.in"))
    expect(page.locator(".theirs strong", has_text="Done")).to_be_visible()
    expect(page.locator(".theirs").get_by_role("link", name="https://a.in")).to_be_visible()
    expect(page.locator(".theirs").get_by_role("img", name="Read")).to_be_visible()
    assert sim.statuses(wamid) == ["sent", "delivered", "read"]


def test_a_template_shows_its_buttons_and_a_tap_answers_with_the_payload(page: Page, sim: Simulator) -> None:
    parts = components(BODY, quick("Approve"), quick("Change"), link_button())
    sim.approved(components=parts)
    sim.send(**use("plan_ready", "en", body("Asha"), payload(0, "approve:7"), suffix(2, "tok")))
    chat_of(page, sim)
    link = page.get_by_role("link", name="See the week")
    expect(link).to_have_attribute("href", "https://bettermeals.in/plan/tok")
    expect(link).to_have_attribute("target", "_blank")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".mine", has_text="Approve")).to_be_visible()
    assert sim.values("messages")[0]["button"]["payload"] == "approve:7"


def test_a_bubble_that_changes_under_a_finger_does_not_lose_the_tap(page: Page, sim: Simulator) -> None:
    sim.approved(components=components(BODY, quick("Approve")))
    wamid = sim.send(**use("plan_ready", "en", body("Asha"), payload(0, "approve:7")))
    chat_of(page, sim)
    page.get_by_role("button", name="Approve").hover()
    page.mouse.down()
    sim.sim("phones/919812345678/reaction", {"wamid": wamid, "emoji": "👍"})
    sim.write("And thank you")
    expect(page.get_by_text("open till")).to_be_visible()  # the page has heard of both
    page.mouse.up()
    expect(page.locator(".mine", has_text="Approve")).to_be_visible()
    expect(page.locator(".mine", has_text="And thank you")).to_be_visible()
    expect(page.locator(".theirs", has_text="👍")).to_be_visible()


def test_a_list_opens_a_sheet_and_one_row_is_sent(page: Page, sim: Simulator) -> None:
    sim.write()
    sim.send(**list_message(4))
    chat_of(page, sim)
    page.get_by_role("button", name="Choose a meal").click()
    expect(page.get_by_role("button", name="Send", exact=True).last).to_be_disabled()
    page.get_by_text("Meal 2").click()
    page.locator("#choose").click()
    expect(page.locator(".mine", has_text="Meal 2")).to_be_visible()
    assert sim.values("messages")[-1]["interactive"]["list_reply"] == {"id": "r2", "title": "Meal 2"}


def test_right_to_left_is_right_to_left_and_markup_stays_text(page: Page, sim: Simulator) -> None:
    sim.write("שלום, אפשר להחליף?")
    sim.send(**text("<img src=x onerror=alert(1)>"))
    chat_of(page, sim)
    direction = page.locator(".mine .body").evaluate("node => getComputedStyle(node).direction")
    assert direction == "rtl"
    expect(page.locator(".theirs .body")).to_have_text("<img src=x onerror=alert(1)>")


def test_a_photo_can_be_attached(page: Page, sim: Simulator) -> None:
    sim.phone()
    chat_of(page, sim)
    expect(page.get_by_text("No messages yet.")).to_be_visible()
    page.locator("input[type=file]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG"})
    expect(page.locator(".mine img.image")).to_be_attached()
    assert sim.values("messages")[0]["image"]["mime_type"] == "image/png"


def test_what_was_not_delivered_says_why(page: Page, sim: Simulator) -> None:
    sim.approved(components=components("Your plan for the week is ready."))
    sim.phone(on_whatsapp=False)
    sim.send(**use())
    chat_of(page, sim)
    expect(page.get_by_text("Not delivered: 131026 Message undeliverable")).to_be_visible()


def test_a_reply_quotes_and_a_reaction_lands(page: Page, sim: Simulator) -> None:
    sim.write()
    wamid = sim.send(**text("Which day?"))
    chat_of(page, sim)
    page.locator(".theirs .bubble").hover()
    page.locator(".theirs").get_by_label("Reply or react").click()
    page.get_by_role("button", name="Reply", exact=True).click()
    page.keyboard.type("Tuesday")
    page.keyboard.press("Enter")
    expect(page.locator(".mine .quoted", has_text="Which day?")).to_be_visible()
    page.locator(".theirs").get_by_label("Reply or react").click()
    page.get_by_role("button", name="🙏").click()
    expect(page.locator(".theirs .reactions")).to_have_text("🙏")
    assert sim.values("messages")[-1]["reaction"] == {"message_id": wamid, "emoji": "🙏"}


def test_arrows_change_the_person_and_the_wall_shows_several(page: Page, sim: Simulator) -> None:
    page.set_viewport_size({"width": 1600, "height": 900})
    for wa_id, name in ((SUNITA, "Sunita"), (ASHA, "Asha")):
        sim.write(
            "hello",
            wa_id,
        )
        sim.phone(wa_id, name)
    page.goto(sim.url)
    page.get_by_role("button", name=re.compile("^A Asha")).click()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".phone .name")).to_have_text("Sunita")
    page.get_by_role("button", name="Several phones side by side").click()
    expect(page.locator(".phone")).to_have_count(2)


def test_nothing_is_wider_than_a_phone(page: Page, sim: Simulator) -> None:
    sim.approved(components=components(BODY, quick("Approve"), link_button()))
    sim.send(**use("plan_ready", "en", body("x" * 200), suffix(1, "tok")))
    for path in ("/", f"/#{ASHA}", f"/pay/{sim.link()['id']}"):
        page.goto(sim.url + path)
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_paying_on_the_hosted_page_returns_to_the_merchant(page: Page, sim: Simulator) -> None:
    back = sim.url + "/"
    page.goto(sim.link(callback_url=back, callback_method="get")["short_url"])
    page.get_by_role("button", name="Pay by UPI").click()
    page.wait_for_url(back + "?**")
    assert sim.events()[0]["event"] == "payment_link.paid"


def test_a_knob_is_turned_on_its_page_and_all_go_back_to_normal(page: Page, sim: Simulator) -> None:
    page.goto(sim.url)
    page.get_by_role("link", name="Knobs").click()
    page.get_by_label("hold_webhooks").check()
    expect(page.get_by_role("status")).to_have_text("hold_webhooks is turned.")
    page.get_by_label("latency_ms").fill("120")
    page.get_by_label("latency_ms").press("Tab")
    page.get_by_label("window_error").select_option("async")
    page.get_by_label("account_standing").select_option("restricted")
    page.get_by_role("group", name="fail_next").get_by_label("Number").fill("131048")
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_text("Planned:")).to_contain_text("131048")
    knobs = sim.world.knobs
    assert (knobs.hold_webhooks, knobs.latency_ms, knobs.window_error) == (True, 120, "async")
    assert knobs.account_standing == "restricted"
    assert (knobs.fail_next["code"], knobs.fail_next["count"]) == (131048, 1)
    page.get_by_role("button", name="All back to normal").click()
    expect(page.get_by_role("status")).to_have_text("Everything is normal.")
    assert sim.world.knobs == Knobs()


def test_a_knob_that_cannot_be_turned_so_says_why_and_stays(page: Page, sim: Simulator) -> None:
    page.goto(sim.url + "/knobs")
    page.get_by_label("batch_size").fill("0")
    page.get_by_label("batch_size").press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("batch_size")
    expect(page.get_by_label("batch_size")).to_have_value("50")
    assert sim.world.knobs == Knobs()


def test_the_page_of_knobs_fits_a_phone(page: Page, sim: Simulator) -> None:
    page.goto(sim.url + "/knobs")
    expect(page.get_by_label("out_of_disk")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
