"""A guard that lets a test reach this machine and nothing else: names are not even looked up."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

LOCAL = {"", "localhost", "testserver"}


class NetworkReached(RuntimeError):
    """A test tried to leave this machine. Not an OSError: code that survives a bad line must not survive this."""


class Guard:
    def __init__(self) -> None:
        self.allowed = set(LOCAL)
        self.attempts: list[str] = []
        self.real: dict[tuple[Any, str], Callable[..., Any]] = {}

    def allow_hosts_of(self, *urls: str) -> None:
        """The services a run was given may stand on another machine (a CI container beside this one)."""
        for host in filter(None, (urlsplit(url).hostname for url in urls)):
            self.allowed.add(host)
            self.allowed |= {str(found[4][0]) for found in socket.getaddrinfo(host, None)}

    def install(self) -> None:
        for name in ("connect", "connect_ex", "sendto"):
            self.replace(socket.socket, name, lambda arguments: arguments[-1])
        self.replace(socket, "getaddrinfo", lambda arguments: arguments[0:1])

    def remove(self) -> None:
        for (owner, name), function in self.real.items():
            setattr(owner, name, function)
        self.real.clear()

    def replace(self, owner: Any, name: str, address_in: Callable[[Any], Any]) -> None:
        real = self.real[owner, name] = getattr(owner, name)

        def guarded(*arguments: Any, **named: Any) -> Any:
            self.check(address_in(arguments) if arguments else (named.get("host"),))
            return real(*arguments, **named)

        setattr(owner, name, guarded)

    def check(self, address: Any) -> None:
        """Raises NetworkReached. A path (str or bytes) is a Unix socket, which never leaves the machine."""
        if not isinstance(address, tuple) or self.is_local(address[0]):
            return
        self.attempts.append(str(address))
        raise NetworkReached(f"a test tried to reach {address}; start a simulator, or use `responses`")

    def is_local(self, host: str | bytes | None) -> bool:
        name = host.decode() if isinstance(host, bytes) else host or ""
        if name in self.allowed:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or address.is_unspecified
