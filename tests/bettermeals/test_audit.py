"""Every change in the back office is logged: who, when, from what to what; never a secret."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client

from bettermeals.lib import audit
from mealplans.models import Ingredient, IngredientPack
from tests.factories.mealplans import make_catalogue
from tests.factories.whatsapp import make_account
from tests.households.admin_pages import queries, url
from whatsapp.models import Account

pytestmark = pytest.mark.django_db


def filled(client: Client, address: str) -> dict[str, Any]:
    """The page's form as the browser would send it back unchanged."""
    context = client.get(address).context
    forms = [context["adminform"].form]
    for group in context["inline_admin_formsets"]:
        forms += [group.formset.management_form, *group.formset.forms]
    found: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value not in (None, False):
                found[field.html_name] = "on" if value is True else value
    return found


def last() -> LogEntry:
    entry = LogEntry.objects.filter(action_flag=CHANGE).first()
    assert entry is not None
    return entry


def test_a_change_is_kept_with_what_stood_there_before(boss: Client) -> None:
    make_catalogue()
    rice = Ingredient.objects.get(slug="rice")
    address = url(Ingredient, "change", rice.pk)
    sent = {**filled(boss, address), "name_en": "Basmati rice"}
    assert boss.post(address, sent).status_code == 302
    assert last().user.get_username() == "boss"
    assert audit.read(last()) == [("name_en", "Rice", "Basmati rice")]


def test_a_row_under_the_page_is_logged_with_its_own_change(boss: Client) -> None:
    make_catalogue()
    pack = IngredientPack.objects.get(ingredient__slug="rice")
    address = url(Ingredient, "change", pack.ingredient_id)
    sent = {**filled(boss, address), "packs-0-price_paise": "99.00"}
    assert boss.post(address, sent).status_code == 302
    assert audit.read(last()) == [("price_paise", "9000", "9900")]


def test_a_secret_is_named_and_never_written_out(boss: Client) -> None:
    account = make_account()
    address = url(Account, "change", account.pk)
    sent = {**filled(boss, address), "access_token": "EAAnewtokennewtoken"}
    assert boss.post(address, sent).status_code == 302
    assert ("access_token", "•••", "•••") in audit.read(last())
    assert "EAAnewtoken" not in last().change_message


def test_the_log_is_read_by_admins_and_changed_by_nobody(boss: Client, client: Client) -> None:
    entry = LogEntry.objects.create(
        user=User.objects.get(), action_flag=CHANGE, object_repr="Sharma", change_message="Unlocked: she called"
    )
    shown = boss.get(url(LogEntry)).content.decode()
    assert "Unlocked: she called" in shown
    assert boss.post(url(LogEntry, "change", entry.pk), {"change_message": "x"}).status_code == 403
    assert boss.post(url(LogEntry, "delete", entry.pk), {"post": "yes"}).status_code == 403


def test_colleagues_without_the_right_do_not_read_it(client: Client) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_household"))
    client.force_login(clerk)
    assert client.get(url(LogEntry)).status_code == 403


def test_a_longer_log_asks_the_database_no_more(boss: Client) -> None:
    counts = []
    for size in (1, 3):
        while LogEntry.objects.count() < size:
            LogEntry.objects.create(user=User.objects.get(), action_flag=CHANGE, object_repr="x", change_message="y")
        counts.append(queries(boss, url(LogEntry)))
    assert counts[0] == counts[1]
