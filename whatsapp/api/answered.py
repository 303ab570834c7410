"""What a caller is answered: rows as JSON. Field names stay; new ones may come."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from whatsapp import errors
from whatsapp.models import ConsentEvent, Contact, Message, MessageTemplate


class ErrorPart(serializers.Serializer):
    code = serializers.CharField(help_text="For programs; docs/api.md lists them.")
    message = serializers.CharField(help_text="What is wrong and what to do.")
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))  # type: ignore[assignment]


class ErrorAnswer(serializers.Serializer):
    """Every answer that is not 2xx."""

    error = ErrorPart()


class FailurePart(serializers.Serializer):
    kind = serializers.CharField(help_text="The error's class: what happens next.")
    code = serializers.IntegerField(allow_null=True, help_text="Meta's code.")
    message = serializers.CharField()
    fix = serializers.CharField()


class MessageAnswer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    contact_id = serializers.IntegerField(read_only=True)
    failure = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = ["id", "direction", "type", "status", "contact_id", "text", "template_name", "language", "category",
                  "wamid", "reply_to_wamid", "created_at", "not_before", "expires_at", "sent_at", "delivered_at",
                  "read_at", "failed_at", "failure", "pricing"]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(FailurePart(allow_null=True))
    def get_failure(self, message: Message) -> dict[str, Any] | None:
        if not (message.error_class or message.error_text):
            return None
        fix = errors.lookup(message.error_code).fix if message.error_code is not None else ""
        found = {"kind": message.error_class, "code": message.error_code, "message": message.error_text}
        return {**found, "fix": fix}


class BulkResult(serializers.Serializer):
    index = serializers.IntegerField(help_text="Place in recipients, from 0.")
    id = serializers.UUIDField(allow_null=True, help_text="The message; null when it was refused.")
    error = ErrorPart(allow_null=True)


class BulkAnswer(serializers.Serializer):
    queued = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BulkResult(many=True)


class TemplateAnswer(serializers.ModelSerializer):
    variables = serializers.SerializerMethodField(help_text="Names to give under variables, in their order.")
    sendable = serializers.SerializerMethodField(help_text="Approved by Meta, and declared in this product.")

    class Meta:
        model = MessageTemplate
        fields = ["name", "language", "status", "category", "quality", "variables", "sendable", "components",
                  "rejected_reason", "synced_at"]  # fmt: skip
        read_only_fields = fields

    def get_variables(self, row: MessageTemplate) -> list[str]:
        declared = self.context["declared"].get(row.name)
        return list(declared.variables) if declared else []

    def get_sendable(self, row: MessageTemplate) -> bool:
        return row.status == MessageTemplate.APPROVED and row.name in self.context["declared"]


class ContactAnswer(serializers.ModelSerializer):
    name = serializers.CharField(source="profile_name", read_only=True)

    class Meta:
        model = Contact
        fields = ["id", "name", "phone", "bsuid", "username", "language", "last_inbound_at", "opted_in_at",
                  "opted_out_at", "marketing_opted_out_at", "created_at"]  # fmt: skip
        read_only_fields = fields


class ConsentAnswer(serializers.ModelSerializer):
    message_id = serializers.UUIDField(
        source="message.public_id", read_only=True, default=None, allow_null=True, help_text="The message that said so."
    )

    class Meta:
        model = ConsentEvent
        fields = ["id", "action", "purpose", "method", "note", "at", "message_id"]
        read_only_fields = fields
