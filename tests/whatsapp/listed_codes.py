"""Every code of Meta's list (state of knowledge: November 2026) with the class that its meaning asks for.

`SHEET_SAYS` are the few where our class is another one than the list's first word, each with its reason.
"""

from __future__ import annotations

from whatsapp.errors import Kind

LISTED: dict[Kind, list[int]] = {
    Kind.RETRY: [1, 2, 130429, 131000, 131016, 131053, 131056, 131057, 131059, 131208, 133004, 139102, 139103, 2494100],
    Kind.LATER: [4, 613, 80007, 80008, 131049, 131214, 132015, 132069, 133008, 133009, 133015, 133016, 134101],
    Kind.RECIPIENT: [130472, 130497, 131021, 131026, 131030, 131047, 131050, 131062, 137000],
    Kind.TEMPLATE: [131058, 131063, 132000, 132001, 132007, 132016, 132068, 134102, 141002],
    Kind.ACCOUNT: [
        *(0, 3, 10, 33, 190, *range(200, 300), 368, 2500, 131005, 131031, 131037, 131042, 131044, 131045, 131048),
        *(131064, 133000, 133005, 133006, 133010, 141006, 141010, 1752041, 2388001, 2388012, 2388019, 2388091, 2388093),
        *(2388103, *range(2494164, 2494180)),
    ],
    Kind.BUG: [
        *(100, 131008, 131009, 131014, 131020, 131041, 131051, 131052, 131055, 131202, 131204, 131207),
        *(
            *range(131209, 131214),
            131215,
            132005,
            132008,
            132012,
            132018,
            134011,
            134100,
            135000,
            *range(139000, 139005),
        ),
        *(2046, 2047, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299),
    ],
    Kind.INFO: [
        *(131060, 131201, *range(138000, 138019), 139100, 139101, *range(147001, 147006), *range(200005, 200008)),
        *(2388024, 2593107, 2593108),
        *(136024, 136025),  # of request_code and verify_code: Graph answers them, the list of messages lacks them
    ],
}
SHEET_SAYS = {
    2500: "bug or account: without a token nothing leaves at all, so the number is paused",
    131047: "our flow's fault: but only for this person, who gets a template instead",
    131058: "our fault: but only this template cannot be sent",
    131059: "start the listing again: the next try does",
    131062: "our fault: this person's phone is needed and cannot be known",
    131063: "the account's setting: but only marketing templates are concerned",
    132000: "bug or template: the template is stale here, others go on",
    132069: "the template: its flow is throttled, and the hour passes",
    134011: "the account: but payments inside WhatsApp are not used, so nothing else may stop",
    134102: "the account: but only for this template",
}
