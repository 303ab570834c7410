"""What every kind of content is to the outbox: a type, the object to post, and words for people to read."""

from __future__ import annotations

from typing import Any, Protocol


class Content(Protocol):
    """A message's content, already checked against the documented limits."""

    @property
    def type(self) -> str: ...

    def fields(self) -> dict[str, Any]:
        """The object that stands under its own type in the body of the POST."""
        ...

    def display(self) -> str:
        """What staff read in the thread."""
        ...


def body_of(content: Content, *, reply_to: str = "") -> dict[str, Any]:
    """The body to post, without recipient and attempt id, which are added when it is sent.

    The recipient is decided at that moment: between queueing and sending a person may have changed number.
    """
    body: dict[str, Any] = {"messaging_product": "whatsapp", "recipient_type": "individual", "type": content.type}
    body[content.type] = content.fields()
    if reply_to:
        body["context"] = {"message_id": reply_to}
    return body
