"""Who reads Hindi has the office in Hindi: the frame, the queue, the week, the second step."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.contrib import admin
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext, ngettext

from bettermeals.analytics.page import TABLES
from bettermeals.analytics.tables import Period
from bettermeals.glance import TILES
from bettermeals.navigation import GROUPS
from bettermeals.roles import ROOMS
from households import ops
from tests.factories.households import HOUR, NOW, make_household

ROOT = Path(__file__).resolve().parents[2]
HINDI = {"Accept-Language": "hi"}
APPS = ("bettermeals", "households", "mealplans", "whatsapp")
PAGES = [path for app in APPS for path in (ROOT / app).rglob("templates/**/*.html")]
SAYS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
SENTENCE = re.compile(r"{% translate (?:\"([^\"]+)\"|'([^']+)')")
#: The same in every language.
NAMES = {"WhatsApp"}


@pytest.fixture(autouse=True)
def saturday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def without_hindi(sentences: set[str]) -> list[str]:
    with translation.override("hi"):
        return sorted(sentence for sentence in sentences - NAMES if gettext(sentence) == sentence)


def test_every_sentence_of_our_own_pages_has_its_hindi() -> None:
    found = {"".join(match) for page in PAGES for match in SENTENCE.findall(page.read_text(encoding="utf-8"))}
    assert len(found) > 80
    assert without_hindi(found) == []


def said_in_code() -> Iterator[str]:
    """The sentences that stand in a call of gettext, of several forms the first."""
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in SAYS:
                match node.args:
                    case [ast.Constant(value=str(words)), *_]:
                        yield words


def test_every_sentence_that_code_says_has_its_hindi() -> None:
    words = {each for each in said_in_code() if re.search("[A-Za-z]{2}", re.sub(r"%\(\w+\)s", "", each))}
    assert len(words) > 500
    with translation.override("hi"):
        assert sorted(each for each in words - NAMES if gettext(each) == each == ngettext(each, each, 1)) == []


def test_every_title_of_the_sidebar_has_its_hindi() -> None:
    assert (
        without_hindi({title for title, _items in GROUPS} | {i.title for _title, items in GROUPS for i in items}) == []
    )


def test_every_button_and_dialog_of_an_act_has_its_hindi() -> None:
    words: set[str] = set()
    with translation.override("en"):
        for made in [m for model, m in admin.site._registry.items() if model._meta.app_label in (*ROOMS, "auth")]:
            for kind in ("actions_detail", "actions_row", "actions_list", "actions"):
                for name in getattr(made, kind, None) or ():
                    act = getattr(made, name) if isinstance(name, str) and hasattr(made, name) else None
                    words |= said_by(act) if act is not None else set()
    assert len(words) > 100
    assert without_hindi(words) == []


def said_by(act: object) -> set[str]:
    """The button's words and the dialog's."""
    dialog = getattr(act, "dialog", None) or {}
    get = dialog.get if isinstance(dialog, dict) else lambda name: getattr(dialog, name, "")
    parts = (get(name) for name in ("title", "description", "form_submit_text"))
    return {str(part) for part in (getattr(act, "short_description", ""), *parts) if part}


@pytest.mark.django_db
def test_every_figure_has_its_hindi() -> None:
    tiles = [make(NOW) for _label, make in TILES]
    words = {tile.title for tile in tiles} | {label for tile in tiles for label, _count, _tone in tile.parts}
    period = Period(NOW.date(), 4)
    for figure in TABLES.values():
        table = figure.table(period, {})
        words |= {table.title, table.note, table.empty, *table.columns}
    assert without_hindi(words) == []


@pytest.mark.django_db
def test_the_home_page_in_hindi(boss: Client) -> None:
    ops.open_item(
        kind="plan_unanswered", key="k:1", reason="R", now=NOW - HOUR, household=make_household(), due_at=NOW + HOUR
    )
    page = boss.get("/admin/", headers=HINDI).content.decode()
    for words in ("ध्यान चाहिए", "शनिवार की योजना", "हफ़्तों की योजनाएँ", "1 काम को किसी की ज़रूरत है", "मैं करता/करती हूँ"):
        assert words in page
    assert "Needs attention" not in page


@pytest.mark.django_db
def test_without_hindi_asked_for_it_stays_english(boss: Client) -> None:
    page = boss.get("/admin/", headers={"Accept-Language": "en-IN"}).content.decode()
    assert "Needs attention" in page
    assert "ध्यान चाहिए" not in page
