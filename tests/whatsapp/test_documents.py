"""A PDF above the words: in a template's header and above reply buttons, as Meta's contract has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.whatsapp import doors
from whatsapp import drawing, drift, library
from whatsapp.declare import (
    UTILITY,
    DeclarationError,
    DeclaredTemplate,
    ExampleFile,
    QuickReply,
    TemplateText,
)
from whatsapp.models import Message
from whatsapp.outgoing.content import body_of
from whatsapp.outgoing.files import Document
from whatsapp.outgoing.interactive import Buttons
from whatsapp.outgoing.parameters import ContentError
from whatsapp.outgoing.template import TemplateMessage

EXAMPLE = ExampleFile("list.pdf", Path(__file__))
LIST = Document(link="https://meals.example.com/shop/x.pdf", filename="list.pdf")


def declared(**english: object) -> DeclaredTemplate:
    buttons = (QuickReply("Accept"), QuickReply("Out of stock"))
    words = {"body": "Hello {{1}}, here is a list.", "buttons": buttons, "file": EXAMPLE, **english}
    text = TemplateText(**words)  # type: ignore[arg-type]
    return DeclaredTemplate("shop_test", UTILITY, {"en": text}, ("name",), {"en": ["Ram"]})


def filled(document: Document | None = LIST) -> TemplateMessage:
    return TemplateMessage(declared(), "en", {"name": "Ram"}, payloads=("a", "b"), document=document)


def test_a_template_declares_a_document_with_the_example_metas_reviewers_see() -> None:
    parts = declared().components("en", handle="4::abc")
    assert parts[0] == {"type": "HEADER", "format": "DOCUMENT", "example": {"header_handle": ["4::abc"]}}


def test_without_the_example_the_declaration_is_the_same_as_metas_copy() -> None:
    theirs = [{"type": "HEADER", "format": "DOCUMENT"}, *declared().components("en")[1:]]
    assert drift.differences(declared(), "en", theirs) == []
    assert drift.differences(declared(), "en", theirs[1:]) == ["the header is “” at Meta, “[document]” in the code"]


def test_a_header_is_words_or_a_document() -> None:
    with pytest.raises(DeclarationError, match="either words, or a document"):
        declared(header="Your list")


def test_each_message_brings_its_own_file() -> None:
    header = filled().fields()["components"][0]
    document = {"link": LIST.link, "filename": "list.pdf"}
    assert header == {"type": "header", "parameters": [{"type": "document", "document": document}]}
    assert filled().display() == "Document: list.pdf\nHello Ram, here is a list.\n[Accept] [Out of stock]"


def test_a_template_with_a_document_is_not_sent_without_one_nor_another_with_one() -> None:
    with pytest.raises(ContentError, match="exactly when its header declares one"):
        filled(None)
    with pytest.raises(ContentError, match="exactly when its header declares one"):
        TemplateMessage(doors.PLAN, "en", dict.fromkeys(doors.PLAN.variables, "x"), document=LIST)


def test_reply_buttons_stand_under_a_document() -> None:
    body = body_of(Buttons("Here it is.", buttons=(("a", "Accept"),), document=LIST))["interactive"]
    assert body["header"] == {"type": "document", "document": {"link": LIST.link, "filename": "list.pdf"}}
    with pytest.raises(ContentError, match="not both"):
        Buttons("Here it is.", header="x", buttons=(("a", "Accept"),), document=LIST)


def test_staff_do_not_fill_it_in_by_hand() -> None:
    assert not library.by_hand(declared())


def test_the_desk_draws_the_files_name_above_the_words() -> None:
    message = Message(
        direction="out", type="template", text=filled().display(), template_name="shop_test", language="en"
    )
    drawn = drawing.draw(message, {("shop_test", "en"): declared().bodies["en"]})
    assert (drawn.header, str(drawn.body)) == ("Document: list.pdf", "Hello Ram, here is a list.")
    free = Buttons("Here it is.", buttons=(("a", "Accept"),), document=LIST)
    message = Message(direction="out", type="interactive", payload=body_of(free))
    assert drawing.draw(message, {}).header == "list.pdf"
