"""The only module that speaks to the language model's API: one tool call in, its arguments out, or a reason why not.

The SDK is imported here and late: an installation without a key needs neither the package nor the memory it takes.
A timeout of the SDK bounds each read, not the whole answer; so the call runs in a thread that is waited for no longer
than the limit. After a failure nobody is kept waiting again for a while.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Thread
from typing import Any

REST_SECONDS = 60.0  # after a timeout or an error; messages are asked back meanwhile, as without a model
MAX_TOKENS = 500  # of the answer: a handful of slots, or three sentences


class NoReading(Exception):
    """There is no second reading; the text says why, in words for the log. Nothing the person wrote is in it."""


@dataclass(frozen=True)
class Config:
    """`seconds`: the longest one message may wait for the model, whatever the network does."""

    key: str = field(repr=False)
    base_url: str
    model: str
    seconds: float


class _Rest:
    """Until when the API is left alone, on the process's own steady clock."""

    until = 0.0


def rested() -> bool:
    return time.monotonic() >= _Rest.until


def wake() -> None:
    """Ask again at once, whatever failed before."""
    _Rest.until = 0.0


def arguments(config: Config, system: str, message: str, tool: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the model calls the tool with. Raises NoReading on a timeout, an error status, a refusal or no call."""
    if not rested():
        raise NoReading("the language model failed a moment ago and is left alone")
    try:
        answer = _within(config.seconds, lambda: _post(config, system, message, tool))
    except NoReading:
        _Rest.until = time.monotonic() + REST_SECONDS
        raise
    if answer.stop_reason == "refusal":
        raise NoReading("the language model refused")
    calls = [block for block in answer.content if block.type == "tool_use" and block.name == tool["name"]]
    if len(calls) != 1 or not isinstance(calls[0].input, dict):
        raise NoReading(f"the language model called no tool (stopped by {answer.stop_reason})")
    return calls[0].input


def _post(config: Config, system: str, message: str, tool: Mapping[str, Any]) -> Any:
    import anthropic

    client = anthropic.Anthropic(api_key=config.key, base_url=config.base_url, timeout=config.seconds, max_retries=0)
    request: dict[str, Any] = {
        "model": config.model,
        "max_tokens": MAX_TOKENS,
        "system": system,
        "messages": [{"role": "user", "content": message}],
        "tools": [tool],
        "tool_choice": {"type": "tool", "name": tool["name"]},
    }
    try:
        answer = client.messages.create(**request)
        if not isinstance(answer, anthropic.types.Message) or not isinstance(answer.content, list):
            raise NoReading("the language model's API answered something that is no message")
        return answer
    except anthropic.APIStatusError as refused:
        raise NoReading(f"the language model's API answered {refused.status_code}") from refused
    except anthropic.AnthropicError as failed:
        raise NoReading(f"the language model was not reached: {type(failed).__name__}") from failed
    finally:
        client.close()


def _within(seconds: float, work: Callable[[], Any]) -> Any:
    """What `work` returns or raises, or NoReading after `seconds`. The thread left behind ends with its socket."""
    done: Queue[tuple[Any, Exception | None]] = Queue(1)

    def run() -> None:
        try:
            done.put((work(), None))
        except Exception as failed:  # noqa: BLE001  # raised again by the caller's thread
            done.put((None, failed))

    Thread(target=run, name="second-reading", daemon=True).start()
    try:
        value, failed = done.get(timeout=seconds)
    except Empty:
        raise NoReading(f"no answer of the language model within {seconds:g} s") from None
    if isinstance(failed, NoReading):
        raise failed
    if failed is not None:
        raise NoReading(f"the language model's answer could not be read: {type(failed).__name__}") from failed
    return value
