from __future__ import annotations

from whatsapp.models.accounts import Account, Incident, PhoneNumber
from whatsapp.models.api import ApiCall, ApiRequest, ApiToken
from whatsapp.models.broadcasts import Broadcast, BroadcastPreset, BroadcastRecipient
from whatsapp.models.contacts import ConsentEvent, Contact
from whatsapp.models.inbox import CannedReply, InboxItem, ThreadNote
from whatsapp.models.messages import MediaFile, Message, MessageStatusEvent, SendAttempt
from whatsapp.models.templates import MessageTemplate, TemplateDraft, TemplateEvent
from whatsapp.models.webhooks import WebhookAnomaly, WebhookDelivery

__all__ = [
    "Account",
    "ApiCall",
    "ApiRequest",
    "ApiToken",
    "Broadcast",
    "BroadcastPreset",
    "BroadcastRecipient",
    "CannedReply",
    "ConsentEvent",
    "Contact",
    "InboxItem",
    "Incident",
    "MediaFile",
    "Message",
    "MessageStatusEvent",
    "MessageTemplate",
    "PhoneNumber",
    "SendAttempt",
    "TemplateDraft",
    "TemplateEvent",
    "ThreadNote",
    "WebhookAnomaly",
    "WebhookDelivery",
]
