"""What Meta's error codes mean for us: one closed set of classes, one table, a sentence and a fix for staff.

Decided on the code alone: titles change, and the same fault may come in the answer to the POST or days later in a
webhook. From Meta's error-code page; codes that nobody listed have a class too (see `lookup`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MINUTE, HOUR, DAY = 60, 3600, 86_400


class Kind(StrEnum):
    RETRY = "retry"  # seconds to minutes, growing
    LATER = "later"  # a fixed wait: a limit that time lifts
    RECIPIENT = "recipient"  # nothing more to this person of this kind
    TEMPLATE = "template"  # nothing more of this template in this language
    ACCOUNT = "account"  # nothing more from this number until somebody repairs it
    BUG = "bug"  # our request was wrong; the same request is wrong again
    INFO = "info"


@dataclass(frozen=True)
class ErrorInfo:
    """`wait_seconds` is the least time before another try; `refused` says that even a 5xx with this code proves
    that Meta did not take the message (an overload answer), while other 5xx leave it open. `tries`: said to pass, but
    after so many it is rather our request's fault: then staff are told, as of a bug."""

    code: int
    kind: Kind
    sentence: str
    fix: str
    wait_seconds: int = 0
    refused: bool = False
    tries: int = 0

    @property
    def again(self) -> bool:
        """May the same message be tried again by itself?"""
        return self.kind in (Kind.RETRY, Kind.LATER)

    @property
    def link(self) -> str:
        """The page on which it is mended, or read about."""
        return _PAGE_OF_FIX.get(self.fix) or _PAGE_OF_KIND.get(self.kind, CODES_PAGE)

    @property
    def remedy(self) -> str:
        """The fix with its page, for pages and incidents that draw addresses as links."""
        return f"{self.fix} {self.link}"


RENEW = "Make a new system-user token with whatsapp_business_messaging and whatsapp_business_management, and save it."
ASSET = "In Meta Business Settings assign the WhatsApp account to the system user, then make a new token."
LIMIT = "Nothing to do: sending goes on by itself. If it repeats, spread the sends or ask Meta for a higher limit."
SUPPORT = "If it repeats, open a ticket with Meta and give the fbtrace_id of the attempt."
RECREATE = "Correct the template, give it a new name (`…_v2`) and run sync_templates."
DEVELOPER = "Report it to the developers with the attempt's answer; sending it again changes nothing."
REGISTER = "Register the number again: docs/whatsapp.md, “The number is not registered”."
NUMBER = "Check the number with the person, or reach them another way."

PAYMENT_METHOD = "Add or repair the payment method in WhatsApp Manager."
QUALITY = "Read Account Quality in Meta."

CODES_PAGE = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"
SYSTEM_USERS_PAGE = "https://business.facebook.com/settings/system-users/"
QUALITY_PAGE = "https://business.facebook.com/business-support-home/"
BILLING_PAGE = "https://business.facebook.com/billing_hub/"
NUMBERS_PAGE = "https://business.facebook.com/wa/manage/phone-numbers/"
TEMPLATES_PAGE = "https://business.facebook.com/wa/manage/message-templates/"
_PAGE_OF_FIX = {
    RENEW: SYSTEM_USERS_PAGE,
    ASSET: SYSTEM_USERS_PAGE,
    PAYMENT_METHOD: BILLING_PAGE,
    QUALITY: QUALITY_PAGE,
}
_PAGE_OF_KIND = {Kind.ACCOUNT: NUMBERS_PAGE, Kind.TEMPLATE: TEMPLATES_PAGE}

_TABLE: tuple[ErrorInfo, ...] = (
    ErrorInfo(0, Kind.ACCOUNT, "Meta does not accept the access token.", RENEW, refused=True),
    ErrorInfo(1, Kind.RETRY, "Meta reports an unknown error.", SUPPORT, MINUTE, tries=3),
    ErrorInfo(2, Kind.RETRY, "Meta's service is down for a moment.", LIMIT, 30, refused=True),
    ErrorInfo(3, Kind.ACCOUNT, "The app may not do this.", ASSET, refused=True),
    ErrorInfo(4, Kind.LATER, "The app made too many calls.", LIMIT, 10 * MINUTE, refused=True),
    ErrorInfo(10, Kind.ACCOUNT, "A permission is missing or was taken away.", ASSET, refused=True),
    ErrorInfo(33, Kind.ACCOUNT, "The phone number id is unknown or was deleted.", "Correct the phone number id."),
    ErrorInfo(100, Kind.BUG, "Meta calls a parameter invalid.", DEVELOPER),
    ErrorInfo(190, Kind.ACCOUNT, "The access token has expired or was revoked.", RENEW, refused=True),
    ErrorInfo(368, Kind.ACCOUNT, "Meta has blocked the account for a policy violation.", QUALITY),
    ErrorInfo(613, Kind.LATER, "Too many calls in a short time.", LIMIT, 10 * MINUTE),
    ErrorInfo(2500, Kind.ACCOUNT, "The request reached Meta without a token.", RENEW),
    ErrorInfo(80007, Kind.LATER, "The WhatsApp account made too many calls.", LIMIT, 10 * MINUTE),
    ErrorInfo(80008, Kind.LATER, "The WhatsApp account made too many management calls.", LIMIT, HOUR),
    ErrorInfo(130429, Kind.RETRY, "The number sent faster than it may.", LIMIT, 2),
    ErrorInfo(130472, Kind.RECIPIENT, "This person is in an experiment of Meta's and gets no marketing.", NUMBER),
    ErrorInfo(130497, Kind.RECIPIENT, "This business may not message people in this country.", NUMBER),
    ErrorInfo(131000, Kind.RETRY, "Meta failed without naming a reason.", SUPPORT, MINUTE, tries=6),
    ErrorInfo(131005, Kind.ACCOUNT, "Access denied.", ASSET),
    ErrorInfo(131008, Kind.BUG, "A required parameter is missing.", DEVELOPER),
    ErrorInfo(131009, Kind.BUG, "A parameter has a value that Meta does not take.", DEVELOPER),
    ErrorInfo(131014, Kind.BUG, "Meta could not fetch the file behind our link.", "Check that the link is public."),
    ErrorInfo(131016, Kind.RETRY, "Meta's service is overloaded.", LIMIT, 30, refused=True),
    ErrorInfo(131020, Kind.BUG, "The group has only one member.", DEVELOPER),
    ErrorInfo(131021, Kind.RECIPIENT, "The recipient is the business number itself.", "Correct the contact's number."),
    ErrorInfo(
        131026, Kind.RECIPIENT, "The number is not on WhatsApp, or its WhatsApp cannot take this message.", NUMBER
    ),
    ErrorInfo(
        131030,
        Kind.RECIPIENT,
        "The number is not on the allowed list of Meta's test number.",
        "Add it under API Setup → To in Meta's dashboard, or use a real number.",
    ),
    ErrorInfo(131031, Kind.ACCOUNT, "Meta has locked or disabled the account.", QUALITY),
    ErrorInfo(
        131037, Kind.ACCOUNT, "The number's display name awaits approval.", "Get it approved in WhatsApp Manager."
    ),
    ErrorInfo(131041, Kind.BUG, "The group is not known.", DEVELOPER),
    ErrorInfo(131042, Kind.ACCOUNT, "Meta sees a payment problem.", PAYMENT_METHOD),
    ErrorInfo(131044, Kind.ACCOUNT, "Meta sees a payment problem.", PAYMENT_METHOD),
    ErrorInfo(131045, Kind.ACCOUNT, "The number's registration is wrong.", REGISTER, refused=True),
    ErrorInfo(
        131047, Kind.RECIPIENT, "More than 24 hours have passed since the person wrote.", "Send a template instead."
    ),
    ErrorInfo(
        131048,
        Kind.ACCOUNT,
        "Meta limits this number because people blocked or reported its messages.",
        "Look at the quality rating; send less and only what people expect.",
    ),
    ErrorInfo(
        131049, Kind.LATER, "Meta held it back: this person gets too much marketing.", "Wait a day or more.", DAY
    ),
    ErrorInfo(131050, Kind.RECIPIENT, "The person has stopped marketing messages of this business.", "Respect it."),
    ErrorInfo(131051, Kind.BUG, "Meta does not support this kind of message.", DEVELOPER),
    ErrorInfo(131052, Kind.BUG, "A file could not be downloaded.", "Check that the link is public and not too large."),
    ErrorInfo(131053, Kind.RETRY, "Meta could not process the file.", "Check its format and size.", MINUTE, tries=3),
    ErrorInfo(131055, Kind.BUG, "This address takes marketing templates only.", DEVELOPER),
    ErrorInfo(131056, Kind.RETRY, "Too many messages to the same person in a short time.", LIMIT, 6),
    ErrorInfo(131057, Kind.RETRY, "The account is being upgraded.", LIMIT, 2 * MINUTE, refused=True),
    ErrorInfo(131058, Kind.TEMPLATE, "hello_world can be sent from Meta's test numbers only.", RECREATE),
    ErrorInfo(131059, Kind.RETRY, "A list page has expired; reading starts again.", LIMIT, 1),
    ErrorInfo(131060, Kind.INFO, "The message is not available to the API.", "Look at it on the phone."),
    ErrorInfo(131062, Kind.RECIPIENT, "This message needs the person's phone number; Meta shows none.", NUMBER),
    ErrorInfo(
        131063, Kind.TEMPLATE, "Marketing templates are switched off for this account.", "Switch them on in Meta."
    ),
    ErrorInfo(
        131064,
        Kind.ACCOUNT,
        "Meta limits the account because templates were in a wrong category.",
        "Correct the categories, and wait until the date that Meta gives under Account Quality.",
    ),
    ErrorInfo(131201, Kind.INFO, "Part of the group did not get it.", DEVELOPER),
    ErrorInfo(131202, Kind.BUG, "The group exists already.", DEVELOPER),
    ErrorInfo(131204, Kind.BUG, "The group is too large.", DEVELOPER),
    ErrorInfo(131207, Kind.BUG, "The group is suspended.", DEVELOPER),
    ErrorInfo(131208, Kind.RETRY, "Too many group calls.", LIMIT, MINUTE),
    *(ErrorInfo(code, Kind.BUG, "A group call was refused.", DEVELOPER) for code in range(131209, 131214)),
    ErrorInfo(131214, Kind.LATER, "Groups are switched off for a time.", LIMIT, HOUR),
    ErrorInfo(131215, Kind.BUG, "This number may not use groups.", DEVELOPER),
    ErrorInfo(132000, Kind.TEMPLATE, "The number of values differs from the template's.", "Run sync_templates --json."),
    ErrorInfo(
        132001, Kind.TEMPLATE, "The template is not there, or not approved, in this language.", "Run sync_templates."
    ),
    ErrorInfo(132005, Kind.BUG, "The text is too long with these values.", "Shorten the value and send again."),
    ErrorInfo(132007, Kind.TEMPLATE, "The template breaks a content rule of Meta's.", RECREATE),
    ErrorInfo(132008, Kind.BUG, "A template value is not valid.", DEVELOPER),
    ErrorInfo(132012, Kind.BUG, "A template value has the wrong format.", DEVELOPER),
    ErrorInfo(
        132015, Kind.LATER, "Meta has paused the template.", "It resumes by itself after 3 to 6 hours.", 3 * HOUR
    ),
    ErrorInfo(132016, Kind.TEMPLATE, "Meta has disabled the template.", RECREATE),
    ErrorInfo(132018, Kind.BUG, "A template value is not valid.", DEVELOPER),
    ErrorInfo(132068, Kind.TEMPLATE, "The template's flow is blocked.", RECREATE),
    ErrorInfo(132069, Kind.LATER, "The template's flow is throttled.", LIMIT, HOUR),
    ErrorInfo(133000, Kind.ACCOUNT, "An earlier deregistration did not finish.", REGISTER),
    ErrorInfo(133004, Kind.RETRY, "Meta's registration server is not available.", LIMIT, MINUTE),
    ErrorInfo(133005, Kind.ACCOUNT, "The two-step PIN is wrong.", "Use the PIN that was set, or reset it in Meta."),
    ErrorInfo(133006, Kind.ACCOUNT, "The number must be verified first.", REGISTER),
    ErrorInfo(133008, Kind.LATER, "Too many wrong PINs.", "Wait for the time that Meta names.", HOUR),
    ErrorInfo(133009, Kind.LATER, "PINs were tried too fast.", "Wait for the time that Meta names.", HOUR),
    ErrorInfo(133010, Kind.ACCOUNT, "The number is not registered on the Cloud API.", REGISTER),
    ErrorInfo(133015, Kind.LATER, "The number was deleted a moment ago.", "Wait five minutes.", 5 * MINUTE),
    ErrorInfo(133016, Kind.LATER, "The number was registered too often.", "Wait three days.", 3 * DAY),
    ErrorInfo(1752041, Kind.ACCOUNT, "Marketing messages are being set up for this account.", "Look at it in Meta."),
    ErrorInfo(134011, Kind.BUG, "The terms of WhatsApp Payments are not accepted.", "Accept them in Meta."),
    ErrorInfo(134100, Kind.BUG, "Only marketing templates may go here.", DEVELOPER),
    ErrorInfo(134101, Kind.LATER, "Meta is still syncing the template.", LIMIT, 10 * MINUTE),
    ErrorInfo(134102, Kind.TEMPLATE, "The template cannot be used here.", RECREATE),
    ErrorInfo(135000, Kind.BUG, "Meta calls the parameters wrong without naming one.", DEVELOPER),
    ErrorInfo(136024, Kind.INFO, "Meta sends no code to this number.", "Is it verified already? Then register it."),
    ErrorInfo(136025, Kind.INFO, "The code is wrong or too old.", "Ask for a new code and enter it at once."),
    ErrorInfo(137000, Kind.RECIPIENT, "The person's phone has changed its security key.", NUMBER),
    ErrorInfo(139100, Kind.INFO, "Part of the block list could not be changed.", "Try the rest again."),
    ErrorInfo(139101, Kind.INFO, "The block list is full.", "Unblock somebody first."),
    ErrorInfo(139102, Kind.RETRY, "The block list was changed at the same time.", LIMIT, 5),
    ErrorInfo(139103, Kind.RETRY, "The block list failed inside Meta.", LIMIT, MINUTE),
    ErrorInfo(141002, Kind.TEMPLATE, "The template is not approved.", RECREATE),
    ErrorInfo(141006, Kind.ACCOUNT, "No payment method is attached.", PAYMENT_METHOD),
    ErrorInfo(141010, Kind.ACCOUNT, "The business is not verified.", "Verify it in Meta Business Settings."),
    ErrorInfo(2388019, Kind.ACCOUNT, "The account has as many templates as it may.", "Delete unused templates."),
    ErrorInfo(2388024, Kind.INFO, "The template exists already in this language.", "Nothing to do."),
    ErrorInfo(2388040, Kind.BUG, "A part of the template is too long.", RECREATE),
    ErrorInfo(2388047, Kind.BUG, "The template's header is malformed.", RECREATE),
    ErrorInfo(2388072, Kind.BUG, "The template's body is malformed.", RECREATE),
    ErrorInfo(2388073, Kind.BUG, "The template's footer is malformed.", RECREATE),
    ErrorInfo(2388293, Kind.BUG, "The template has too many variables for its length.", RECREATE),
    ErrorInfo(2388299, Kind.BUG, "The template starts or ends with a variable.", RECREATE),
    ErrorInfo(2494100, Kind.RETRY, "The number is in maintenance.", LIMIT, 5 * MINUTE),
    ErrorInfo(2046, Kind.BUG, "The order's state cannot be changed.", DEVELOPER),
    ErrorInfo(2047, Kind.BUG, "The order is not known.", DEVELOPER),
)
TABLE: dict[int, ErrorInfo] = {info.code: info for info in _TABLE}
# (first, last, class, sentence, fix) for families that Meta lists as ranges.
_RANGES: tuple[tuple[int, int, Kind, str, str], ...] = (
    (200, 299, Kind.ACCOUNT, "The permission for this account is missing.", ASSET),
    (138000, 138099, Kind.INFO, "It concerns calls, which are not used.", "Nothing to do."),
    (139000, 139099, Kind.BUG, "It concerns a flow.", DEVELOPER),
    (141000, 141999, Kind.ACCOUNT, "Meta's health check blocks sending.", "Look at the account's health in Meta."),
    (147000, 147099, Kind.INFO, "It concerns the business's user name.", "Look at it in WhatsApp Manager."),
    (200005, 200007, Kind.INFO, "Template insights are not available.", "Nothing to do."),
    (2593107, 2593109, Kind.INFO, "It concerns the history of a phone that shares the number.", "Nothing to do."),
    (2494164, 2494179, Kind.ACCOUNT, "It concerns the sign-up of the account.", "Finish it in WhatsApp Manager."),
    (2388001, 2388103, Kind.ACCOUNT, "It concerns who owns the number.", "Look at it in WhatsApp Manager."),
)
UNLISTED = "It is not in Meta's list as this version knows it."


def lookup(code: int | None) -> ErrorInfo:
    """The class of any code. One that is not listed counts as our fault: it is shown to staff, never repeated."""
    if code is None:
        return ErrorInfo(-1, Kind.BUG, "Meta says that it failed and names no error.", SUPPORT)
    number = code
    if number in TABLE:
        return TABLE[number]
    for first, last, kind, sentence, fix in _RANGES:
        if first <= number <= last:
            return ErrorInfo(number, kind, sentence, fix)
    return ErrorInfo(number, Kind.BUG, f"Meta answered with error {number}. {UNLISTED}", DEVELOPER)
