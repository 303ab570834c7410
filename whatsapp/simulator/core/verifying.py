"""A number proves that it is the business's: a code by SMS or call, which /_sim/state shows."""

from __future__ import annotations

import secrets
from typing import Any

from whatsapp.simulator.core import params
from whatsapp.simulator.core.entities import Number
from whatsapp.simulator.core.errors import GraphError

VERIFIED = "VERIFIED"


def request_code(number: Number, source: dict[str, Any]) -> dict[str, Any]:
    """POST /{number}/request_code {code_method, language}."""
    params.one_of(("SMS", "VOICE"), source.get("code_method"), "code_method")
    params.text(source, "language", "", 10)
    if number.code_verification_status == VERIFIED:
        raise GraphError(136024, "The phone number is verified already.")
    number.code = f"{secrets.randbelow(10**6):06d}"
    return {"success": True}


def verify_code(number: Number, source: dict[str, Any]) -> dict[str, Any]:
    """POST /{number}/verify_code {code}; a code is used once."""
    given = params.text(source, "code", "", 10).replace("-", "")
    if not number.code or given != number.code:
        raise GraphError(136025, "The code is wrong or was never asked for.")
    number.code, number.code_verification_status = "", VERIFIED
    return {"success": True, "id": number.id}
