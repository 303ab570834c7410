"""The product's own settings, with the values that a test run needs and an operator would write into .env.

DATABASE_URL and REDIS_URL come from the environment (see scripts/test.py): the same suite passes on SQLite alone and
on PostgreSQL with Redis. Secrets are made per run, so none stands in the repository.
"""

from __future__ import annotations

import os
import secrets

from cryptography.fernet import Fernet

FOR_TESTS = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "DEBUG": "False",
    "DEMO": "False",
    "STAFF_SECOND_FACTOR": "False",  # its own tests switch it on
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "PUBLIC_BASE_URL": "http://testserver",
    "WHATSAPP_ACCESS_TOKEN": secrets.token_urlsafe(40),
    "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
    "WHATSAPP_BUSINESS_ACCOUNT_ID": "102290129340398",
    "WHATSAPP_APP_SECRET": secrets.token_hex(16),
    "WHATSAPP_APP_SECRET_PREVIOUS": secrets.token_hex(16),
    "WHATSAPP_WEBHOOK_VERIFY_TOKEN": secrets.token_urlsafe(20),
    "WHATSAPP_API_BASE_URL": "http://127.0.0.1:9",  # nobody answers there: a test that sends starts a simulator
    "WHATSAPP_MODE": "live",
    "PAYMENTS_PROVIDER": "razorpay",
    "RAZORPAY_KEY_ID": f"rzp_test_{secrets.token_hex(7)}",
    "RAZORPAY_KEY_SECRET": secrets.token_hex(12),
    "RAZORPAY_WEBHOOK_SECRET": secrets.token_hex(12),
    "RAZORPAY_WEBHOOK_SECRET_PREVIOUS": secrets.token_hex(12),
    "RAZORPAY_BASE_URL": "http://127.0.0.1:9",
}
os.environ.update({name: os.environ.get(f"TEST_{name}", value) for name, value in FOR_TESTS.items()})

from bettermeals.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a slow hash protects people, not tests
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_BROKER_URL = "memory://"  # nudges go nowhere: a test calls the act itself, or starts a real worker
SILENCED_SYSTEM_CHECKS = ["bettermeals.E012"]  # live mode towards this machine is just what a test wants
# Static files are collected at build time; without them whitenoise warns, and warnings are errors here.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]  # noqa: F405
