"""Role by page by act, for every address of the back office: found in its list of addresses, so none is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import time_machine
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Max, Model
from django.test import Client
from django.test import client as test_client
from django.urls import URLResolver

from bettermeals import roles
from tests.bettermeals.test_admin_crawl import MODELS
from tests.bettermeals.test_erasing_everything import world
from tests.factories.households import NOW
from whatsapp.models import Account, ApiToken, Broadcast, TemplateDraft

pytestmark = pytest.mark.django_db
ROLES = ("viewer", "ops", "catalogue", "finance", "admin")
STAFF = "staff"  # whoever is signed in
OPEN = "open"  # before signing in
#: A whole catalogue is brought in.
SHEETS = " ".join(
    f"mealplans.{verb}_{name}" for verb in ("add", "change") for name in ("dish", "ingredient", "ingredientpack")
)
#: Pages of our own: what they take to be looked at. One right, or several joined by spaces.
LOOK = {
    "second-factor": OPEN, "login": OPEN, "logout": OPEN, "jsi18n": STAFF,
    "index": STAFF, "search": STAFF, "analytics": STAFF, "analytics-export": STAFF, "attention-queue": STAFF,
    "attention-counts": STAFF,
    "password_change": STAFF, "password_change_done": STAFF, "app_list": STAFF, "view_on_site": STAFF,
    "whatsapp_broadcast_choose": "whatsapp.add_broadcast whatsapp.view_contact",
    "whatsapp_broadcast_draft": "whatsapp.view_broadcast whatsapp.view_contact",
    "whatsapp_broadcast_results": "whatsapp.view_broadcast whatsapp.view_contact",
    "whatsapp_broadcast_progress": "whatsapp.view_broadcast whatsapp.view_contact",
    "whatsapp_broadcast_export": "whatsapp.view_broadcast whatsapp.view_contact",
    "whatsapp_contact_consent": "whatsapp.view_contact",
    "whatsapp_inbox": "whatsapp.view_contact whatsapp.view_message",
    "whatsapp_inbox_news": "whatsapp.view_contact whatsapp.view_message",
    "whatsapp_inbox_thread": "whatsapp.view_contact whatsapp.view_message",
    "whatsapp_message_file": "whatsapp.view_message",
    "whatsapp_template_write": "whatsapp.add_templatedraft",
    "whatsapp_template_editor": "whatsapp.view_templatedraft",
    "whatsapp_webhookdelivery_replay": "whatsapp.change_webhookdelivery",
    "households_person": "households.export_person",
    "households_household_import": "households.add_household households.add_resident households.add_cook",
    "households_household_everybody": "households.change_resident",
    "households_household_example": "households.change_resident",
    "billing_charge_books": "billing.view_charge",
    "billing_charge_journal": "billing.change_charge",
    "mealplans_groceryorder_picklist": "mealplans.view_groceryorder",
    "mealplans_weekplan_card": "mealplans.view_weekplan",
    "mealplans_weekplan_meal": "mealplans.change_weekplan",
    "mealplans_weekplan_replan": "mealplans.change_weekplan",
    "mealplans_weekplan_saturday": "mealplans.view_weekplan",
    "mealplans_weekplan_saturday_export": "mealplans.view_weekplan",
    "mealplans_dish_merge": "mealplans.change_dish",
    "mealplans_dish_saved_page": "mealplans.add_dish mealplans.change_dish",
    "mealplans_catalogue_sheet": "mealplans.view_ingredient",
    "mealplans_catalogue_sheets": SHEETS,
    "mealplans_ingredient_merge": "mealplans.change_ingredient",
    # Its way leads on only for whoever may see the list that it completes.
    "autocomplete": STAFF,
}  # fmt: skip
#: What acts by POST and is no dialog of a row: the right to act, and what is posted to find it out.
ACT: dict[str, tuple[str, dict[str, str]]] = {
    "whatsapp_inbox_act": ("whatsapp.view_contact whatsapp.view_message whatsapp.change_contact", {}),
    "whatsapp_broadcast_choose": ("whatsapp.add_broadcast whatsapp.view_contact", {}),
    "whatsapp_broadcast_draft": ("whatsapp.change_broadcast", {}),
    "whatsapp_broadcast_results": ("whatsapp.change_broadcast", {}),
    "whatsapp_template_write": ("whatsapp.add_templatedraft", {}),
    "whatsapp_template_editor": ("whatsapp.change_templatedraft", {}),
    "whatsapp_template_check": ("whatsapp.view_templatedraft", {}),
    "whatsapp_webhookdelivery_replay": ("whatsapp.change_webhookdelivery", {}),
    "households_person": ("households.export_person", {"act": "export"}),
    "households_household_import": ("households.add_household households.add_resident households.add_cook", {}),
    "billing_charge_books": ("billing.change_charge", {}),
    "mealplans_weekplan_meal": ("mealplans.change_weekplan", {}),
    "mealplans_weekplan_replan": ("mealplans.change_weekplan", {}),
    "mealplans_weekplan_saturday": ("mealplans.change_weekplan", {}),
    "mealplans_weekplan_start": ("mealplans.change_weekplan", {}),
    "mealplans_weekplan_unblock": ("mealplans.change_weekplan households.change_household", {}),
    "mealplans_dish_merge": ("mealplans.change_dish", {}),
    "mealplans_dish_saved_page": ("mealplans.add_dish mealplans.change_dish", {}),
    "mealplans_catalogue_sheets": (SHEETS, {}),
    "mealplans_ingredient_merge": ("mealplans.change_ingredient", {}),
}
#: Dialogs that take another right than to change their row: money, credentials, a person's whole file.
DIALOGS = {
    "households_resident_data": "households.export_person",
    "households_cook_data": "households.export_person",
}
#: Posted to by everybody who is staff: their own marks and password; rights are asked line by line, elsewhere tested.
#: Rows whose page is one of ours: the theme leads there, and that one asks.
LED_ON = {"whatsapp_templatedraft_change", "whatsapp_broadcast_change"}
OWN = {"attention-mark", "demo-clock", "password_change", "login", "logout", "second-factor", "search", "index"}
STANDARD = re.compile(r"_(changelist|add|change|history|delete|import|export|sheet)$")
GONE = 987_654


class Page(NamedTuple):
    name: str
    path: str  # under /admin/, with what Django calls its converters

    def model(self) -> type[Model] | None:
        parts = self.path.split("/")
        return next((m for m in MODELS if [m._meta.app_label, m._meta.model_name] == parts[:2]), None)

    @property
    def page(self) -> str:
        found = STANDARD.search(self.name)
        return found[1] if found and self.name == f"{self._stem}_{found[1]}" else ""

    @property
    def _stem(self) -> str:
        model = self.model()
        return f"{model._meta.app_label}_{model._meta.model_name}" if model else ""


def pages() -> list[Page]:
    return sorted({Page(name, path) for name, path in _walk(admin.site.get_urls(), "") if name})


def _walk(patterns: Any, before: str) -> Iterator[tuple[str, str]]:
    for found in patterns:
        path = f"{before}{found.pattern}"
        if isinstance(found, URLResolver):
            yield from _walk(found.url_patterns, path)
        else:
            yield found.name or "", path


def is_dialog(page: Page) -> bool:
    """An act of the theme on a row or a list."""
    model = page.model()
    made = admin.site._registry[model] if model else None
    kinds = ("actions_detail", "actions_row", "actions_list", "actions_submit_line")
    names = {name for kind in kinds for name in _flat(getattr(made, kind, None) or ())}
    return made is not None and page.name in {f"{page._stem}_{name}" for name in names}


def _flat(names: Any) -> Iterator[str]:
    for name in names:
        if isinstance(name, dict):
            yield from _flat(name.get("items", ()))
        else:
            yield name


def right(model: type[Model], verb: str) -> str:
    return f"{model._meta.app_label}.{get_permission_codename(verb, model._meta)}"


def may_look(user: User, page: Page) -> bool:
    if page.name in LOOK:
        return LOOK[page.name] in (STAFF, OPEN) or user.has_perms(LOOK[page.name].split())
    model = page.model()
    assert model is not None, page
    made, request = admin.site._registry[model], type("Asked", (), {"user": user, "resolver_match": None})()
    if page.page == "sheet":
        return bool(made.has_export_permission(request))
    if page.page in ("add", "delete"):
        return bool(getattr(made, f"has_{page.page}_permission")(request))
    if is_dialog(page):
        return user.has_perms(DIALOGS.get(page.name, right(model, "change")).split())
    return user.has_perm(right(model, "view")) or user.has_perm(right(model, "change"))


def may_act(user: User, page: Page) -> bool:
    if page.name in ACT:
        return user.has_perms(ACT[page.name][0].split())
    return may_look(user, page)


def address(page: Page) -> str:
    """The page of the newest row there is; of one that is gone where there is none."""
    model = page.model()
    newest = (model._base_manager.aggregate(pk=Max("pk"))["pk"] if model else None) or GONE
    told = {"app_label": "households", "key": "costs", "form": "csv", "name": "note", "content_type_id": "1",
            "meal_id": "1"}  # fmt: skip

    def value(found: re.Match[str]) -> str:
        kind, name = found[1], found[2]
        if name == "kind":
            return "contact" if page.name == "households_person" else "csv"
        if page.name in ("whatsapp_inbox_thread", "whatsapp_inbox_act", "households_person") and name == "pk":
            return str(_contact())
        if page.name in ("whatsapp_template_editor", "whatsapp_template_check"):
            return str(TemplateDraft.objects.latest("pk").pk)
        if name == "meal_id":
            return str(_meal())
        return told.get(name, str(newest)) if kind else str(newest)

    path = re.sub(r"<(\w+):(\w+)>", value, re.sub(r"\^?\(\?P<app_label>[^)]*\)", "households", page.path).rstrip("$"))
    return f"/admin/{path}"


def gone(page: Page) -> bool:
    """No row of this table stands in the house: the theme leads away before it asks for rights."""
    return str(GONE) in address(page)


def _contact() -> int:
    from whatsapp.models import Contact

    return Contact.objects.earliest("pk").pk


def _meal() -> int:
    from mealplans.models import PlannedMeal

    return PlannedMeal.objects.earliest("pk").pk


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A paid week and everything around it, so that most pages have a row: made once, each test undoes its own."""
    from mealplans import proposing
    from tests.mealplans.quick_planner import first_fit

    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(proposing, "solve", first_fit)
        patch.setattr(settings, "PAYMENTS_PROVIDER", "manual")
        with time_machine.travel(NOW, tick=False):
            world()
            account = Account.objects.get()
            Broadcast.objects.create(name="b", account=account, created_at=NOW)
            TemplateDraft.objects.create(account=account, base="closed", created_at=NOW, updated_at=NOW)
            ApiToken.objects.create(name="t", account=account, digest="d", ending="e", created_at=NOW)
            roles.bring_up_to_date()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def house(built: None, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same house for each test. Which templates a page was drawn with is asked by nobody here and costs a third."""
    settings.PAYMENTS_PROVIDER = "manual"
    monkeypatch.setattr(test_client, "store_rendered_templates", lambda *args, **kwargs: None)
    with time_machine.travel(NOW, tick=False):
        yield


def sign_in(client: Client, role: str) -> User:
    user = User.objects.create_user(f"a {role}", is_staff=True)
    user.groups.set(Group.objects.filter(name=role))
    client.force_login(user)
    client.raise_request_exception = False
    return User.objects.get(pk=user.pk)


def test_every_address_is_known_here() -> None:
    """A new page of our own is written into LOOK, ACT or OWN, with the right that it takes."""
    unknown = [
        page.name
        for page in pages()
        if not (page.page or is_dialog(page) or page.name in LOOK or page.name in ACT or page.name in OWN)
        and not page.name.endswith("_password_change")
    ]
    assert unknown == []
    assert len(pages()) > 200


LOOKED_AT = [page for page in pages() if page.name not in (*OWN, "whatsapp_inbox_act", "whatsapp_template_check")]


@pytest.mark.parametrize("role", ROLES)
def test_who_may_look_at_what(client: Client, house: None, role: str) -> None:
    user = sign_in(client, role)
    wrong = []
    for page in LOOKED_AT:
        if page.name.endswith("_password_change") or page.name in ("autocomplete", "view_on_site"):
            continue
        status = client.get(address(page)).status_code
        refused = status == 403 or (status == 302 and gone(page) and not may_look(user, page))
        if refused == may_look(user, page) or status >= 500:
            wrong.append((page.name, status, "may" if may_look(user, page) else "may not"))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_act_is_refused_and_nothing_changes(client: Client, house: None, role: str) -> None:
    """Each dialog, form and act, posted by everybody who may not; and nobody needs a GET to be refused."""
    user = sign_in(client, role)
    before, wrong, asked = _books(), [], 0
    for page in pages():
        posts = page.name in ACT or is_dialog(page) or page.page in ("add", "delete", "change")
        if not posts or _allowed(user, page):
            continue
        data = {"_form_submitted": "True", "reason": "why", **ACT.get(page.name, ("", {}))[1]}
        status, asked = client.post(address(page), data).status_code, asked + 1
        led_on = status == 302 and page.name in LED_ON
        if status != 403 and not led_on:
            wrong.append((page.name, status))
    assert wrong == []
    assert _books() == before
    assert asked > (0 if role == "admin" else 60)


def _allowed(user: User, page: Page) -> bool:
    model = page.model()
    if page.page == "change" and model is not None:
        made, request = admin.site._registry[model], type("Asked", (), {"user": user, "resolver_match": None})()
        return bool(made.has_change_permission(request)) or not user.has_perm(right(model, "view"))
    return may_act(user, page)


def _books() -> dict[str, int]:
    return {str(m._meta.label): m._base_manager.count() for m in MODELS if m is not LogEntry}


#: Acts that move money, show or change credentials, or end a person: who may, written out and not derived.
GUARDED = {
    "billing_charge_new_link": {"finance", "admin"},
    "billing_charge_mark_paid": {"finance", "admin"},
    "billing_charge_refund": {"finance", "admin"},
    "billing_charge_keep_credit": {"finance", "admin"},
    "billing_charge_cancel_charge": {"finance", "admin"},
    "billing_charge_journal": {"finance", "admin"},
    "whatsapp_account_change": {"admin"},
    "whatsapp_account_check_now": {"admin"},
    "whatsapp_account_subscribe": {"admin"},
    "whatsapp_apitoken_change": {"admin"},
    "whatsapp_apitoken_add": {"admin"},
    "whatsapp_apitoken_revoke": {"admin"},
    "auth_user_change": {"admin"},
    "auth_user_forget_phone": {"admin"},
    "auth_user_unlock": {"admin"},
    "households_person": {"ops", "admin"},
    "households_household_everybody": {"ops", "admin"},
}


def test_money_credentials_and_people_are_open_to_these_roles_alone(client: Client, house: None) -> None:
    found: dict[str, set[str]] = {name: set() for name in GUARDED}
    for role in ROLES:
        sign_in(client, role)
        for page in pages():
            if page.name in GUARDED and client.get(address(page)).status_code in (200, 302):
                found[page.name].add(role)
    assert found == GUARDED


def test_credentials_are_written_and_never_shown(client: Client, house: None) -> None:
    account = Account.objects.get()
    Account.objects.filter(pk=account.pk).update(
        access_token="EAAG-secret-token-value", app_secret="s3cret-of-the-app", verify_token="a-verify-token-value"
    )
    sign_in(client, "admin")
    shown = client.get(f"/admin/whatsapp/account/{account.pk}/change/").content.decode()
    assert [s for s in ("EAAG-secret-token-value", "s3cret-of-the-app", "a-verify-token-value") if s in shown] == []
    assert "••••alue" in shown
