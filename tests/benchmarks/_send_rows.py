"""A queue of due messages, and what sends it; runs in the processes of the `send` benchmark."""

from __future__ import annotations

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import requests
from django.db import connection

from bettermeals.lib.garbage import freeze_start_up
from bettermeals.onboard_samples import register_account
from whatsapp import pacing
from whatsapp.accounts import ensure_default_account
from whatsapp.delivery import THREADS, THREADS_HIGH, deliver_due
from whatsapp.models import Account, Contact, Message, PhoneNumber, SendAttempt
from whatsapp.nudges import DELIVER, nudge


def fill(messages: int, level: str) -> None:
    """`messages` texts, each to somebody who has just written, over a number of this throughput level."""
    account, now = ensure_default_account(), datetime.now(UTC)
    Account.objects.update(mode="live")
    PhoneNumber.objects.update(throughput_level=level)
    number = PhoneNumber.objects.get(account=account)
    people = _people(account, messages, now)
    Message.objects.bulk_create([_text(person, number, now) for person in people], 1000)
    analyze()


def _people(account: Account, count: int, now: datetime) -> list[Contact]:
    people = [
        Contact(account=account, phone=f"+9198{10_000_000 + n}", opted_in_at=now, last_inbound_at=now)
        for n in range(count)
    ]
    return Contact.objects.bulk_create(people, 1000)


def _text(person: Contact, number: PhoneNumber, now: datetime) -> Message:
    text = {"preview_url": False, "body": "Dinner today: rajma chawal, for 4. Soak the rajma by noon."}
    payload = {"messaging_product": "whatsapp", "recipient_type": "individual", "type": "text", "text": text}
    return Message(
        contact=person, phone_number=number, direction="out", type="text", status="queued", payload=payload,
        text=text["body"], created_at=now, not_before=now - timedelta(seconds=1),
    )  # fmt: skip


def feed(per_second: int, seconds: float) -> None:
    """As many new messages each second, to all who have written, in turn; nudged for as the product does it."""
    number, people = PhoneNumber.objects.get(), list(Contact.objects.filter(last_inbound_at__isnull=False))
    started, second = time.monotonic(), 0
    while second < seconds:
        some = [people[(second * per_second + n) % len(people)] for n in range(per_second)]
        Message.objects.bulk_create([_text(person, number, datetime.now(UTC)) for person in some])
        nudge(DELIVER)
        second += 1
        time.sleep(max(0.0, started + second - time.monotonic()))


def wire() -> None:
    """As the demonstration does: the simulator learns where webhooks go."""
    register_account(datetime.now(UTC))


def ready(people: int) -> None:
    """Returns once so many have written, and all of them agree to be written to."""
    Account.objects.update(mode="live")
    while Contact.objects.filter(last_inbound_at__isnull=False).count() < people:
        time.sleep(0.2)
    Contact.objects.update(opted_in_at=datetime.now(UTC))


def unsent() -> None:
    """Prints how many messages are not with Meta once the queue has had its time, by how they stand."""
    until = time.monotonic() + 60
    while Message.objects.filter(status__in=["queued", "sending"]).exists() and time.monotonic() < until:
        time.sleep(1)
    rest = Message.objects.filter(direction="out").exclude(status__in=["accepted", "sent", "delivered", "read"])
    print(json.dumps(Counter(f"{status}: {why}" for status, why in rest.values_list("status", "error_text"))))


def analyze() -> None:
    """What the database does by itself within a minute; without statistics a claim from a filled table is slow."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def send(start_at: float) -> None:
    """Send until nothing is queued, from this moment of the machine's clock on; prints the CPU seconds it took."""
    Message.objects.count()
    freeze_start_up()  # as a worker's process does
    time.sleep(max(0.0, start_at - time.time()))
    cpu = time.process_time()
    while Message.objects.filter(status="queued").exists():
        deliver_due(datetime.now(UTC))
    print(json.dumps({"cpu": time.process_time() - cpu}))


def bare(messages: int, level: str, url: str) -> None:
    """The same number of POSTs by `requests` out of as many threads at the same pace, and nothing else; prints the CPU
    seconds. (A thread that waits for its turn costs more a message than one that asks again at once.)"""
    threads, started = (THREADS_HIGH if level == "HIGH" else THREADS), time.monotonic()
    every = 1 / pacing.rate(level)
    body = {"messaging_product": "whatsapp", "to": "919810000001", "type": "text", "text": {"body": "Dinner today"}}

    def some(first: int) -> None:
        with requests.Session() as session:
            for number in range(first, messages, threads):
                time.sleep(max(0.0, started + number * every - time.monotonic()))
                session.post(url, json=body, timeout=30).raise_for_status()

    cpu = time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(some, range(threads)))
    print(json.dumps({"cpu": time.process_time() - cpu, "sent": messages}))


def check(messages: int) -> None:
    """Prints how many messages were not accepted once, in one attempt."""
    once = Message.objects.filter(status="accepted", attempt_count=1).count()
    print(max(messages - once, SendAttempt.objects.count() - messages))
