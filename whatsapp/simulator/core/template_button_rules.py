"""What Meta checks of a template's buttons."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from whatsapp.simulator.core import params
from whatsapp.simulator.core.template_text import PLACEHOLDER, variables

MOST = {
    "QUICK_REPLY": 10, "URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1, "FLOW": 1, "OTP": 1, "CATALOG": 1, "MPM": 1,
    "SPM": 1, "VOICE_CALL": 1, "REQUEST_CONTACT_INFO": 1,
}  # fmt: skip
LABEL_LONGEST = 25
SHORTENERS = frozenset(["wa.me", "bit.ly", "tinyurl.com", "t.co", "goo.gl", "rb.gy", "cutt.ly", "is.gd"])
UNLABELLED = ("COPY_CODE", "OTP", "REQUEST_CONTACT_INFO")


def check_buttons(buttons: Any) -> None:
    """The list under a BUTTONS component; raises GraphError."""
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 10:
        raise params.invalid("Param components['BUTTONS']['buttons'] must have between 1 and 10 items.")
    kinds = [str(params.of_kind(dict, b, "buttons").get("type", "")).upper() for b in buttons]
    for at, (kind, button) in enumerate(zip(kinds, buttons, strict=True)):
        params.one_of(tuple(MOST), kind, f"buttons[{at}]['type']")
        _check_button(kind, button, at)
    for kind, count in Counter(kinds).items():
        if count > MOST[kind]:
            raise params.invalid(f"A template can have at most {MOST[kind]} buttons of type {kind}.")
    _check_grouping(kinds)


def _check_grouping(kinds: list[str]) -> None:
    """Quick replies form one run: all of them before, or all after, the others."""
    runs = sum(1 for at, kind in enumerate(kinds) if kind == "QUICK_REPLY" and (at == 0 or kinds[at - 1] != kind))
    if runs > 1:
        raise params.invalid("Quick reply buttons must be grouped together, not mixed with other buttons.")


def _check_button(kind: str, button: dict[str, Any], at: int) -> None:
    if kind not in UNLABELLED:
        text = params.text(button, "text", f"buttons[{at}]", LABEL_LONGEST)
        if "\n" in text or PLACEHOLDER.search(text):
            raise params.invalid(f"Param buttons[{at}]['text'] can't have variables or new lines.")
    if kind == "URL":
        _check_url(button, at)
    if kind == "PHONE_NUMBER":
        params.text(button, "phone_number", f"buttons[{at}]", 20)
    if kind == "FLOW":
        _check_flow(button, at)
    if kind == "COPY_CODE":
        _check_code(button, at)


def _check_url(button: dict[str, Any], at: int) -> None:
    url = params.url(button, "url", f"buttons[{at}]")
    if urlsplit(url).hostname in SHORTENERS:
        raise params.invalid(f"Param buttons[{at}]['url']: shortened and WhatsApp links are not allowed.")
    names = variables(url)
    if not names:
        return
    if len(names) > 1 or not url.endswith("}}"):
        raise params.invalid(f"Param buttons[{at}]['url'] can have one variable, at its end.")
    example = button.get("example")
    if not (isinstance(example, list) and example and isinstance(example[0], str) and example[0]):
        raise params.invalid(f"Param buttons[{at}]['example'] is required for a link with a variable.")


def _check_flow(button: dict[str, Any], at: int) -> None:
    named = [key for key in ("flow_id", "flow_name", "flow_json") if button.get(key)]
    if len(named) != 1:
        raise params.invalid(f"Param buttons[{at}] must name its flow by one of flow_id, flow_name and flow_json.")
    action = params.one_of(("navigate", "data_exchange"), button.get("flow_action", "navigate"), f"buttons[{at}]")
    if action == "navigate":
        params.text(button, "navigate_screen", f"buttons[{at}]", 200)


def _check_code(button: dict[str, Any], at: int) -> None:
    example = button.get("example")
    code = example[0] if isinstance(example, list) and example else example
    if not isinstance(code, str) or not 1 <= len(code) <= 20:
        raise params.invalid(f"Param buttons[{at}]['example'] must be a code of at most 20 characters.")
