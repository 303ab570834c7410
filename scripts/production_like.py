"""`python -m scripts.production_like check --deploy`: a management command with settings as a deployment has them.

The values are made up on the spot, so that no secret stands in the repository, and nothing is connected to.
"""

from __future__ import annotations

import os
import sys

from scripts.demo_settings import generated


def environment() -> dict[str, str]:
    return generated() | {
        "DEBUG": "False",
        "DEMO": "False",
        "ALLOWED_HOSTS": "meals.example.com",
        "CSRF_TRUSTED_ORIGINS": "https://meals.example.com",
        "PUBLIC_BASE_URL": "https://meals.example.com",
        "DATABASE_URL": "postgres://bettermeals@postgres:5432/bettermeals",
        "REDIS_URL": "redis://redis:6379/0",
        "WHATSAPP_API_BASE_URL": "https://graph.facebook.com",
        "WHATSAPP_MODE": "live",
        "PAYMENTS_PROVIDER": "razorpay",
        "RAZORPAY_BASE_URL": "https://api.razorpay.com",
    }


if __name__ == "__main__":
    command = [sys.executable, "manage.py", *sys.argv[1:]]
    os.execve(command[0], command, {**os.environ, **environment()})  # noqa: S606  (no shell)
