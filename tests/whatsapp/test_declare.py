"""A template that Meta would refuse cannot even be imported."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whatsapp import doors
from whatsapp import catalogue
from whatsapp.declare import (
    MARKETING,
    UTILITY,
    DeclarationError,
    DeclaredTemplate,
    QuickReply,
    TemplateText,
    UrlButton,
)

BODY = "Hello {{1}}, your meals for {{2}} are ready to look at today."


def declare(body: str = BODY, **fields: Any) -> DeclaredTemplate:
    parts = {key: fields.pop(key) for key in ("header", "footer", "buttons") if key in fields}
    values: dict[str, Any] = {
        "name": "week_ready",
        "category": UTILITY,
        "variables": ("name", "week"),
        "bodies": {"en": TemplateText(body, **parts)},
        "examples": {"en": ["Asha", "23–29 Nov"]},
    }
    return DeclaredTemplate(**{**values, **fields})


def test_a_right_one_becomes_the_components_of_metas_create_call() -> None:
    template = declare(
        header="Your week", footer="BetterMeals",
        buttons=(QuickReply("Approve"), UrlButton("See", "https://example.com/p/{{1}}", "abc")),
    )  # fmt: skip
    assert template.components("en") == [
        {"type": "HEADER", "format": "TEXT", "text": "Your week"},
        {"type": "BODY", "text": BODY, "example": {"body_text": [["Asha", "23–29 Nov"]]}},
        {"type": "FOOTER", "text": "BetterMeals"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Approve"},
                {
                    "type": "URL",
                    "text": "See",
                    "url": "https://example.com/p/{{1}}",
                    "example": ["https://example.com/p/abc"],
                },
            ],
        },
    ]


def test_examples_may_be_named() -> None:
    template = declare(examples={"en": {"week": "23–29 Nov", "name": "Asha"}})
    assert template.example("en") == ["Asha", "23–29 Nov"]


WRONG = {
    "may hold only a-z": {"name": "Week Ready"},
    "category must be one of": {"category": "NEWS"},
    "unknown_policy is resend or ask_staff": {"unknown_policy": "maybe"},
    "at least one language": {"bodies": {}},
    "code must look like": {"bodies": {"Hindi": TemplateText(BODY)}, "examples": {"Hindi": ["a", "b"]}},
    "1 to 1024": {"body": "x" * 1025, "variables": (), "examples": {}},
    "may not start with a variable": {"body": "{{1}}, your meals for {{2}} are ready to look at."},
    "may not end with a variable": {"body": "Hello there and welcome to it {{1}}, your week is {{2}}"},
    "may not touch": {"body": "Hello {{1}} {{2}} your meals are ready to look at today."},
    "must use exactly": {"body": "Hello {{1}}, your meals are ready to look at today."},
    "too many variables": {"body": "Hi {{1}} and {{2}} there"},
    "needs an example": {"examples": {"en": ["Asha"]}},
    "examples may hold no line break": {"examples": {"en": ["Asha\nS", "x"]}},
    "header may have at most 60": {"header": "x" * 61},
    "header may hold no formatting": {"header": "*Your week*"},
    "header may hold no variable": {"header": "Hi {{1}}"},
    "footer must be one line": {"footer": "a\nb"},
    "at most 10 buttons": {"buttons": tuple(QuickReply(str(n)) for n in range(11))},
    "at most 2 URL": {"buttons": tuple(UrlButton(str(n), "https://example.com") for n in range(3))},
    "same label": {"buttons": (QuickReply("OK"), QuickReply("OK"))},
    "must have 1 to 25": {"buttons": (QuickReply("x" * 26),)},
    "must stand together": {"buttons": (QuickReply("a"), UrlButton("b", "https://example.com"), QuickReply("c"))},
    "no web address": {"buttons": (UrlButton("b", "example.com"),)},
    "at its end": {"buttons": (UrlButton("b", "https://example.com/{{1}}/x", "a"),)},
    "refuses wa.me": {"buttons": (UrlButton("b", "https://wa.me/9198"),)},
    "needs an example of its rest": {"buttons": (UrlButton("b", "https://example.com/{{1}}"),)},
    "ttl_seconds must lie": {"ttl_seconds": 5},
}


@pytest.mark.parametrize("words", WRONG)
def test_each_rule_of_metas_is_kept_and_named(words: str) -> None:
    with pytest.raises(DeclarationError, match="Template") as told:
        declare(**WRONG[words])
    assert words in str(told.value)


def test_languages_must_have_the_same_buttons() -> None:
    bodies = {"en": TemplateText(BODY, buttons=(QuickReply("OK"),)), "hi": TemplateText(BODY)}
    with pytest.raises(DeclarationError, match="same buttons"):
        declare(bodies=bodies, examples={"en": ["a", "b"], "hi": ["a", "b"]})


def test_a_time_to_live_fits_its_category() -> None:
    assert declare(ttl_seconds=3600).ttl_seconds == 3600
    with pytest.raises(DeclarationError, match="43200"):
        declare(ttl_seconds=3600, category=MARKETING)


def test_the_catalogue_finds_every_template_by_name(settings: Any) -> None:
    assert set(catalogue.declared()) == {"week_ready", "cook_today", "festival_offer"}
    settings.WHATSAPP_TEMPLATE_CATALOGUES = ["tests.whatsapp.test_declare.TWICE"]
    with pytest.raises(DeclarationError, match="declared twice"):
        catalogue.declared()


TWICE = [declare(), declare()]
assert doors.PLAN.name == "week_ready"
