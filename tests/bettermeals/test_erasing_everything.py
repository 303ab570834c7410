"""A person erased from a house that is full of them: every column of every table is read afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db.models import Count, IntegerField, Model, Sum
from django.db.models.fields.files import FieldFile
from django.test import Client

from households import columns, erasing, ops, personal, timeline
from households.billing import credits, manual, refunds
from households.billing.models import Charge, LedgerEntry, Payment, ProviderEvent
from households.models import Household, Resident
from households.onboarding import let_decide
from mealplans import lifecycle, proposing
from mealplans.models import AtHome, Ingredient
from mealplans.outcomes import Actor
from tests.factories import mealplans as make
from tests.factories.households import HOUR, MINUTE, NOW, make_staff
from tests.factories.whatsapp import post, queue_text, status, statuses, text
from tests.mealplans.quick_planner import first_fit
from whatsapp import delivery, receiving
from whatsapp.models import Contact, InboxItem, MediaFile, Message, ThreadNote, WebhookAnomaly

pytestmark = pytest.mark.django_db
BSUID = "IN.1349120398471234"
NAMES = ("Zubeida Contractor", "ज़ुबैदा परवीन", "D'Mello (elder)")
#: What an erasure adds to the books: that it was done.
ADDED = {
    "households.Erasure", "whatsapp.DigestKey", "whatsapp.ErasedAddress", "whatsapp.ConsentEvent", "admin.LogEntry",
}  # fmt: skip


@pytest.fixture(autouse=True)
def quick(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.PAYMENTS_PROVIDER = "manual"
    monkeypatch.setattr(proposing, "solve", first_fit)
    with time_machine.travel(NOW, tick=False):
        yield


def world(name: str = NAMES[0]) -> make.Home:
    """The Sharmas with a paid week, in which Ravi's wife bears `name`; she wrote, and others wrote of her."""
    make.make_catalogue()
    home = make.make_home()
    Resident.objects.filter(pk=home.asha.pk).update(name=name, allergens=["peanut"], dislikes=["karela"])
    home.asha.refresh_from_db()
    Contact.objects.filter(pk=home.asha.contact_id).update(
        profile_name=name, username="zubi.reads", bsuid=BSUID, last_inbound_at=NOW - HOUR
    )
    home.asha.contact.refresh_from_db()
    plan = make.propose_week(home)
    lifecycle.approve(plan.pk, Actor(name, "page", resident_id=home.asha.pk), NOW)
    charge = Charge.objects.get()
    paid = manual.mark_paid(charge.pk, by=None, reason=f"{name} paid in cash", now=NOW)
    assert paid
    say_things(home, name)
    write_of_her(home, name, charge)
    let_decide(home.ravi, by="priya", now=NOW)
    return home


def say_things(home: make.Home, name: str) -> None:
    phone = home.asha.contact.phone or ""
    post(text("My knee is bad this week, so please nothing fried", phone=phone, name=name))
    post(text(f"Ask {name}, she decides", phone=home.ravi.contact.phone or "", name="Ravi"))
    receiving.process_pending(NOW)
    row = Message.objects.filter(contact=home.asha.contact, direction="in").latest("pk")
    file = MediaFile(message=row, media_id="1", filename=f"{name}.jpg", status="stored", next_attempt_at=NOW)
    file.file.save("photo.jpg", ContentFile(b"her face"))
    queue_text(home.asha.contact, f"Hello {name}", NOW)
    post(statuses(status(row.wamid or "", "read", recipient_id=phone.removeprefix("+"))))


def write_of_her(home: make.Home, name: str, charge: Charge) -> None:
    """Staff, colleagues and machines write names into whatever has room for words."""
    priya = make_staff()
    phone = home.asha.contact.phone or ""
    wrote = "My knee is bad this week, so please"  # quoted, and cut short
    ops.open_item(kind="k", key="k:1", reason=f"{name} wrote “{wrote}”", household=home.household, now=NOW)
    timeline.record(
        home.household, "k", f"{name} called from {phone[:3]} {phone[3:8]} {phone[8:]}", now=NOW, who=[name]
    )
    ThreadNote.objects.create(contact=home.asha.contact, text=f"{name} is deaf in one ear", by=priya, at=NOW)
    WebhookAnomaly.objects.create(
        kind="k", detail=f"value of {BSUID}", first_seen=NOW, last_seen=NOW, sample={"user_id": BSUID, "name": name}
    )
    entity = {"amount": 100, "contact": phone, "email": "zubi@example.com", "notes": {"name": name}}
    ProviderEvent.objects.create(
        provider="razorpay",
        event_id="e1",
        received_at=NOW,
        charge=charge,
        body=json.dumps({"payment": entity}).encode(),
    )
    kind = ContentType.objects.get_for_model(Household)
    LogEntry.objects.create(
        user=priya, content_type=kind, object_id=str(home.household.pk), object_repr=f"home of {name}",
        action_flag=CHANGE,
        change_message=json.dumps([{"changed": {"name": "resident", "object": name, "fields": ["name"]}}]),
    )  # fmt: skip
    plan = home.household.plans.get()
    AtHome.objects.create(plan=plan, ingredient=Ingredient.objects.first(), ticked_by=name, at=NOW)


def fill_every_column(person: personal.Person, name: str, phone: str) -> int:
    """Write the person into every column that holds words, of every row near them. Returns how many were written."""
    written = 0
    for model in columns.tables():
        near = erasing.nearby(model, person)
        rows = erasing.raw(model).filter(near) if near else erasing.raw(model).none()
        for row in rows.distinct():
            new = {c.attname: said for c in columns.words(model) if (said := named(c, row, name, phone)) is not None}
            written += bool(new) and erasing.raw(model).filter(pk=row.pk).update(**new)
    return written


def named(column: Any, row: Model, name: str, phone: str) -> Any:
    """The column's value with the person in it; None where there is no room, or where a constraint would object."""
    if column.unique or column.attname in FIXED or (row._meta.label == "whatsapp.Contact"):
        return None
    kind, value = column.get_internal_type(), getattr(row, column.attname)
    if kind == "JSONField":
        return {"was": value, "by": [name, {"call": f"{phone[:3]} {phone[3:8]}-{phone[8:]}", BSUID: int(phone[1:])}]}
    if kind == "BinaryField":
        return json.dumps([{"from": phone, "name": name}, {"also": name}]).encode()
    said = f"{value} — {name}, {phone}, {BSUID}"
    shorter = name if column.max_length and len(said) > column.max_length else said
    return shorter if not column.max_length or len(shorter) <= column.max_length else None


#: Columns whose words are keys of the house: unique together, or checked by the database.
FIXED = {
    "meal",
    "key",
    "wamid",
    "provider",
    "provider_id",
    "provider_payment_id",
    "event_id",
    "subject",
    "kind",
    "object_id",
}


def everything_written() -> Iterator[tuple[str, str]]:
    """(where, text) of every column of every table."""
    for model in apps.get_models():
        for row in erasing.raw(model).all():
            for column in model._meta.concrete_fields:
                value = getattr(row, column.attname)
                yield f"{model._meta.label}.{column.name} of {row.pk}", as_text(value)


def as_text(value: Any) -> str:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, FieldFile):
        return value.name or ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def found(*words: str) -> list[tuple[str, str]]:
    """Where any of the words still stands, escaped or spaced as it may be."""
    forms = {form.casefold() for word in words for form in (word, json.dumps(word)[1:-1])}
    hits = []
    for where, value in everything_written():
        bare = value.casefold()
        digits = "".join(c for c in value if c.isalnum())
        if any(form in bare for form in forms) or any(w.isdigit() and w in digits for w in words):
            hits.append((where, value[:200]))
    return hits


def erase(home: make.Home, now: datetime = NOW + HOUR) -> Any:
    person = personal.of_contact(Contact.objects.get(pk=home.asha.contact_id))
    row = erasing.begin(person, reason="letter of 3 Nov", by=None, now=now)
    erasing.finish(row.pk, now)
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_the_person_is_left_in_any_column_of_any_table(name: str) -> None:
    home = world(name)
    phone = home.asha.contact.phone or ""
    person = personal.of_contact(home.asha.contact)
    assert fill_every_column(person, name, phone) > 60
    assert len({where.partition(" of ")[0] for where, _text in found(name)}) > 50
    erase(home)
    assert found(name, name.split()[0], phone.removeprefix("+"), phone[3:], BSUID, "zubi.reads", "knee is bad") == []


def test_their_files_are_gone_from_the_store() -> None:
    home = world()
    file = MediaFile.objects.get()
    store, name = file.file.storage, file.file.name
    erase(home)
    file.refresh_from_db()
    assert (store.exists(name), file.file.name, file.filename) == (False, "", "")


def books() -> dict[str, Any]:
    """What an auditor counts: rows of each table, every sum of money, messages by status, categories and prices."""
    counted: dict[str, Any] = {
        m._meta.label: m._base_manager.count() for m in apps.get_models() if m._meta.label not in ADDED
    }
    for model in apps.get_app_config("billing").get_models():
        money = [c.name for c in model._meta.concrete_fields if isinstance(c, IntegerField) and "paise" in c.name]
        if money:
            counted[f"{model._meta.label} sums"] = model._base_manager.aggregate(*(Sum(name) for name in money))
    counted["messages"] = sorted(
        Message.objects.exclude(status__in=["queued", "cancelled"])
        .order_by()
        .values_list("status", "category", "template_name")
        .annotate(Count("pk"))
    )
    counted["attempts"] = list(Message.objects.order_by("pk").values_list("attempt_count", "pricing"))
    counted["owed"] = sorted(LedgerEntry.objects.order_by().values_list("account").annotate(Sum("amount_paise")))
    return counted


def test_the_ledger_and_every_count_are_as_before() -> None:
    home = world()
    payment = Payment.objects.get()
    before = books()
    assert before["billing.LedgerEntry"] >= 4
    erase(home)
    assert books() == before
    refunds.refund(payment.pk, amount_paise=100, reason="short weight", by=None, now=NOW + 2 * HOUR)
    assert credits.keep(payment.charge_id, by=make_staff("anil"), reason="none", now=NOW + 2 * HOUR) == 0


def test_every_consent_stays_as_a_fact_and_its_proof_as_a_digest() -> None:
    home = world()
    before = list(home.asha.contact.consent_events.order_by("pk").values_list("pk", "action", "purpose", "at"))
    row = erase(home)
    after = list(home.asha.contact.consent_events.order_by("pk").values_list("pk", "action", "purpose", "at"))
    assert after[: len(before)] == before
    assert [event[1:] for event in after[len(before) :]] == [("opt_out", "all", NOW + HOUR)]
    assert len(row.consent_digest) == 64


def test_the_others_keep_their_names_their_words_and_their_week() -> None:
    home = world()
    plan = home.household.plans.get()
    meals = list(plan.meals.order_by("pk").values_list("dish", "date", "status"))
    ravi = list(Message.objects.filter(contact=home.ravi.contact).values_list("pk", "wamid", "status"))
    erase(home)
    assert list(plan.meals.order_by("pk").values_list("dish", "date", "status")) == meals
    assert list(Message.objects.filter(contact=home.ravi.contact).values_list("pk", "wamid", "status")) == ravi
    assert sorted(home.household.residents.filter(active=True).values_list("name", flat=True)) == ["Kabir", "Ravi"]
    said = Message.objects.get(contact=home.ravi.contact, text__startswith="Ask ")
    assert said.text == f"Ask Erased person contact {home.asha.contact_id}, she decides"


def test_health_goes_too() -> None:
    home = world()
    erase(home)
    home.asha.refresh_from_db()
    assert (home.asha.allergens, home.asha.dislikes, home.asha.never, home.asha.active) == ([], [], [], False)
    assert home.asha.portion == Decimal(1)


def test_waiting_messages_are_cancelled_and_nobody_is_told_to_call_them() -> None:
    home = world()
    waiting = Message.objects.filter(contact=home.asha.contact, status="queued")
    assert waiting.exists()
    items = ops.OpsItem.objects.count()
    erase(home)
    assert not waiting.exists()
    delivery.deliver_due(NOW + HOUR + MINUTE)
    assert ops.OpsItem.objects.count() == items
    assert not InboxItem.objects.filter(contact=home.asha.contact, closed_at=None).exists()


def test_an_erasure_that_dies_at_any_step_is_gone_on_with() -> None:
    home = world()
    person = personal.of_contact(home.asha.contact)
    row = erasing.begin(person, reason="letter", by=None, now=NOW)
    steps = 0
    while erasing.advance(row.pk, NOW):
        steps += 1
        again = erasing.begin(person, reason="again", by=None, now=NOW)  # staff press once more, at every step
        assert again.pk == row.pk
    assert steps >= len(columns.tables())
    assert erasing.carry_on(NOW) == 0
    assert found(NAMES[0], home.asha.contact.phone or "", BSUID) == []


def test_small_batches_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "BATCH", 2)
    home = world()
    erase(home)
    assert found(NAMES[0], (home.asha.contact.phone or "")[1:], BSUID) == []


def test_erased_twice_is_erased_once() -> None:
    home = world()
    first = erase(home)
    before = dict(everything_written())
    assert erase(home, NOW + 3 * HOUR).pk == first.pk
    assert dict(everything_written()) == before


def test_an_import_of_the_same_number_opts_nobody_in_again(client: Client) -> None:
    from households import onboarding

    home = world()
    phone = home.asha.contact.phone or ""
    erase(home)
    later = NOW + 5 * HOUR
    onboarding.add_resident(household=home.household, name="Zubi", phone=phone, opted_in_how="sheet", now=later)
    fresh = Contact.objects.get(phone=phone)
    assert (fresh.opted_out_at, fresh.opted_in_at) == (NOW + HOUR, None)


def test_a_table_with_words_leads_to_a_home_or_a_contact_or_is_known_to_hold_nobodys() -> None:
    """A new table is found by itself. One that leads nowhere must be thought about, and written down here."""
    alone = {m._meta.label for m in columns.tables() if erasing.nearby(m, EMPTY) is None}
    assert alone == KNOWN_TO_STAND_ALONE


EMPTY = personal.Person("contact:0", [], [], [], [], [], [], [], [])
#: Looked through for ids, and for names beside an id; what else they hold is the house's own.
KNOWN_TO_STAND_ALONE = {
    "admin.LogEntry",  # by type and number, in `erasing._logged`
    "axes.AccessAttempt", "axes.AccessFailureLog", "axes.AccessLog",
    "bettermeals.AttentionMark",
    "django_celery_beat.CrontabSchedule", "django_celery_beat.PeriodicTask",
    "mealplans.Dish", "mealplans.DishIngredient", "mealplans.Ingredient", "mealplans.IngredientPack",
    "mealplans.CatalogueMerge", "mealplans.DishVersion", "mealplans.RecipeLine",
    "whatsapp.Account", "whatsapp.PhoneNumber", "whatsapp.Incident", "whatsapp.ApiToken", "whatsapp.ApiCall",
    "whatsapp.ApiRequest", "whatsapp.BroadcastPreset", "whatsapp.CannedReply", "whatsapp.MessageTemplate",
    "whatsapp.TemplateDraft", "whatsapp.TemplateEvent", "whatsapp.WebhookAnomaly", "whatsapp.PurgeRun",
    "whatsapp.Portfolio", "whatsapp.MessageRate",
    "whatsapp.UploadedFile",  # a digest, and Meta's id for 25 days
    "whatsapp.Reach",  # by the id, in `whatsapp.erasing.stop`
}  # fmt: skip
