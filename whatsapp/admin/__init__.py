from __future__ import annotations

from whatsapp.admin import accounts, broadcasts, contacts, inboxes, messages, purges, rates, templates, tokens, webhooks

__all__ = [
    "accounts",
    "broadcasts",
    "contacts",
    "inboxes",
    "messages",
    "purges",
    "rates",
    "templates",
    "tokens",
    "webhooks",
]
