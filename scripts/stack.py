"""Which of the two stacks a test run uses: PostgreSQL with Redis, or SQLite with neither.

A service counts when it really works: PostgreSQL must let us log in and create databases, Redis must answer PING.
An open port proves neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

SERVICES, EMBEDDED = "services", "sqlite"
# Second without a host: a login over the socket, which is all that a fresh Debian allows the current user.
POSTGRES = ("postgres://localhost/postgres", "postgres:///postgres")
REDIS = "redis://localhost:6379/0"


class StackUnavailable(Exception):
    """The stack that was asked for cannot be had; the text says why and what to do."""


@dataclass(frozen=True)
class Stack:
    """DATABASE_URL and REDIS_URL of a run, and why it is this stack (for the eyes of the person who waits)."""

    database_url: str
    redis_url: str
    why: str


def choose(wanted: str, environ: Mapping[str, str], slot: int) -> Stack:
    """The stack for `wanted` ("", "services" or "sqlite"). Raises StackUnavailable.

    `slot` is a number no other run on this machine has now: it keeps databases and Redis keys apart.
    """
    if wanted not in ("", SERVICES, EMBEDDED):
        raise StackUnavailable(f"STACK={wanted} is neither {SERVICES} nor {EMBEDDED}.")
    if wanted == EMBEDDED:
        return embedded("as STACK=sqlite asks")
    database, problem = find_postgres(environ)
    cache = with_database(environ.get("REDIS_URL") or REDIS, str(slot))
    problem = problem or redis_problem(cache)
    if not problem:
        return Stack(with_database(database, f"bettermeals_{slot}"), cache, "both answer")
    if wanted == SERVICES:
        raise StackUnavailable(
            f"STACK=services asks for PostgreSQL and Redis, but {problem}.\nStart them, or name them in "
            "DATABASE_URL (a user who may create databases) and REDIS_URL."
        )
    return embedded(problem)


def embedded(why: str) -> Stack:
    # Django keeps a SQLite test database in memory, so the name is never a file.
    return Stack("sqlite:///:memory:", "", why)


def find_postgres(environ: Mapping[str, str]) -> tuple[str, str | None]:
    """The first server that works and None, or the last one tried and what is wrong with it."""
    given = environ.get("DATABASE_URL", "")
    if given and not given.startswith(("postgres://", "postgresql://")):
        return given, "DATABASE_URL names no PostgreSQL server"
    url, problem = "", None
    for url in [given] if given else POSTGRES:
        problem = postgres_problem(url)
        if not problem:
            break
    return url, problem


def postgres_problem(url: str) -> str | None:
    try:
        with psycopg.connect(with_database(url, "postgres"), connect_timeout=2) as connection:
            query = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            row = connection.execute(query).fetchone()
    except psycopg.OperationalError as error:
        return f"PostgreSQL at {place(url)} does not let us in ({str(error).strip().splitlines()[-1]})"
    return None if row and row[0] else f"PostgreSQL at {place(url)} does not let this user create databases"


def redis_problem(url: str) -> str | None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as client:
            client.ping()
    except redis.RedisError as error:
        return f"Redis at {place(url)} does not answer ({error})"
    return None


def place(url: str) -> str:
    """The address without user and password."""
    return urlsplit(url).netloc.rpartition("@")[2] or "the local socket"


def with_database(url: str, name: str) -> str:
    """The same server, another database. SplitResult drops an empty host's slashes, so they are put back."""
    parts = urlsplit(url)
    changed = urlunsplit(parts._replace(path=f"/{name}"))
    return changed if parts.netloc else changed.replace(f"{parts.scheme}:/", f"{parts.scheme}:///", 1)
