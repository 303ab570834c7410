"""Set-up on a fresh machine, with `python -m venv` and pip played by small programs that do what theirs do to files."""

from __future__ import annotations

import ast
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import bootstrap
from scripts.bootstrap import Environment, SetupFailed, prepare

SCRIPTS = Path(bootstrap.__file__).parent
# Stands for uv: notes what it was asked to install; fails while the file `offline` lies beside it.
FAKE_UV = """#!/bin/sh
echo "$@" >> "$(dirname "$0")/calls"
if [ -e "$(dirname "$0")/offline" ]; then echo "error: could not reach the index"; exit 2; fi
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with three small requirements files, and a fake uv first on the PATH."""
    tools = tmp_path / "tools"
    tools.mkdir()
    uv = tools / "uv"
    uv.write_text(FAKE_UV)
    uv.chmod(uv.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    root = tmp_path / "checkout"
    root.mkdir()
    for name in bootstrap.FILES:
        (root / name).write_text(f"# {name}\n")
    return root


def calls(root: Path) -> list[str]:
    path = root.parent / "tools" / "calls"
    return path.read_text().splitlines() if path.exists() else []


def go_offline(root: Path, offline: bool) -> None:
    path = root.parent / "tools" / "offline"
    path.touch() if offline else path.unlink()


def test_a_fresh_checkout_gets_an_environment_with_hashed_wheels_only(root: Path) -> None:
    assert prepare(root, "requirements.txt") is True
    python = root / ".venv" / "bin" / "python"
    pins = root / "requirements.txt"
    assert calls(root) == [f"pip install --python {python} --require-hashes --only-binary :all: -r {pins}"]
    assert python.exists()


def test_a_second_run_installs_nothing(root: Path) -> None:
    prepare(root, "requirements.txt")
    assert prepare(root, "requirements.txt") is False
    assert len(calls(root)) == 1


def test_the_larger_file_covers_the_smaller(root: Path) -> None:
    prepare(root, "requirements-dev.txt")
    assert prepare(root, "requirements.txt") is False
    assert prepare(root, "requirements-e2e.txt") is True


def test_a_changed_file_is_installed_again_into_the_same_environment(root: Path) -> None:
    prepare(root, "requirements.txt")
    kept = root / ".venv" / "kept"
    kept.touch()
    (root / "requirements.txt").write_text("# newer pins\n")
    assert prepare(root, "requirements.txt") is True
    assert kept.exists()


def test_a_failed_installation_says_why_and_where_to_read_more(root: Path) -> None:
    go_offline(root, True)
    with pytest.raises(SetupFailed) as caught:
        prepare(root, "requirements.txt")
    text = str(caught.value)
    assert "error: could not reach the index" in text
    assert "Installing requirements.txt failed (exit code 2)" in text
    assert str(root / ".dev" / "install.log") in text


def test_a_half_finished_installation_is_seen_said_and_repaired(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    go_offline(root, True)
    with pytest.raises(SetupFailed):
        prepare(root, "requirements.txt")
    (root / ".venv" / "half-written").touch()
    go_offline(root, False)
    assert prepare(root, "requirements.txt") is True
    assert "The last installation did not finish; making .venv anew." in capsys.readouterr().out
    assert not (root / ".venv" / "half-written").exists()
    assert prepare(root, "requirements.txt") is False


def test_an_environment_whose_python_is_gone_is_made_anew(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepare(root, "requirements.txt")
    for link in (root / ".venv" / "bin").glob("python*"):
        link.unlink()
    assert prepare(root, "requirements.txt") is True
    assert "is gone or too old" in capsys.readouterr().out


def test_an_environment_made_by_hand_is_kept(root: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root / ".venv")], check=True)
    (root / ".venv" / "by-hand").touch()
    assert prepare(root, "requirements.txt") is True
    assert (root / ".venv" / "by-hand").exists()


def test_without_the_venv_module_the_package_to_install_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "has_module", lambda python, name: name != "ensurepip")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SetupFailed, match="apt-get install python3-venv"):
        prepare(root, "requirements.txt")
    assert Environment(root).installing.exists()


@pytest.mark.parametrize(("version", "refused"), [((3, 10, 13), True), ((3, 11, 2), False), ((4, 0, 0), False)])
def test_python_before_3_11_is_refused(version: tuple[int, ...], refused: bool) -> None:
    problem = bootstrap.version_problem(version)
    assert (problem is not None) is refused


def test_the_sentence_for_an_old_python_names_both_versions_and_the_way_out() -> None:
    assert bootstrap.version_problem((3, 10, 13)) == (
        f"BetterMeals needs Python 3.11 or newer; this one is 3.10 ({sys.executable}).\n"
        "Name a newer one: make run PYTHON=/path/to/python3.12"
    )


def test_an_old_python_can_read_the_file_that_refuses_it() -> None:
    source = (SCRIPTS / "bootstrap.py").read_text(encoding="utf-8")
    assert ast.parse(source, feature_version=(3, 7))


def test_an_unknown_requirements_file_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["nothing.txt"]) == 2
    assert "Usage: bootstrap.py requirements.txt|" in capsys.readouterr().err


def python_sh(path: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(SCRIPTS / "python.sh"), "-c", "print('ran')"]
    return subprocess.run(command, env={"PATH": str(path), **environ}, capture_output=True, text=True)


def fake_python(folder: Path, name: str, code: int) -> None:
    path = folder / name
    path.write_text(f'#!/bin/sh\n[ "$1" = -c ] && case "$2" in *version_info*) exit {code};; esac\necho {name} "$@"\n')
    path.chmod(0o755)


def test_the_first_python_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    fake_python(tmp_path, "python3", 1)
    fake_python(tmp_path, "python3.13", 127)
    fake_python(tmp_path, "python3.12", 0)
    assert python_sh(tmp_path).stdout == "python3.12 -c print('ran')\n"


def test_without_any_new_enough_python_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    fake_python(tmp_path, "python3", 1)
    done = python_sh(tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("BetterMeals needs Python 3.11 or newer, and none of python3,")


def test_the_python_named_by_hand_is_taken_as_it_is(tmp_path: Path) -> None:
    fake_python(tmp_path, "mine", 1)
    assert python_sh(tmp_path, PYTHON=str(tmp_path / "mine")).stdout == "mine -c print('ran')\n"
    assert python_sh(tmp_path, PYTHON="/no/such").stderr.startswith("PYTHON=/no/such does not exist here")
