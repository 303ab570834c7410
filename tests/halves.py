"""Which of CI's two runs of the suite a test belongs to: HALF is set by .ci/run, and without it every test runs.

The run on SQLite also has what touches neither database nor queue, and, alone, what pages say; the run on PostgreSQL
has, alone, what is long. Neither asks anything of a database that the tests of each part do not ask on both.
"""

from __future__ import annotations

import pytest

#: These start processes on the stack under test, without asking pytest for its database.
STARTS_PROCESSES = (
    "tests/bettermeals/test_rehearsal.py",
    "tests/scripts/test_stack.py",
    "tests/whatsapp/test_killed.py",
)
#: Whole weeks, and every page for every role; a week is played on both by the rehearsal.
CRAWLS = (
    "tests/journeys/",
    "tests/bettermeals/test_admin_crawl.py",
    "tests/bettermeals/test_admin_rows.py",
    "tests/bettermeals/test_permission_matrix.py",
)
#: What pages say. That each is drawn on PostgreSQL, too, is the crawls' matter.
PAGES_DRAWN = (
    "tests/bettermeals/test_audit.py",
    "tests/bettermeals/test_hindi.py",
    "tests/bettermeals/test_in_place.py",
    "tests/bettermeals/test_resaying.py",
    "tests/bettermeals/test_roles.py",
    "tests/bettermeals/test_signing_in.py",
    "tests/households/billing/test_admin.py",
    "tests/households/billing/test_return_page.py",
    "tests/households/test_admin.py",
    "tests/mealplans/admin/",
    "tests/mealplans/test_page",
    "tests/mealplans/test_week_card.py",
    "tests/whatsapp/desk/test_broadcast_pages.py",
    "tests/whatsapp/desk/test_hindi.py",
    "tests/whatsapp/desk/test_inbox_page.py",
    "tests/whatsapp/desk/test_templates.py",
    "tests/whatsapp/test_admin.py",
    "tests/whatsapp/test_rates.py",
    "tests/whatsapp/test_replay_page.py",
)
ASKS_FOR_THE_DATABASE = {"db", "transactional_db", "live_server"}


def belongs(item: pytest.Item, half: str) -> bool:
    """To the run on the services what touches them, to the other everything, but for what each leaves to the other."""
    touches = touches_the_stack(item)
    if half == "services":
        return touches and not item.nodeid.startswith(PAGES_DRAWN)
    return not (touches and item.nodeid.startswith(CRAWLS))


def touches_the_stack(item: pytest.Item) -> bool:
    asked = set(getattr(item, "fixturenames", ())) & ASKS_FOR_THE_DATABASE
    return bool(asked) or item.nodeid.startswith(STARTS_PROCESSES) or item.get_closest_marker("django_db") is not None
