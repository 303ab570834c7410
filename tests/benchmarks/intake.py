"""How fast webhooks are taken in, durable before the 200, beside a DRF view that does nothing.

`python -m tests.benchmarks intake [--json] [--seconds N] [--rounds N] [--connections N]`: the web server as deployed,
a load from a process of its own, rounds of each door in turn, medians. Every row is counted afterwards.

Then the same door as it is used: 320 webhooks a second offered (what one number at 80 messages a second brings back),
while a sender keeps 80 a second and the webhooks are followed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.benchmarks import _stage

DOORS = {"bare": "/bench/bare", "naive": "/bench/naive", "ours": "/api/v1/whatsapp/webhook"}
TARGET = 0.35
SENDS, OFFERED = 80, 320
P50_MS, P99_MS = 10, 100
ROWS = "from tests.benchmarks import _send_rows as rows"


def main(argv: Sequence[str]) -> int:
    """Measure and print. Returns 0 if on each stack the ratio reaches the target and nothing was lost, else 1."""
    parser = argparse.ArgumentParser(prog="intake", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each round of each door")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--beside", type=int, default=20, help="seconds of the load beside a sender; 0 leaves it out")
    options = parser.parse_args(argv)
    found = {kind: _on(kind, options) for kind in _stage.stacks()}
    if options.beside:
        for kind, each in found.items():
            each["beside"] = _beside(kind, options.beside)
    print(json.dumps(found) if options.json else _as_text(found))
    return 0 if all(map(_met, found.values())) else 1


def _met(found: dict[str, Any]) -> bool:
    beside = found.get("beside", {"p50_ms": 0, "p99_ms": 0, "lost": 0})
    quick = beside["p50_ms"] <= P50_MS and beside["p99_ms"] <= P99_MS
    return bool(found["ratio"] >= TARGET and quick and not found["lost"] + beside["lost"])


def _beside(kind: str, seconds: int) -> dict[str, Any]:
    """One number's own day: web, a worker that follows what comes in, a sender; the Graph API answers after 120 ms."""
    with _stage.stage(kind) as running, ThreadPoolExecutor(1) as pool:
        port = running.simulator_url.rpartition(":")[2]
        _stage.start(running, "simulator", [sys.executable, "-m", "tests.benchmarks._graph", port])
        _stage.inside(running, f"{ROWS}; rows.fill({SENDS * (seconds + 6)}, 'STANDARD')")
        _stage.start_web(running)
        worker = [sys.executable, "-m", "celery", "-A", "bettermeals.celery", "worker", "--concurrency", "2"]
        _stage.start(running, "worker", [*worker, "--loglevel", "WARNING"])
        order = {"template": _status(running), "rate": OFFERED, "connections": 32}
        sender = pool.submit(_stage.inside, running, f"{ROWS}; rows.send({time.time() + 6})")
        _stage.load(running, DOORS["ours"], **order, seconds=8.0)
        stored = _stored(running)
        found = _stage.load(running, DOORS["ours"], **order, first=10_000, seconds=float(seconds))
        sender.result()
        arrived = _stage.arrivals(running)
        return {
            **{key: round(found[key], 1) for key in ("per_second", "p50_ms", "p99_ms")},
            "lost": found["ok"] - (_stored(running) - stored),
            "sent_per_second": round((len(arrived) - 1) / (arrived[-1] - arrived[0]), 1),
        }


def _on(kind: str, options: argparse.Namespace) -> dict[str, Any]:
    with _stage.stage(kind) as running:
        _stage.start_web(running)
        order = {"connections": options.connections, "template": _status(running)}
        for path in DOORS.values():
            _stage.load(running, path, **order, seconds=1.0)
        rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in DOORS}
        stored = _stored(running)
        for _ in range(options.rounds):
            for name, path in DOORS.items():
                rounds[name].append(_stage.load(running, path, **order, seconds=options.seconds))
        promised = sum(each["ok"] for name in ("naive", "ours") for each in rounds[name])
        return _summary(rounds, promised - (_stored(running) - stored))


def _summary(rounds: dict[str, list[dict[str, Any]]], lost: int) -> dict[str, Any]:
    figures = ("per_second", "p50_ms", "p99_ms")
    doors = {name: {key: _median(each, key) for key in figures} for name, each in rounds.items()}
    bare = doors["bare"]["per_second"]
    return {
        "ratio": round(doors["ours"]["per_second"] / bare, 3),
        "ratio_naive": round(doors["naive"]["per_second"] / bare, 3),
        "lost": lost,
        "refused": sum(each["answered"] - each["ok"] for some in rounds.values() for each in some),
        "doors": doors,
    }


def _median(rounds: Sequence[dict[str, Any]], key: str) -> float:
    return round(statistics.median(each[key] for each in rounds), 2)


def _stored(running: Any) -> int:
    code = "from whatsapp.models import WebhookDelivery; print(WebhookDelivery.objects.count())"
    return int(_stage.inside(running, code))


def _status(running: Any) -> str:
    """One status, about 700 bytes as Meta writes it; %d numbers it."""
    environment = running.environment
    status = {
        "id": "wamid.HBgMOTE5ODEwMDAwMDAxFQIAERgSN0ZFMjg%012d",
        "status": "delivered",
        "timestamp": "1795231800",
        "recipient_id": "919810000001",
        "conversation": {"id": "6f4dfb3a1c6b2d1e0f", "origin": {"type": "utility"}},
        "pricing": {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility"},
        "biz_opaque_callback_data": "2f1f9a34-6a0f-4c64-9d6e-9a1f5b0c7d11",
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": "918047182000",
            "phone_number_id": environment["WHATSAPP_PHONE_NUMBER_ID"],
        },
        "statuses": [status],
    }
    changes = [{"field": "messages", "value": value}]
    entry = [{"id": environment["WHATSAPP_BUSINESS_ACCOUNT_ID"], "changes": changes}]
    return json.dumps({"object": "whatsapp_business_account", "entry": entry})


def _as_text(found: dict[str, dict[str, Any]]) -> str:
    lines = []
    for kind, each in found.items():
        lines.append(f"{kind}: {each['ratio']} of a bare DRF view (target {TARGET}), lost {each['lost']}")
        for name, door in each["doors"].items():
            lines.append(f"  {name:6} {door['per_second']:8.0f}/s   p50 {door['p50_ms']} ms   p99 {door['p99_ms']} ms")
        if beside := each.get("beside"):
            lines.append(
                f"  beside a sender at {beside['sent_per_second']}/s, {beside['per_second']} of {OFFERED}/s: p50 "
                f"{beside['p50_ms']} ms (target {P50_MS}), p99 {beside['p99_ms']} ms (target {P99_MS}), lost "
                f"{beside['lost']}"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
