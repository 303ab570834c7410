"""A template of every kind that Meta knows and we can fill, each with a message that uses all of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from whatsapp.declare import (
    MARKETING,
    NAMED,
    UTILITY,
    CopyCode,
    DeclaredTemplate,
    ExampleFile,
    FlowButton,
    PhoneButton,
    QuickReply,
    TemplateText,
    UrlButton,
)
from whatsapp.outgoing.files import Document, Image, Video
from whatsapp.outgoing.plain import Location
from whatsapp.outgoing.template import Extras, TemplateMessage

HERE = Path(__file__)
BODY = "Hello {{1}}, this is about your meals of this week."
LINK = "https://example.com/f/1"


def declared(name: str, text: TemplateText, **more: Any) -> DeclaredTemplate:
    values: dict[str, Any] = {
        "category": UTILITY, "variables": ("name",), "bodies": {"en": text}, "examples": {"en": {"name": "Asha"}},
    }  # fmt: skip
    return DeclaredTemplate(name=name, **(values | more))


NAMES = declared(
    "kind_named",
    TemplateText("Dear {{name}}, {{dish}} is for dinner at {{time}} today.", header="Dinner for {{home}}"),
    parameter_format=NAMED,
    variables=("name", "dish", "time"),
    header_variable="home",
    examples={"en": {"name": "Asha", "dish": "Rajma", "time": "8 pm", "home": "Rao"}},
)
WORDS = declared(
    "kind_words",
    TemplateText(BODY, header="The week of {{1}}"),
    header_variable="week",
    examples={"en": {"name": "Asha", "week": "23–29 Nov"}},
)
PICTURE = declared("kind_picture", TemplateText(BODY, file=ExampleFile("dinner.jpg", HERE, "image/jpeg")))
FILM = declared("kind_film", TemplateText(BODY, file=ExampleFile("folding.mp4", HERE, "video/mp4")))
PAPER = declared("kind_paper", TemplateText(BODY, file=ExampleFile("list.pdf", HERE)))
PLACE = declared("kind_place", TemplateText(BODY, location=True))
BUTTONS = declared(
    "kind_buttons",
    TemplateText(
        BODY,
        buttons=(
            QuickReply("Good"),
            UrlButton("See", "https://example.com/p/{{1}}", "abc"),
            PhoneButton("Call us", "+918047182000"),
        ),
    ),
)
CODE = declared("kind_code", TemplateText(BODY, buttons=(CopyCode("MEAL25"),)), category=MARKETING)
FORM = declared("kind_form", TemplateText(BODY, buttons=(FlowButton("Tell us", "77", "KITCHEN"),)))

ALL = (NAMES, WORDS, PICTURE, FILM, PAPER, PLACE, BUTTONS, CODE, FORM)
_ASHA = {"name": "Asha"}
TEMPLATES: dict[str, TemplateMessage] = {
    "names": TemplateMessage(NAMES, "en", {"name": "Asha", "dish": "Rajma", "time": "8 pm", "home": "Rao"}),
    "words": TemplateMessage(WORDS, "en", {"name": "Asha", "week": "23–29 Nov"}),
    "picture": TemplateMessage(PICTURE, "en", _ASHA, document=Image(link=LINK, caption="goes nowhere")),
    "film": TemplateMessage(FILM, "en", _ASHA, document=Video(link=LINK)),
    "paper": TemplateMessage(PAPER, "en", _ASHA, document=Document(link=LINK, filename="list.pdf")),
    "place": TemplateMessage(PLACE, "en", _ASHA, extras=Extras(place=Location(19.07, 72.87, "Home", "Bandra West"))),
    "buttons": TemplateMessage(BUTTONS, "en", _ASHA, "token", ("good:1",)),
    "code": TemplateMessage(CODE, "en", _ASHA, extras=Extras(code="RICE10")),
    "form": TemplateMessage(FORM, "en", _ASHA, extras=Extras(flow_token="f:1", flow_data={"home": "Rao"})),
}
