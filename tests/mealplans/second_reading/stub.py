"""A small local stand-in for the language model's API: real HTTP, what it answers the test sets, calls are kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOOL = {"confidence": 0.98, "several_wishes": False, "slots": {}}


class Stub:
    """`answer` is the body of the next answers (or a tool call, see `says`), `status` theirs, `stall` holds them back
    until the test ends, `drip` sends the body a byte at a time and never finishes."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        self.body: bytes = b"{}"
        self.stall = self.drip = False
        self.over = threading.Event()
        self.url = ""

    def says(self, intent: str, **more: Any) -> None:
        """The model calls the tool."""
        call = {"type": "tool_use", "id": "toolu_1", "name": "understood", "input": {**TOOL, "intent": intent, **more}}
        self.message([call], "tool_use")

    def message(self, content: list[dict[str, Any]], stop_reason: str) -> None:
        whole = {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "stub", "content": content,
            "stop_reason": stop_reason, "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1},
        }  # fmt: skip
        self.body = json.dumps(whole).encode()

    def fails(self, status: int) -> None:
        self.status = status
        error = {"type": "error", "error": {"type": "error", "message": "as the test says"}}
        self.body = json.dumps(error).encode()

    @property
    def shown(self) -> dict[str, Any]:
        """What the last call showed the model of the conversation."""
        found: dict[str, Any] = json.loads(self.calls[-1]["messages"][0]["content"])
        return found


@contextmanager
def running() -> Iterator[Stub]:
    stub = Stub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stub))
    server.daemon_threads = True
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stub
    finally:
        stub.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(stub: Stub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            stub.calls.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            stub.headers.append({name.lower(): value for name, value in self.headers.items()})
            if stub.stall:
                stub.over.wait(5)
                return
            self.send_response(stub.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(stub.body) + 10_000 * stub.drip))
            self.end_headers()
            if stub.drip:
                while not stub.over.wait(0.05):
                    self.wfile.write(b" ")
                    self.wfile.flush()
            self.wfile.write(stub.body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    return Handler
