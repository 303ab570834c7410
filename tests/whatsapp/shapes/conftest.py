from __future__ import annotations

import pytest

from tests.factories.whatsapp import HOUR, NOW, approve, make_contact
from tests.whatsapp import doors
from tests.whatsapp.shapes.becoming import SENT
from whatsapp.models import Account, Contact, Message, PhoneNumber


@pytest.fixture(autouse=True)
def asha(account: Account) -> Contact:
    """Somebody known by phone and user id, a number, an approved template."""
    PhoneNumber.objects.update(display_phone_number="+91 80 4718 2000")
    contact = make_contact("+919810000001", bsuid="IN.1047829116385512")
    approve(doors.PLAN, meta_id="1689556908129832")
    return contact


@pytest.fixture(autouse=True)
def ours(asha: Contact) -> Message:
    """The message that statuses, quotes and reactions speak of; Meta has accepted it."""
    return Message.objects.create(
        contact=asha,
        phone_number=PhoneNumber.objects.get(),
        direction="out",
        type="text",
        status="accepted",
        wamid=SENT,
        payload={},
        text="ours",
        created_at=NOW - HOUR,
        not_before=NOW - HOUR,
    )
