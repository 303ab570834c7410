"""Every list, row and history of the back office with rows in it; a list asks as often for many as for one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from households.billing import manual
from households.billing.models import Charge
from mealplans import lifecycle
from mealplans.outcomes import Actor
from tests.bettermeals.test_admin_crawl import MODELS, address
from tests.bettermeals.test_erasing_everything import world
from tests.factories import mealplans as make
from tests.factories.households import NOW
from whatsapp.models import Account, ApiToken, Broadcast, Incident, MessageTemplate, TemplateDraft

pytestmark = pytest.mark.django_db
#: Rows of which the database holds only one (of a week, a contact, a day): counted with more homes, below.
NOT_COPIED = {
    "households.Cook", "households.Engagement", "mealplans.WeekPlan", "mealplans.CookInstruction",
    "mealplans.GroceryList", "mealplans.GroceryOrder", "billing.Charge", "whatsapp.InboxItem", "whatsapp.Account",
    "auth.Group", "mealplans.WeeklyQuota",
}  # fmt: skip
#: Of these the whole office has few, whatever the homes.
HOUSES_OWN = {"whatsapp.InboxItem", "whatsapp.Account", "auth.Group", "mealplans.WeeklyQuota"}
#: Where the house has no row: rendered empty in `test_admin_crawl`, with rows in the tests of their rooms.
EMPTY = 15


@pytest.fixture
def house(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from mealplans import proposing
    from tests.mealplans.quick_planner import first_fit

    settings.PAYMENTS_PROVIDER = "manual"
    monkeypatch.setattr(proposing, "solve", first_fit)
    with time_machine.travel(NOW, tick=False):
        world()
        account = Account.objects.get()
        Broadcast.objects.create(name="b", account=account, created_at=NOW)
        TemplateDraft.objects.create(account=account, base="closed", created_at=NOW, updated_at=NOW)
        ApiToken.objects.create(name="t", account=account, digest="d", ending="e", created_at=NOW)
        Incident.objects.create(account=account, kind="token", detail="d", opened_at=NOW, last_seen_at=NOW)
        yield


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    client.raise_request_exception = False
    return client


def asked(client: Client, page: str) -> tuple[int, int]:
    """(status, queries) of a second visit: the first fills what a process keeps."""
    client.get(page)
    with CaptureQueriesContext(connection) as found:
        status = client.get(page).status_code
    return status, len(found)


def copies(model: Any, count: int) -> bool:
    """More rows like the newest, past the use cases; False where the database holds that there is only one such."""
    try:
        with transaction.atomic():
            for _ in range(count):
                row = model._base_manager.order_by("-pk").first()
                row.pk, row._state.adding = None, True
                for column in model._meta.concrete_fields:
                    if not column.primary_key and _once(model, column):
                        setattr(row, column.attname, _other(column))
                row.save_base(raw=True, force_insert=True)
    except IntegrityError:
        return False
    return True


def _once(model: Any, column: Any) -> bool:
    """Unique by itself or with others, and words that may be anything."""
    together = {name for rule in model._meta.constraints for name in getattr(rule, "fields", ())}
    free = isinstance(column, (models.CharField, models.TextField, models.UUIDField)) and not column.choices
    return free and (column.unique or column.name in together)


def _other(column: Any) -> Any:
    return uuid.uuid4() if isinstance(column, models.UUIDField) else uuid.uuid4().hex[: column.max_length or 32]


def test_a_list_asks_as_often_for_three_more_rows(boss: Client, house: None) -> None:
    wrong, not_copied, empty = [], set(), 0
    for model in MODELS:
        label, page = str(model._meta.label), address(model, "changelist")
        if not model._base_manager.exists():
            empty += 1
            continue
        before = asked(boss, page)
        if not copies(model, 3):
            not_copied.add(label)
        elif (after := asked(boss, page)) != before or after[0] != 200:
            wrong.append((label, before, after))
    assert wrong == []
    assert not_copied <= NOT_COPIED
    assert empty <= EMPTY


def test_lists_of_what_there_is_only_one_ask_as_often_for_three_homes(boss: Client, house: None) -> None:
    of_homes = [model for model in MODELS if str(model._meta.label) in NOT_COPIED - HOUSES_OWN]
    before = {str(model._meta.label): asked(boss, address(model, "changelist")) for model in of_homes}
    for _ in range(2):
        one_more_home()
    after = {str(model._meta.label): asked(boss, address(model, "changelist")) for model in of_homes}
    assert after == before
    assert {model._base_manager.count() >= 3 for model in of_homes} == {True}


def one_more_home() -> None:
    """With a week of its own, approved, paid, bought and told to its cook."""
    home = make.make_home()
    plan = make.propose_week(home)
    lifecycle.approve(plan.pk, Actor("Asha", "page", resident_id=home.asha.pk), NOW)
    manual.mark_paid(Charge.objects.latest("pk").pk, by=None, reason="cash", now=NOW)


def test_every_list_is_taken_away_and_asks_as_often_for_three_more_rows(boss: Client, house: None) -> None:
    wrong = []
    for model in MODELS:
        if not model._base_manager.exists():
            continue
        sheet = f"{address(model, 'changelist')}list.csv"
        before = asked(boss, sheet)
        if before[0] != 200 or (copies(model, 3) and asked(boss, sheet) != before):
            wrong.append((str(model._meta.label), before))
    assert wrong == []


def test_a_rows_page_asks_as_often_when_there_are_three_more(boss: Client, house: None) -> None:
    """No page of one row reads all the others, for a choice in its form or a count beside it."""
    wrong, counted = [], 0
    for model in MODELS:
        row = model._base_manager.order_by("pk").first()
        if row is None:
            continue
        page = f"{address(model, 'changelist')}{row.pk}/change/"
        before = asked(boss, page)
        if before[0] != 200 or not copies(model, 3):
            continue
        counted += 1
        if (after := asked(boss, page)) != before:
            wrong.append((str(model._meta.label), before, after))
    assert wrong == []
    assert counted > 20


def test_every_row_has_its_page_and_its_history(boss: Client, house: None) -> None:
    wrong = []
    assert MessageTemplate.objects.exists()
    for model in MODELS:
        row = model._base_manager.order_by("-pk").first()
        if row is None:
            continue
        for page in ("change", "history"):
            answer = boss.get(f"{address(model, 'changelist')}{row.pk}/{page}/", follow=True)
            if answer.status_code != 200 or answer.redirect_chain[:1] == [("/admin/", 302)]:
                wrong.append((model._meta.label, page, answer.status_code))
    assert wrong == []
    assert len(admin.site._registry) == len(MODELS)
