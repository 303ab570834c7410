"""Accounts and numbers: restrictions, bans, limits, names, PINs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whatsapp.shapes.becoming import Before, receive

BECAME: dict[str, dict[str, Any]] = {
    "account_alerts__raised": {
        "incidents": [
            ("account", "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED", "Meta warns: Your limit was not raised.")
        ]
    },
    "account_alerts__resolved": {},
    "account_review__approved": {},
    "account_review__rejected": {
        "incidents": [("account", "review", "Meta's review of the account ended with rejected.")]
    },
    "account_settings__changed": {},
    "account_update__account_offboarded": {
        "number": {"paused_reason": "Meta says: account offboarded."},
        "incidents": [("account", "DISABLED_UPDATE", "Meta says: account offboarded.")],
    },
    "account_update__account_reconnected": {},
    "account_update__auth_intl_price_eligibility_update": {},
    "account_update__business_primary_location_country_update": {},
    "account_update__deleted": {
        "number": {"paused_reason": "Meta says: account deleted."},
        "incidents": [("account", "DISABLED_UPDATE", "Meta says: account deleted.")],
    },
    "account_update__disable_announced": {
        "incidents": [("account", "DISABLED_UPDATE", "Meta will disable the account on November 28, 2026.")]
    },
    "account_update__disabled": {
        "number": {"paused_reason": "Meta has disabled the account (November 21, 2026)."},
        "incidents": [("account", "DISABLED_UPDATE", "Meta has disabled the account (November 21, 2026).")],
    },
    "account_update__mm_lite_terms_signed": {},
    "account_update__partner_added": {},
    "account_update__partner_app_installed": {},
    "account_update__partner_app_uninstalled": {},
    "account_update__partner_client_certification_status": {},
    "account_update__partner_removed": {},
    "account_update__pricing_tier": {},
    "account_update__reinstated": {},
    "account_update__restriction": {
        "number": {"answers_only_until": 376_200},
        "incidents": [
            (
                "account",
                "ACCOUNT_RESTRICTION",
                "Meta restricts the account (RESTRICTED_BIZ_INITIATED_MESSAGING,"
                " RESTRICTED_ADD_PHONE_NUMBER_ACTION) until 2026-11-24.",
            ),
        ],
    },
    "account_update__restriction_of_answers": {
        "number": {"paused_reason": "Meta blocks messages of ours until 2026-11-24."},
        "incidents": [
            (
                "account",
                "ACCOUNT_RESTRICTION",
                "Meta restricts the account (RESTRICTED_CUSTOMER_INITIATED_MESSAGING) until 2026-11-24.",
            ),
            ("account", "DISABLED_UPDATE", "Meta blocks messages of ours until 2026-11-24."),
        ],
    },
    "account_update__restriction_of_calls": {
        "incidents": [
            (
                "account",
                "ACCOUNT_RESTRICTION",
                "Meta restricts the account (RESTRICTED_BUSINESS_INITIATED_CALLING) until 2026-11-24.",
            )
        ]
    },
    "account_update__restriction_of_new_numbers": {
        "incidents": [
            (
                "account",
                "ACCOUNT_RESTRICTION",
                "Meta restricts the account (RESTRICTED_ADD_PHONE_NUMBER_ACTION) until 2026-11-24.",
            )
        ]
    },
    "account_update__restriction_of_utility_templates": {
        "incidents": [
            (
                "account",
                "ACCOUNT_RESTRICTION",
                "Meta restricts the account (RESTRICTED_UTILITY_TEMPLATES) until 2026-11-24.",
            )
        ]
    },
    "account_update__unknown": {"anomalies": [("account_update", "SOMETHING_NEW")]},
    "account_update__violation": {"incidents": [("account", "ACCOUNT_VIOLATION", "Meta reports a violation of SPAM.")]},
    "capability__number": {"number": {"messaging_limit": "TIER_UNLIMITED"}},
    "capability__number_of_people": {"number": {"messaging_limit": "2000"}},
    "capability__tier": {"number": {"messaging_limit": "TIER_10K"}},
    "phone_name__approved": {"number": {"verified_name": "BetterMeals"}},
    "phone_name__deferred": {},
    "phone_name__rejected": {
        "incidents": [("display name", "918047182000", "Meta refused the display name “Food”: NAME_TOO_GENERIC.")]
    },
    "phone_quality__downgrade": {"number": {"messaging_limit": "TIER_2K"}},
    "phone_quality__flagged": {
        "number": {"messaging_limit": "TIER_10K"},
        "incidents": [("quality", "918047182000", "The quality of 918047182000 is low.")],
    },
    "phone_quality__onboarding": {"number": {"messaging_limit": "TIER_2K"}},
    "phone_quality__throughput_upgrade": {"number": {"throughput_level": "HIGH", "messaging_limit": "TIER_UNLIMITED"}},
    "phone_quality__unflagged": {"number": {"messaging_limit": "TIER_2K"}},
    "phone_quality__upgrade": {"number": {"messaging_limit": "TIER_2K"}},
    "security__pin_changed": {"incidents": [("security", "918047182000", "Two-step PIN: pin changed.")]},
    "security__pin_request_success": {
        "incidents": [("security", "918047182000", "Two-step PIN: pin request success.")]
    },
    "security__pin_reset_request": {"incidents": [("security", "918047182000", "Two-step PIN: pin reset request.")]},
}


@pytest.mark.parametrize("name", BECAME)
def test_this_is_what_becomes_of_an_account_or_number(name: str) -> None:
    before = Before()
    receive(name)
    assert before.became() == BECAME[name]
