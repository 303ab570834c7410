"""Who somebody is: found by business-scoped user id or phone, made when new, merged when two turn out to be one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from bettermeals.lib import clock, phones
from whatsapp import identifying, remembering
from whatsapp.merging import merge as merge
from whatsapp.models import Account, Contact
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
    if not sender.known:
        raise ValueError("a sender without a phone number and without a user id")
    by_bsuid = _find(account, bsuid=sender.bsuid) if sender.bsuid else None
    by_phone = _find(account, wa_id=sender.wa_id) if sender.wa_id else None
    if by_bsuid and by_phone and by_bsuid.pk != by_phone.pk:
        contact = _met_by_both(by_bsuid, by_phone, sender)
    else:
        contact = by_bsuid or by_phone or _create(account, **_ids(sender))
    _learn(contact, sender)
    return contact


def _met_by_both(by_bsuid: Contact, by_phone: Contact, sender: Sender) -> Contact:
    if by_phone.bsuid:  # another one than the sender's: the number has changed hands
        return _one(by_bsuid, by_phone)
    return merge(*sorted((by_bsuid, by_phone), key=lambda c: (c.phone is None, c.pk)))


def _one(keeper: Contact, other: Contact) -> Contact:
    """Both ids of one sender stood on two rows. A row that has a user id of its own is another person's, whose number
    this one has now: they lose the number and nothing else. Otherwise the two rows are one person."""
    if other.bsuid and keeper.bsuid and other.bsuid != keeper.bsuid:
        Contact.objects.filter(pk=other.pk).update(wa_id=None, phone=None)
        other.wa_id, other.phone = None, None
        identifying.follow(other, clock.now())
        return keeper
    return merge(keeper, other)


def change_number(contact: Contact, new_wa_id: str, now: datetime) -> Contact:
    """The person has a new phone number; whoever held it before in our rows is the same person or loses it to them."""
    holder = _find(contact.account, wa_id=new_wa_id)
    if holder and holder.pk != contact.pk:
        contact = _one(contact, holder)
    contact.wa_id, contact.phone = new_wa_id, _phone(new_wa_id, contact.account.region)
    contact.undeliverable_since, contact.undeliverable_reason = None, ""
    contact.save(update_fields=["wa_id", "phone", "undeliverable_since", "undeliverable_reason"])
    identifying.follow(contact, now)
    return contact


def change_bsuid(contact: Contact, new: str, parent: str = "") -> Contact:
    holder = _find(contact.account, bsuid=new)
    if holder and holder.pk != contact.pk:
        contact = merge(contact, holder)
    contact.bsuid, contact.parent_bsuid = new, parent or contact.parent_bsuid
    contact.save(update_fields=["bsuid", "parent_bsuid"])
    identifying.follow(contact, clock.now())
    return contact


def current(contact: Contact) -> Contact:
    """The row that stands for this person now."""
    while contact.merged_into is not None:
        contact = contact.merged_into
    return contact


def _find(account: Account, **ids: str) -> Contact | None:
    return Contact.objects.filter(account=account, **ids).first()


def _create(account: Account, **values: Any) -> Contact:
    """A new row. Somebody who was erased once comes back opted out: only they themselves can opt in again."""
    if erased := remembering.erased_at([values.get("wa_id"), values.get("bsuid")]):
        values["opted_out_at"] = erased
    try:
        with transaction.atomic():
            made = Contact.objects.create(account=account, **values)
            identifying.follow(made, clock.now())
            return made
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
    if sender.wa_id and contact.wa_id != sender.wa_id:  # the same user id writes from another number now
        learned |= {"wa_id": sender.wa_id, "phone": _phone(sender.wa_id)}
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
        if set(learned) & set(identifying.KINDS):
            identifying.follow(contact, clock.now())
