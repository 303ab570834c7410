from __future__ import annotations

import threading
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from bettermeals import file_queue

MESSAGES = 400


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    file_queue.register()
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "control_folder": str(tmp_path / "control"),
    }
    return Connection("filequeue://localhost", transport_options=options)


def test_readers_that_list_while_a_writer_writes_get_every_message_whole_and_once(connection: Connection) -> None:
    got: list[Any] = []
    done = threading.Event()
    troubles: list[BaseException] = []

    def read() -> None:
        channel = connection.clone().channel()
        while True:
            finished = done.is_set()
            try:
                got.append(channel._get("meals"))
            except Empty:
                if finished:
                    return
            except BaseException as problem:  # noqa: BLE001  (a thread must hand its failure to the test)  # noqa: BLE001  (a thread must hand its failure to the test)
                troubles.append(problem)
                return

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    writer = connection.channel()
    for number in range(MESSAGES):
        writer._put("meals", {"number": number, "body": "x" * 5000})
    done.set()
    for reader in readers:
        reader.join()
    assert troubles == []
    assert sorted(message["number"] for message in got) == list(range(MESSAGES))


def test_two_processes_that_bind_at_once_both_succeed(connection: Connection) -> None:
    troubles: list[BaseException] = []

    def bind(queue: str) -> None:
        try:
            connection.clone().channel()._queue_bind("meals", "key", "", queue)
        except BaseException as problem:  # noqa: BLE001  (a thread must hand its failure to the test)
            troubles.append(problem)

    threads = [threading.Thread(target=bind, args=(f"queue-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert {row.queue for row in connection.channel().get_table("meals")} == {f"queue-{n}" for n in range(8)}
