"""Every kind of template: declared, submitted, reviewed, sent, drawn on the phone and in the office, and refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
import responses
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from bettermeals.lib import clock
from tests.contract.reading import Contract
from tests.factories.whatsapp import make_contact
from tests.whatsapp import graph
from tests.whatsapp.meta import WA_ID, Meta
from tests.whatsapp.template_kinds import (
    ALL,
    BODY,
    BUTTONS,
    CODE,
    FORM,
    HERE,
    NAMES,
    PICTURE,
    PLACE,
    TEMPLATES,
    declared,
)
from whatsapp import drafts, library, sending, template_sync
from whatsapp.declare import (
    NAMED,
    CopyCode,
    DeclarationError,
    ExampleFile,
    FlowButton,
    PhoneButton,
    QuickReply,
    TemplateText,
)
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, Message, MessageTemplate
from whatsapp.outgoing.files import Document, Image
from whatsapp.outgoing.parameters import ContentError
from whatsapp.outgoing.template import Extras, TemplateMessage

CATALOGUE = ALL
TEMPLATES_URL = f"{graph.BASE}/{django_settings.WHATSAPP_BUSINESS_ACCOUNT_ID}/message_templates"


@pytest.fixture(autouse=True)
def kinds(settings: Any) -> None:
    settings.WHATSAPP_TEMPLATE_CATALOGUES = ["tests.whatsapp.test_template_kinds.CATALOGUE"]


@pytest.fixture
def known(meta: Meta) -> Meta:
    """Meta has them all, reviewed."""
    report = template_sync.sync(Account.objects.get(), clock.now())
    assert (report.errors, report.drifted, len(report.created)) == ([], {}, len(ALL))
    meta.webhooks()
    meta.knobs(enforce_pace=False)
    return meta


DRAWN: dict[str, dict[str, Any]] = {
    "names": {
        "header": {"type": "text", "text": "Dinner for Rao"},
        "body": "Dear Asha, Rajma is for dinner at 8 pm today.",
    },
    "words": {"header": {"type": "text", "text": "The week of 23–29 Nov"}},
    "picture": {"header": {"type": "image"}},
    "film": {"header": {"type": "video"}},
    "paper": {"header": {"type": "document"}},
    "place": {"header": {"type": "location"}},
    "buttons": {"buttons": [("quick_reply", "Good"), ("url", "See"), ("phone_number", "Call us")]},
    "code": {"buttons": [("copy_code", "Copy code")]},
    "form": {"buttons": [("flow", "Tell us")]},
}


@pytest.mark.parametrize("kind", TEMPLATES)
def test_each_kind_is_submitted_approved_sent_and_drawn_on_the_phone(known: Meta, kind: str) -> None:
    content = TEMPLATES[kind]
    with transaction.atomic():
        message = sending.queue(make_contact("+" + WA_ID), content, now=clock.now())
    deliver_due(clock.now())
    known.webhooks()
    message.refresh_from_db()
    assert (message.status, message.error_text) == ("delivered", "")
    [shown] = known.ask(f"phones/{WA_ID}/messages")["messages"]
    wanted = DRAWN[kind]
    assert shown["body"] == wanted.get("body", "Hello Asha, this is about your meals of this week.")
    header = wanted.get("header", {})
    assert {key: shown["header"][key] for key in header} == header
    assert [(b["type"], b["text"]) for b in shown.get("buttons", [])] == wanted.get("buttons", [])


def test_the_form_comes_back_with_our_reference(known: Meta) -> None:
    with transaction.atomic():
        message = sending.queue_template(
            contact=make_contact("+" + WA_ID), template=FORM, variables={"name": "Asha"},
            extras=Extras(flow_token="f:1"), now=clock.now(),
        )  # fmt: skip
    deliver_due(clock.now())
    message.refresh_from_db()
    known.tell(f"phones/{WA_ID}/tap", wamid=message.wamid, index=0, response={"spice": "mild"})
    known.webhooks()
    answer = Message.objects.get(direction="in")
    assert '"flow_token": "f:1"' in str(answer.payload["interactive"]["nfm_reply"]["response_json"])


ABOVE = {
    "kind_named": "Dinner for {{home}}", "kind_words": "The week of {{1}}",
    "kind_picture": "🖼 The message&#x27;s picture",
    "kind_film": "▶ The message&#x27;s film", "kind_paper": "📄 The message&#x27;s document",
    "kind_place": "📍 The message&#x27;s place",
    "kind_buttons": "✆", "kind_code": "⧉", "kind_form": "▤",
}  # fmt: skip


def test_the_office_draws_each_as_on_a_phone_and_finds_no_difference(known: Meta, client: Client) -> None:
    client.force_login(User.objects.create_superuser("boss"))
    for row in MessageTemplate.objects.all():
        page = client.get(reverse("admin:whatsapp_messagetemplate_change", args=[row.pk])).content.decode()
        phone = page.split('class="ib-phone"')[1]
        assert ABOVE[row.name] in phone.replace("&#39;", "&#x27;"), row.name
        assert "in the code" not in page
        if row.name == "kind_named":
            assert "Dear Asha, Rajma is for dinner at 8 pm today." in phone


def test_what_staff_can_fill_is_offered_and_what_needs_a_file_place_code_or_form_is_not(known: Meta) -> None:
    account = Account.objects.get()
    assert set(library.sendable(account.pk)) == set()
    named = declared(
        "named_plain", TemplateText("Dear {{name}}, we are closed today."), parameter_format=NAMED,
    )  # fmt: skip
    assert library.by_hand(named)
    assert not library.by_hand(PLACE)


def test_metas_copy_alone_is_read_back_as_it_was_declared(known: Meta) -> None:
    for template in ALL:
        row = MessageTemplate.objects.get(name=template.name)
        found = library.of_meta([row], template.variables)
        assert found is not None
        assert (found.parameter_format, found.variables) == (template.parameter_format, template.variables)
        assert _without_examples(found.components("en")) == _without_examples(template.components("en"))


def _without_examples(parts: Any) -> Any:
    if isinstance(parts, list):
        return [_without_examples(part) for part in parts]
    if isinstance(parts, dict):
        return {key: _without_examples(value) for key, value in parts.items() if key != "example"}
    return parts


def test_the_offices_editor_says_that_it_cannot_hold_them(known: Meta) -> None:
    row = MessageTemplate.objects.get(name="kind_place")
    with pytest.raises(ValueError, match="own editor only"):
        drafts.new_version(row, None, clock.now())


@responses.activate
@pytest.mark.django_db
def test_each_is_created_as_metas_file_wants_it(account: Account, meta_contract: Contract) -> None:
    responses.get(TEMPLATES_URL, json={"data": []})
    responses.post(TEMPLATES_URL, json={"id": "1", "status": "PENDING", "category": "UTILITY"})
    Account.objects.update(app_id="1")
    responses.post(f"{graph.BASE}/1/uploads", json={"id": "upload:1"})
    responses.post(f"{graph.BASE}/upload:1", json={"h": "4::aW"})
    template_sync.sync(Account.objects.get(), clock.now())
    made = [json.loads(c.request.body) for c in responses.calls if c.request.url == TEMPLATES_URL and c.request.body]
    complaints = {body["name"]: meta_contract.operation(body, "{WABA-ID}/message_templates") for body in made}
    assert complaints == {template.name: "" for template in ALL}


BROKEN: dict[str, dict[str, Any]] = {
    "the header must use {{1}} once": {"text": TemplateText(BODY, header="The week"), "header_variable": "week"},
    "no variable without a header_variable": {"text": TemplateText(BODY, header="For {{1}}")},
    "must use exactly {{name}}": {"text": TemplateText(BODY), "parameter_format": NAMED},
    "begins with a letter": {
        "text": TemplateText("Dear {{1x}}, this is for you."), "parameter_format": NAMED, "variables": ("1x",),
    },
    "or a place": {"text": TemplateText(BODY, header="Home", location=True)},
    "takes no audio/mpeg": {"text": TemplateText(BODY, file=ExampleFile("a.mp3", HERE, "audio/mpeg"))},
    "no number like": {"text": TemplateText(BODY, buttons=(PhoneButton("Call", "080 4718"),))},
    "at most 1 phone button": {
        "text": TemplateText(BODY, buttons=(PhoneButton("a", "+918047182000"), PhoneButton("b", "+918047182001"))),
    },
    "at most 1 button with a code": {"text": TemplateText(BODY, buttons=(CopyCode("A"), CopyCode("B")))},
    "example of the code": {"text": TemplateText(BODY, buttons=(CopyCode("x" * 21),))},
    "is no id of a form": {"text": TemplateText(BODY, buttons=(FlowButton("Form", "kitchen"),))},
    "must stand together": {
        "text": TemplateText(BODY, buttons=(QuickReply("a"), CopyCode("A"), QuickReply("b"))),
    },
}  # fmt: skip


@pytest.mark.parametrize("words", BROKEN)
def test_what_meta_would_refuse_is_not_declared(words: str) -> None:
    given = dict(BROKEN[words])
    more = {"examples": {"en": dict.fromkeys(("name", "week", "1x"), "x")}}
    with pytest.raises(DeclarationError) as refused:
        declared("broken", given.pop("text"), **more, **given)
    assert words in str(refused.value)


def wrong(*parts: Any, **more: Any) -> str:
    with pytest.raises(ContentError) as refused:
        TemplateMessage(*parts, **more)
    return str(refused.value)


def test_a_message_brings_exactly_what_its_template_takes() -> None:
    asha = {"name": "Asha"}
    assert "takes a image exactly when" in wrong(PICTURE, "en", asha)
    assert "declares image, and document is given" in wrong(PICTURE, "en", asha, document=Document("1"))
    assert "declares none, and image is given" in wrong(BUTTONS, "en", asha, "t", document=Image("1"))
    assert "takes a place exactly when" in wrong(PLACE, "en", asha)
    assert "The code to copy" in wrong(CODE, "en", asha)
    assert "missing home" in wrong(NAMES, "en", {"name": "Asha", "dish": "Rajma", "time": "8 pm"})
