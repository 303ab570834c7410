"""A start with missing, default or contradictory values is refused here, each with an id and the fix."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

WHATSAPP_NAMES = (
    "WHATSAPP_ACCESS_TOKEN",
    "WHATSAPP_PHONE_NUMBER_ID",
    "WHATSAPP_BUSINESS_ACCOUNT_ID",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_WEBHOOK_VERIFY_TOKEN",
)
RAZORPAY_NAMES = ("RAZORPAY_KEY_ID", "RAZORPAY_KEY_SECRET", "RAZORPAY_WEBHOOK_SECRET")
PLACEHOLDERS = ("change-me", "changeme", "your-", "xxxx", "<")

# As mealplans/planner/plan.py names them; imported, they would load the solver into every process.
PLANNER_EFFORTS = ("quick", "normal", "prove")


def _placeholder(value: str) -> bool:
    return any(mark in value.lower() for mark in PLACEHOLDERS)


def _unset(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if not getattr(settings, name) or _placeholder(getattr(settings, name))]


def _local(url: str) -> bool:
    return any(host in url for host in ("//127.0.0.1", "//localhost", "//[::1]", "//simulator"))


@register(Tags.security)
def secrets(app_configs: Any, **_: Any) -> list[CheckMessage]:
    return list(_secrets())


def _secret_key() -> str:
    """Django raises on reading an empty one; here that is one finding among the others."""
    try:
        return settings.SECRET_KEY
    except ImproperlyConfigured:
        return ""


def _secrets() -> Iterator[CheckMessage]:
    if len(_secret_key()) < 32 or _placeholder(_secret_key()):
        yield Error(
            "SECRET_KEY is missing, shorter than 32 characters or still the example's.",
            hint="python -c 'import secrets; print(secrets.token_urlsafe(50))' makes one; put it into .env.",
            id="bettermeals.E001",
        )
    for key in settings.FIELD_ENCRYPTION_KEYS or [""]:
        try:
            Fernet(key)
        except ValueError:
            yield Error(
                "FIELD_ENCRYPTION_KEYS is missing or holds a key that is no Fernet key.",
                hint="python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())' makes "
                "one; separate several by commas, the newest first.",
                id="bettermeals.E002",
            )
    if _secret_key() in settings.FIELD_ENCRYPTION_KEYS:
        yield Error(
            "SECRET_KEY is used as a field encryption key too.",
            hint="Make a key of its own: the two are rotated at different times.",
            id="bettermeals.E003",
        )
    if not settings.STAFF_SECOND_FACTOR and not settings.DEMO:
        yield Warning(
            "STAFF_SECOND_FACTOR is off: one stolen password opens every household.",
            hint="Remove the line from .env; each member of staff sets a phone up at the next sign-in.",
            id="bettermeals.W004",
        )


@register(Tags.compatibility)
def whatsapp(app_configs: Any, **_: Any) -> list[CheckMessage]:
    return list(_whatsapp())


def _whatsapp() -> Iterator[CheckMessage]:
    missing = _unset(WHATSAPP_NAMES)
    if missing:
        yield Error(
            f"WhatsApp is not configured: {', '.join(missing)} missing or still the example's.",
            hint="docs/whatsapp.md names where each value stands in Meta's dashboard; `make run` needs none of them.",
            id="bettermeals.E010",
        )
    if settings.WHATSAPP_MODE not in ("test", "live"):
        yield Error(
            f"WHATSAPP_MODE is “{settings.WHATSAPP_MODE}”.",
            hint="Write test (only WHATSAPP_TEST_RECIPIENTS are messaged) or live (everybody with consent).",
            id="bettermeals.E011",
        )
    if settings.WHATSAPP_MODE == "live" and _local(settings.WHATSAPP_API_BASE_URL):
        yield Error(
            "WHATSAPP_MODE is live, but WHATSAPP_API_BASE_URL points at this machine.",
            hint="Use https://graph.facebook.com, or WHATSAPP_MODE=test with the simulator.",
            id="bettermeals.E012",
        )
    if settings.WHATSAPP_MODE == "test" and not settings.WHATSAPP_TEST_RECIPIENTS and not settings.DEMO:
        yield Warning(
            "WHATSAPP_MODE is test and WHATSAPP_TEST_RECIPIENTS is empty: nobody can be messaged.",
            hint="List the numbers that may receive messages, for example +919876543210,+919812345678.",
            id="bettermeals.W013",
        )
    if not settings.WHATSAPP_API_VERSION.startswith("v"):
        yield Error(
            f"WHATSAPP_API_VERSION is “{settings.WHATSAPP_API_VERSION}”.",
            hint="Write it as Meta does, for example v25.0.",
            id="bettermeals.E014",
        )


@register(Tags.compatibility)
def planner(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if settings.PLANNER_EFFORT in PLANNER_EFFORTS:
        return []
    hint = f"Write one of {', '.join(PLANNER_EFFORTS)} into .env."
    return [Error(f"PLANNER_EFFORT is “{settings.PLANNER_EFFORT}”.", hint=hint, id="bettermeals.E070")]


@register(Tags.compatibility)
def retention(app_configs: Any, **_: Any) -> list[CheckMessage]:
    return list(_retention())


def _retention() -> Iterator[CheckMessage]:
    webhooks, messages = settings.WEBHOOKS_KEPT_DAYS, settings.MESSAGES_KEPT_DAYS
    if webhooks and webhooks < 14:
        yield Error(
            f"WEBHOOKS_KEPT_DAYS is {webhooks}: Meta repeats a webhook for seven days, faults show later.",
            hint="Write 14 or more, or 0 to keep them for ever.",
            id="bettermeals.E060",
        )
    if messages and messages < 30:
        yield Error(
            f"MESSAGES_KEPT_DAYS is {messages}: the words of a running month would go.",
            hint="Write 30 or more, or 0 to keep them for ever.",
            id="bettermeals.E061",
        )
    if messages and (not webhooks or webhooks > messages):
        yield Error(
            "WEBHOOKS_KEPT_DAYS is longer than MESSAGES_KEPT_DAYS: the words removed here would still stand there.",
            hint="Keep webhooks no longer than messages.",
            id="bettermeals.E062",
        )


@register(Tags.compatibility)
def language_model(app_configs: Any, **_: Any) -> list[CheckMessage]:
    return list(_language_model()) if settings.ANTHROPIC_API_KEY else []


def _language_model() -> Iterator[CheckMessage]:
    if find_spec("anthropic") is None:
        yield Error(
            "ANTHROPIC_API_KEY is set, but the package anthropic is not installed.",
            hint="pip install -r requirements-extras.txt, or leave the key empty.",
            id="bettermeals.E050",
        )
    if _placeholder(settings.ANTHROPIC_API_KEY) or not settings.ANTHROPIC_MODEL:
        yield Error(
            "ANTHROPIC_API_KEY is still an example's, or ANTHROPIC_MODEL is empty.",
            hint="console.anthropic.com → API keys; or leave the key empty: messages are understood without it.",
            id="bettermeals.E051",
        )
    if not 0.5 <= settings.ANTHROPIC_TIMEOUT_SECONDS <= 20:
        yield Error(
            f"ANTHROPIC_TIMEOUT_SECONDS is {settings.ANTHROPIC_TIMEOUT_SECONDS:g}.",
            hint="Write 0.5 to 20: so long may one unclear message hold up a worker.",
            id="bettermeals.E052",
        )
    if not settings.ANTHROPIC_BASE_URL.startswith("https://") and not _local(settings.ANTHROPIC_BASE_URL):
        yield Error(
            "ANTHROPIC_BASE_URL is not https: messages of people would travel in the open.",
            hint="Use https://api.anthropic.com or your gateway's https address.",
            id="bettermeals.E053",
        )


@register(Tags.compatibility)
def payments(app_configs: Any, **_: Any) -> list[CheckMessage]:
    return list(_payments())


def _payments() -> Iterator[CheckMessage]:
    if settings.PAYMENTS_PROVIDER not in ("razorpay", "manual"):
        yield Error(
            f"PAYMENTS_PROVIDER is “{settings.PAYMENTS_PROVIDER}”.",
            hint="Write razorpay (payment links) or manual (staff mark charges paid, with a reason).",
            id="bettermeals.E020",
        )
    missing = _unset(RAZORPAY_NAMES) if settings.PAYMENTS_PROVIDER == "razorpay" else []
    if missing:
        yield Error(
            f"Razorpay is not configured: {', '.join(missing)} missing or still the example's.",
            hint="Razorpay dashboard → Account & Settings → API keys / Webhooks; or PAYMENTS_PROVIDER=manual.",
            id="bettermeals.E021",
        )
    seller = (settings.REVIEW_AND_PAY_SELLER, settings.REVIEW_AND_PAY_SELLER_ADDRESS)
    if settings.REVIEW_AND_PAY_COUNTRIES and not all(seller):
        yield Error(
            "Review and pay is on, but WhatsApp is not told who sells.",
            hint="Set REVIEW_AND_PAY_SELLER and REVIEW_AND_PAY_SELLER_ADDRESS, or empty REVIEW_AND_PAY_COUNTRIES.",
            id="bettermeals.E023",
        )
    live_key = settings.RAZORPAY_KEY_ID.startswith("rzp_live_")
    if live_key and settings.WHATSAPP_MODE == "test":
        yield Error(
            "Razorpay's live key is used while WHATSAPP_MODE is test: a trial would move real money.",
            hint="Use the rzp_test_ key, or WHATSAPP_MODE=live.",
            id="bettermeals.E022",
        )


@register(Tags.files)
def media(app_configs: Any, **_: Any) -> list[CheckMessage]:
    return list(_media())


def _media() -> Iterator[CheckMessage]:
    if not settings.MEDIA_S3_BUCKET:
        return
    missing = _unset(("MEDIA_S3_ACCESS_KEY_ID", "MEDIA_S3_SECRET_ACCESS_KEY"))
    if missing:
        yield Error(
            f"MEDIA_S3_BUCKET is set, but {', '.join(missing)} missing or still the example's.",
            hint="Make a key for this bucket alone, or empty MEDIA_S3_BUCKET to keep files on the disk.",
            id="bettermeals.E040",
        )
    if find_spec("storages") is None:
        yield Error(
            "MEDIA_S3_BUCKET is set, but django-storages is not installed.",
            hint="Install requirements-extras.txt.",
            id="bettermeals.E041",
        )


@register(Tags.security, deploy=True)
def production(app_configs: Any, **_: Any) -> list[CheckMessage]:
    return list(_production())


def _production() -> Iterator[CheckMessage]:
    if settings.DEMO:
        yield Error("DEMO is on in a deployment.", hint="Remove DEMO from .env.", id="bettermeals.E030")
    if not settings.PUBLIC_BASE_URL.startswith("https://"):
        yield Error(
            f"PUBLIC_BASE_URL is {settings.PUBLIC_BASE_URL}: Meta and residents need https.",
            hint="Set it to the site's public address, for example https://meals.example.com.",
            id="bettermeals.E031",
        )
    if not settings.REDIS_URL:
        yield Error(
            "REDIS_URL is not set: the file broker is for one machine and development only.",
            hint="Set REDIS_URL, for example redis://redis:6379/0.",
            id="bettermeals.E032",
        )
    if settings.DATABASE_URL.startswith("sqlite"):
        yield Error(
            "The database is SQLite.", hint="Set DATABASE_URL to PostgreSQL for a deployment.", id="bettermeals.E033"
        )
