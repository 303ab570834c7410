"""What a simulator needs to know to start: addresses, ids and the credentials it shares with the product.

The names are those of the product's .env, so that one file serves both. Credentials are read from the environment
only: a command line is shown to every user of the machine by `ps`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

PRODUCT = "http://127.0.0.1:8000"


def _from(name: str, default: str, *, secret: bool = False) -> str:
    """A setting read from environment variable `name`; an empty variable counts as absent."""
    return field(default=default, repr=not secret, metadata={"env": name, "secret": secret})


@dataclass(frozen=True)
class Settings:
    host: str = _from("SIMULATOR_HOST", "127.0.0.1")
    port: str = _from("SIMULATOR_PORT", "8090")
    public_url: str = _from("SIMULATOR_PUBLIC_URL", "")
    state: str = _from("SIMULATOR_STATE", "")
    allow_list: str = _from("SIMULATOR_ALLOW_LIST", "")
    callback_url: str = _from("SIMULATOR_CALLBACK_URL", PRODUCT + "/api/v1/whatsapp/webhook")
    payment_callback_url: str = _from("SIMULATOR_PAYMENT_CALLBACK_URL", PRODUCT + "/api/v1/payments/razorpay/webhook")
    business_name: str = _from("SIMULATOR_BUSINESS_NAME", "BetterMeals")
    waba_id: str = _from("WHATSAPP_BUSINESS_ACCOUNT_ID", "102290129340398")
    phone_number_id: str = _from("WHATSAPP_PHONE_NUMBER_ID", "106540352242922")
    display_phone_number: str = _from("WHATSAPP_DISPLAY_PHONE_NUMBER", "+91 80 4718 2000")
    app_id: str = _from("WHATSAPP_APP_ID", "634974688087057")
    access_token: str = _from("WHATSAPP_ACCESS_TOKEN", "simulator-access-token", secret=True)
    app_secret: str = _from("WHATSAPP_APP_SECRET", "simulator-app-secret", secret=True)
    verify_token: str = _from("WHATSAPP_WEBHOOK_VERIFY_TOKEN", "simulator-verify-token", secret=True)
    razorpay_key_id: str = _from("RAZORPAY_KEY_ID", "rzp_test_simulator")
    razorpay_key_secret: str = _from("RAZORPAY_KEY_SECRET", "simulator-key-secret", secret=True)
    razorpay_webhook_secret: str = _from("RAZORPAY_WEBHOOK_SECRET", "simulator-webhook-secret", secret=True)

    @property
    def base_url(self) -> str:
        """Where people and the product reach this simulator."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def allowed(self) -> frozenset[str]:
        """The test number's recipients as digits; empty means a production number."""
        numbers = self.allow_list.split(",")
        return frozenset("".join(c for c in n if c.isdigit()) for n in numbers if n.strip())

    def shown(self) -> dict[str, str]:
        """Every setting that may be looked at."""
        return {f.name: getattr(self, f.name) for f in fields(self) if not f.metadata["secret"]}


def from_environment(environ: Mapping[str, str] = os.environ, **given: str) -> Settings:
    """Settings from the environment, overridden by what is `given` (the command line's options)."""
    found = {f.name: environ[f.metadata["env"]] for f in fields(Settings) if environ.get(f.metadata["env"])}
    return Settings(**(found | {name: value for name, value in given.items() if value}))


def to_environment(**given: str) -> dict[str, str]:
    """The environment variables that make from_environment() return the given settings, for a child process."""
    names = {f.name: f.metadata["env"] for f in fields(Settings)}
    return {names[name]: str(value) for name, value in given.items()}
