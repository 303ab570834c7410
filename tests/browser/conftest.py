"""`make run` as a visitor starts it, with no services, and a real browser in front of it.

The demonstration keeps its things in a folder of its own; its clock starts on a Saturday morning and is moved on from
the back office, as a visitor would. One thing is as in production: staff sign in with a second step.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from bettermeals.rehearsal.stack import free_port
from tests.browser.signing import give_password, set_up

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "docs" / "screens"
CHROMIUM = "/usr/bin/chromium"
# Chromium as root in a closed network: without the last four it knocks on doors that never open.
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions"),
]
START_SECONDS = 120


@dataclass
class Demo:
    """A running demonstration, as its box describes it, and the folder that it keeps its things in."""

    office: str
    user: str
    password: str
    phones: str
    plan: str
    folder: Path


def next_saturday() -> datetime:
    """06:30 in India on the coming Saturday: the week is at its start, and no home's own hour to be proposed to comes
    while the tests go on."""
    today = datetime.now(ZoneInfo("Asia/Kolkata"))
    ahead = (5 - today.weekday()) % 7 or 7
    return (today + timedelta(days=ahead)).replace(hour=6, minute=30, second=0, microsecond=0)


def read_box(lines: list[str], folder: Path) -> Demo:
    box = "\n".join(lines)

    def found(pattern: str) -> str:
        match = re.search(pattern, box)
        assert match, f"the box lacks {pattern}:\n{box}"
        return match[1]

    return Demo(
        office=found(r"Back office\s+(http\S+)"),
        user=found(r"user (\S+),"),
        password=found(r"password (\S+)"),
        phones=found(r"Phones\s+(http\S+)"),
        plan=found(r"A week's plan\s+(http\S+)"),
        folder=folder,
    )


def nothing_chosen() -> dict[str, str]:
    """The environment of a visitor who has set nothing."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    (folder / "dev").mkdir()
    (folder / "dev" / "clock").write_text(f"+{(next_saturday() - datetime.now(UTC)).total_seconds()}")
    chosen = {"WEB_PORT": str(free_port()), "SIMULATOR_PORT": str(free_port()), "STAFF_SECOND_FACTOR": "True"}
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.dev"],
        cwd=ROOT,
        env={**nothing_chosen(), **chosen, "DEV_DIR": str(folder / "dev")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    ready = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip())
            if line.startswith("└") or process.poll() is not None:
                ready.set()
        ready.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        assert ready.wait(START_SECONDS), "no box after two minutes:\n" + "\n".join(lines[-40:])
        yield read_box(lines, folder / "dev")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        reader.join(10)
        assert process.stdout is not None
        process.stdout.close()
    assert process.returncode == 0, "Ctrl-C did not stop it cleanly:\n" + "\n".join(lines[-20:])


SET_THEME = "dark => document.documentElement.classList.toggle('dark', dark)"
#: A bare machine has no font for Hindi and draws boxes: the browser also reads those that the printed lists use.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{folder}</dir></fontconfig>"""


def with_fonts(folder: Path) -> dict[str, str | float | bool]:
    """The environment for a browser that can draw every script we print; `folder` keeps its list of fonts."""
    file = folder / "fonts.conf"
    file.write_text(FONTS.format(folder=ROOT / "mealplans" / "printing" / "fonts"), encoding="utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(file)}


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, env=with_fonts(tmp_path_factory.mktemp("fonts"))
        )
        yield chromium
        chromium.close()


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Page]:
    """A browser that nobody has signed in with."""
    context = browser.new_context(viewport={"width": 1366, "height": 850}, locale="en-IN")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, demo: Demo) -> StorageState:
    """What a browser keeps of signing in by the forms, once for all tests."""
    context = browser.new_context()
    page = context.new_page()
    give_password(page, demo.office, demo.user, demo.password)
    set_up(page)
    page.wait_for_url(re.compile(r"/admin/$"))
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def desk(browser: Browser, signed_in: StorageState) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 1366, "height": 850}, locale="en-IN", timezone_id="Asia/Kolkata", storage_state=signed_in
    )
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def hindi(browser: Browser, signed_in: StorageState) -> Iterator[Page]:
    """A page of somebody who reads Hindi. The context's locale decides that: a header of its own is overwritten."""
    context = browser.new_context(viewport={"width": 1366, "height": 850}, locale="hi-IN", storage_state=signed_in)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def shot(page: Page, name: str, *, as_it_stands: bool = False) -> None:
    """With SCREENS set: the page at desktop and phone width, light and dark, into docs/screens, to be looked at.

    as_it_stands: not loaded again, because a dialog is open.
    """
    if not os.environ.get("SCREENS"):
        return
    SCREENS.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for width, height in ((1366, 850), (390, 844)):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if as_it_stands:
                page.evaluate(SET_THEME, scheme == "dark")
            elif "/admin/" in page.url:
                page.reload()  # the office's theme asks for the scheme once, when the page loads
            page.wait_for_timeout(150)
            page.screenshot(path=SCREENS / f"{name}-{width}-{scheme}.png")
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)
