"""Signing in by the forms, as staff do: the password, and the six digits that an authenticator app would show."""

from __future__ import annotations

import re
from base64 import b32decode

from django_otp.oath import totp
from playwright.sync_api import Page


def digits(secret: str, steps: int = 0) -> str:
    """What the app shows, or will show so many half minutes later: no code lets anybody in twice."""
    key = b32decode(secret + "=" * (-len(secret) % 8))
    return f"{totp(key, 30, t0=-30 * steps):06d}"


def give_password(page: Page, address: str, user: str, password: str) -> None:
    """Where a second step follows."""
    enter(page, address, user, password)
    page.wait_for_url(re.compile("/second-step/"))


def enter(page: Page, address: str, user: str, password: str) -> None:
    page.goto(address)
    page.get_by_label("Username").fill(user)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def give_code(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on").click()


def new_secret(page: Page) -> str:
    """Of the picture to scan, as it stands beside it for an app without a camera."""
    return (page.locator(".bm-step code").text_content() or "").replace(" ", "")


def paper_codes(page: Page) -> list[str]:
    """Shown once, when the phone is set up."""
    return [code.strip() for code in page.locator(".bm-codes code").all_inner_texts()]


def set_up(page: Page) -> tuple[str, list[str]]:
    """The first sign-in's second step; returns the phone's secret and the codes for paper."""
    secret = new_secret(page)
    give_code(page, digits(secret))
    page.get_by_role("link", name="I have written them down").wait_for()
    codes = paper_codes(page)
    page.get_by_role("link", name="I have written them down").click()
    return secret, codes
