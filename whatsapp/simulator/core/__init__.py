"""The rules of the Cloud API and of the payment provider, without HTTP."""

from __future__ import annotations
