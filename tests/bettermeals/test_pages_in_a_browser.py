"""docs/browser.md names a browser test for each page of our own; no page is forgotten, no line names what is gone."""

from __future__ import annotations

import re
from pathlib import Path

from mealplans.urls import urlpatterns
from tests.bettermeals.test_permission_matrix import ACT, LOOK

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"\| `([\w-]+)` \| [^|]+ \| ([^|]+) \|")
#: Django's and the theme's own; `app_list` and `jsi18n` are drawn within others.
THEIRS = {"logout", "jsi18n", "app_list", "autocomplete", "view_on_site", "password_change", "password_change_done"}


def lines() -> dict[str, str]:
    return dict(LINE.findall((ROOT / "docs" / "browser.md").read_text(encoding="utf-8")))


def test_each_page_of_our_own_has_its_line() -> None:
    outside = {str(found.name) for found in urlpatterns}
    own = (LOOK.keys() | ACT.keys() | outside | {"attention-mark", "demo-clock"}) - THEIRS
    assert sorted(own ^ lines().keys()) == []


def test_each_line_names_a_test_that_is_there() -> None:
    wrong = []
    for page, said in lines().items():
        if not said.startswith("tests/"):
            name, _colon, test = said.partition(": ")
            file = ROOT / "tests" / "browser" / name
            if not file.exists() or f"def {test}(" not in file.read_text(encoding="utf-8"):
                wrong.append((page, said))
    assert wrong == []
