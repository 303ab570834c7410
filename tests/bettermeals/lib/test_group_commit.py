"""Many threads, one write: who waits, who writes, and whose error it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from bettermeals.lib.group_commit import GroupCommit


class Table:
    """Takes lists as a database does, and lets a test hold a write up."""

    def __init__(self, refuse: Callable[[list[str]], bool] = lambda rows: False) -> None:
        self.writes: list[list[str]] = []
        self.threads: list[int] = []
        self.refuse = refuse
        self.entered, self.open = threading.Event(), threading.Event()

    def __call__(self, rows: list[str]) -> None:
        self.entered.set()
        assert self.open.wait(10)
        self.threads.append(threading.get_ident())
        if self.refuse(rows):
            raise ValueError(f"refused: {' '.join(rows)}")
        self.writes.append(rows)


def bring(commit: GroupCommit[str], table: Table, *late: str) -> dict[str, Any]:
    """`first` is being written while `late` come, in this order; returns each one's error, None where it is written."""
    results: dict[str, Any] = {}

    def one(row: str) -> None:
        try:
            commit(row)
            results[row] = None
        except ValueError as error:
            results[row] = str(error)

    threads = [threading.Thread(target=one, args=(row,)) for row in ("first", *late)]
    threads[0].start()
    assert table.entered.wait(10)
    for number, thread in enumerate(threads[1:], start=1):
        thread.start()
        while len(commit._waiting) < number:
            pass
    table.open.set()
    for thread in threads:
        thread.join(10)
    return results


def test_a_lonely_row_is_written_at_once_by_the_thread_that_brought_it() -> None:
    table = Table()
    table.open.set()
    GroupCommit(table)("alone")
    assert (table.writes, table.threads) == ([["alone"]], [threading.get_ident()])


def test_what_comes_during_a_write_is_one_write_in_the_order_in_which_it_came() -> None:
    table = Table()
    results = bring(GroupCommit(table), table, "a", "b", "c", "d")
    assert table.writes == [["first"], ["a", "b", "c", "d"]]
    assert results == dict.fromkeys(["first", "a", "b", "c", "d"])


def test_a_write_takes_no_more_than_it_may() -> None:
    table = Table()
    results = bring(GroupCommit(table, most=2), table, "a", "b", "c")
    assert table.writes == [["first"], ["a", "b"], ["c"]]
    assert results == dict.fromkeys(["first", "a", "b", "c"])


def test_a_row_that_cannot_be_written_is_its_own_callers_error_and_nobody_elses() -> None:
    table = Table(refuse=lambda rows: "bad" in rows)
    results = bring(GroupCommit(table), table, "a", "bad", "b")
    assert results == {"first": None, "a": None, "bad": "refused: bad", "b": None}
    assert sorted(table.writes) == [["a"], ["b"], ["first"]]


def test_when_nothing_can_be_written_everybody_is_told() -> None:
    table = Table(refuse=lambda rows: True)
    results = bring(GroupCommit(table), table, "a", "b")
    assert results == {row: f"refused: {row}" for row in ("first", "a", "b")}


def test_a_failed_write_leaves_nothing_behind_for_the_next() -> None:
    refused = iter([True, True, False])
    table = Table(refuse=lambda rows: next(refused))
    table.open.set()
    commit = GroupCommit(table)
    with pytest.raises(ValueError, match="refused: bad"):
        commit("bad")
    commit("good")
    assert table.writes == [["good"]]
