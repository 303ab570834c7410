"""A person erased at their own request: by steps that can be gone on with, over every column that can hold words.

First nothing more goes out to them. Then each table is looked through (names in what belongs to their homes and
threads, ids everywhere), then the stored webhooks, then their own messages and files, last the rows that are they. The
rows all stay: charges, payments, consents and counts are as before, and what the household shares stays with the
others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from bettermeals.lib.scrubbing import Scrubber
from households import columns, onboarding, ops
from households.billing.nudge import nudge
from households.models import Cook, Engagement, Erasure, Household, Resident, SpecialDay
from households.personal import Person
from households.undelivered import undelivered_key
from households.vocabulary import Diet
from whatsapp import consent_proof, remembering
from whatsapp import erasing as threads
from whatsapp.models import Contact, Message, WebhookDelivery

TASK = "households.erase"
BATCH = 500
#: Up to so many rows to look through it is done while staff wait; more is a worker's.
AT_ONCE = 3000


class CannotErase(ValueError):
    """It must not be done now; the sentence says what to do first."""


class Batch(NamedTuple):
    """What one batch did: where it came to (None: there is nothing beyond) and how many rows it changed."""

    last: int | None
    changed: int = 0


@transaction.atomic
def begin(person: Person, *, reason: str, by: Any, now: datetime) -> Erasure:
    """From this commit on nothing goes out to the person; the rest follows by steps. Asked again: the same erasure.

    Raises CannotErase while the person decides for a home that goes on, or is kept for a dispute.
    """
    _hold(person)
    known = Erasure.objects.filter(subject=person.subject).first()
    if known is not None:
        return known
    _let_go(person, now)
    contacts = list(Contact.objects.select_related("account").filter(pk__in=person.contacts))
    proofs = [consent_proof.proof(contact) for contact in contacts]
    for contact in contacts:
        threads.stop(contact, now)
    ops.close_items([undelivered_key(contact) for contact in contacts], None, person.pseudonym, now)
    started = Erasure.objects.create(
        subject=person.subject,
        pseudonym=person.pseudonym,
        person=json.dumps(person.as_json()),
        asked_at=now,
        asked_by=by,
        reason=person.scrubber(words=False).clean(reason, names=True)[:200],
        consent_digest=remembering.digest(json.dumps(proofs, sort_keys=True)) if proofs else "",
        step=_steps()[0][0],
    )
    nudge(TASK)
    return started


def _hold(person: Person) -> None:
    """Two colleagues at once: the second waits here and finds the first one's erasure."""
    list(Contact.objects.select_for_update(no_key=True).filter(pk__in=person.contacts).order_by("pk"))
    list(Resident.objects.select_for_update(no_key=True).filter(pk__in=person.residents).order_by("pk"))


def _let_go(person: Person, now: datetime) -> None:
    """The person no longer eats or cooks anywhere."""
    kept = Contact.objects.filter(pk__in=person.contacts, kept_since__isnull=False).first()
    if kept is not None:
        raise CannotErase(f"{kept} is kept for a dispute: {kept.kept_because} End that first, on the contact's page.")
    deciding = Resident.objects.filter(pk__in=person.residents, decides=True).select_related("household")
    for resident in deciding:
        if resident.household.status != Household.Status.ENDED:
            raise CannotErase(
                f"{resident.name} decides for {resident.household}: let somebody else decide, "
                "or end the household first."
            )
    Resident.objects.filter(pk__in=person.residents).update(decides=False, active=False)
    visits = Engagement.objects.filter(cook__in=person.cooks, active=True)
    for pk in visits.values_list("pk", flat=True):
        onboarding.end_engagement(pk, reason="the person asked to be erased", by="", now=now)
    Cook.objects.filter(pk__in=person.cooks).update(active=False)


def is_big(person: Person) -> bool:
    """More rows than staff should wait for."""
    own = Message.objects.filter(contact__in=[*person.contacts, *person.near])[: AT_ONCE + 1].count()
    return own + WebhookDelivery.objects.all()[: AT_ONCE + 1].count() > AT_ONCE


def carry_on(now: datetime) -> int:
    """Go on with every erasure that is not finished. Returns how many batches were done; may run twice at once."""
    open_ones = Erasure.objects.filter(finished_at=None).order_by("pk").values_list("pk", flat=True)
    return sum(finish(pk, now) for pk in list(open_ones))


def finish(pk: int, now: datetime) -> int:
    """One erasure to its end, batch by batch. Returns how many batches it took."""
    done = 0
    while advance(pk, now):
        done += 1
    return done


@transaction.atomic
def advance(pk: int, now: datetime) -> bool:
    """One batch, committed with how far it is: a worker may die between any two. False when there was none left."""
    erasure = Erasure.objects.select_for_update(no_key=True).get(pk=pk)
    if erasure.finished_at is not None:
        return False
    steps = _steps()
    names = [name for name, _act in steps]
    at = names.index(erasure.step) if erasure.step in names else 0  # a table that is no more: begin again
    batch = steps[at][1](Person(**json.loads(erasure.person)), erasure.cursor, now)
    _count(erasure, names[at], batch.changed)
    if batch.last is not None:
        erasure.cursor = batch.last
    elif at + 1 < len(steps):
        erasure.step, erasure.cursor = names[at + 1], 0
    else:
        erasure.person, erasure.finished_at = "", now
    erasure.save()
    return True


def _count(erasure: Erasure, step: str, changed: int) -> None:
    if changed:
        erasure.changed = {**erasure.changed, step: erasure.changed.get(step, 0) + changed}


Act = Callable[[Person, int, datetime], Batch]
Step = tuple[str, Act]


def _steps() -> Sequence[Step]:
    looked = [(model._meta.label, _table(model)) for model in columns.tables()]
    return (*looked, ("webhooks", _webhooks), ("messages", _messages), ("own rows", _own_rows))


def _table(model: type[Model]) -> Act:
    def look(person: Person, after: int, now: datetime) -> Batch:
        return _look_through(model, person, after)

    return look


def _look_through(model: type[Model], person: Person, after: int) -> Batch:
    """A table's next rows: those near the person by every name, then all others by the ids alone."""
    scrub, near = person.scrubber(), nearby(model, person)
    rows = not_own_words(model, person)
    if near is None:
        return Batch(None, _elsewhere(model, rows, scrub) + _logged(model, person, scrub))
    inside = rows.filter(pk__in=raw(model).filter(near).values("pk")).order_by("pk")
    if _numbered(model):
        inside = inside.filter(pk__gt=after)[:BATCH]
    found = list(inside)
    changed = sum(_rewrite(row, scrub, names=True) for row in found)
    if _numbered(model) and len(found) == BATCH:
        return Batch(found[-1].pk, changed)
    return Batch(None, changed + _elsewhere(model, rows, scrub))


def nearby(model: type[Model], person: Person) -> Q | None:
    return columns.scope(model, person.homes, [*person.contacts, *person.near])


def not_own_words(model: type[Model], person: Person) -> QuerySet[Any]:
    """All rows but the person's own messages: those are erased whole, last, since quotations are found by them."""
    return raw(model).exclude(contact__in=person.contacts) if model is Message else raw(model)


def raw(model: type[Model]) -> QuerySet[Any]:
    """Past the manager: history is written once, and this one act is the exception that the law asks for."""
    return QuerySet(model)


def _numbered(model: type[Model]) -> bool:
    return model._meta.pk.get_internal_type() in ("AutoField", "BigAutoField")


def _elsewhere(model: type[Model], rows: QuerySet[Any], scrub: Scrubber) -> int:
    """Rows anywhere that hold one of the ids; a name goes only where an id stands beside it."""
    if not scrub.id_pattern:
        return 0
    found = Q()
    texts = {}
    for column in columns.words(model):
        if column.get_internal_type() != "BinaryField":
            texts[f"{column.name}_words"] = Cast(column.name, TextField())
            found |= Q(**{f"{column.name}_words__iregex": scrub.id_pattern})
    held = rows.annotate(**texts).filter(found) if texts else rows.none()
    return sum(_rewrite(row, scrub, names=False) for row in held)


def _logged(model: type[Model], person: Person, scrub: Scrubber) -> int:
    """The back office's log leads to its rows by type and number only: those near the person are named there."""
    if model._meta.label != "admin.LogEntry":
        return 0
    named = Q()
    for name in person.names:
        for form in {name, json.dumps(name)[1:-1]}:
            named |= Q(object_repr__icontains=form) | Q(change_message__icontains=form)
    rows = raw(model).filter(named) if person.names else raw(model).none()
    return sum(_rewrite(row, scrub, names=True) for row in rows if _is_near(row, person))


def _is_near(entry: Any, person: Person) -> bool:
    model = entry.content_type.model_class() if entry.content_type else None
    near = nearby(model, person) if model else None
    if model is None or near is None or not str(entry.object_id).isdecimal():
        return False
    return raw(model).filter(near, pk=entry.object_id).exists()


#: Whose phone or id it is: those of others stay, the person's own go with `own rows`.
ADDRESSES = ("phone", "wa_id", "bsuid", "parent_bsuid")


def _rewrite(row: Any, scrub: Scrubber, *, names: bool) -> bool:
    """The row without the person; True when something of it changed."""
    new: dict[str, Any] = {}
    model: type[Model] = type(row)
    for column in columns.words(model):
        if isinstance(row, Contact) and column.name in ADDRESSES:
            continue
        value = getattr(row, column.attname)
        kept = _clean(value, scrub, names)
        if kept != value:
            most = getattr(column, "max_length", None)
            new[column.attname] = kept[:most] if most and isinstance(kept, str) else kept
    return bool(new) and bool(raw(model).filter(pk=row.pk).update(**new))


def _clean(value: Any, scrub: Scrubber, names: bool) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return scrub.body(bytes(value), names=names)
    return scrub.clean(value, names=names) if value else value


def _webhooks(person: Person, after: int, now: datetime) -> Batch:
    rows = Contact.objects.filter(pk__in=person.near).values_list("wa_id", "bsuid")
    near = {text for row in rows for text in row if text}
    return Batch(threads.webhooks(person.scrubber(), near, after, BATCH))


def _messages(person: Person, after: int, now: datetime) -> Batch:
    """Their own messages: words and files whole, and whatever else of a row may name them."""
    scrub = person.scrubber(words=False)
    last = threads.messages(person.contacts, after, BATCH, now)
    rows = raw(Message).filter(contact__in=person.contacts, pk__gt=after, pk__lte=last or after)
    for row in rows:
        _rewrite(row, scrub, names=True)
    return Batch(last, len(rows))


def _own_rows(person: Person, after: int, now: datetime) -> Batch:
    """Last, because until here the rows say who it is. Allergies and dislikes are health, fasts faith: they go too."""
    threads.thread(person.contacts)
    threads.contacts(person.contacts)
    blank: dict[str, Any] = {"allergens": [], "never": [], "dislikes": [], "jain": False, "diet": Diet.VEGETARIAN}
    Resident.objects.filter(pk__in=person.residents).update(name=person.pseudonym, **blank)
    SpecialDay.objects.filter(resident__in=person.residents).delete()
    Cook.objects.filter(pk__in=person.cooks).update(name=person.pseudonym)
    return Batch(None)
