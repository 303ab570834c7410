"""WhatsApp's marks become markup, and nothing else does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatsapp.drawing import direction, draw
from whatsapp.formatting import html
from whatsapp.models import Message
from whatsapp.outgoing.interactive import Buttons, CtaUrl, ListMessage, Row, Section


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("*bold* and _soft_ and ~gone~", "<strong>bold</strong> and <em>soft</em> and <s>gone</s>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("* not * bold", "* not * bold"),
        ("*राजमा* चावल", "<strong>राजमा</strong> चावल"),
        ("```a *b* <c>```", "<code>a *b* &lt;c&gt;</code>"),
        ("<b>no</b> & “so”", "&lt;b&gt;no&lt;/b&gt; &amp; “so”"),
        (
            "see https://x.example/a_b_c?d=1&e=2.",
            'see <a href="https://x.example/a_b_c?d=1&amp;e=2" rel="noopener noreferrer" target="_blank">'
            "https://x.example/a_b_c?d=1&amp;e=2</a>.",
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_marks_are_drawn_as_on_the_phone(written: str, drawn: str) -> None:
    assert html(written) == drawn


@settings(max_examples=60)
@given(st.text(alphabet="<>\"'&*_~` ahtps:/.\n", max_size=60))
def test_nothing_that_is_written_becomes_markup_of_its_own(written: str) -> None:
    drawn = str(html(written))
    for tag in ("strong", "em", "s", "code"):
        drawn = drawn.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    if "<a " not in drawn:
        assert "<" not in drawn
        assert ">" not in drawn


def sent(content: Any) -> Message:
    payload = {"type": content.type, content.type: content.fields()}
    row = SimpleNamespace(direction="out", type=content.type, payload=payload, text=content.display(), erased_at=None)
    return cast(Message, row)


def test_what_the_machine_sent_is_drawn_with_its_buttons_and_rows() -> None:
    three = draw(sent(Buttons("Shall we?", "Dinner", "Tap one", (("y", "Yes"), ("n", "No")))), {})
    assert (three.header, three.body, three.footer, three.buttons) == (
        "Dinner",
        "Shall we?",
        "Tap one",
        [("↩", "Yes"), ("↩", "No")],
    )
    rows = draw(sent(ListMessage("Which?", "", "", "Choose", (Section((Row("1", "Rajma"), Row("2", "Kadhi"))),))), {})
    assert (rows.buttons, rows.lines) == ([("☰", "Choose")], ["Rajma", "Kadhi"])
    assert draw(sent(CtaUrl("Pay", "", "", "Pay now", "https://x.example/")), {}).buttons == [("↗", "Pay now")]


@pytest.mark.parametrize(
    ("language", "expected"), [("ur", "rtl"), ("ar_EG", "rtl"), ("he", "rtl"), ("hi", "ltr"), ("", "auto")]
)
def test_a_templates_language_decides_its_direction(language: str, expected: str) -> None:
    assert direction(language) == expected
