"""Which webhook fields exist, whose they are, and who follows them. A field that stands in no table is loud."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from whatsapp import account_changes, echoes, people_changes, template_changes
from whatsapp.anomalies import Anomaly
from whatsapp.errors import lookup
from whatsapp.models import Account, PhoneNumber
from whatsapp.payloads import QUIET_TYPES, Change, Json, Unknown, event_of, without_a_sender, without_content

Follow = Callable[[Account, Change, datetime], Iterable[Anomaly] | None]

FOLLOWED: dict[str, Follow] = {
    "message_template_status_update": template_changes.status,
    "message_template_quality_update": template_changes.quality,
    "message_template_components_update": template_changes.components,
    "template_category_update": template_changes.category,
    "account_update": account_changes.account_update,
    "account_alerts": account_changes.alert,
    "account_review_update": account_changes.review,
    "phone_number_quality_update": account_changes.number_quality,
    "phone_number_name_update": account_changes.number_name,
    "business_capability_update": account_changes.capability,
    "security": account_changes.security,
    "user_preferences": people_changes.preferences,
    "user_id_update": people_changes.user_ids,
    "smb_message_echoes": echoes.echoes,
    "message_echoes": echoes.echoes,
    "history": echoes.history,
}
# Known and of no use here; each delivery is kept whole in the webhook log.
IGNORED = frozenset(
    [
        "flows",
        "smb_app_state_sync",
        "payment_configuration_update",
        "calls",
        "automatic_events",
        "account_settings_update",
        "partner_solutions",
        "business_username_update",
        "business_username_updates",
        "group_lifecycle_update",
        "group_participants_update",
        "group_settings_update",
        "group_status_update",
        "tracking_events",
        "messaging_handovers",
        "account_offboarded",
    ]
)
VALUE_KEYS = frozenset({"messaging_product", "metadata", "contacts", "messages", "statuses", "errors", "user_actions"})
KNOWN_UNKNOWNS = QUIET_TYPES | {"unsupported", "interactive call_permission_reply"}
MESSAGE_KEYS = frozenset(
    [
        "id",
        "from",
        "from_user_id",
        "from_parent_user_id",
        "timestamp",
        "type",
        "context",
        "group_id",
        "referral",
        "errors",
    ]
)
STATUS_KEYS = frozenset(
    [
        "id",
        "status",
        "timestamp",
        "type",
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
        "payment",
    ]
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is read of a stored webhook."""

    pk: int
    account_id: int | None
    received_at: datetime
    body: bytes | memoryview


@dataclass(frozen=True)
class Context:
    """A change with what is known about it: the delivery, the account whose app signed it, the account of its
    `entry.id`, all numbers by Meta's id."""

    delivery: Delivery
    signer: Account | None
    account: Account | None
    numbers: Mapping[str, PhoneNumber]


def ownership_problem(context: Context, change: Change) -> Anomaly | None:
    """A webhook signed by one app may speak only for accounts of that app: else a customer with credentials of their
    own could write into another's threads."""
    sample = {"entry": change.waba_id, "field": change.field}
    if context.account is None:
        return Anomaly("unknown_account", change.waba_id or "(empty)", sample)
    signer = context.signer
    if signer is None or signer.pk == context.account.pk or signer.app_secret == context.account.app_secret:
        return None
    return Anomaly("foreign_account", change.waba_id, sample)


def number_for(context: Context, change: Change) -> PhoneNumber | None:
    """The number that was written to. One that is new at Meta gets its row here; a number of another account none."""
    number_id = change.phone_number_id
    number = context.numbers.get(number_id)
    if number is not None or not number_id or context.account is None:
        return number if number is None or number.account_id == getattr(context.account, "pk", None) else None
    shown = str(change.value.get("metadata", {}).get("display_phone_number", ""))
    values = {"account": context.account, "display_phone_number": shown[:30]}
    return PhoneNumber.objects.select_related("account").get_or_create(phone_number_id=number_id, defaults=values)[0]


def unknown_parts(change: Change) -> Iterator[Anomaly]:
    if change.field == "messages":
        yield from _of_messages(change.value)
        yield from (Anomaly("message", "without a sender", dict(raw)) for raw in without_a_sender(change))
    elif change.field not in FOLLOWED and change.field not in IGNORED:
        yield Anomaly("field", change.field or "(empty)", dict(change.value))


def follow(context: Context, change: Change, now: datetime) -> list[Anomaly]:
    follower = FOLLOWED.get(change.field)
    if follower is None or context.account is None:
        return []
    return list(follower(context.account, change, now) or ())


def _of_messages(value: Json) -> Iterator[Anomaly]:
    for key in sorted(set(value) - VALUE_KEYS):
        yield Anomaly("key", f"messages.{key}", dict(value))
    for error in _dicts(value.get("errors")):
        code = error.get("code")
        yield Anomaly("error", f"{code}: {lookup(code if isinstance(code, int) else None).sentence}", dict(error))
    for raw in _dicts(value.get("messages")):
        if not raw.get("id"):
            yield Anomaly("message", "without an id", dict(raw))
        event = event_of(raw)
        yield from _unknown_keys("message", raw, MESSAGE_KEYS | {str(raw.get("type"))})
        if isinstance(event, Unknown) and event.type not in KNOWN_UNKNOWNS and not without_content(raw):
            yield Anomaly("message type", event.type or "(empty)", dict(raw))
    for raw in _dicts(value.get("statuses")):
        if not raw.get("id"):
            yield Anomaly("status", "without an id", dict(raw))
        yield from _unknown_keys("status", raw, STATUS_KEYS)


def _unknown_keys(where: str, raw: Json, known: frozenset[str]) -> Iterator[Anomaly]:
    for key in sorted(raw.keys() - known):
        yield Anomaly("key", f"{where}.{key}", dict(raw))


def _dicts(value: object) -> list[Json]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
