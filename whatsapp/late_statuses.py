"""A status that comes after its person was erased: it moves the message and the books, and brings no address back.

Meta's statuses may come hours late, with the number in `recipient_id` and, in base64, in the message id. At the door
nothing is judged, so the stored body has both until it is processed; then the person is taken out of body and values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q

from bettermeals.lib.scrubbing import ERASED, Scrubber
from whatsapp import remembering
from whatsapp.anomalies import Anomaly
from whatsapp.changes import Delivery
from whatsapp.models import Contact, Message, SendAttempt, WebhookDelivery
from whatsapp.payloads import Sender, StatusChanged

#: What a status says of a message and its price. All else may name somebody.
KEPT = ("status", "timestamp", "type", "biz_opaque_callback_data", "pricing")


class Late:
    """Which statuses of a batch are about erased people. Nobody was ever erased: one query, and nothing changes."""

    def __init__(self, changes: Sequence[StatusChanged]) -> None:
        texts = {text for c in changes for text in (c.wamid, c.sender.wa_id, c.sender.bsuid) if text}
        self._digests = remembering.digests(texts) if texts else {}
        self._gone = self._erased_now(changes) if self._digests else set()
        found = self._theirs(changes) if self._digests else []
        self.wamids = {change.wamid for change in found}
        addresses = [c.sender for c in found]
        self.scrubber = Scrubber(
            ERASED,
            numbers={s.wa_id for s in addresses} & self._gone,
            ids=self.wamids | ({s.bsuid for s in addresses} & self._gone),
        )

    def hidden(self, change: StatusChanged) -> StatusChanged:
        if change.wamid not in self.wamids:
            return change
        wamid = self._hidden(change)
        return replace(change, wamid=wamid, sender=Sender(), error_text="", raw=_bare(change.raw, wamid))

    def anomaly(self, found: Anomaly) -> Anomaly:
        clean = self.scrubber.clean
        return replace(found, detail=clean(found.detail, names=False), sample=clean(found.sample, names=False))

    def bodies(self, deliveries: Iterable[Delivery]) -> None:
        """What Meta posted loses the entries about them; those about others, in the same post, stay."""
        for delivery in deliveries if self.wamids else ():
            raw = bytes(delivery.body)
            kept = self.scrubber.body(raw)
            if kept != raw:
                WebhookDelivery.objects.filter(pk=delivery.pk).update(body=kept)

    def _hidden(self, change: StatusChanged) -> str:
        return remembering.HIDDEN + self._digests[change.wamid]

    def _erased_now(self, changes: Sequence[StatusChanged]) -> set[str]:
        """Their addresses that are erased and of nobody who came back since."""
        named = {_addresses(c) for c in changes}
        gone = remembering.erased_among({text: self._digests[text] for texts in named for text in texts})
        around = {text for texts in named if texts & gone for text in texts}
        rows = Contact.objects.filter(Q(wa_id__in=around) | Q(bsuid__in=around), erased_at=None) if around else ()
        back = {text for row in rows for text in (row.wa_id, row.bsuid) if text}
        return gone - {text for texts in named if texts & back for text in texts}

    def _theirs(self, changes: Sequence[StatusChanged]) -> list[StatusChanged]:
        """By the address; or by the message, for a status may name nobody and its message be emptied all the same."""
        hidden = {self._hidden(c) for c in changes if c.wamid}
        emptied = set(Message.objects.filter(wamid__in=hidden).values_list("wamid", flat=True))
        named = {c.attempt_id for c in changes if c.attempt_id}
        tries = SendAttempt.objects.filter(pk__in=named).exclude(message__erased_at=None)
        attempts = set(tries.values_list("pk", flat=True))
        return [
            c
            for c in changes
            if c.wamid and (self._hidden(c) in emptied or c.attempt_id in attempts or _addresses(c) & self._gone)
        ]


def _addresses(change: StatusChanged) -> frozenset[str]:
    return frozenset(text for text in (change.sender.wa_id, change.sender.bsuid) if text)


def _bare(raw: Mapping[str, Any], wamid: str) -> dict[str, Any]:
    """Enough to apply it once more when its message turns up: codes without words, a payment without its payer."""
    errors = [{"code": part.get("code")} for part in raw.get("errors") or () if isinstance(part, dict)]
    payment = raw.get("payment")
    named = {"reference_id": payment.get("reference_id")} if isinstance(payment, dict) else {}
    kept = {"id": wamid, **{key: raw[key] for key in KEPT if key in raw}}
    return kept | ({"errors": errors} if errors else {}) | ({"payment": named} if named else {})
