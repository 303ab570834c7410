from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from bettermeals import checks
from mealplans.planner.plan import EFFORTS


@pytest.fixture(autouse=True)
def second_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True  # as in a deployment; the tests' own settings have it off


def ids(check: Callable[..., list[CheckMessage]]) -> list[str]:
    return [str(message.id) for message in check(None)]


def test_a_complete_configuration_is_accepted() -> None:
    assert [ids(check) for check in (checks.secrets, checks.payments)] == [[], []]


def test_the_check_knows_the_efforts_that_the_planner_knows() -> None:
    assert tuple(EFFORTS) == checks.PLANNER_EFFORTS


def test_every_check_says_how_to_fix_it(settings: Settings) -> None:
    settings.SECRET_KEY = settings.WHATSAPP_ACCESS_TOKEN = settings.RAZORPAY_KEY_ID = ""
    settings.FIELD_ENCRYPTION_KEYS, settings.WHATSAPP_MODE, settings.REDIS_URL = [], "prod", ""
    found = [m for check in (checks.secrets, checks.whatsapp, checks.payments, checks.production) for m in check(None)]
    assert len(found) >= 6
    assert [m.id for m in found if not m.hint] == []


@pytest.mark.parametrize(
    ("name", "value", "check", "expected"),
    [
        ("SECRET_KEY", "", checks.secrets, ["bettermeals.E001"]),
        ("SECRET_KEY", "change-me" * 9, checks.secrets, ["bettermeals.E001"]),
        ("FIELD_ENCRYPTION_KEYS", [], checks.secrets, ["bettermeals.E002"]),
        ("FIELD_ENCRYPTION_KEYS", ["change-me"], checks.secrets, ["bettermeals.E002"]),
        ("WHATSAPP_ACCESS_TOKEN", "change-me", checks.whatsapp, ["bettermeals.E010", "bettermeals.E012"]),
        ("WHATSAPP_MODE", "production", checks.whatsapp, ["bettermeals.E011"]),
        ("WHATSAPP_API_BASE_URL", "https://graph.facebook.com", checks.whatsapp, []),
        ("WHATSAPP_API_VERSION", "25", checks.whatsapp, ["bettermeals.E012", "bettermeals.E014"]),
        ("PLANNER_EFFORT", "enormous", checks.planner, ["bettermeals.E070"]),
        ("PLANNER_EFFORT", "quick", checks.planner, []),
        ("PAYMENTS_PROVIDER", "paypal", checks.payments, ["bettermeals.E020"]),
        ("RAZORPAY_WEBHOOK_SECRET", "", checks.payments, ["bettermeals.E021"]),
    ],
)
def test_a_missing_default_or_contradictory_value_is_named_by_id(
    settings: Settings, name: str, value: object, check: Callable[..., list[CheckMessage]], expected: list[str]
) -> None:
    setattr(settings, name, value)
    assert ids(check) == expected


@pytest.mark.parametrize(
    ("webhooks", "messages", "expected"),
    [
        (90, 1095, []),
        (0, 0, []),
        (90, 0, []),
        (7, 1095, ["bettermeals.E060"]),
        (20, 20, ["bettermeals.E061"]),
        (365, 90, ["bettermeals.E062"]),
        (0, 90, ["bettermeals.E062"]),
    ],
)
def test_what_is_kept_for_too_short_or_in_vain_is_refused(
    settings: Settings, webhooks: int, messages: int, expected: list[str]
) -> None:
    settings.WEBHOOKS_KEPT_DAYS, settings.MESSAGES_KEPT_DAYS = webhooks, messages
    assert ids(checks.retention) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ANTHROPIC_API_KEY", "", []),
        ("ANTHROPIC_API_KEY", "change-me", ["bettermeals.E051"]),
        ("ANTHROPIC_MODEL", "", ["bettermeals.E051"]),
        ("ANTHROPIC_TIMEOUT_SECONDS", 60.0, ["bettermeals.E052"]),
        ("ANTHROPIC_BASE_URL", "http://gateway.example", ["bettermeals.E053"]),
        ("ANTHROPIC_BASE_URL", "http://127.0.0.1:9000", []),
    ],
)
def test_the_language_model_is_off_or_set_up_whole(
    settings: Settings, name: str, value: object, expected: list[str]
) -> None:
    settings.ANTHROPIC_API_KEY = "sk-test-not-a-key"
    setattr(settings, name, value)
    assert ids(checks.language_model) == expected


def test_a_deployment_without_the_second_factor_is_warned(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    assert ids(checks.secrets) == ["bettermeals.W004"]
    settings.DEMO = True
    assert ids(checks.secrets) == []


def test_test_mode_without_recipients_is_a_warning(settings: Settings) -> None:
    settings.WHATSAPP_MODE, settings.WHATSAPP_TEST_RECIPIENTS = "test", []
    assert ids(checks.whatsapp) == ["bettermeals.W013"]


def test_a_trial_never_moves_real_money(settings: Settings) -> None:
    settings.WHATSAPP_MODE, settings.RAZORPAY_KEY_ID = "test", "rzp_live_abcdef"
    assert ids(checks.payments) == ["bettermeals.E022"]


def test_the_same_key_for_two_purposes_is_refused(settings: Settings) -> None:
    settings.SECRET_KEY = settings.FIELD_ENCRYPTION_KEYS[0]
    assert ids(checks.secrets) == ["bettermeals.E003"]


def test_a_deployment_needs_https_redis_and_postgresql_and_no_demo(settings: Settings) -> None:
    settings.DEMO, settings.PUBLIC_BASE_URL, settings.REDIS_URL = True, "http://meals.example.com", ""
    settings.DATABASE_URL = "sqlite:///bettermeals.sqlite3"
    assert ids(checks.production) == [f"bettermeals.E03{n}" for n in range(4)]
