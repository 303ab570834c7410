"""Who somebody is: found by business-scoped user id or phone, made when new, merged when two turn out to be one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from bettermeals.lib import phones
from whatsapp.models import Account, ConsentEvent, Contact, InboxItem, Message, ThreadNote
from whatsapp.payloads import Sender


def get_or_create_contact(
    account: Account, *, phone: str, language: str = "en", name: str = "", region: str = ""
) -> Contact:
    """The person with this number, in any local way of writing it. Raises phones.PhoneError for what is no number.

    A name or language that is already known is kept: what the person or staff chose weighs more than a default.
    """
    e164 = phones.to_e164(phone, region or account.region)
    contact = _find(account, wa_id=phones.wa_id(e164))
    if contact is None:
        contact = _create(account, wa_id=phones.wa_id(e164), phone=e164, language=language, profile_name=name)
    if name and not contact.profile_name:
        contact.profile_name = name
        contact.save(update_fields=["profile_name"])
    return contact


def resolve(account: Account, sender: Sender) -> Contact:
    """The contact behind a webhook's sender; learns what is new about them. Raises ValueError without any id."""
    if not (sender.wa_id or sender.bsuid):
        raise ValueError("a sender without a phone number and without a user id")
    by_bsuid = _find(account, bsuid=sender.bsuid) if sender.bsuid else None
    by_phone = _find(account, wa_id=sender.wa_id) if sender.wa_id else None
    if by_bsuid and by_phone and by_bsuid.pk != by_phone.pk:
        contact = merge(*sorted((by_bsuid, by_phone), key=lambda c: (c.phone is None, c.pk)))
    else:
        contact = by_bsuid or by_phone or _create(account, **_ids(sender))
    _learn(contact, sender)
    return contact


def merge(keeper: Contact, other: Contact) -> Contact:
    """Make two rows of one person one: the history moves, the ids move, the empty row points at the keeper."""
    with transaction.atomic():
        if InboxItem.objects.filter(contact=keeper, closed_at=None).exists():
            open_items = InboxItem.objects.filter(contact=other, closed_at=None)
            open_items.update(closed_at=F("opened_at"), note="Merged: the person has another open item.")
        for model in (Message, ConsentEvent, InboxItem):
            model._default_manager.filter(contact=other).update(contact=keeper)
        _merge_desk(keeper, other)
        moved = {"wa_id": other.wa_id, "bsuid": other.bsuid, "phone": other.phone}
        Contact.objects.filter(pk=other.pk).update(wa_id=None, bsuid=None, phone=None, merged_into=keeper)
        for name, value in moved.items():
            setattr(keeper, name, getattr(keeper, name) or value)
        for name in ("last_inbound_at", "opted_out_at", "marketing_opted_out_at", "opted_in_at"):
            known = [moment for moment in (getattr(keeper, name), getattr(other, name)) if moment]
            setattr(keeper, name, max(known, default=None))
        keeper.save()
    return keeper


def _merge_desk(keeper: Contact, other: Contact) -> None:
    """What staff had of either row they have of the keeper."""
    ThreadNote.objects.filter(contact=other).update(contact=keeper)
    for name in ("taken_over_at", "desk_owner_id", "unread_since"):
        setattr(keeper, name, getattr(keeper, name) or getattr(other, name))
    Contact.objects.filter(pk=other.pk).update(taken_over_at=None, desk_owner=None, unread_since=None)


def change_number(contact: Contact, new_wa_id: str, now: datetime) -> Contact:
    """The person has a new phone number; whoever held it before in our rows is the same person or loses it to them."""
    holder = _find(contact.account, wa_id=new_wa_id)
    if holder and holder.pk != contact.pk:
        contact = merge(contact, holder)
    contact.wa_id, contact.phone = new_wa_id, _phone(new_wa_id, contact.account.region)
    contact.undeliverable_since, contact.undeliverable_reason = None, ""
    contact.save(update_fields=["wa_id", "phone", "undeliverable_since", "undeliverable_reason"])
    return contact


def change_bsuid(contact: Contact, new: str, parent: str = "") -> Contact:
    holder = _find(contact.account, bsuid=new)
    if holder and holder.pk != contact.pk:
        contact = merge(contact, holder)
    contact.bsuid, contact.parent_bsuid = new, parent or contact.parent_bsuid
    contact.save(update_fields=["bsuid", "parent_bsuid"])
    return contact


def current(contact: Contact) -> Contact:
    """The row that stands for this person now."""
    while contact.merged_into is not None:
        contact = contact.merged_into
    return contact


def _find(account: Account, **ids: str) -> Contact | None:
    return Contact.objects.filter(account=account, **ids).first()


def _create(account: Account, **values: Any) -> Contact:
    try:
        with transaction.atomic():
            return Contact.objects.create(account=account, **values)
    except IntegrityError:  # another process met the same person in the same moment
        ids = {key: values[key] for key in ("wa_id", "bsuid") if values.get(key)}
        for key, value in ids.items():
            found = _find(account, **{key: value})
            if found:
                return found
        raise


def _ids(sender: Sender) -> dict[str, Any]:
    values: dict[str, Any] = {"profile_name": sender.profile_name[:200], "username": sender.username[:80]}
    if sender.wa_id:
        values |= {"wa_id": sender.wa_id, "phone": _phone(sender.wa_id)}
    if sender.bsuid:
        values |= {"bsuid": sender.bsuid, "parent_bsuid": sender.parent_bsuid}
    return values


def _phone(wa_id: str, region: str = "IN") -> str:
    """Meta's digits as E.164. Meta is believed about its own users: a number our parser does not know still is one."""
    try:
        return phones.to_e164(f"+{wa_id}", region)
    except phones.PhoneError:
        return f"+{wa_id}"


LENGTHS = {"profile_name": 200, "username": 80, "parent_bsuid": 180}


def _learn(contact: Contact, sender: Sender) -> None:
    learned: dict[str, Any] = {}
    if sender.wa_id and not contact.wa_id:
        learned |= {"wa_id": sender.wa_id, "phone": contact.phone or _phone(sender.wa_id)}
    if sender.bsuid and contact.bsuid != sender.bsuid:
        learned["bsuid"] = sender.bsuid
    for name in LENGTHS:
        value = getattr(sender, name)
        if value and getattr(contact, name) != value:
            learned[name] = value[: LENGTHS[name]]
    if learned:
        for name, value in learned.items():
            setattr(contact, name, value)
        contact.save(update_fields=list(learned))
