"""What the simulator remembers: flat dataclasses of JSON values, so that a state file is their plain dump.

Times are seconds since the epoch by the shared clock, money is paise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from whatsapp.simulator.core.pace import COEXISTENCE_PER_SECOND, PER_SECOND


@dataclass
class Business:
    """One WhatsApp business account with the app that serves it."""

    waba_id: str
    name: str
    portfolio_id: str
    app_id: str
    access_token: str
    app_secret: str
    verify_token: str
    callback_url: str
    subscribed: bool = False
    override_callback_uri: str = ""
    override_verify_token: str = ""
    token_expires_at: int = 0  # 0 = never, as debug_token says
    previous_tokens: list[str] = field(default_factory=list)  # still valid while a rotation is under way
    has_payment_method: bool = True


@dataclass
class Number:
    """A business phone number."""

    id: str
    waba_id: str
    display_phone_number: str
    verified_name: str = "BetterMeals"
    country_code: str = "91"
    status: str = "CONNECTED"
    quality_rating: str = "GREEN"
    throughput_level: str = "STANDARD"
    messaging_limit: str = "TIER_2K"
    name_status: str = "APPROVED"
    registered: bool = True
    pin: str = ""
    registrations: list[float] = field(default_factory=list)
    override_callback_uri: str = ""
    on_business_app: bool = False  # coexistence: its people use it in the WhatsApp Business app, too
    code_verification_status: str = "VERIFIED"
    code: str = ""  # what the SMS or the call has said; /_sim/state shows it
    blocked: list[str] = field(default_factory=list)  # whom the business has blocked, newest last

    @property
    def per_second(self) -> int:
        return COEXISTENCE_PER_SECOND if self.on_business_app else PER_SECOND[self.throughput_level]

    @property
    def digits(self) -> str:
        return "".join(c for c in self.display_phone_number if c.isdigit())


@dataclass
class Person:
    """Somebody with a phone: a resident, a cook, anyone."""

    wa_id: str
    name: str
    user_id: str
    role: str = "other"
    language: str = "en"
    note: str = ""
    on_whatsapp: bool = True
    online: bool = True  # offline: messages stay at `sent` until the phone is back
    username: str = ""
    hide_phone: bool = False  # webhooks then carry the BSUID only
    marketing_opt_out: bool = False
    blocked: bool = False  # blocked the business: `sent` for ever, no error
    last_seen: float = 0.0


@dataclass
class Message:
    """One message of a conversation. `direction` is the product's: outgoing = from the business."""

    wamid: str
    phone_number_id: str
    wa_id: str
    direction: str
    type: str
    content: dict[str, Any]
    at: float
    status: str = "accepted"
    shown: dict[str, Any] = field(default_factory=dict)  # what the phone's page draws
    payload: dict[str, Any] = field(default_factory=dict)  # the request body as accepted
    context_id: str = ""
    template_name: str = ""
    template_language: str = ""
    category: str = ""
    pricing_type: str = ""
    to_bsuid: bool = False
    biz_opaque_callback_data: str = ""
    error: dict[str, Any] = field(default_factory=dict)
    reactions: dict[str, str] = field(default_factory=dict)
    read_by_business: bool = False


@dataclass
class Template:
    """A message template: one name in one language."""

    id: str
    waba_id: str
    name: str
    language: str
    category: str
    components: list[dict[str, Any]]
    status: str = "PENDING"
    parameter_format: str = "POSITIONAL"
    rejected_reason: str = "NONE"
    quality_score: str = "UNKNOWN"
    previous_category: str = ""
    message_send_ttl_seconds: int | None = None
    sub_category: str = ""
    created_at: float = 0.0
    edits: list[float] = field(default_factory=list)


@dataclass
class Media:
    """An uploaded file, or one a person sent."""

    id: str
    phone_number_id: str
    mime_type: str
    sha256: str
    data: bytes
    filename: str = ""
    at: float = 0.0
    lives_seconds: int = 30 * 86400
    urls: dict[str, float] = field(default_factory=dict)  # hash of a download URL -> valid until


@dataclass
class Link:
    """A payment link of the payment provider."""

    id: str
    amount: int
    currency: str
    reference_id: str
    short_url: str
    created_at: int
    description: str = ""
    accept_partial: bool = False
    first_min_partial_amount: int = 0
    customer: dict[str, Any] = field(default_factory=dict)
    notify: dict[str, Any] = field(default_factory=dict)
    reminder_enable: bool = False
    notes: dict[str, Any] = field(default_factory=dict)
    callback_url: str = ""
    callback_method: str = ""
    expire_by: int = 0
    upi_link: bool = False
    status: str = "created"
    amount_paid: int = 0
    order_id: str = ""
    cancelled_at: int = 0
    expired_at: int = 0
    updated_at: int = 0


@dataclass
class Payment:
    """One payment, captured or failed, for a link."""

    id: str
    link_id: str
    order_id: str
    amount: int
    currency: str
    status: str
    created_at: int
    method: str = "upi"
    vpa: str = "resident@okaxis"
    amount_refunded: int = 0
    error: dict[str, Any] = field(default_factory=dict)


@dataclass
class Refund:
    """Money given back for a payment."""

    id: str
    payment_id: str
    amount: int
    currency: str
    created_at: int
    status: str = "processed"
    speed: str = "normal"
    receipt: str = ""
    notes: dict[str, Any] = field(default_factory=dict)
    idempotency_key: str = ""
    request: dict[str, Any] = field(default_factory=dict)
