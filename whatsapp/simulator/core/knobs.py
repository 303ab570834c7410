"""Everything a test, a rehearsal or a demonstration can turn. docs/simulator.md explains each with an example."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any


class BadKnob(ValueError):
    """A knob that does not exist or a value it cannot take; the text says which."""


def _knob(default: Any, words: str, *choices: str) -> Any:
    return field(default=default, metadata={"words": words, "choices": list(choices)})


@dataclass
class Knobs:
    """Each with the words that the page of knobs shows."""

    auto_deliver: bool = _knob(
        True, "Phones are reachable: delivered follows sent at once. Off, messages stay at sent."
    )
    auto_read: bool = _knob(False, "Phones open every chat at once: read follows delivered.")
    template_review_seconds: float = _knob(0.5, "Real seconds until a template is decided; 0 is at once.")
    enforce_pace: bool = _knob(True, "The three speed limits. Off where the clock stands still or jumps.")
    window_error: str = _knob(
        "sync", "131047 outside the window: refused (sync), or accepted and failed later (async).", "sync", "async"
    )
    account_standing: str = _knob(
        "well",
        "Locked refuses all with 131031, blocked all with 368, restricted what is outside a window; told by webhook.",
        "well", "locked", "blocked", "restricted",
    )  # fmt: skip
    unknown_numbers_on_whatsapp: bool = _knob(
        True, "A number nobody registered has WhatsApp. Off, it fails with 131026."
    )
    latency_ms: int = _knob(0, "Milliseconds before every Graph answer.")
    fail_next: dict[str, Any] = field(
        default_factory=dict,
        metadata={"words": "The next calls fail with a code or an HTTP status, now or later.", "choices": []},
    )
    drop_answer_next: int = _knob(0, "So many messages or payment calls are carried out and never answered.")
    duplicate_webhooks: int = _knob(0, "Every webhook is posted this many times more.")
    reorder_webhooks: bool = _knob(False, "Of the webhooks that wait, the newest goes first.")
    batch_size: int = _knob(50, "At most so many updates in one webhook; Meta sends up to 1000.")
    webhook_delay_ms: int = _knob(0, "Milliseconds that every webhook waits before it goes out.")
    bad_signature_next: int = _knob(0, "So many webhooks go out wrongly signed, and rightly once they were refused.")
    hold_webhooks: bool = _knob(False, "Nothing is delivered until this is off again: the silent webhook.")
    omit_button_context: bool = _knob(False, "Quick replies arrive without context, as they sometimes do.")
    out_of_disk: bool = _knob(False, "Meta's store of files is full: uploads and downloads fail.")

    def turn(self, values: dict[str, Any]) -> None:
        """Set the given knobs; all or none. Raises BadKnob."""
        checked = {name: self._checked(name, value) for name, value in values.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def _checked(self, name: str, value: Any) -> Any:
        known = {f.name: f for f in fields(self)}
        if name not in known:
            raise BadKnob(f"There is no knob {name!r}; there are: {', '.join(sorted(known))}.")
        now = getattr(self, name)
        if isinstance(now, bool):
            return _is(bool, name, value)
        if isinstance(now, int):
            return _whole(name, value)
        if isinstance(now, float):
            return float(_is((int, float), name, value))
        if name == "fail_next":
            return _failure(value)
        choices = known[name].metadata["choices"]
        if value not in choices:
            raise BadKnob(f"{name} is one of {', '.join(choices)}, not {value!r}.")
        return value

    def take_failure(self, scope: str) -> dict[str, Any] | None:
        """The failure planned for the next call in `scope`, counted down; None when there is none."""
        plan = self.fail_next
        if not plan or plan["scope"] != scope or plan["count"] < 1:
            return None
        plan["count"] -= 1
        return plan


def _is(kind: type | tuple[type, ...], name: str, value: Any) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise BadKnob(f"{name} cannot be {value!r}.")
    return value


def _whole(name: str, value: Any) -> int:
    if not isinstance(value, int) or value < 0 or (name == "batch_size" and not 1 <= value <= 1000):
        raise BadKnob(f"{name} cannot be {value!r}.")
    return int(value)  # True means once


def _failure(value: Any) -> dict[str, Any]:
    if not value:
        return {}
    if not isinstance(value, dict) or not ({"status", "code"} & set(value)):
        raise BadKnob("fail_next needs `status` or `code`, for example {'code': 130429, 'count': 2}.")
    plan = {"count": 1, "scope": "messages", "later": False} | value
    if plan["scope"] not in ("messages", "graph", "payments"):
        raise BadKnob("fail_next.scope is 'messages', 'graph' or 'payments'.")
    return plan


def described() -> list[dict[str, Any]]:
    """Every knob with its words, choices and default, in the order of the page."""
    start = asdict(Knobs())
    return [{"name": each.name, **each.metadata, "default": start[each.name]} for each in fields(Knobs)]
