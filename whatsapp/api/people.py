"""The addresses of the API for people and their consent."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from bettermeals.lib import clock, phones
from whatsapp import contacts, optouts
from whatsapp.api import scopes
from whatsapp.api.answered import ConsentAnswer, ContactAnswer
from whatsapp.api.asked import ConsentBody, ContactBody
from whatsapp.api.door import ApiView
from whatsapp.api.errors import ApiError
from whatsapp.api.paging import ByNewest
from whatsapp.api.views import ERRORS, REFUSED
from whatsapp.models import ApiToken, ConsentEvent, Contact


class ContactFilters(serializers.Serializer):
    phone = serializers.CharField(required=False, max_length=40, help_text="In any way of writing it.")
    search = serializers.CharField(
        required=False, max_length=180, help_text="Part of a name or username, or a whole BSUID."
    )


class Contacts(ApiView, GenericAPIView):
    scopes = {"GET": scopes.CONTACTS_READ, "POST": scopes.CONTACTS_WRITE}
    serializer_class = ContactAnswer
    pagination_class = ByNewest
    queryset = Contact.objects.none()

    def get_queryset(self) -> QuerySet[Contact]:
        filters = ContactFilters(data=self.request.query_params)
        filters.is_valid(raise_exception=True)
        return find(self.token, **filters.validated_data)

    @extend_schema(
        summary="List people, newest first",
        tags=["contacts"],
        parameters=[ContactFilters],
        responses={200: ContactAnswer(many=True), **ERRORS, 422: REFUSED},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        self.note(contacts=[row.pk for row in page or []])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="Add a person, or find them by their number",
        description="A name or language that is known already is kept. Adding somebody is no consent: record it.",
        tags=["contacts"],
        request=ContactBody,
        responses={200: ContactAnswer, **ERRORS, 422: REFUSED},
    )
    def post(self, request: Request) -> Response:
        body = ContactBody(data=request.data)
        body.is_valid(raise_exception=True)
        with transaction.atomic():
            contact = contacts.get_or_create_contact(self.token.account, **body.validated_data)
        self.note(contact=contact.pk)
        return Response(ContactAnswer(contact).data)


class OneContact(ApiView):
    scopes = {"GET": scopes.CONTACTS_READ}

    @extend_schema(summary="One person", tags=["contacts"], responses={200: ContactAnswer, **ERRORS})
    def get(self, request: Request, id: int) -> Response:
        contact = contact_of(self.token, id)
        self.note(contact=contact.pk)
        return Response(ContactAnswer(contact).data)


class Consent(ApiView, GenericAPIView):
    scopes = {"GET": scopes.CONSENT_READ, "POST": scopes.CONSENT_WRITE}
    serializer_class = ConsentAnswer
    pagination_class = ByNewest
    queryset = ConsentEvent.objects.none()

    @extend_schema(
        summary="A person's consent ledger, newest first",
        tags=["consent"],
        responses={200: ConsentAnswer(many=True), **ERRORS},
    )
    def get(self, request: Request, id: int) -> Response:
        contact = contact_of(self.token, id)
        self.note(contact=contact.pk)
        page = self.paginate_queryset(ConsentEvent.objects.filter(contact=contact).select_related("message"))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="Record that a person agreed or opted out",
        description="An opt-out holds at once; what was queued is cancelled. Somebody who opted out can only come "
        "back by their own word: they write START.",
        tags=["consent"],
        request=ConsentBody,
        responses={200: ContactAnswer, **ERRORS, 409: REFUSED},
    )
    def post(self, request: Request, id: int) -> Response:
        body = ConsentBody(data=request.data)
        body.is_valid(raise_exception=True)
        contact = contact_of(self.token, id)
        changed = record(self.token, contact, **body.validated_data)
        self.note(contact=contact.pk, **{name: body.validated_data[name] for name in ("action", "purpose")})
        self.note(changed=changed)
        return Response(ContactAnswer(contact).data, status=status.HTTP_200_OK)


def record(token: ApiToken, contact: Contact, *, action: str, purpose: str, method: str, note: str = "") -> bool:
    """False when it was so already. Raises ApiError when a program would lift a person's own no."""
    words = f"API: {token.name}. {note}".strip()
    if action == ConsentEvent.Action.OPT_OUT:
        return optouts.opt_out(contact, method=method, purpose=purpose, note=words, now=clock.now())
    said_no = contact.opted_out_at if purpose == ConsentEvent.Purpose.ALL else contact.marketing_opted_out_at
    if said_no is not None:
        raise ApiError(409, "opted_out", "The person has opted out. Only they can come back: ask them to write START.")
    return optouts.opt_in(contact, method=method, purpose=purpose, note=words, now=clock.now())


def contact_of(token: ApiToken, pk: int) -> Contact:
    row = Contact.objects.select_related("account", "merged_into").filter(account=token.account, pk=pk).first()
    if row is None:
        raise ApiError(404, "contact_not_found", "There is no such contact in this token's account.")
    return contacts.current(row)


def find(token: ApiToken, *, phone: str = "", search: str = "") -> QuerySet[Contact]:
    """People of the token's account. Raises PhoneError for what is no number."""
    rows = Contact.objects.filter(account=token.account, merged_into=None)
    if phone:
        rows = rows.filter(phone=phones.to_e164(phone, token.account.region))
    if search:
        rows = rows.filter(_named(search))
    return rows


def _named(search: str) -> Q:
    """A business-scoped user id is opaque and case-sensitive: the whole of it, or nobody."""
    by_name = Q(profile_name__icontains=search) | Q(username__icontains=search.removeprefix("@"))
    return by_name | Q(bsuid=search) | Q(parent_bsuid=search)
