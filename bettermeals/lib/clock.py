"""The one place that knows what time it is.

Doors (views, tasks, commands) ask `now()` and pass the answer down; modules below the doors take `now` as an
argument. A rehearsal plays a week in minutes, and a demonstration may be pushed on to the next evening: every process
of it reads the same small file, named by `BETTERMEALS_CLOCK_FILE`. It holds either one ISO timestamp (time stands
still there) or "+" and seconds (time runs, that far ahead). Without that variable this is the machine's clock.
Plain Python: the simulator reads the same clock and must not import Django.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

CLOCK_FILE = "BETTERMEALS_CLOCK_FILE"


def now() -> datetime:
    """The current moment, aware, in UTC; the rehearsal's moment while one is being played."""
    path = os.environ.get(CLOCK_FILE)
    if not path:
        return datetime.now(UTC)
    text = Path(path).read_text(encoding="ascii").strip()
    if text.startswith("+"):
        return datetime.now(UTC) + timedelta(seconds=float(text))
    return datetime.fromisoformat(text).astimezone(UTC)


def set_virtual(moment: datetime, path: Path) -> None:
    """Let time stand still at `moment`."""
    _write(moment.astimezone(UTC).isoformat(), path)


def move_ahead(moment: datetime, path: Path) -> None:
    """Let time run on from `moment`. Raises ValueError for a moment that is past: rows know when they happened."""
    ahead = (moment - datetime.now(UTC)).total_seconds()
    if moment < now():
        raise ValueError(f"{moment.isoformat()} is past; this clock only moves forward")
    _write(f"+{max(ahead, 0.0)}", path)


def _write(text: str, path: Path) -> None:
    """Written aside and renamed, so that no reader ever sees half a timestamp."""
    beside = path.with_suffix(".next")
    beside.write_text(text, encoding="ascii")
    beside.replace(path)
