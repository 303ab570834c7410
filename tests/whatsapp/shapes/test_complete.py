"""Every shape of the fact sheet has a captured file, and every file says what becomes of it.

The sets are the documented values, as Meta's pages, its OpenAPI file and production logs name them. What the files hold
beside them is made up on purpose: what nobody knows must be seen, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.whatsapp.shapes import (
    test_accounts,
    test_messages,
    test_people_and_others,
    test_statuses,
    test_templates,
)
from tests.whatsapp.shapes.becoming import NAMES, load
from whatsapp.changes import FOLLOWED, IGNORED

TABLES = (test_accounts, test_messages, test_people_and_others, test_statuses, test_templates)
MESSAGE_TYPES = {
    "text",
    "image",
    "video",
    "document",
    "audio",
    "sticker",
    "location",
    "contacts",
    "button",
    "interactive",
    "order",
    "reaction",
    "system",
    "unsupported",
    "request_welcome",
    "ephemeral",
    "edit",
    "revoke",
}
CONTEXT = {"from", "id", "forwarded", "frequently_forwarded", "referred_product", "from_user_id"}
REFERRAL = {
    "source_url",
    "source_id",
    "source_type",
    "headline",
    "body",
    "media_type",
    "image_url",
    "video_url",
    "thumbnail_url",
    "ctwa_clid",
    "welcome_message",
}
STATUS_KEYS = {
    "id",
    "status",
    "timestamp",
    "type",
    "payment",
    "recipient_id",
    "recipient_user_id",
    "recipient_parent_user_id",
    "parent_recipient_user_id",
    "recipient_type",
    "recipient_participant_id",
    "recipient_participant_user_id",
    "biz_opaque_callback_data",
    "conversation",
    "pricing",
    "errors",
}
PRICING = {"regular", "free_customer_service", "free_entry_point"}
TEMPLATE_EVENTS = {
    "APPROVED",
    "PENDING",
    "REJECTED",
    "PAUSED",
    "DISABLED",
    "IN_APPEAL",
    "PENDING_DELETION",
    "DELETED",
    "LIMIT_EXCEEDED",
    "ARCHIVED",
    "FLAGGED",
    "REINSTATED",
    "LOCKED",
    "UNARCHIVED",
}
PAUSES = {"FIRST_PAUSE", "SECOND_PAUSE", "RATE_LIMITING_PAUSE", "UNPAUSE", "DISABLED"}
ACCOUNT_EVENTS = {
    "ACCOUNT_VIOLATION",
    "ACCOUNT_RESTRICTION",
    "DISABLED_UPDATE",
    "ACCOUNT_DELETED",
    "PARTNER_ADDED",
    "PARTNER_REMOVED",
    "PARTNER_APP_INSTALLED",
    "PARTNER_APP_UNINSTALLED",
    "PARTNER_CLIENT_CERTIFICATION_STATUS",
    "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE",
    "VOLUME_BASED_PRICING_TIER_UPDATE",
    "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE",
    "MM_LITE_TERMS_SIGNED",
    "ACCOUNT_OFFBOARDED",
    "ACCOUNT_RECONNECTED",
}
RESTRICTIONS = {
    "RESTRICTED_ADD_PHONE_NUMBER_ACTION",
    "RESTRICTED_BIZ_INITIATED_MESSAGING",
    "RESTRICTED_CUSTOMER_INITIATED_MESSAGING",
    "RESTRICTED_UTILITY_TEMPLATES",
    "RESTRICTED_BUSINESS_INITIATED_CALLING",
}
NUMBER_EVENTS = {"ONBOARDING", "THROUGHPUT_UPGRADE", "FLAGGED", "UNFLAGGED", "UPGRADE", "DOWNGRADE"}
# Named by Meta without a published shape: known so that they are not loud, and nothing to capture.
WITHOUT_A_SHAPE = {"tracking_events", "messaging_handovers", "account_offboarded"}


def test_every_file_says_what_becomes_of_it_once() -> None:
    said = Counter(name for table in TABLES for name in table.BECAME)
    assert said == Counter(NAMES)


def changes() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in NAMES:
        for entry in load(name)["entry"]:
            for change in entry["changes"]:
                yield change["field"], change["value"]


def held(field: str, *path: str) -> set[Any]:
    """Every value that the captured bodies of `field` hold at a path; a list stands for each of its items."""
    found: list[Any] = [value for own, value in changes() if own == field]
    for step in path:
        found = [each[step] for each in found if isinstance(each, dict) and step in each]
        found = [item for each in found for item in (each if isinstance(each, list) else [each])]
    return {str(each) if not isinstance(each, dict) else tuple(each) for each in found}


def keys(*path: str) -> set[str]:
    return {key for names in held("messages", *path) if isinstance(names, tuple) for key in names}


@pytest.mark.parametrize(
    ("captured", "documented", "made_up"),
    [
        (held("messages", "messages", "type"), MESSAGE_TYPES, {"hologram"}),
        (held("messages", "messages", "interactive", "type"),
         {"button_reply", "list_reply", "nfm_reply", "call_permission_reply"}, set()),
        (held("messages", "messages", "interactive", "nfm_reply", "name"), {"flow", "address_message"}, set()),
        (held("messages", "messages", "system", "type"),
         {"user_changed_number", "user_changed_user_id", "customer_changed_number", "customer_identity_changed"},
         set()),
        (keys("messages", "context"), CONTEXT, set()),
        (keys("messages", "referral"), REFERRAL, set()),
        (held("messages", "messages", "referral", "source_type"), {"ad", "post"}, set()),
        (held("messages", "messages", "errors", "code"), {"131051", "131052", "131060"}, set()),
        (held("messages", "statuses", "status"),
         {"sent", "delivered", "read", "played", "failed", "deleted", "warning", "pending", "captured"},
         {"teleported"}),
        (keys("statuses"), STATUS_KEYS, {"mood"}),
        (held("messages", "statuses", "pricing", "type"), PRICING, set()),
        (held("messages", "statuses", "payment", "transaction", "status"), {"pending", "success", "failed"}, set()),
        (held("message_template_status_update", "event"), TEMPLATE_EVENTS, {"SIMMERING"}),
        (held("message_template_status_update", "other_info", "title"), PAUSES, set()),
        (held("message_template_quality_update", "new_quality_score"), {"GREEN", "YELLOW", "RED", "UNKNOWN"}, set()),
        (held("account_update", "event"), ACCOUNT_EVENTS, {"SOMETHING_NEW"}),
        (held("account_update", "restriction_info", "restriction_type"), RESTRICTIONS, set()),
        (held("account_update", "ban_info", "waba_ban_state"), {"DISABLE", "REINSTATE", "SCHEDULE_FOR_DISABLE"}, set()),
        (held("phone_number_quality_update", "event"), NUMBER_EVENTS, set()),
        (held("security", "event"), {"PIN_CHANGED", "PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"}, set()),
        (held("user_preferences", "user_preferences", "value"), {"stop", "resume", "signup"}, set()),
    ],
)  # fmt: skip
def test_every_documented_value_is_captured(captured: set[str], documented: set[str], made_up: set[str]) -> None:
    assert captured == documented | made_up


def test_every_field_that_the_engine_knows_is_captured() -> None:
    captured = {field for field, _ in changes()}
    assert captured == ({"messages", "brand_new_field"} | FOLLOWED.keys() | IGNORED) - WITHOUT_A_SHAPE
