"""A load of signed webhooks from a process of its own: `python -m tests.benchmarks._load`, a JSON order on stdin.

Written on bare sockets: with a client library the load would cost several times what is measured. Closed loop (each
connection asks again as soon as it has its answer), or open at a fixed rate, where the time a request had to wait for
a free connection counts as its latency.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Connection:
    socket: socket.socket
    asked_at: float = 0.0
    buffer: bytes = b""


@dataclass
class Load:
    """`rate` in requests a second, 0 for a closed loop; `template` is the body, with a %d for each request's number."""

    url: str
    secret: str
    connections: int
    seconds: float
    template: str
    rate: float = 0.0
    first: int = 0
    answers: list[tuple[int, float]] = field(default_factory=list)  # status, seconds
    asked: int = 0

    def run(self) -> dict[str, Any]:
        with selectors.DefaultSelector() as selector:
            idle = [self._connect(selector) for _ in range(self.connections)]
            started = time.perf_counter()
            flying = 0
            while (now := time.perf_counter()) < started + self.seconds or flying:
                while idle and now < started + self.seconds and (due := self._due(now, started)) is not None:
                    self._ask(idle.pop(), due)
                    flying += 1
                for key, _ in selector.select(0.002 if self.rate else 0.1):
                    if self._answered(key.data):
                        idle.append(key.data)
                        flying -= 1
            return self._found(time.perf_counter() - started)

    def _connect(self, selector: selectors.BaseSelector) -> Connection:
        at = urlsplit(self.url)
        connection = Connection(socket.create_connection((at.hostname, at.port)))
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        return connection

    def _due(self, now: float, started: float) -> float | None:
        """The moment the next request was due, None if it is not due yet."""
        if not self.rate:
            return now
        due = started + self.asked / self.rate
        return due if due <= now else None

    def _ask(self, connection: Connection, due: float) -> None:
        body = (self.template % (self.first + self.asked)).encode()
        self.asked += 1
        signature = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        at = urlsplit(self.url)
        head = (
            f"POST {at.path} HTTP/1.1\r\nHost: {at.netloc}\r\nContent-Type: application/json\r\n"
            f"X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection.asked_at = due
        connection.socket.sendall(head.encode() + body)

    def _answered(self, connection: Connection) -> bool:
        connection.buffer += connection.socket.recv(65536)
        head, found, rest = connection.buffer.partition(b"\r\n\r\n")
        if not found:
            return False
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        if len(rest) < length:
            return False
        self.answers.append((int(head[9:12]), time.perf_counter() - connection.asked_at))
        connection.buffer = b""
        return True

    def _found(self, seconds: float) -> dict[str, Any]:
        times = sorted(spent for _, spent in self.answers)
        return {
            "answered": len(times),
            "ok": sum(status == 200 for status, _ in self.answers),
            "per_second": len(times) / seconds,
            "p50_ms": times[len(times) // 2] * 1000,
            "p99_ms": times[int(len(times) * 0.99)] * 1000,
        }


if __name__ == "__main__":
    print(json.dumps(Load(**json.load(sys.stdin)).run()))
