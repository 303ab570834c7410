"""Templates reviewed, paused, recategorised, reworded."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whatsapp.shapes.becoming import Before, receive

BECAME: dict[str, dict[str, Any]] = {
    "template_category__announced": {
        "incidents": [
            (
                "template category",
                "week_ready (en)",
                "Meta will count week_ready (en) as marketing from tomorrow; now it is utility.",
            )
        ]
    },
    "template_category__done": {
        "template": {"category": "MARKETING", "previous_category": "UTILITY"},
        "incidents": [
            ("template category", "week_ready (en)", "Meta counts week_ready (en) as marketing now; it was utility.")
        ],
    },
    "template_components__body_and_phone_only": {"template": {"words": ["Hello {{1}}, see {{2}} here.", "['Call']"]}},
    "template_components__changed": {
        "template": {"words": ["Your week", "Hello {{1}}, see {{2}} here.", "BetterMeals", "['Approve', 'See']"]}
    },
    "template_quality__green": {"template": {"quality": "GREEN"}},
    "template_quality__red": {"template": {"quality": "RED"}},
    "template_quality__unknown": {"template": {"quality": "UNKNOWN"}},
    "template_quality__yellow": {"template": {"quality": "YELLOW"}},
    "template_status__approved": {},
    "template_status__approved_as_marketing": {
        "template": {"category": "MARKETING", "previous_category": "UTILITY"},
        "incidents": [
            ("template category", "week_ready (en)", "Meta counts week_ready (en) as marketing now; it was utility.")
        ],
    },
    "template_status__archived": {
        "template": {"status": "ARCHIVED"},
        "incidents": [("template", "week_ready (en)", "Meta has set week_ready (en) to archived.")],
    },
    "template_status__deleted": {
        "template": {"status": "DELETED"},
        "incidents": [("template", "week_ready (en)", "Meta has set week_ready (en) to deleted.")],
    },
    "template_status__disabled": {
        "template": {"status": "DISABLED"},
        "incidents": [("template", "week_ready (en)", "Meta has set week_ready (en) to disabled.")],
    },
    "template_status__disabled_after_pauses": {
        "template": {"status": "DISABLED"},
        "incidents": [("template", "week_ready (en)", "Meta has set week_ready (en) to disabled: Paused three times.")],
    },
    "template_status__flagged_with_hyphen": {"templates": [("week_ready", "en_US", "APPROVED", "")]},
    "template_status__in_appeal": {"template": {"status": "IN_APPEAL"}},
    "template_status__limit_exceeded": {
        "template": {"status": "LIMIT_EXCEEDED"},
        "incidents": [("template", "week_ready (en)", "Meta has set week_ready (en) to limit exceeded.")],
    },
    "template_status__locked": {
        "template": {"status": "DISABLED"},
        "incidents": [("template", "week_ready (en)", "Meta has set week_ready (en) to disabled.")],
    },
    "template_status__of_a_template_nobody_knows": {"templates": [("summer_sale", "en", "APPROVED", "MARKETING")]},
    "template_status__paused": {
        "template": {"status": "PAUSED"},
        "incidents": [
            (
                "template",
                "week_ready (en)",
                "Meta has set week_ready (en) to paused: Your template was paused for 3 hours.",
            )
        ],
    },
    "template_status__paused_again": {
        "template": {"status": "PAUSED"},
        "incidents": [
            (
                "template",
                "week_ready (en)",
                "Meta has set week_ready (en) to paused: Your template was paused for 6 hours.",
            )
        ],
    },
    "template_status__paused_for_its_rate": {
        "template": {"status": "PAUSED"},
        "incidents": [("template", "week_ready (en)", "Meta has set week_ready (en) to paused: Sending was limited.")],
    },
    "template_status__pending": {"template": {"status": "PENDING"}},
    "template_status__pending_deletion": {
        "template": {"status": "PENDING_DELETION"},
        "incidents": [("template", "week_ready (en)", "Meta has set week_ready (en) to pending deletion.")],
    },
    "template_status__reinstated": {},
    "template_status__rejected": {
        "template": {"status": "REJECTED", "rejected_reason": "The language does not match."},
        "incidents": [
            ("template", "week_ready (en)", "Meta has set week_ready (en) to rejected: The language does not match.")
        ],
    },
    "template_status__rejected_without_details": {
        "template": {"status": "REJECTED", "rejected_reason": "INVALID_FORMAT"},
        "incidents": [("template", "week_ready (en)", "Meta has set week_ready (en) to rejected: INVALID_FORMAT.")],
    },
    "template_status__unarchived": {},
    "template_status__unknown_event": {"anomalies": [("message_template_status_update", "SIMMERING")]},
    "template_status__unpaused": {},
}


@pytest.mark.parametrize("name", BECAME)
def test_this_is_what_becomes_of_a_template(name: str) -> None:
    before = Before()
    receive(name)
    assert before.became() == BECAME[name]
