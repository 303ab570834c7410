"""The account that the environment names, as rows; and an account's credentials for a call."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from whatsapp import signatures
from whatsapp.cloud_api import CloudApi, Credentials
from whatsapp.models import Account, PhoneNumber

EVERYBODY = "*"


class NoAccount(RuntimeError):
    """Nothing can be sent or received: no account is configured."""


def ensure_default_account() -> Account:
    """Account and number from the settings, made or brought up to date. Running it again changes nothing more.

    In a demo with no listed recipients everybody may be messaged: the simulator reaches nobody.
    """
    recipients = settings.WHATSAPP_TEST_RECIPIENTS or ([EVERYBODY] if settings.DEMO else [])
    values = {
        "access_token": settings.WHATSAPP_ACCESS_TOKEN,
        "previous_access_token": _previous(
            "access_token", settings.WHATSAPP_ACCESS_TOKEN, settings.WHATSAPP_ACCESS_TOKEN_PREVIOUS
        ),
        "app_secret": settings.WHATSAPP_APP_SECRET,
        "previous_app_secret": _previous(
            "app_secret", settings.WHATSAPP_APP_SECRET, settings.WHATSAPP_APP_SECRET_PREVIOUS
        ),
        "verify_token": settings.WHATSAPP_WEBHOOK_VERIFY_TOKEN,
        "api_version": settings.WHATSAPP_API_VERSION,
        "base_url": settings.WHATSAPP_API_BASE_URL,
        "mode": settings.WHATSAPP_MODE,
        "test_recipients": recipients,
        "region": settings.DEFAULT_REGION,
        "is_default": True,
    }
    if settings.WHATSAPP_APP_ID:  # else what staff entered on the account's page stays
        values["app_id"] = settings.WHATSAPP_APP_ID
    with transaction.atomic():
        Account.objects.filter(is_default=True).exclude(waba_id=settings.WHATSAPP_BUSINESS_ACCOUNT_ID).update(
            is_default=False
        )
        account, _ = Account.objects.update_or_create(
            waba_id=settings.WHATSAPP_BUSINESS_ACCOUNT_ID,
            defaults=values,
            create_defaults={**values, "name": "BetterMeals"},
        )
        PhoneNumber.objects.get_or_create(
            phone_number_id=settings.WHATSAPP_PHONE_NUMBER_ID, defaults={"account": account}
        )
    signatures.forget()
    return account


def _previous(name: str, newer: str, older: str) -> str:
    """The environment's, else the one that stands here and is about to be replaced by another, else what staff keep."""
    stored = Account.objects.filter(waba_id=settings.WHATSAPP_BUSINESS_ACCOUNT_ID).first()
    if older or stored is None:
        return older
    standing: str = getattr(stored, name)
    kept: str = getattr(stored, f"previous_{name}")
    return standing if standing != newer else kept


def forget_previous_token(account: Account) -> bool:
    """Meta has revoked it: it is of no more use. False when another one was saved meanwhile."""
    with transaction.atomic():
        row = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if row.previous_access_token != account.previous_access_token:
            return False
        row.previous_access_token = ""
        row.save(update_fields=["previous_access_token"])
    account.previous_access_token = ""
    return True


def default_account() -> Account:
    """The account for people who belong to none yet. Raises NoAccount."""
    account = Account.objects.filter(is_default=True).first()
    if account is None and settings.WHATSAPP_BUSINESS_ACCOUNT_ID:
        account = ensure_default_account()
    if account is None:
        raise NoAccount("No WhatsApp account is configured: see docs/whatsapp.md, “Connecting a Meta account”.")
    return account


def with_token() -> list[Account]:
    """Accounts that can be called. Chosen here and not by the database: an encrypted field cannot be searched."""
    return [account for account in Account.objects.order_by("pk") if account.access_token]


def credentials(account: Account) -> Credentials:
    return Credentials(
        waba_id=account.waba_id,
        base_url=account.base_url.rstrip("/"),
        version=account.api_version,
        token=account.access_token,
        app_id=account.app_id,
        app_secret=account.app_secret,
        previous_token=account.previous_access_token,
    )


def cloud_api(account: Account) -> CloudApi:
    return CloudApi(credentials(account))


def pause_number(number: PhoneNumber, reason: str, now: datetime) -> bool:
    """Stop this number's queue; rows stay. True for the first that paused it."""
    rows = PhoneNumber.objects.filter(pk=number.pk, paused_reason="")
    return bool(rows.update(paused_reason=reason, paused_at=now))


def answers_only(number: PhoneNumber, until: datetime) -> None:
    """Meta takes answers only, and says until when: what would open a conversation waits in the queue."""
    PhoneNumber.objects.filter(pk=number.pk).update(answers_only_until=until)


def answers_only_for_now(number: PhoneNumber, until: datetime) -> None:
    """The same where Meta names no end: a later one that it has named stays."""
    rows = PhoneNumber.objects.filter(Q(answers_only_until=None) | Q(answers_only_until__lt=until), pk=number.pk)
    rows.update(answers_only_until=until)


def resume_number(number: PhoneNumber) -> bool:
    rows = PhoneNumber.objects.filter(pk=number.pk).exclude(paused_reason="")
    return bool(rows.update(paused_reason="", paused_at=None, probing=False))
