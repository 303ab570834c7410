"""Lists and forms in Hindi: what the theme says, the names of our rows, fields, filters and choices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import unfold
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.forms import ModelChoiceField
from django.forms.utils import pretty_name
from django.test import Client, RequestFactory
from django.utils import translation

from bettermeals.apps import OURS
from bettermeals.lib.admin import BaseDialogForm, ReadOnlyAdmin
from households.billing import manual
from households.models import TimelineEvent
from tests.bettermeals.test_hindi import HINDI, without_hindi
from tests.factories.households import NOW, make_charge, make_cook, make_household
from whatsapp.models import Message

THEME = Path(unfold.__file__).parent
#: Of the theme, what this office has no page of.
NOT_OURS = re.compile(r"contrib/(?!filters)|unfold_crispy|/dataset|array\.html|nested")
SAID = re.compile(r"{%\s*(?:trans|translate)\s+(?:\"([^\"]+)\"|'([^']+)')")
#: The same in every language.
NAMES = {"AED", "EUR", "GBP", "INR", "USD", "JSON", "REST API", "SHA-256", "WhatsApp", "WhatsApp ID", "wamid"}


def english(words: set[str]) -> set[str]:
    """Of them what has a word in it that a reader of Hindi may not know: no name, no other script, no example."""
    return {each for each in words if re.search("[A-Za-z]{2}", each)} - NAMES


def fields() -> Iterator[models.Field[Any, Any]]:
    """Of our rows, those that a list or a form shows."""
    for model, made in admin.site._registry.items():
        if model._meta.app_label in OURS:
            shown = {*made.list_display, *(made.fields or ())} | {
                n for _, part in made.fieldsets or () for n in part["fields"]
            }
            yield from (field for field in model._meta.fields if field.name in shown)


def test_what_the_theme_says_has_its_hindi() -> None:
    pages = [page for page in THEME.glob("templates/**/*.html") if not NOT_OURS.search(str(page))]
    said = {"".join(match) for page in pages for match in SAID.findall(page.read_text(encoding="utf-8"))}
    assert len(said) > 80
    assert without_hindi(english(said)) == []


def test_every_name_and_help_of_a_field_has_its_hindi() -> None:
    with translation.override("en"):
        words = {str(words) for field in fields() for words in (field.verbose_name, field.help_text) if words}
    assert len(words) > 200
    assert without_hindi(english(words)) == []


def test_every_choice_has_its_hindi() -> None:
    with translation.override("en"):
        words = {str(words) for field in fields() for _value, words in field.flatchoices or ()}
    assert len(words) > 100
    assert without_hindi(english(words)) == []


def forms_and_rows(boss: User) -> Iterator[tuple[Any, Any]]:
    """Each form of the office with its columns' owner: the row's own, and those of its inlines."""
    request = RequestFactory().get("/")
    request.user = boss
    for model, made in admin.site._registry.items():
        if model._meta.app_label in OURS:
            editable = not isinstance(made, ReadOnlyAdmin)
            yield (made.get_form(request) if editable else None), made
            for inline in (each(model, admin.site) for each in made.inlines):
                yield inline.get_formset(request).form, inline


def test_every_field_that_a_form_adds_and_every_column_has_its_hindi() -> None:
    words: set[str] = set()
    with translation.override("en"):
        for form, rows in forms_and_rows(User(is_superuser=True, is_staff=True, is_active=True)):
            for name, field in (form.declared_fields if form else {}).items():
                said = [] if isinstance(field, ModelChoiceField) else [w for _v, w in getattr(field, "choices", ())]
                words |= {str(each) for each in (field.label or pretty_name(name), field.help_text, *said) if each}
            for name in (*getattr(rows, "list_display", ()), *rows.readonly_fields):
                words.add(str(getattr(getattr(rows, str(name), None), "short_description", "")))
    assert len(words) > 200
    assert without_hindi(english(words)) == []


def test_every_kind_of_row_has_its_hindi() -> None:
    with translation.override("en"):
        metas = [model._meta for model in admin.site._registry if model._meta.app_label in OURS]
        words = {str(words) for meta in metas for words in (meta.verbose_name, meta.verbose_name_plural)}
    assert without_hindi(english(words)) == []


def dialogs(made: type[BaseDialogForm] = BaseDialogForm) -> Iterator[type[BaseDialogForm]]:
    for form in made.__subclasses__():
        yield form
        yield from dialogs(form)


def test_every_field_of_a_dialog_has_its_hindi() -> None:
    words: set[str] = set()
    with translation.override("en"):
        for form in dialogs():
            for name, field in form.base_fields.items():
                said = [words for _value, words in getattr(field, "choices", ())]
                words |= {str(each) for each in (field.label or pretty_name(name), field.help_text, *said) if each}
    assert len(words) > 60
    assert without_hindi(english(words) - {" form submitted"}) == []


@pytest.mark.django_db
def test_a_list_is_read_in_hindi(boss: Client) -> None:
    make_household("Sharma home")
    page = boss.get("/admin/households/household/", headers=HINDI).content.decode()
    assert [words for words in ("फ़िल्टर", "खोजने के लिए लिखें", "चालू") if words not in page] == []
    assert [words for words in ("Filters", "Type to search", "Select all rows", "Active") if words in page] == []


@pytest.mark.django_db
def test_a_form_is_read_in_hindi_and_the_next_reader_has_it_in_english(boss: Client) -> None:
    """Fields that a form declares are one for all requests: what one reader was told must not stay."""
    page = f"/admin/households/cook/{make_cook().pk}/change/"
    hindi = boss.get(page, headers=HINDI).content.decode()
    english = boss.get(page).content.decode()
    assert [("नहीं बना सकते" in each, "Cannot make" in each) for each in (hindi, english)] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.django_db
def test_the_cells_of_a_table_name_themselves_in_each_readers_language(boss: Client) -> None:
    def named(headers: dict[str, str]) -> set[str]:
        page = boss.get("/admin/mealplans/dish/add/", headers=headers).content.decode()
        cells = re.findall(r"<(?:input|select|textarea)[^>]*name=.[a-z_]+-__prefix__-[^>]*>", page)
        return set(re.findall(r'aria-label="([^"]+)"', " ".join(cells)))

    assert named(HINDI) == {"क्रम", "सामग्री", "जैसा लिखा गया", "टिप्पणी", "मात्रा"}
    assert named({}) == {"Position", "Ingredient", "Entered", "Note", "Amount"}


@pytest.mark.django_db
def test_a_filter_is_read_in_hindi(boss: Client) -> None:
    page = boss.get("/admin/households/opsitem/", headers=HINDI).content.decode()
    assert ("खुले" in page, "Still open" in page) == (True, False)


@pytest.mark.django_db
def test_what_is_kept_for_the_record_stays_english_whoever_made_it() -> None:
    charge = make_charge()
    with translation.override("hi"):
        manual.mark_paid(charge.pk, by=None, reason="cash", now=NOW)
    text = TimelineEvent.objects.filter(kind__startswith="payment").values_list("text", flat=True).get()
    assert text.isascii() or text.replace("₹", "").isascii()
    assert str(Message.Status.SENT.label) == "Sent"
