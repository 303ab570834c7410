from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bettermeals.lib import clock


def test_without_a_file_it_is_the_machines_clock() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_pushed_clock_runs_on_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "clock"
    file.write_text("+0")
    monkeypatch.setenv(clock.CLOCK_FILE, str(file))
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    clock.move_ahead(tomorrow, file)
    first, second = clock.now(), clock.now()
    assert tomorrow <= first < second < tomorrow + timedelta(seconds=5)


def test_a_pushed_clock_never_goes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "clock"
    file.write_text("+86400")
    monkeypatch.setenv(clock.CLOCK_FILE, str(file))
    with pytest.raises(ValueError, match="only moves forward"):
        clock.move_ahead(datetime.now(UTC) + timedelta(hours=1), file)


def test_every_process_that_names_the_file_reads_the_rehearsals_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "clock"
    monkeypatch.setenv(clock.CLOCK_FILE, str(file))
    clock.set_virtual(datetime(2026, 11, 21, 9, 0, tzinfo=timezone(timedelta(hours=5, minutes=30))), file)
    assert clock.now() == datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
