"""Everything a test, a rehearsal or a demonstration can turn. docs/simulator.md explains each with an example."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


class BadKnob(ValueError):
    """A knob that does not exist or a value it cannot take; the text says which."""


@dataclass
class Knobs:
    auto_deliver: bool = True  # phones are reachable: `delivered` follows `sent` at once
    auto_read: bool = False  # phones open every chat at once: `read` follows `delivered`
    template_review_seconds: float = 0.5  # real seconds from PENDING to APPROVED; 0 = before the answer's webhook
    enforce_pace: bool = True  # pair rate, throughput and messaging limit; off for rehearsals whose clock jumps
    window_error: str = "sync"  # 131047 as a refusal ("sync") or as a failed status ("async")
    unknown_numbers_on_whatsapp: bool = True  # a number nobody registered gets a phone on first contact
    latency_ms: int = 0  # added before every Graph answer
    fail_next: dict[str, Any] = field(default_factory=dict)  # {status|code, count, scope, later, details}
    drop_answer_next: int = 0  # act, then cut the connection: the caller cannot know
    duplicate_webhooks: int = 0  # each delivery is posted this many times more
    reorder_webhooks: bool = False  # newest first
    batch_size: int = 50  # at most so many updates in one body (Meta: up to 1000)
    bad_signature_next: int = 0  # so many deliveries go out wrongly signed, then again rightly
    hold_webhooks: bool = False  # nothing is delivered until switched off: the silent webhook
    omit_button_context: bool = False  # quick replies arrive without `context`, as they sometimes do

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
        if value not in ("sync", "async"):
            raise BadKnob(f"{name} is 'sync' or 'async', not {value!r}.")
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
