"""Merging at the desk: two rows ticked, a look at everything that would move, a reason, and the way back."""

from __future__ import annotations

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from mealplans.models import CatalogueMerge, DishIngredient, Ingredient
from tests.factories.mealplans import make_catalogue
from tests.mealplans.admin.catalogue_desk import cataloguer, dish, ingredient

INGREDIENTS = "/admin/mealplans/ingredient/"


@pytest.fixture
def ravi(db: None) -> Client:
    make_catalogue()
    return cataloguer()


def ids(*slugs: str) -> str:
    return ",".join(str(pk) for pk in sorted(ingredient(slug).pk for slug in slugs))


def send(client: Client, kept: str, gone: str, **more: str) -> str:
    sent = {"ids": ids(kept, gone), "kept": str(ingredient(kept).pk), "reason": "entered twice"} | more
    return client.post(f"{INGREDIENTS}merge/?ids={ids(kept, gone)}", sent, follow=True).content.decode()


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_two_ticked_rows_lead_to_the_page(ravi: Client) -> None:
    rows = [ingredient("rajma").pk, ingredient("moong").pk]
    answer = ravi.post(INGREDIENTS, {"action": "merge_duplicates", "_selected_action": rows})
    assert answer["Location"] == f"{INGREDIENTS}merge/?ids={ids('rajma', 'moong')}"


def test_without_two_rows_the_page_says_how_to_begin(ravi: Client) -> None:
    assert "Tick two or more rows in the list" in ravi.get(f"{INGREDIENTS}merge/").content.decode()


def test_the_look_names_what_would_move_and_changes_nothing(ravi: Client) -> None:
    asked = {"ids": ids("rajma", "moong"), "kept": ingredient("rajma").pk}
    answer = ravi.get(f"{INGREDIENTS}merge/", asked)
    assert [(m["what"], m["moved"], m["changed"], m["folded"]) for m in answer.context["moves"]] == [
        ("dishes", 0, 1, 0),
        ("dish ingredients", 1, 0, 0),
        ("ingredients", 0, 1, 0),
        ("ingredient packs", 0, 0, 1),
    ]
    assert ingredient("moong").merged_into is None
    assert DishIngredient.objects.filter(ingredient__slug="moong").count() == 1


def test_confirmed_with_a_reason_it_is_done_audited_and_can_be_taken_back(ravi: Client) -> None:
    page = send(ravi, "rajma", "moong")
    assert "moong → rajma: done. It can be undone on this page." in text(page)
    assert ingredient("moong").merged_into == ingredient("rajma")
    assert LogEntry.objects.get().change_message == "Merged: moong → rajma. entered twice"
    made = CatalogueMerge.objects.get()
    undo = reverse("admin:mealplans_cataloguemerge_take_back", args=[made.pk])
    answer = ravi.post(undo, {"_form_submitted": "True", "reason": "they differ after all"})
    assert answer.headers["HX-Redirect"].endswith(f"/cataloguemerge/{made.pk}/change/")
    assert ingredient("moong").merged_into is None
    made.refresh_from_db()
    assert made.undone_why == "they differ after all"


def test_without_a_reason_nothing_happens(ravi: Client) -> None:
    assert "Say which one stays, and why they are the same." in send(ravi, "rajma", "moong", reason=" ")
    assert not CatalogueMerge.objects.exists()


def test_differing_facts_are_shown_and_need_the_tick(ravi: Client) -> None:
    asked = {"ids": ids("besan", "peanuts"), "kept": ingredient("besan").pk}
    page = text(ravi.get(f"{INGREDIENTS}merge/", asked).content.decode())
    assert "Their hard food rules differ: Allergens, On a fast." in page
    assert "Their hard facts differ." in send(ravi, "besan", "peanuts")
    assert not CatalogueMerge.objects.exists()
    send(ravi, "besan", "peanuts", stricter="on")
    assert ingredient("besan").allergens == ["peanut"]


def test_what_cannot_be_merged_says_why(ravi: Client) -> None:
    asked = {"ids": ids("rice", "onion"), "kept": ingredient("rice").pk}
    page = ravi.get(f"{INGREDIENTS}merge/", asked).content.decode()
    assert "their amounts cannot be added up" in page
    assert "Merge them" not in page


def test_a_merged_row_leaves_the_list(ravi: Client) -> None:
    send(ravi, "rajma", "moong")
    listed = {row.slug for row in ravi.get(INGREDIENTS).context["cl"].result_list}
    assert listed == {row.slug for row in Ingredient.objects.all()} - {"moong"}


def test_dishes_are_merged_the_same_way(ravi: Client) -> None:
    pks = f"{dish('tomato-rice').pk},{dish('gobi-rice').pk}"
    page = "/admin/mealplans/dish/merge/"
    assert ravi.get(page, {"ids": pks, "kept": dish("tomato-rice").pk}).context["moves"]
    ravi.post(page, {"ids": pks, "kept": dish("tomato-rice").pk, "reason": "twice"})
    assert dish("gobi-rice").merged_into == dish("tomato-rice")


def test_who_may_only_look_may_not_merge(ravi: Client) -> None:
    vik = User.objects.create_user("vik", is_staff=True)
    ravi.force_login(vik)
    assert ravi.get(f"{INGREDIENTS}merge/", {"ids": ids("rajma", "moong")}).status_code == 403
