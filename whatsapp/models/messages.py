"""Messages in and out, the ledger of attempts to send them, and what Meta said about them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Case, F, GeneratedField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from bettermeals.lib.states import Transitions
from whatsapp.models.accounts import PhoneNumber
from whatsapp.models.contacts import Contact

#: What staff read where a message has no words. A kind that is not here is said by Meta's own name for it.
KINDS = {
    "audio": _("Voice note"),
    "button": _("Button"),
    "contacts": _("Contact card"),
    "document": _("Document"),
    "image": _("Photo"),
    "interactive": _("Buttons"),
    "location": _("Location"),
    "order": _("Order"),
    "reaction": _("Reaction"),
    "sticker": _("Sticker"),
    "template": _("Template"),
    "unsupported": _("A kind that WhatsApp does not hand on"),
    "video": _("Video"),
}


class Message(models.Model):
    """One message of one thread. An outgoing row is the queue entry too: the database is the queue."""

    class Direction(models.TextChoices):
        IN = "in", "In"
        OUT = "out", "Out"

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Sending"
        UNKNOWN = "unknown", "Maybe sent"
        ACCEPTED = "accepted", "Accepted by Meta"
        SENT = "sent", "Sent"
        DELIVERED = "delivered", "Delivered"
        READ = "read", "Read"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
        RECEIVED = "received", "Received"

    class Lane(models.TextChoices):
        REPLY = "reply", "Reply"
        BULK = "bulk", "Bulk"

    class ReadReceipt(models.TextChoices):
        NONE = "", "None"
        DUE = "due", "Due"
        DONE = "done", "Done"

    # Statuses of Meta come repeated and out of order, and one may beat our own record of the POST: so a proof may
    # lift a row from any state before it. `failed` gives way to `delivered` and `read` (a second device got it).
    TRANSITIONS = Transitions(
        {
            "queued": ["sending", "accepted", "sent", "delivered", "read", "failed", "cancelled"],
            "sending": ["queued", "unknown", "accepted", "sent", "delivered", "read", "failed", "cancelled"],
            "unknown": ["queued", "accepted", "sent", "delivered", "read", "failed", "cancelled"],
            "accepted": ["queued", "sent", "delivered", "read", "failed"],
            "sent": ["queued", "delivered", "read", "failed"],
            "delivered": ["read"],
            "read": [],
            "failed": ["queued", "delivered", "read"],
            "cancelled": ["sent", "delivered", "read"],
            "received": [],
        }
    )

    WATCHED = ("queued", "sending", "failed", "unknown")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Found by `whatsapp_thread`, which begins with it: an index of its own would only cost each status some time.
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="messages", db_index=False)
    phone_number = models.ForeignKey(PhoneNumber, on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    type = models.CharField(max_length=40)
    purpose = models.CharField(max_length=60, blank=True, default="")
    status = models.CharField(max_length=10, choices=Status.choices)
    # The status while the queue or staff look for such rows, else empty. It stands in the indexes instead of `status`:
    # from accepted to read it does not change, so that PostgreSQL writes a status into the row's own page ("heap only")
    # and into none of the indexes.
    watched = GeneratedField(
        expression=Case(When(status__in=WATCHED, then=F("status")), default=Value("")),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )
    payload = models.JSONField(default=dict)
    text = models.TextField(blank=True, default="")
    template_name = models.CharField(max_length=512, blank=True, default="")
    language = models.CharField(max_length=15, blank=True, default="")
    category = models.CharField(max_length=40, blank=True, default="")
    lane = models.CharField(max_length=5, choices=Lane.choices, default=Lane.BULK)
    once_key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    route_reason = models.TextField(blank=True, default="")
    wamid = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001  (unique when known)
    reply_to_wamid = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    settle_by = models.DateTimeField(null=True, blank=True, help_text="When silence about an unknown is decided.")
    asked_staff_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    error_class = models.CharField(max_length=40, blank=True, default="")
    error_code = models.IntegerField(null=True, blank=True)
    error_text = models.TextField(blank=True, default="")
    pricing = models.JSONField(default=dict, blank=True)
    claimed_by = models.CharField(max_length=80, blank=True, default="")
    handled_at = models.DateTimeField(null=True, blank=True)
    handling_error = models.TextField(blank=True, default="")
    handling_attempts = models.PositiveSmallIntegerField(default=0)
    handle_after = models.DateTimeField(null=True, blank=True)
    read_receipt = models.CharField(max_length=6, choices=ReadReceipt.choices, blank=True, default="")
    erased_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When its words were removed: see whatsapp/retention.py."
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            # Not `unique=True` on the field: PostgreSQL would get a second index for LIKE, which nobody asks for.
            models.UniqueConstraint(fields=["wamid"], name="whatsapp_message_wamid"),
            models.CheckConstraint(
                condition=Q(direction="out") | Q(status="received"), name="whatsapp_inbound_is_received"
            ),
            models.CheckConstraint(
                condition=Q(direction="out") | Q(wamid__isnull=False), name="whatsapp_inbound_wamid"
            ),
        ]
        indexes = [
            models.Index(fields=["lane", "not_before", "id"], condition=Q(watched="queued"), name="whatsapp_queue"),
            models.Index(
                fields=["contact", "id"],
                condition=Q(watched__in=["queued", "sending"]),
                name="whatsapp_open_by_contact",
            ),
            models.Index(fields=["settle_by"], condition=Q(settle_by__isnull=False), name="whatsapp_to_settle"),
            models.Index(
                fields=["contact", "id"], condition=Q(direction="in", handled_at=None), name="whatsapp_unhandled"
            ),
            models.Index(fields=["contact", "-created_at"], name="whatsapp_thread"),
            models.Index(fields=["-created_at", "-id"], name="whatsapp_newest"),
            models.Index(fields=["id"], condition=Q(read_receipt="due"), name="whatsapp_receipts_due"),
            models.Index(fields=["expires_at"], condition=Q(watched="queued"), name="whatsapp_expiring"),
            models.Index(
                fields=["created_at"], condition=Q(watched__in=["failed", "unknown"]), name="whatsapp_troubled"
            ),
            models.Index(
                fields=["template_name", "language", "created_at"],
                condition=~Q(template_name=""),
                name="whatsapp_template_usage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.type} {self.pk}"

    @property
    def kind(self) -> str:
        """In the reader's language, for lists and threads."""
        return str(KINDS.get(self.type, self.type.replace("_", " ")))


class SendAttempt(models.Model):
    """One POST of one message. Committed before the POST; its id travels as `biz_opaque_callback_data`, so that a
    status webhook can prove what a lost answer left open."""

    class Outcome(models.TextChoices):
        SENDING = "sending", "Sending"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"
        UNKNOWN = "unknown", "Answer lost"
        NOT_SENT = "not_sent", "Not sent"
        FAILED = "failed", "Failed later"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attempts")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.SENDING)
    wamid = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001  (unique when known)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    error_code = models.IntegerField(null=True, blank=True)
    note = models.TextField(blank=True, default="")
    response = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["started_at"]
        constraints = [models.UniqueConstraint(fields=["wamid"], name="whatsapp_attempt_wamid")]
        indexes = [models.Index(fields=["started_at"], condition=Q(outcome="sending"), name="whatsapp_open_attempts")]

    def __str__(self) -> str:
        return f"Attempt {str(self.pk)[:8]}: {self.get_outcome_display().lower()}"


class MessageStatusEvent(models.Model):
    """One status as Meta sent it. `message` is null while no row of ours carries its wamid: parked, never dropped."""

    wamid = models.CharField(max_length=200)
    status = models.CharField(max_length=30)
    at = models.DateTimeField()
    attempt_id = models.UUIDField(null=True, blank=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, blank=True, related_name="status_events")
    raw = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["wamid", "status", "at"], name="whatsapp_status_once"),
        ]
        indexes = [models.Index(fields=["wamid"], condition=Q(message=None), name="whatsapp_parked_statuses")]

    def __str__(self) -> str:
        return f"{self.status} at {self.at:%Y-%m-%d %H:%M:%S}"


class UploadedFile(models.Model):
    """A file of ours that Meta has: see whatsapp/uploading.py. The digest is of its bytes and type."""

    number = models.ForeignKey(PhoneNumber, on_delete=models.CASCADE, related_name="uploads")
    digest = models.CharField(max_length=64)
    media_id = models.CharField(max_length=80)
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "digest"], name="whatsapp_uploaded_once")]

    def __str__(self) -> str:
        return self.media_id


class MediaFile(models.Model):
    """A file that somebody sent. Fetched at once: its address lives five minutes, its id seven days."""

    class Status(models.TextChoices):
        DUE = "due", "To fetch"
        STORED = "stored", "Stored"
        RENEW = "renew", "To upload anew"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"
        ERASING = "erasing", "Being removed"
        ERASED = "erased", "Removed"

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="media")
    media_id = models.CharField(max_length=80)
    mime_type = models.CharField(max_length=120, blank=True, default="")
    sha256 = models.CharField(max_length=80, blank=True, default="")
    filename = models.CharField(max_length=255, blank=True, default="")
    size = models.PositiveBigIntegerField(null=True, blank=True)
    file = models.FileField(upload_to="whatsapp/%Y/%m/", blank=True, default="", max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    error = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["next_attempt_at"], condition=Q(status="due"), name="whatsapp_media_due")]

    def __str__(self) -> str:
        return self.filename or f"{self.mime_type} {self.media_id}"
