"""Signing in as a visitor of `make run` does: the name and password of the box, and no second step.

The other tests' demonstration asks for one; a second web process stands beside it here, on the same data, with the
settings that nobody has touched.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from bettermeals.rehearsal.stack import free_port
from scripts import demo_settings, programs
from scripts.dev import answers
from tests.browser.conftest import ROOT, Demo, nothing_chosen
from tests.browser.signing import enter

pytestmark = pytest.mark.browser
START_SECONDS = 60


@pytest.fixture(scope="module")
def plain(demo: Demo) -> Iterator[str]:
    """The office's address as the demonstration starts it by itself."""
    at = programs.Addresses(free_port(), free_port())
    untouched = {**nothing_chosen(), "DEV_DIR": str(demo.folder)}
    environ = demo_settings.compose(ROOT, demo.folder, untouched, at.web, at.simulator)
    web = programs.web(environ, at)
    process = subprocess.Popen(
        web.command, cwd=ROOT, env=dict(web.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + START_SECONDS
        while not answers(f"{at.web}/admin/login/"):
            assert time.monotonic() < until, "the second web process did not answer"
            time.sleep(0.3)
        yield f"{at.web}/admin/"
    finally:
        process.terminate()
        process.wait(20)


def test_the_password_of_the_box_is_enough(stranger: Page, plain: str, demo: Demo) -> None:
    enter(stranger, plain, demo.user, demo.password)
    expect(stranger.get_by_role("heading", name="Needs attention").first).to_be_visible()
    expect(stranger).to_have_url(plain)
    expect(stranger.get_by_text("Demo", exact=True).first).to_be_visible()


def test_a_wrong_password_is_said_and_opens_nothing(stranger: Page, plain: str, demo: Demo) -> None:
    enter(stranger, plain, demo.user, "not this one")
    expect(stranger.get_by_text(re.compile("enter the correct username and password"))).to_be_visible()
    stranger.goto(plain)
    expect(stranger).to_have_url(re.compile(r"/admin/login/\?next=/admin/$"))


def test_whoever_opened_a_page_first_comes_to_it_and_out_again(stranger: Page, plain: str, demo: Demo) -> None:
    enter(stranger, f"{plain}households/household/", demo.user, demo.password)
    expect(stranger).to_have_url(f"{plain}households/household/")
    stranger.get_by_role("button", name="Account").press("Enter")
    stranger.get_by_role("button", name="Log out").click()
    stranger.goto(plain)
    expect(stranger).to_have_url(re.compile("/admin/login/"))
