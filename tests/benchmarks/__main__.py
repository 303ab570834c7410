"""`python -m tests.benchmarks NAME [options]` runs tests/benchmarks/NAME.py, `all` those of minutes; no name lists all.

Each prints what it measured beside a baseline of the same run, and ends with 1 when it misses a target of its own.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import tests.benchmarks

# What takes half an hour by design is asked for by name.
LONG = ("memory",)


def names() -> list[str]:
    found = (module.name for module in pkgutil.iter_modules(tests.benchmarks.__path__))
    return sorted(name for name in found if not name.startswith("_"))


def main(arguments: list[str]) -> int:
    if arguments == ["all"]:
        return max(_one(name, []) for name in names() if name not in LONG)
    if not arguments or arguments[0] not in names():
        print(f"usage: python -m tests.benchmarks NAME [options]; NAME is all or one of: {', '.join(names())}")
        return 2
    return _one(arguments[0], arguments[1:])


def _one(name: str, options: list[str]) -> int:
    print(f"--- {name}", file=sys.stderr, flush=True)
    return int(importlib.import_module(f"tests.benchmarks.{name}").main(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
