"""Whatever leaves us fits Meta's own OpenAPI file, where the file speaks of it.

It does not: what it says nothing of stands in docs/whatsapp.md, and where it is wrong in tests/contract/corrections.py.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest
import responses
from django.db import transaction
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.contract.reading import Contract
from tests.factories.whatsapp import NOW, approve, make_contact
from tests.whatsapp import doors, graph, template_kinds
from tests.whatsapp.every_kind import CONTENTS, WITH_FILE, kinds
from whatsapp import sending
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, Contact
from whatsapp.outgoing.content import Content, body_of
from whatsapp.outgoing.interactive import Buttons, ListMessage, Row, Section
from whatsapp.outgoing.parameters import ContentError
from whatsapp.outgoing.receipts import mark_read
from whatsapp.outgoing.template import TemplateMessage

BSUID = "IN.1047829116385512"


def test_every_kind_of_content_stands_in_the_contract_test() -> None:
    assert {type(content) for content in CONTENTS.values()} == kinds()


def carried(kind: type[Any], field: str) -> bool:
    values = [getattr(each, field) for each in CONTENTS.values() if type(each) is kind]
    return any(value not in (None, "", (), {}) for value in values)


def test_every_field_of_every_kind_carries_something_in_one_of_them() -> None:
    bare = {f"{kind.__name__}.{each.name}" for kind in kinds() for each in fields(kind) if not carried(kind, each.name)}
    refused = {"LocationRequest.header", "LocationRequest.footer", "OrderStatus.header"}
    assert bare == refused, "those it refuses: Meta draws none there"


@pytest.fixture
def approved(account: Account) -> Account:
    for template in (*doors.CATALOGUE, WITH_FILE, *template_kinds.ALL):
        approve(template)
    return account


def posted(contact: Contact, content: Content, reply_to: str = "") -> dict[str, Any]:
    """The body as it left us, recipient and attempt id with it."""
    graph.answer(graph.accepted())
    with transaction.atomic():
        sending.queue(contact, content, reply_to=reply_to, now=NOW)
    deliver_due(NOW)
    [body] = graph.posted()
    return body


@responses.activate
@pytest.mark.parametrize("name", CONTENTS)
def test_a_message_leaves_as_metas_file_wants_it(approved: Account, meta_contract: Contract, name: str) -> None:
    body = posted(make_contact(wrote_at=NOW), CONTENTS[name], reply_to="wamid.quoted")
    assert meta_contract.message(body) == ""
    assert (body["context"], set(body) - {"context"}) == (
        {"message_id": "wamid.quoted"},
        {"messaging_product", "recipient_type", "to", "type", body["type"], "biz_opaque_callback_data"},
    )


@responses.activate
def test_a_message_to_a_bsuid_names_the_recipient_and_no_phone(approved: Account, meta_contract: Contract) -> None:
    contact = make_contact(wrote_at=NOW, phone="+919810000001")
    Contact.objects.filter(pk=contact.pk).update(wa_id=None, phone=None, bsuid=BSUID)
    body = posted(Contact.objects.get(pk=contact.pk), CONTENTS["text"])
    assert (meta_contract.message(body), body.get("to"), body["recipient"]) == ("", None, BSUID)


@pytest.mark.parametrize("typing", [False, True])
def test_a_read_receipt_fits(meta_contract: Contract, typing: bool) -> None:
    assert meta_contract.named(mark_read("wamid.1", typing=typing), "MarkMessageRequestPayload") == ""


words = st.text(max_size=300)
names = st.text(min_size=1, max_size=30)


def allowed(meta_contract: Contract, make: Any) -> None:
    """What our own limits let through, Meta's file takes."""
    try:
        content = make()
    except ContentError:
        assume(False)
    assert meta_contract.message(body_of(content) | {"to": "+919810000001"}) == ""


@settings(max_examples=40)
@given(body=names, header=names, footer=names, titles=st.lists(names, min_size=1, max_size=4))
def test_buttons_that_can_be_made_fit(
    meta_contract: Contract, body: str, header: str, footer: str, titles: list[str]
) -> None:
    allowed(meta_contract, lambda: Buttons(body, header, footer, [(f"id{n}", t) for n, t in enumerate(titles)]))


@settings(max_examples=40)
@given(st.lists(st.lists(st.tuples(names, names), min_size=1, max_size=6), min_size=1, max_size=4), names)
def test_lists_that_can_be_made_fit(meta_contract: Contract, groups: list[list[tuple[str, str]]], button: str) -> None:
    def made() -> ListMessage:
        return ListMessage("Which?", button=button[:20], sections=[
            Section([Row(f"{s}.{n}", title[:24], words) for n, (title, words) in enumerate(group)], f"Part {s}")
            for s, group in enumerate(groups)
        ])  # fmt: skip

    allowed(meta_contract, made)


@settings(max_examples=40)
@given(name=words, week=words, suffix=words, payload=names)
def test_template_values_that_can_be_filled_fit(
    meta_contract: Contract, name: str, week: str, suffix: str, payload: str
) -> None:
    values = {"name": name, "week": week}
    allowed(meta_contract, lambda: TemplateMessage(doors.PLAN, "en", values, suffix, (payload, payload)))


def test_the_file_refuses_what_is_wrong(meta_contract: Contract) -> None:
    """Else every test above would prove nothing."""
    right = body_of(CONTENTS["three buttons"]) | {"to": "+919810000001"}
    wrong = json.loads(json.dumps(right))
    wrong["interactive"]["action"]["buttons"].append(wrong["interactive"]["action"]["buttons"][0])
    assert meta_contract.message(right) == ""
    assert meta_contract.message(wrong) != ""
    assert meta_contract.message(right | {"surprise": 1}) != ""
    assert meta_contract.message({name: value for name, value in right.items() if name != "to"}) != ""
    template = body_of(CONTENTS["whole template"]) | {"to": "+919810000001"}
    template["template"]["components"][1]["parameters"] = [{"type": "payload"}]
    assert meta_contract.message(template) != ""
