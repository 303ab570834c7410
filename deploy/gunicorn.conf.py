"""How web serves: `gunicorn bettermeals.wsgi --config deploy/gunicorn.conf.py`, here and in production.

The WEB_… variables choose; docs/deploy.md says how many of which.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

from gunicorn.glogging import Logger
from gunicorn.http.message import Request
from gunicorn.http.wsgi import Response
from gunicorn.workers.base import Worker

# A signed link is as good as a password for as long as it lives: its token stands in the path.
TOKEN = re.compile(r"(?=[^/]*\d)[A-Za-z0-9_:.=%~-]{24,}")


class TokenFreeLogger(Logger):
    """Access lines without query strings and without anything in a path that could be a token."""

    def atoms(self, resp: Response, req: Request, environ: dict[str, str], request_time: timedelta) -> dict[str, str]:
        atoms = super().atoms(resp, req, environ, request_time)
        atoms["U"] = TOKEN.sub("[token]", environ.get("PATH_INFO", ""))
        return atoms


bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
# Threads, since a request mostly waits for the database: the webhook's group commit gains from many side by side.
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "16"))

# Longer than the proxy in front keeps its idle connections, or it would reuse one that is just being closed.
keepalive = 75
# No request may take a minute; whoever does hangs, and its process is replaced.
timeout = 60
# On SIGTERM: take nothing new, finish what is running. docker-compose.yml waits a little longer than this.
graceful_timeout = int(os.environ.get("WEB_GRACEFUL_SECONDS", "25"))
# The heartbeat file in memory: on a busy disk the wait for it would look like a hanging worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# Nobody uses it, and its default place is one file per user: two checkouts would fight over it.
control_socket_disable = True

logger_class = TokenFreeLogger
errorlog = "-"
accesslog = "-" if os.environ.get("WEB_ACCESS_LOG", "on") == "on" else None
access_log_format = '%({x-forwarded-for}i)s "%(m)s %(U)s" %(s)s %(b)s bytes %(M)s ms'


def post_worker_init(worker: Worker) -> None:
    """The first request must not load the pages' modules, nor any request wait for a collection of them."""
    from django.urls import get_resolver

    from bettermeals.lib.garbage import freeze_start_up

    worker.log.debug("%s address patterns", len(get_resolver().url_patterns))
    freeze_start_up()
