"""axe-core over a page as it stands: one load, read at desktop and phone width, in light and in the dark.

In the dark the elements are the same and only their colours differ: there the rules of colour alone are asked. The
page's own policy must be put aside (bypass_csp), so that axe's script may run in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.browser.conftest import SET_THEME

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
EVERY = {"resultTypes": ["violations"], "iframes": False, "preload": False}
COLOURS = {**EVERY, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
RUN = "options => axe.run(document, options).then(found => found.violations)"


class Look(NamedTuple):
    width: int
    scheme: Literal["light", "dark"]


ALL = (Look(1366, "light"), Look(1366, "dark"), Look(390, "light"), Look(390, "dark"))
#: For the theme's own lists and forms: each width and each scheme once.
CROSSED = (Look(1366, "light"), Look(390, "dark"))


def readable(browser: Browser, state: StorageState | None = None) -> BrowserContext:
    context = browser.new_context(
        locale="en-IN", timezone_id="Asia/Kolkata", bypass_csp=True, reduced_motion="reduce", storage_state=state
    )
    context.set_default_timeout(20_000)
    return context


def faults(page: Page, looks: Sequence[Look] = ALL) -> list[tuple[str, str, Any, str]]:
    """(where, rule, element, why): what axe calls serious or critical, and a page that is wider than its screen."""
    path = re.sub(r"https?://[^/]+", "", page.url)
    page.evaluate(AXE)
    found = []
    for look in looks:
        page.set_viewport_size({"width": look.width, "height": 850})
        page.emulate_media(color_scheme=look.scheme)
        if "/admin/" in path:  # the office's theme asks for the scheme once, when the page loads
            page.evaluate(SET_THEME, look.scheme == "dark")
        where = f"{path} at {look.width} px, {look.scheme}"
        found += [(where, rule, node["target"], node["failureSummary"]) for rule, node in _violations(page, look)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [(where, "wider than the screen", wide, "")] if wide > look.width else []
    return found


def _violations(page: Page, look: Look) -> list[tuple[str, Any]]:
    violations = page.evaluate(RUN, COLOURS if look.scheme == "dark" else EVERY)
    serious = [one for one in violations if one["impact"] in ("serious", "critical")]
    return [(one["id"], node) for one in serious for node in one["nodes"]]
