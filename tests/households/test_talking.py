"""A home's own page answers its people: the inbox's thread, acts and gate, without leaving the home."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from households.models import Household
from tests.factories.households import NOW, make_cook, make_engagement, make_household, make_resident, make_staff
from tests.factories.whatsapp import DAY, HOUR, approve, make_contact, queue_text
from tests.households.admin_pages import queries, url
from whatsapp import catalogue
from whatsapp.models import Contact, InboxItem, Message

pytestmark = pytest.mark.django_db
NEWS = "/admin/whatsapp/inboxitem/desk/news/"


@pytest.fixture(autouse=True)
def saturday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home() -> Household:
    """Asha decides and wrote an hour ago; Ravi wrote never; Sunita cooks and wrote yesterday."""
    home = make_household()
    make_resident(home, "Asha", contact=make_contact(wrote_at=NOW - HOUR, profile_name="Asha K"))
    make_resident(home, "Ravi", contact=make_contact(profile_name="Ravi K"))
    make_engagement(home, make_cook("Sunita", contact=make_contact(wrote_at=NOW - 2 * DAY, profile_name="Sunita B")))
    return home


def person(name: str) -> Contact:
    return Contact.objects.get(profile_name=name)


def page(home: Household, talk: Any = "") -> str:
    return url(Household, "change", home.pk) + (f"?talk={talk}" if talk else "")


def panel(client: Client, home: Household, talk: Any = "") -> dict[str, Any]:
    panels = client.get(page(home, talk)).context["panels"]
    (found,) = [panel.contents for panel in panels if panel.title == "Conversations"]
    return found


def act(contact: Contact, name: str, back: str = "") -> str:
    return reverse("admin:whatsapp_inbox_act", args=[contact.pk, name]) + (f"?next={back}" if back else "")


def test_everybody_of_the_home_can_be_chosen_and_who_wrote_last_is(admin_client: Client, home: Household) -> None:
    found = panel(admin_client, home)
    assert [(speaker.name, speaker.roles) for speaker in found["speakers"]] == [
        ("Asha", ("decides",)),
        ("Ravi", ("resident",)),
        ("Sunita", ("cook",)),
    ]
    assert found["thread"].contact == person("Asha K")


def test_who_waits_for_an_answer_comes_before_who_wrote_last(admin_client: Client, home: Household) -> None:
    message = queue_text(person("Asha K"))
    InboxItem.objects.create(contact=person("Sunita B"), message=message, reason="?", opened_at=NOW, due_at=NOW + HOUR)
    assert panel(admin_client, home)["thread"].contact == person("Sunita B")


def test_the_address_chooses_but_nobody_of_another_home(admin_client: Client, home: Household) -> None:
    stranger = make_resident(make_household("Other"), "Meera").contact
    assert panel(admin_client, home, person("Ravi K").pk)["thread"].contact == person("Ravi K")
    assert panel(admin_client, home, stranger.pk)["thread"].contact == person("Asha K")
    assert panel(admin_client, home, "1 OR 1")["thread"].contact == person("Asha K")


def test_who_eats_and_cooks_here_is_one_conversation(admin_client: Client, home: Household) -> None:
    make_engagement(home, make_cook("Ravi", contact=person("Ravi K")))
    speakers = panel(admin_client, home)["speakers"]
    assert [(speaker.name, speaker.roles) for speaker in speakers] == [
        ("Asha", ("decides",)),
        ("Ravi", ("resident", "cook")),
        ("Sunita", ("cook",)),
    ]


def test_an_answer_goes_through_the_inboxs_act_and_comes_back_here(admin_client: Client, home: Household) -> None:
    asha, here = person("Asha K"), page(home, person("Asha K").pk)
    assert f"{act(asha, 'reply')}?next=" in admin_client.get(here).content.decode()
    answer = admin_client.post(act(asha, "reply", here), {"text": "We call you.", "nonce": "a"})
    assert (answer.status_code, answer.headers["Location"]) == (302, here)
    assert list(Message.objects.values_list("contact", "text", "purpose")) == [
        (asha.pk, "We call you.", "staff_answer")
    ]


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/admin/", "/p/token/", "javascript:alert(1)"])
def test_no_answer_leads_out_of_the_back_office(admin_client: Client, home: Household, back: str) -> None:
    asha = person("Asha K")
    answer = admin_client.post(act(asha, "reply", back), {"text": "Hello", "nonce": "a"})
    assert answer.headers["Location"].startswith(reverse("admin:whatsapp_inbox_thread", args=[asha.pk]))


def test_outside_the_window_there_are_templates_a_preview_and_why(admin_client: Client, home: Household) -> None:
    ravi = person("Ravi K")
    approve(catalogue.declared()["staff_reply"])
    shown = admin_client.get(page(home, ravi.pk)).content.decode()
    assert panel(admin_client, home, ravi.pk)["thread"].verdict.code == "window_closed"
    assert panel(admin_client, home, ravi.pk)["picker"].template.name == "staff_reply"
    assert ('id="ib-text"' in shown, 'id="ib-template"' in shown, 'class="ib-phone' in shown) == (False, True, True)
    assert "only a template may be sent now" in shown


def test_the_news_of_such_a_thread_hold_no_list(admin_client: Client, home: Household) -> None:
    asha, here = person("Asha K"), page(home, person("Asha K").pk)
    found = admin_client.get(NEWS, {"thread": asha.pk, "next": here}).json()
    assert set(found["seals"]) == {"bubbles", "head"}
    assert "Open in the inbox" in found["parts"]["head"]
    assert "Mark unread" not in found["parts"]["head"]


def staff(*codenames: str) -> Client:
    user, client = make_staff(), Client()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return client


def titles(client: Client, home: Household) -> set[str]:
    return {panel.title for panel in client.get(page(home)).context["panels"]}


def test_who_may_not_read_threads_sees_none_here(home: Household) -> None:
    assert titles(staff("view_household"), home) == {"People and threads", "What happened"}


def test_who_may_only_read_reads(home: Household) -> None:
    client = staff("view_household", "view_contact", "view_message")
    assert titles(client, home) == {"People and threads", "What happened", "Conversations"}
    assert 'id="ib-text"' not in client.get(page(home)).content.decode()


def test_a_home_with_more_people_asks_the_database_as_often(admin_client: Client, home: Household) -> None:
    one = queries(admin_client, page(home))
    for name in ("Bina", "Chitra"):
        make_resident(home, name, contact=make_contact(wrote_at=NOW - DAY))
        make_engagement(home, make_cook(name, contact=make_contact()))
    assert queries(admin_client, page(home)) == one


def test_a_home_that_nobody_can_write_to_has_no_conversations(admin_client: Client) -> None:
    assert "Conversations" not in titles(admin_client, make_household())


def test_in_hindi_nothing_of_it_is_left_in_english(admin_client: Client, home: Household) -> None:
    shown = admin_client.get(page(home, person("Asha K").pk), headers={"Accept-Language": "hi"}).content.decode()
    for words in ("Conversations", "Whose conversation", "Read and answer", "Keys: Ctrl", "Open in the inbox"):
        assert words not in shown
    closed = admin_client.get(page(home, person("Ravi K").pk), headers={"Accept-Language": "hi"}).content.decode()
    assert "इन्होंने कभी नहीं लिखा: अभी केवल टेम्पलेट भेजा जा सकता है।" in closed
