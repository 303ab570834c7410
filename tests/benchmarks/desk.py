"""How fast the back office answers with 5,000 households and 100,000 messages in it.

`python -m tests.benchmarks desk [--json] [--households N] [--messages N]`, on PostgreSQL when it answers, else (or with
STACK=sqlite) on SQLite: each page is asked seven times through the whole stack but the socket, and the median is told.
The first number of queries is at 1/50 of the rows: it must be the second.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

ROUNDS = 7
TARGET_MS = 200


def main(argv: Sequence[str]) -> int:
    """Fill, measure, print. Returns 0 if every page is within the target with a constant number of queries, else 1."""
    parser = argparse.ArgumentParser(prog="desk", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--households", type=int, default=5000)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--once", action="store_true", help="only this size, as JSON; what the others start")
    options = parser.parse_args(argv)
    if options.once:
        print(json.dumps(_on_a_new_database(options.households, options.messages)))
        return 0
    few = _in_a_process(max(5, options.households // 50), max(100, options.messages // 50))
    many = _in_a_process(options.households, options.messages)
    pages = [{**page, "queries_few": few["pages"][at]["queries"]} for at, page in enumerate(many["pages"])]
    slowest = max(page["ms"] for page in pages)
    steady = all(page["queries"] == page["queries_few"] for page in pages)
    found = {"households": options.households, "messages": options.messages, "stack": many["stack"]}
    found |= {"pages": pages, "slowest_ms": slowest, "constant_queries": steady}
    print(json.dumps(found) if options.json else _as_text(found))
    return 0 if slowest <= TARGET_MS and steady else 1


def _in_a_process(households: int, messages: int) -> dict[str, Any]:
    """A process of its own each: SQLite's database in memory is only gone with its process."""
    sizes = ["--households", str(households), "--messages", str(messages)]
    command = [sys.executable, "-m", "tests.benchmarks", "desk", "--once", *sizes]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _on_a_new_database(households: int, messages: int) -> dict[str, Any]:
    stack_name = _start_django()
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    from tests.benchmarks._filled_desk import fill

    setup_test_environment(debug=False)
    old = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        fill(households, messages)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return {"stack": stack_name, "pages": _measure()}
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)
        teardown_test_environment()


def _start_django() -> str:
    """As scripts/test.py does for a test run: a stack, a slot of its own, the tests' settings. Returns the database."""
    import django

    from scripts import stack, test

    number, _held = test.hold_slot(test.SHARED)
    chosen = stack.choose(os.environ.get("STACK", ""), os.environ, number)
    os.environ |= {
        "DATABASE_URL": chosen.database_url,
        "REDIS_URL": chosen.redis_url,
        "QUEUE_DIR": str(test.ROOT / ".dev" / "tests" / str(number)),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    django.setup()
    return "PostgreSQL" if chosen.redis_url else "SQLite"


def _measure() -> list[dict[str, Any]]:
    import time_machine
    from django.contrib.auth.models import User
    from django.test import Client

    from bettermeals.lib.garbage import freeze_start_up
    from tests.factories.households import NOW

    freeze_start_up()  # as a web process does
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    with time_machine.travel(NOW, tick=True):
        return [_one(client, name, address) for name, address in _pages()]


def _pages() -> list[tuple[str, str]]:
    """Every list of the sidebar, the searches staff do all day, and the pages they open from there."""
    from django.contrib import admin
    from django.urls import reverse

    from households.models import Household
    from mealplans.models import WeekPlan
    from whatsapp.models import Contact

    lists = sorted(
        (model._meta.verbose_name_plural, f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
        if model._meta.app_label in ("households", "billing", "mealplans", "whatsapp")
    )
    pages = [("Needs attention", "/admin/"), *((f"List: {name}", reverse(view)) for name, view in lists)]
    messages = reverse("admin:whatsapp_message_changelist")
    homes = reverse("admin:households_household_changelist")
    home, plan = Household.objects.order_by("pk")[0], WeekPlan.objects.order_by("pk")[0]
    inbox, person = reverse("admin:whatsapp_inbox"), Contact.objects.order_by("pk")[0]
    return [
        *pages,
        ("Messages, failed", f"{messages}?status__exact=failed"),
        ("Messages, search", f"{messages}?q=mangalwar"),
        ("Households, search", f"{homes}?q=Meera"),
        ("A household", reverse("admin:households_household_change", args=[home.pk])),
        ("Inbox", inbox),
        ("Inbox, all", f"{inbox}?box=all"),
        ("Inbox, search", f"{inbox}?q=Meera"),
        ("A conversation", reverse("admin:whatsapp_inbox_thread", args=[person.pk])),
        ("Bulk send, who decides", f"{reverse('admin:whatsapp_broadcast_choose')}?group=deciding"),
        ("A week", reverse("admin:mealplans_weekplan_change", args=[plan.pk])),
        ("The Saturday run", reverse("admin:mealplans_weekplan_saturday")),
        ("Analytics", reverse("admin:analytics")),
    ]


def _one(client: Any, name: str, address: str) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)  # fills what a process fills once
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    count = len(asked)  # now: the next request empties the log that this reads
    if answer.status_code != 200:
        sys.exit(f"{name}: {address} answered {answer.status_code}")
    times = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - started) * 1000)
    return {"page": name, "ms": round(statistics.median(times), 1), "queries": count}


def _as_text(found: dict[str, Any]) -> str:
    head = f"{found['stack']}: {found['households']} households, {found['messages']} messages"
    rows = [
        f"{p['ms']:8.1f} ms {p['queries']:4d} queries (few rows: {p['queries_few']})  {p['page']}"
        for p in found["pages"]
    ]
    slowest = f"slowest {found['slowest_ms']} ms (target {TARGET_MS}); constant queries: {found['constant_queries']}"
    return "\n".join([head, *rows, slowest])
