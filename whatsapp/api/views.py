"""The addresses of the API for messages and templates. Each checks the body, makes one call, answers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from bettermeals.lib import clock
from whatsapp import catalogue
from whatsapp.api import scopes, sends
from whatsapp.api.answered import BulkAnswer, ErrorAnswer, MessageAnswer, TemplateAnswer
from whatsapp.api.asked import BulkBody, MessageBody
from whatsapp.api.door import ApiView
from whatsapp.api.once import answer_once, once_key
from whatsapp.api.paging import ByName, ByNewest
from whatsapp.models import Message, MessageTemplate

KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="A key of your own for this request: repeat it with the same key when the answer was lost.",
)
REFUSED = OpenApiResponse(ErrorAnswer, description="Refused, with a code and what to do.")
ERRORS = {400: REFUSED, 401: REFUSED, 403: REFUSED, 404: REFUSED, 429: REFUSED}
SENDING_ERRORS = {**ERRORS, 409: REFUSED, 422: REFUSED}


class Filters(serializers.Serializer):
    contact_id = serializers.IntegerField(required=False)
    status = serializers.ChoiceField(choices=Message.Status.choices, required=False)
    direction = serializers.ChoiceField(choices=Message.Direction.choices, required=False)
    since = serializers.DateTimeField(required=False, help_text="Made at this time or later.")
    idempotency_key = serializers.CharField(
        required=False, max_length=100, help_text="What this token queued under that key."
    )


class Messages(ApiView, GenericAPIView):
    scopes = {"GET": scopes.MESSAGES_READ, "POST": scopes.MESSAGES_SEND}
    serializer_class = MessageAnswer
    pagination_class = ByNewest
    queryset = Message.objects.none()

    def get_queryset(self) -> QuerySet[Message]:
        filters = Filters(data=self.request.query_params)
        filters.is_valid(raise_exception=True)
        asked = dict(filters.validated_data)
        names = {"contact_id": "contact_id", "status": "status", "direction": "direction", "since": "created_at__gte"}
        rows = Message.objects.filter(
            phone_number__account=self.token.account, **{names[name]: asked[name] for name in names if name in asked}
        )
        if "idempotency_key" in asked:
            key = once_key(self.token, asked["idempotency_key"])
            rows = rows.filter(once_key=key) | rows.filter(once_key__startswith=f"{key}:")
        return rows

    @extend_schema(
        summary="List messages, newest first",
        tags=["messages"],
        parameters=[Filters],
        responses={200: MessageAnswer(many=True), **ERRORS},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        self.note(messages=[str(row.public_id) for row in page or []])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="Send one message",
        description="Queued through the same gate as every message: consent, opt-out, the 24-hour window, the "
        "template's approval. 202 means queued; ask for its status, or watch it in the list.",
        tags=["messages"],
        parameters=[KEY],
        request=MessageBody,
        responses={202: MessageAnswer, **SENDING_ERRORS},
    )
    def post(self, request: Request) -> Response:
        body = MessageBody(data=request.data)
        body.is_valid(raise_exception=True)
        key, now = request.headers.get("Idempotency-Key", ""), clock.now()
        answer, repeated = answer_once(
            self.token,
            key,
            ["message", request.data],
            lambda: {"id": str(sends.send_one(self.token, body.validated_data, key, now).public_id)},
            now,
        )
        self.note(message=answer["id"], repeated=repeated)
        message = sends.message_of(self.token, answer["id"])
        return Response(MessageAnswer(message).data, status=status.HTTP_202_ACCEPTED)


class Bulk(ApiView):
    scopes = {"POST": scopes.MESSAGES_SEND}

    @extend_schema(
        summary="Send one template to many people",
        description="Up to 200 people a call. Whoever may not be written to is a line with an error; the others are "
        "queued. Follow them with GET /api/v1/messages?idempotency_key=….",
        tags=["messages"],
        parameters=[KEY],
        request=BulkBody,
        responses={202: BulkAnswer, **SENDING_ERRORS},
    )
    def post(self, request: Request) -> Response:
        body = BulkBody(data=request.data)
        body.is_valid(raise_exception=True)
        key, now = request.headers.get("Idempotency-Key", ""), clock.now()
        answer, repeated = answer_once(
            self.token,
            key,
            ["bulk", request.data],
            lambda: sends.send_bulk(self.token, body.validated_data, key, now),
            now,
        )
        self.note(messages=[line["id"] for line in answer["results"] if line["id"]], repeated=repeated)
        return Response(answer, status=status.HTTP_202_ACCEPTED)


class OneMessage(ApiView):
    scopes = {"GET": scopes.MESSAGES_READ}

    @extend_schema(
        summary="One message and what became of it", tags=["messages"], responses={200: MessageAnswer, **ERRORS}
    )
    def get(self, request: Request, id: Any) -> Response:
        self.note(message=str(id))
        return Response(MessageAnswer(sends.message_of(self.token, id)).data)


class TemplateFilters(serializers.Serializer):
    name = serializers.CharField(required=False, max_length=512)
    status = serializers.CharField(required=False, max_length=40, help_text="Meta's word, for example APPROVED.")


class Templates(ApiView, GenericAPIView):
    scopes = {"GET": scopes.TEMPLATES_READ}
    serializer_class = TemplateAnswer
    pagination_class = ByName
    queryset = MessageTemplate.objects.none()

    def get_queryset(self) -> QuerySet[MessageTemplate]:
        filters = TemplateFilters(data=self.request.query_params)
        filters.is_valid(raise_exception=True)
        return MessageTemplate.objects.filter(account=self.token.account, **filters.validated_data)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "declared": catalogue.declared()}

    @extend_schema(
        summary="List templates with their status at Meta",
        tags=["templates"],
        parameters=[TemplateFilters],
        responses={200: TemplateAnswer(many=True), **ERRORS},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
