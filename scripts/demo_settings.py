"""The settings of `make run`: a demonstration against the simulator, with secrets of its own made once.

The secrets stand in `.dev/demo.env`, readable by you alone. What your environment or a `.env` says wins.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

ASSIGNMENT = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")


class NotADemonstration(Exception):
    """The settings found here belong to a real installation; the text says so."""


def read(path: Path) -> dict[str, str]:
    """The assignments of an environment file; blank values are left out, since they choose nothing."""
    if not path.exists():
        return {}
    found = (ASSIGNMENT.match(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {match[1]: match[2].strip("\"'") for match in found if match and match[2].strip("\"'")}


def generated() -> dict[str, str]:
    """A new set of secrets, each in the shape its real counterpart has."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "WHATSAPP_ACCESS_TOKEN": f"EAA{secrets.token_hex(40)}",
        "WHATSAPP_PHONE_NUMBER_ID": digits(15),
        "WHATSAPP_BUSINESS_ACCOUNT_ID": digits(15),
        "WHATSAPP_APP_SECRET": secrets.token_hex(16),
        "WHATSAPP_WEBHOOK_VERIFY_TOKEN": secrets.token_urlsafe(24),
        "RAZORPAY_KEY_ID": f"rzp_test_{secrets.token_hex(7)}",
        "RAZORPAY_KEY_SECRET": secrets.token_urlsafe(18),
        "RAZORPAY_WEBHOOK_SECRET": secrets.token_urlsafe(24),
    }


def digits(count: int) -> str:
    """An id like Meta's: digits only, no leading zero."""
    return str(10 ** (count - 1) + secrets.randbelow(9 * 10 ** (count - 1)))


def kept(path: Path) -> dict[str, str]:
    """The demonstration's secrets: those in `path`, and new ones for names a newer version added."""
    stored = read(path)
    values = generated() | stored
    if values != stored:
        path.parent.mkdir(exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{name}={value}\n" for name, value in values.items())
    return values


def clock_file(dev: Path) -> Path:
    """The demonstration's clock, which the back office can push on to the next thing that is due."""
    path = dev / "clock"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("+0", encoding="ascii")
    return path


def compose(root: Path, dev: Path, environ: Mapping[str, str], web: str, simulator: str) -> dict[str, str]:
    """The environment for every program of the demonstration, which keeps its things in `dev`.

    `web` and `simulator` are their addresses.

    Raises NotADemonstration when DEMO is switched off: demo households never go into a real database.
    """
    own = read(root / ".env") | {name: value for name, value in environ.items() if value}
    if own.get("DEMO", "True").lower() in {"false", "0", "no", "off", "n", "f"}:
        raise NotADemonstration(
            "DEMO is switched off here (in .env or the environment), and `make run` starts a demonstration:\n"
            "it would write demo households into that database. Set DEMO=True, or move .env away meanwhile;\n"
            "production is started as docs/deploy.md says."
        )
    values = kept(dev / "demo.env") | {
        "DEMO": "True",
        "PUBLIC_BASE_URL": web,
        "WHATSAPP_API_BASE_URL": simulator,
        "RAZORPAY_BASE_URL": simulator,
        "BETTERMEALS_CLOCK_FILE": str(clock_file(dev)),
    }
    chosen = {name: value for name, value in values.items() if name not in own}
    return {**environ, **chosen, "PYTHONUNBUFFERED": "1"}
