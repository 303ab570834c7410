"""The Celery app. Celery only nudges: rows in the database are the queue and the schedule.

`bettermeals/__init__.py` stays empty (the simulator imports `bettermeals.lib.clock` and must not pull in Celery), so
start it as `celery -A bettermeals.celery`.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import setup_logging, worker_process_init

from bettermeals import file_queue
from bettermeals.lib.garbage import freeze_start_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bettermeals.settings")

file_queue.register()
app = Celery("bettermeals")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_django_logging(**_: object) -> None:
    """One log format in every process: connecting this signal keeps Celery from installing its own handlers."""
    from logging.config import dictConfig

    from django.conf import settings

    dictConfig(settings.LOGGING)


@worker_process_init.connect
def begin_lightly(**_: object) -> None:
    """In each process that runs tasks, the only one of the `solo` pool as well."""
    freeze_start_up()


@app.on_after_finalize.connect
def add_ticks(sender: Celery, **_: object) -> None:
    from bettermeals.schedule import TICKS

    sender.conf.beat_schedule = TICKS
