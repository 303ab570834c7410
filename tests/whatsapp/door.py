"""Our webhook as another process reaches it, without a second connection to the database.

A live server would answer from threads of its own, so that each test would have to empty every table behind it. Here
each body that comes is handed to the test's thread, which puts it through the real view inside the test's transaction.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.test import Client

ANSWER_SECONDS = 10


@dataclass
class Post:
    """One body on its way in; `answer` is the status that the view gave."""

    path: str
    headers: dict[str, str]
    raw: bytes
    answer: Future[int] = field(default_factory=Future)


class Door:
    def __init__(self, url: str, posts: queue.Queue[Post]) -> None:
        self.url, self.posts = url, posts

    def open_while(self, act: Callable[[], Any]) -> Any:
        """`act` in a thread of its own; meanwhile every body that comes goes through the view, here."""
        with ThreadPoolExecutor(1) as aside:
            doing = aside.submit(act)
            while not doing.done() or not self.posts.empty():
                self._take()
            return doing.result()

    def _take(self) -> None:
        try:
            post = self.posts.get(timeout=0.005)
        except queue.Empty:
            return
        signature = {"X-Hub-Signature-256": post.headers.get("x-hub-signature-256", "")}
        answer = Client().post(post.path, post.raw, content_type="application/json", headers=signature)
        post.answer.set_result(answer.status_code)


@contextmanager
def opened() -> Iterator[Door]:
    posts: queue.Queue[Post] = queue.Queue()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(posts))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Door(f"http://127.0.0.1:{server.server_port}", posts)
    server.shutdown()
    thread.join()
    server.server_close()


def _handler(posts: queue.Queue[Post]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            post = Post(self.path, {name.lower(): value for name, value in self.headers.items()}, raw)
            posts.put(post)
            self.send_response(post.answer.result(ANSWER_SECONDS))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler
