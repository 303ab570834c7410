"""deploy/backup.sh with a `docker` of our own that answers as pg_dump and tar would, or fails as they would."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

BACKUP = Path(__file__).resolve().parent.parent / "deploy" / "backup.sh"
DOCKER = """#!/bin/sh
case "$*" in
    "compose exec -T postgres pg_dump --username bettermeals --format custom bettermeals") echo "the database" ;;
    "compose exec -T web tar -C /data/media -czf - .") echo "the media"; [ ! -e "$(dirname "$0")/disk-full" ] ;;
    *) echo "unexpected: $*" >&2; exit 64 ;;
esac
"""


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    for folder, name, text in (("deploy", "backup.sh", BACKUP.read_text()), ("tools", "docker", DOCKER)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text)
        (tmp_path / folder / name).chmod(0o755)
    return tmp_path


def back_up(installation: Path) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PATH": f"{installation / 'tools'}{os.pathsep}{os.environ['PATH']}"}
    command = [str(installation / "deploy" / "backup.sh")]
    return subprocess.run(command, env=environ, capture_output=True, text=True)


def backups(installation: Path) -> list[Path]:
    return sorted((installation / "backups").iterdir())


def test_database_and_media_are_written_for_the_owners_eyes_only(installation: Path) -> None:
    done = back_up(installation)
    dump, media = sorted(backups(installation), key=lambda path: path.suffix)
    assert done.returncode == 0, done.stderr
    assert (dump.read_text(), media.read_text()) == ("the database\n", "the media\n")
    assert done.stdout == f"Wrote backups/{dump.name} and backups/{media.name}\n"
    assert {stat.S_IMODE(path.stat().st_mode) for path in (dump, media)} == {0o600}


def test_a_backup_that_broke_off_never_looks_like_a_good_one(installation: Path) -> None:
    (installation / "tools" / "disk-full").touch()
    assert back_up(installation).returncode != 0
    assert [path.suffix for path in backups(installation)] == [".dump"]


def test_the_newest_fourteen_of_each_are_kept(installation: Path) -> None:
    (installation / "backups").mkdir()
    for day in range(10, 30):
        for kind in (".dump", "-media.tar.gz"):
            (installation / "backups" / f"bettermeals-202601{day}T013000Z{kind}").touch()
    assert back_up(installation).returncode == 0
    dumps = [path.name for path in backups(installation) if path.suffix == ".dump"]
    assert (len(dumps), dumps[0]) == (14, "bettermeals-20260117T013000Z.dump")
    assert len(backups(installation)) == 28
