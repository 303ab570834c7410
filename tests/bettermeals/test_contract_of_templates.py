"""Every template that the product declares, in every language, is created and sent as Meta's own file wants it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.contract.reading import Contract
from whatsapp import catalogue, template_sync
from whatsapp.declare import DeclaredTemplate, QuickReply, UrlButton
from whatsapp.outgoing.content import body_of
from whatsapp.outgoing.files import Document
from whatsapp.outgoing.template import TemplateMessage


@pytest.fixture
def declared() -> list[tuple[DeclaredTemplate, str]]:
    return [(template, language) for template in catalogue.declared().values() for language in template.bodies]


def filled(template: DeclaredTemplate, language: str, *, tapped: bool) -> TemplateMessage:
    """With its own examples; `tapped` gives every quick reply a payload."""
    values = dict(zip(template.variables, template.example(language), strict=True))
    buttons = template.bodies[language].buttons
    rests = {button.text: button.example for button in buttons if isinstance(button, UrlButton) and button.dynamic}
    quick = [button for button in buttons if isinstance(button, QuickReply)]
    payloads = tuple(f"p:{n}" for n in range(len(quick))) if tapped else ()
    document = Document(link="https://example.com/list.pdf") if template.takes_file else None
    return TemplateMessage(template, language, values, rests, payloads, document)


def test_each_is_sent_as_the_file_wants_it(
    meta_contract: Contract, declared: list[tuple[DeclaredTemplate, str]]
) -> None:
    bodies = [filled(*which, tapped=tapped) for which, tapped in product(declared, (False, True))]
    wrong = {
        (content.template.name, content.language): complaint
        for content in bodies
        if (complaint := meta_contract.message(body_of(content) | {"to": "+919810000001"}))
    }
    assert wrong == {}
    assert len(bodies) == 2 * len(declared) > 0


def test_each_is_created_as_the_file_wants_it(
    meta_contract: Contract, declared: list[tuple[DeclaredTemplate, str]]
) -> None:
    made: list[dict[str, Any]] = []

    class Meta:
        def create_template(self, body: dict[str, Any]) -> None:
            made.append(body)

        def upload_example(self, *file: Any) -> str:
            return "4::handle"

    for template, language in declared:
        template_sync._create(Meta(), template, language, template_sync.Report("x"))
    wrong = {
        (body["name"], body["language"]): complaint
        for body in made
        if (complaint := meta_contract.operation(body, "{WABA-ID}/message_templates"))
    }
    assert wrong == {}
    assert [(body["name"], body["language"]) for body in made] == [(t.name, language) for t, language in declared]
