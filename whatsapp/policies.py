"""What to do when Meta's answer to a send was lost and no status proves it: stated per kind of message.

Silence is not proof. `resend` is for what does no harm twice and much when it is missing (a cook's instruction);
`ask_staff` for what would confuse or cost twice (a payment link). A template states its own in its declaration;
this table is for the rest, and whatever stands nowhere is asked.
"""

from __future__ import annotations

from datetime import timedelta

from whatsapp import catalogue
from whatsapp.declare import ASK_STAFF, RESEND
from whatsapp.models import Message

# How long to wait for a status. Meta's come within seconds; a webhook that it must repeat takes minutes.
SETTLE_AFTER = timedelta(minutes=5)
MAX_RESENDS = 2
BY_PURPOSE: dict[str, str] = {
    "reply": RESEND,  # an answer in a conversation: missing, it looks as if we did not listen
    "staff_answer": ASK_STAFF,  # a person wrote it and can look whether it arrived
}


def unknown_policy(message: Message) -> str:
    """`resend` or `ask_staff`."""
    template = catalogue.declared().get(message.template_name)
    if template is not None:
        return template.unknown_policy
    return BY_PURPOSE.get(message.purpose, ASK_STAFF)
