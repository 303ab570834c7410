from __future__ import annotations

from whatsapp.models.accounts import Account, Incident, PhoneNumber, Portfolio, Reach
from whatsapp.models.api import ApiCall, ApiRequest, ApiToken
from whatsapp.models.broadcasts import Broadcast, BroadcastPreset, BroadcastRecipient
from whatsapp.models.contacts import ConsentEvent, Contact
from whatsapp.models.erased import DigestKey, ErasedAddress
from whatsapp.models.identifiers import ContactIdentifier
from whatsapp.models.inbox import CannedReply, InboxItem, ThreadNote
from whatsapp.models.merges import ContactMerge
from whatsapp.models.messages import MediaFile, Message, MessageStatusEvent, SendAttempt, UploadedFile
from whatsapp.models.purges import PurgeRun
from whatsapp.models.rates import MessageRate
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
    "ContactIdentifier",
    "ContactMerge",
    "DigestKey",
    "ErasedAddress",
    "InboxItem",
    "Incident",
    "MediaFile",
    "Message",
    "MessageRate",
    "MessageStatusEvent",
    "MessageTemplate",
    "PhoneNumber",
    "Portfolio",
    "PurgeRun",
    "Reach",
    "SendAttempt",
    "TemplateDraft",
    "TemplateEvent",
    "ThreadNote",
    "UploadedFile",
    "WebhookAnomaly",
    "WebhookDelivery",
]
