"""Settings of the processes that test_killed.py kills: a database of their own, and this package's own doors."""

from __future__ import annotations

import os

import environ

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

if os.environ["TEST_DATABASE"].startswith("postgres"):
    DATABASES["default"] = environ.Env.db_url_config(os.environ["TEST_DATABASE"])
else:
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["TEST_DATABASE"],
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
WHATSAPP_ROUTES = "tests.whatsapp.doors.ROUTES"
MESSAGE_FAILED_ROUTES = "tests.whatsapp.doors.MESSAGE_FAILED"
PAYMENT_TOLD_ROUTES = "tests.whatsapp.doors.PAYMENT_TOLD"
WHATSAPP_TEMPLATE_CATALOGUES = ["tests.whatsapp.doors.CATALOGUE"]
