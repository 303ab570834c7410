"""What a token may be allowed to do. The rooms above add theirs in settings.API_SCOPES_BESIDE."""

from __future__ import annotations

from django.conf import settings

MESSAGES_SEND = "messages:send"
MESSAGES_READ = "messages:read"
TEMPLATES_READ = "templates:read"
CONTACTS_READ = "contacts:read"
CONTACTS_WRITE = "contacts:write"
CONSENT_READ = "consent:read"
CONSENT_WRITE = "consent:write"
OWN = {
    MESSAGES_SEND: "Send messages, one or many.",
    MESSAGES_READ: "Read messages and what became of them.",
    TEMPLATES_READ: "List message templates and their status.",
    CONTACTS_READ: "Look people up: names, phone numbers, languages.",
    CONTACTS_WRITE: "Add people.",
    CONSENT_READ: "Read the consent ledger.",
    CONSENT_WRITE: "Record that somebody agreed or opted out.",
}


def known() -> dict[str, str]:
    """Scope -> what it allows, in words for staff."""
    beside: dict[str, str] = settings.API_SCOPES_BESIDE
    return {**OWN, **beside}
