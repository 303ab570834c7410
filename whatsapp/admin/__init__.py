from __future__ import annotations

from whatsapp.admin import accounts, contacts, inboxes, messages, templates, webhooks

__all__ = ["accounts", "contacts", "inboxes", "messages", "templates", "webhooks"]
