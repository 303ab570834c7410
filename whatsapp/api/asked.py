"""What a caller may ask for: request bodies, checked. Limits of the content itself are checked where it is made."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from whatsapp.models import ConsentEvent

MEDIA = ("image", "video", "audio", "document")
TYPES = ("text", "template", *MEDIA)
RECIPIENTS_LIMIT = 200


class RecipientBody(serializers.Serializer):
    """Who: exactly one of the three."""

    to = serializers.CharField(required=False, max_length=40, help_text="A phone number, in any way of writing it.")
    contact_id = serializers.IntegerField(required=False, help_text="A contact of this account.")
    bsuid = serializers.CharField(required=False, max_length=180, help_text="Meta's business-scoped user id.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [name for name in ("to", "contact_id", "bsuid") if attrs.get(name)]
        if len(given) != 1:
            raise serializers.ValidationError("Name the person by exactly one of to, contact_id and bsuid.")
        return attrs


class TextBody(serializers.Serializer):
    body = serializers.CharField(max_length=4096)
    preview = serializers.BooleanField(default=False, help_text="Draw a card for the first address in the text.")


class ValuesBody(serializers.Serializer):
    variables = serializers.DictField(
        child=serializers.CharField(), required=False, help_text="A value for each of the template's variables."
    )
    language = serializers.CharField(
        required=False, max_length=15, help_text="Default: the person's; English when the template lacks it."
    )
    url_suffix = serializers.CharField(
        required=False, max_length=2000, help_text="The rest of the address on the template's URL button."
    )
    payloads = serializers.ListField(
        child=serializers.CharField(max_length=128),
        required=False,
        help_text="What each quick reply answers with, in their order.",
    )


class TemplateBody(ValuesBody):
    name = serializers.CharField(max_length=512)


class MediaBody(serializers.Serializer):
    link = serializers.URLField(required=False, max_length=2000, help_text="A public https address.")
    media_id = serializers.CharField(required=False, max_length=80, help_text="An id from Meta's media upload.")
    caption = serializers.CharField(required=False, max_length=1024)
    filename = serializers.CharField(required=False, max_length=240, help_text="Documents only.")


class TimesBody(serializers.Serializer):
    not_before = serializers.DateTimeField(required=False, help_text="Send at this time or later.")
    expires_at = serializers.DateTimeField(required=False, help_text="Cancel it when it has not gone out by then.")


class MessageBody(RecipientBody, TimesBody):
    """One message. The part named like `type` must be there."""

    type = serializers.ChoiceField(choices=TYPES)
    text = TextBody(required=False)
    template = TemplateBody(required=False)
    image = MediaBody(required=False)
    video = MediaBody(required=False)
    audio = MediaBody(required=False)
    document = MediaBody(required=False)
    reply_to = serializers.CharField(required=False, max_length=200, help_text="The wamid of the message to quote.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        if attrs["type"] not in attrs:
            raise serializers.ValidationError({attrs["type"]: ["This part is missing: it must stand beside type."]})
        beside = sorted((set(TYPES) & set(attrs)) - {attrs["type"]})
        if beside:
            raise serializers.ValidationError({name: [f"The type is {attrs['type']}."] for name in beside})
        return attrs


class BulkRecipientBody(RecipientBody, ValuesBody):
    pass


class BulkTemplateBody(serializers.Serializer):
    name = serializers.CharField(max_length=512)


class BulkBody(TimesBody):
    """One template to many people, each with their own values."""

    template = BulkTemplateBody()
    recipients = serializers.ListField(child=BulkRecipientBody(), min_length=1, max_length=RECIPIENTS_LIMIT)


class ContactBody(serializers.Serializer):
    phone = serializers.CharField(max_length=40, help_text="In any way of writing it.")
    name = serializers.CharField(required=False, max_length=200)
    language = serializers.CharField(required=False, max_length=10, help_text="For example en or hi.")


class ConsentBody(serializers.Serializer):
    action = serializers.ChoiceField(choices=ConsentEvent.Action.choices)
    purpose = serializers.ChoiceField(choices=ConsentEvent.Purpose.choices, default=ConsentEvent.Purpose.ALL)
    method = serializers.CharField(max_length=80, help_text="How it was said: signed form, checkbox at sign-up, call.")
    note = serializers.CharField(required=False, max_length=500, help_text="Where the proof is.")
