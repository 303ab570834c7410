"""The parts of a declared template: header, body, footer and buttons of one language. Rules stand in part_rules.py."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Meta's two ways to write a variable: by its number, or (parameter_format NAMED) by its name.
PLACEHOLDER = re.compile(r"\{\{(\d+)\}\}")
NAMED_PLACEHOLDER = re.compile(r"\{\{([a-z][a-z0-9_]*)\}\}")
POSITIONAL, NAMED = "POSITIONAL", "NAMED"
IMAGE, VIDEO, DOCUMENT = "IMAGE", "VIDEO", "DOCUMENT"


@dataclass(frozen=True)
class QuickReply:
    """A button that answers with the payload given at send time."""

    text: str

    def component(self) -> dict[str, Any]:
        return {"type": "QUICK_REPLY", "text": self.text}


@dataclass(frozen=True)
class UrlButton:
    """A button that opens `url`. With a `{{1}}` at its end the rest comes at send time; `example` is such a rest."""

    text: str
    url: str
    example: str = ""

    @property
    def dynamic(self) -> bool:
        return self.url.endswith("{{1}}")

    def full(self, suffix: str) -> str:
        return self.url.removesuffix("{{1}}") + suffix

    def component(self) -> dict[str, Any]:
        example = {"example": [self.full(self.example)]} if self.dynamic else {}
        return {"type": "URL", "text": self.text, "url": self.url, **example}


@dataclass(frozen=True)
class PhoneButton:
    """A button that calls a number, in E.164."""

    text: str
    number: str

    def component(self) -> dict[str, Any]:
        return {"type": "PHONE_NUMBER", "text": self.text, "phone_number": self.number}


@dataclass(frozen=True)
class CopyCode:
    """A button that copies the code given at send time; WhatsApp writes its label, in the phone's language."""

    example: str
    text = "Copy code"

    def component(self) -> dict[str, Any]:
        return {"type": "COPY_CODE", "example": self.example}


@dataclass(frozen=True)
class FlowButton:
    """A button that opens a form of Meta's: at a `screen`, or wherever the form's own address says."""

    text: str
    flow_id: str
    screen: str = ""

    def component(self) -> dict[str, Any]:
        action = {"flow_action": "navigate", "navigate_screen": self.screen} if self.screen else {}
        return {
            "type": "FLOW",
            "text": self.text,
            "flow_id": self.flow_id,
            **(action or {"flow_action": "data_exchange"}),
        }


Button = QuickReply | UrlButton | PhoneButton | CopyCode | FlowButton


@dataclass(frozen=True)
class ExampleFile:
    """What Meta's reviewers see where each message carries its own file. Uploaded when the template is made."""

    name: str
    path: Path
    mime_type: str = "application/pdf"

    @property
    def format(self) -> str:
        """Picture, film or document, as Meta calls the header."""
        return {"image": IMAGE, "video": VIDEO}.get(self.mime_type.partition("/")[0], DOCUMENT)


@dataclass(frozen=True)
class TemplateText:
    """The words of one language. The header is words with at most one variable, a file, or a place; the footer is plain
    words."""

    body: str
    header: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    file: ExampleFile | None = None
    location: bool = False

    @property
    def positions(self) -> list[int]:
        return [int(number) for number in PLACEHOLDER.findall(self.body)]

    @property
    def header_varies(self) -> bool:
        """Is the header another one in each message?"""
        return bool(self.file or self.location or "{{" in self.header)

    @property
    def editable(self) -> bool:
        """Can the back office's editor hold it?"""
        known = all(isinstance(button, QuickReply | UrlButton) for button in self.buttons)
        return known and not self.header_varies and not NAMED_PLACEHOLDER.search(self.body)
