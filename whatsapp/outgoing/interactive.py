"""Buttons, lists, a web address or a form on a button, and a request for somebody's place. Only inside the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from whatsapp.outgoing.files import Document
from whatsapp.outgoing.parameters import ContentError, fits, web_address

# Meta's pages say 4096 in one place and 1024 in another for the body of a list: the smaller holds in both.
BODY_LIMIT, HEADER_LIMIT, FOOTER_LIMIT = 1024, 60, 60
BUTTONS_LIMIT, BUTTON_ID_LIMIT, BUTTON_TITLE_LIMIT = 3, 256, 20
ROWS_LIMIT, ROW_ID_LIMIT, ROW_TITLE_LIMIT, ROW_DESCRIPTION_LIMIT, SECTION_TITLE_LIMIT = 10, 200, 24, 72, 24


def _unique(what: str, values: Sequence[str]) -> None:
    if len(set(values)) != len(values):
        raise ContentError(f"Two {what} are the same: {', '.join(values)}. Each must be different.")


def _id(what: str, value: str, limit: int) -> None:
    fits(what, value, limit)
    if value != value.strip():
        raise ContentError(f"{what} “{value}” starts or ends with a space; Meta refuses that.")


@dataclass(frozen=True)
class _Interactive:
    body: str
    header: str = ""
    footer: str = ""
    type = "interactive"

    def __post_init__(self) -> None:
        fits("The text", self.body.strip(), BODY_LIMIT)
        fits("The header", self.header, HEADER_LIMIT, least=0)
        fits("The footer", self.footer, FOOTER_LIMIT, least=0)

    def _frame(self, kind: str, action: dict[str, Any]) -> dict[str, Any]:
        frame: dict[str, Any] = {"type": kind, "body": {"text": self.body}, "action": action}
        if self.header:
            frame["header"] = {"type": "text", "text": self.header}
        if self.footer:
            frame["footer"] = {"text": self.footer}
        return frame

    def _words(self, *choices: str) -> str:
        return "\n".join(filter(None, (self.header, self.body, self.footer, " ".join(f"[{c}]" for c in choices))))


@dataclass(frozen=True)
class Buttons(_Interactive):
    """One to three reply buttons, each (payload, title); a document may stand above them in place of a header."""

    buttons: Sequence[tuple[str, str]] = ()
    document: Document | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.document and self.header:
            raise ContentError("A message has either a header or a document above its text, not both.")
        if not 1 <= len(self.buttons) <= BUTTONS_LIMIT:
            raise ContentError(
                f"A message takes 1 to {BUTTONS_LIMIT} buttons; here are {len(self.buttons)}. Use a list."
            )
        for payload, title in self.buttons:
            _id("A button's payload", payload, BUTTON_ID_LIMIT)
            fits(f"The button “{title}”", title, BUTTON_TITLE_LIMIT)
        _unique("button payloads", [payload for payload, _ in self.buttons])
        _unique("button titles", [title for _, title in self.buttons])

    def fields(self) -> dict[str, Any]:
        buttons = [{"type": "reply", "reply": {"id": payload, "title": title}} for payload, title in self.buttons]
        frame = self._frame("button", {"buttons": buttons})
        if self.document:
            frame["header"] = {"type": "document", "document": self.document.fields()}
        return frame

    def display(self) -> str:
        words = self._words(*(title for _, title in self.buttons))
        return f"{self.document.display()}\n{words}" if self.document else words


@dataclass(frozen=True)
class Row:
    id: str
    title: str
    description: str = ""

    def fields(self) -> dict[str, str]:
        row = {"id": self.id, "title": self.title}
        return row | ({"description": self.description} if self.description else {})


@dataclass(frozen=True)
class Section:
    rows: Sequence[Row]
    title: str = ""

    def fields(self) -> dict[str, Any]:
        rows = [row.fields() for row in self.rows]
        return {"title": self.title, "rows": rows} if self.title else {"rows": rows}


@dataclass(frozen=True)
class ListMessage(_Interactive):
    """A list behind one button: at most ten rows over all sections together."""

    button: str = ""
    sections: Sequence[Section] = field(default_factory=tuple)

    @property
    def rows(self) -> list[Row]:
        return [row for section in self.sections for row in section.rows]

    def __post_init__(self) -> None:
        super().__post_init__()
        fits("The list's button", self.button, BUTTON_TITLE_LIMIT)
        if not 1 <= len(self.rows) <= ROWS_LIMIT:
            raise ContentError(f"A list takes 1 to {ROWS_LIMIT} rows in all; here are {len(self.rows)}.")
        for section in self.sections:
            fits("A section's title", section.title, SECTION_TITLE_LIMIT, least=int(len(self.sections) > 1))
        for row in self.rows:
            _id("A row's id", row.id, ROW_ID_LIMIT)
            fits(f"The row “{row.title}”", row.title, ROW_TITLE_LIMIT)
            fits(f"The description of “{row.title}”", row.description, ROW_DESCRIPTION_LIMIT, least=0)
        _unique("row ids", [row.id for row in self.rows])

    def fields(self) -> dict[str, Any]:
        action = {"button": self.button, "sections": [section.fields() for section in self.sections]}
        return self._frame("list", action)

    def display(self) -> str:
        return self._words(*(row.title for row in self.rows))


@dataclass(frozen=True)
class CtaUrl(_Interactive):
    """One button that opens an address."""

    label: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        fits("The button", self.label, BUTTON_TITLE_LIMIT)
        web_address("The button's address", self.url)

    def fields(self) -> dict[str, Any]:
        return self._frame("cta_url", {"name": "cta_url", "parameters": {"display_text": self.label, "url": self.url}})

    def display(self) -> str:
        return self._words(f"{self.label}: {self.url}")


@dataclass(frozen=True)
class LocationRequest(_Interactive):
    """A button that sends back the person's place, as a `location` message. Meta draws no header and footer here."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.header or self.footer:
            raise ContentError("A request for a place has a text only: no header, no footer.")

    def fields(self) -> dict[str, Any]:
        return self._frame("location_request_message", {"name": "send_location"})

    def display(self) -> str:
        return self._words("Send location")


@dataclass(frozen=True)
class Flow(_Interactive):
    """One button that opens a form of Meta's, named by its id or its name; the answer comes as one message.

    `token` comes back with the answer: an opaque reference of ours. With a `screen` the form opens there, filled with
    `data`; without one Meta asks the form's own address. `draft` opens a form that is not published yet.
    """

    label: str = ""
    flow_id: str = ""
    name: str = ""
    token: str = ""
    screen: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    draft: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        # Meta's pages say 30 in one place and 20 in another: the smaller holds in both.
        fits("The button", self.label, BUTTON_TITLE_LIMIT)
        if bool(self.flow_id) == bool(self.name):
            raise ContentError("A form needs either its id or its name, not both and not none.")
        if self.data and not self.screen:
            raise ContentError("Values for a form need the screen that they are for.")

    def fields(self) -> dict[str, Any]:
        which = {"flow_id": self.flow_id} if self.flow_id else {"flow_name": self.name}
        parameters: dict[str, Any] = {"flow_message_version": "3", "flow_cta": self.label, **which, **self._opening()}
        parameters |= {"flow_token": self.token} if self.token else {}
        parameters |= {"mode": "draft"} if self.draft else {}
        return self._frame("flow", {"name": "flow", "parameters": parameters})

    def _opening(self) -> dict[str, Any]:
        if not self.screen:
            return {"flow_action": "data_exchange"}
        data = {"data": dict(self.data)} if self.data else {}
        return {"flow_action": "navigate", "flow_action_payload": {"screen": self.screen, **data}}

    def display(self) -> str:
        return self._words(self.label)
