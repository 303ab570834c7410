"""Meta's errors: one table of code -> HTTP status and title, one exception that renders Meta's envelope."""

from __future__ import annotations

import secrets
from typing import Any

# code -> (HTTP status, title); the title is what Meta puts after "(#code) ". From Meta's error-code page.
GRAPH_ERRORS: dict[int, tuple[int, str]] = {
    0: (401, "Authentication error"),
    1: (400, "API Unknown"),
    2: (503, "Service temporarily unavailable"),
    3: (500, "Application does not have the capability to make this API call"),
    4: (400, "Application request limit reached"),
    10: (403, "Application does not have permission for this action"),
    33: (400, "Parameter value is not valid: the business phone number has been deleted"),
    100: (400, "Invalid parameter"),
    190: (401, "Invalid OAuth access token - Cannot parse access token"),
    200: (403, "Permissions error"),
    368: (403, "Temporarily blocked for policies violations"),
    613: (400, "Calls to this API have exceeded the rate limit"),
    2500: (400, "An active access token must be used to query information about the current user."),
    80007: (400, "Rate limit issues"),
    80008: (400, "There have been too many calls to this WhatsApp Business account"),
    130429: (400, "Rate limit hit"),
    130472: (400, "User's number is part of an experiment"),
    130497: (403, "Business account is restricted from messaging users in this country"),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131014: (400, "Request for url failed"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131031: (403, "Account has been locked"),
    131037: (400, "WhatsApp provided number needs display name approval before message can be sent"),
    131042: (400, "Business eligibility payment issue"),
    131044: (400, "Business eligibility payment issue"),
    131045: (500, "Incorrect certificate"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131049: (400, "This message was not delivered to maintain healthy ecosystem engagement."),
    131050: (400, "User has stopped marketing messages from this business"),
    131051: (400, "Unsupported message type"),
    131052: (400, "Media download error"),
    131053: (400, "Media upload error"),
    131055: (400, "Method not allowed: only marketing messages are supported"),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    131058: (400, "Hello World templates can only be sent from the public test numbers"),
    131059: (400, "Paging cursor is not valid"),
    131060: (400, "This message is currently unavailable"),
    131062: (400, "This message type cannot be sent to a business-scoped user ID"),
    131063: (400, "Marketing templates are disabled on Cloud API"),
    131064: (400, "Limit reached because of template classification violations"),
    132000: (400, "Number of parameters does not match the expected number of params"),
    132001: (404, "Template name does not exist in the translation"),
    132005: (400, "Translated text too long"),
    132007: (400, "Template content policy violated"),
    132008: (400, "Parameter value is not valid"),
    132012: (400, "Parameter format does not match format in the created template"),
    132015: (400, "Template is paused"),
    132016: (400, "Template is disabled"),
    132018: (400, "There is an issue with the parameters in your template"),
    132068: (400, "Flow is in blocked state"),
    132069: (400, "Flow is in throttled state"),
    133000: (500, "Incomplete deregistration"),
    133004: (503, "Server temporarily unavailable"),
    133005: (400, "Two step verification PIN mismatch"),
    133006: (400, "Phone number re-verification needed"),
    133008: (400, "Too many two-step verification PIN guesses"),
    133009: (400, "Two-step verification PIN guessed too fast"),
    133010: (400, "Account not registered"),
    133015: (400, "Please wait a few minutes before attempting to register this phone number"),
    133016: (400, "Account register and deregister rate limit exceeded"),
    134011: (400, "WhatsApp Payments terms of service have not been accepted"),
    134100: (400, "Only marketing messages are supported"),
    134101: (400, "The template is still being synced"),
    134102: (500, "The template is not available for use"),
    135000: (400, "Generic user error"),
    136024: (400, "Request code error"),
    136025: (400, "Verify code error"),
    137000: (400, "Message not delivered because the recipient's identity key does not match"),
    139100: (400, "Failed to block or unblock some users"),
    139101: (400, "The block list limit was reached"),
    139102: (400, "The block list was updated at the same time"),
    139103: (500, "Internal error of the block list"),
    2046: (400, "The order's status cannot be changed that way"),
    2047: (400, "There is no such order"),
    2388019: (400, "Message template limit exceeded"),
    2494100: (400, "The phone number is in maintenance"),
}
# A bare HTTP status (the `fail_next` knob) stands for the code Meta sends with it.
CODE_OF_STATUS = {400: 100, 401: 190, 403: 10, 404: 132001, 429: 130429, 500: 131000, 503: 2}
DOCS = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


class GraphError(Exception):
    """A refusal of the Graph API; `envelope()` is the body Meta would send with `status`."""

    def __init__(
        self,
        code: int,
        details: str = "",
        *,
        message: str = "",
        subcode: int | None = None,
        user_title: str = "",
        user_msg: str = "",
        type_: str = "OAuthException",
        status: int | None = None,
    ) -> None:
        listed, title = GRAPH_ERRORS.get(code, (400, "Invalid parameter"))
        self.code, self.details, self.subcode, self.type_ = code, details, subcode, type_
        self.title = title
        self.message = message or f"(#{code}) {title}"
        self.user_title, self.user_msg = user_title, user_msg
        self.status = status or listed
        super().__init__(f"{self.message}: {details}")

    def envelope(self) -> dict[str, Any]:
        """The JSON body; template endpoints carry subcode and user text, messaging carries error_data."""
        error: dict[str, Any] = {"message": self.message, "type": self.type_, "code": self.code}
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.user_title:
            error |= {"is_transient": False, "error_user_title": self.user_title, "error_user_msg": self.user_msg}
        error["fbtrace_id"] = "A" + secrets.token_urlsafe(16)
        return {"error": error}


def status_error(code: int, details: str = "") -> dict[str, Any]:
    """The same fault as it appears inside a `failed` status (asynchronous form)."""
    title = GRAPH_ERRORS.get(code, (400, "Something went wrong"))[1]
    error = {"code": code, "title": title, "message": title, "href": DOCS}
    return error | {"error_data": {"details": details or title}}


def unknown_node(node_id: str, method: str) -> GraphError:
    """What Graph says for an id that does not exist or that this token may not see: 100 / 33."""
    return GraphError(
        100,
        message=(
            f"Unsupported {method.lower()} request. Object with ID '{node_id}' does not exist, cannot be loaded due to"
            " missing permissions, or does not support this operation. Please read the Graph API documentation at"
            " https://developers.facebook.com/docs/graph-api"
        ),
        subcode=33,
        type_="GraphMethodException",
    )


def unknown_path(path: str) -> GraphError:
    """Graph's answer to a path it has no meaning for; also how an unknown API version shows itself."""
    return GraphError(2500, message=f"Unknown path components: /{path}")
