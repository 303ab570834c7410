"""The guard of tests/conftest.py, itself put to the test with a second one of the same make."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
import requests

from tests.network import Guard, NetworkReached


@pytest.fixture
def guard() -> Iterator[Guard]:
    guard = Guard()
    guard.install()
    yield guard
    guard.remove()


def test_a_request_to_the_outside_fails_before_its_name_is_looked_up(guard: Guard) -> None:
    with pytest.raises(NetworkReached, match=r"graph\.facebook\.com"):
        requests.get("https://graph.facebook.com/v25.0/me", timeout=5)


def test_an_attempt_stays_on_record_even_when_the_error_is_swallowed(guard: Guard) -> None:
    with pytest.raises(NetworkReached):
        socket.create_connection(("203.0.113.7", 443), timeout=1)
    assert guard.attempts == ["('203.0.113.7',)"]


@pytest.mark.parametrize("name", ["connect", "connect_ex"])
def test_a_bare_socket_is_held_back_too(guard: Guard, name: str) -> None:
    with socket.socket() as connection, pytest.raises(NetworkReached):
        getattr(connection, name)(("203.0.113.7", 443))


def test_a_datagram_is_held_back_too(guard: Guard) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as connection, pytest.raises(NetworkReached):
        connection.sendto(b"x", ("203.0.113.7", 53))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_this_machine_can_be_reached(guard: Guard, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((host, server.getsockname()[1]), timeout=5).close()
    assert guard.attempts == []


def test_the_services_a_run_was_given_can_be_reached_by_name_and_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port: [(2, 1, 6, "", ("203.0.113.9", 0))])
    guard = Guard()
    guard.allow_hosts_of("postgres://me@db:5432/x", "")
    assert [guard.is_local(host) for host in ("db", "203.0.113.9", "203.0.113.10")] == [True, True, False]
