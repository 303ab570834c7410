"""An empty list says how its rows come about; one that is empty because of a filter says how to see the rest."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from bettermeals.apps import OURS
from tests.bettermeals.test_hindi import HINDI, without_hindi
from tests.factories.households import make_household

LISTS = [made for model, made in admin.site._registry.items() if model._meta.app_label in OURS]
HOMES = "/admin/households/household/"


def test_every_list_says_how_its_rows_come_about_in_both_languages() -> None:
    said = {made.model.__name__: getattr(made, "when_empty", "") for made in LISTS}
    assert len(said) > 35
    assert [name for name, sentence in said.items() if not sentence] == []
    assert without_hindi(set(said.values())) == []


@pytest.mark.django_db
def test_an_empty_list_says_what_fills_it_and_offers_to_add(boss: Client) -> None:
    page = boss.get(HOMES).content.decode()
    assert "Add the first home, or bring homes in from a sheet." in page
    assert f'href="{reverse("admin:households_household_add")}"' in page
    assert ("Nothing here yet" in page, "Nothing fits" in page) == (True, False)


@pytest.mark.django_db
def test_a_list_without_what_was_searched_for_says_how_to_see_the_rest(boss: Client) -> None:
    make_household("Sharma home")
    page = boss.get(f"{HOMES}?q=zebra").content.decode()
    assert ("Nothing fits" in page, "Show all" in page, "Nothing here yet" in page) == (True, True, False)


@pytest.mark.django_db
def test_it_is_said_in_hindi(boss: Client) -> None:
    page = boss.get(HOMES, headers=HINDI).content.decode()
    assert ("पहला घर जोड़िए, या शीट से घर लाइए।" in page, "Nothing here yet" in page) == (True, False)
