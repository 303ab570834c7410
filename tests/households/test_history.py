from __future__ import annotations

import pytest

from households import timeline
from households.history import HistoryIsFinal
from households.models import TimelineEvent
from tests.factories.households import MONDAY, NOW, make_household

pytestmark = pytest.mark.django_db

EDITS = {
    "save": lambda event: event.save(),
    "delete": lambda event: event.delete(),
    "bulk update": lambda event: TimelineEvent.objects.filter(pk=event.pk).update(text="rewritten"),
    "bulk delete": lambda event: TimelineEvent.objects.all().delete(),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_what_happened_is_never_rewritten(edit):
    event = timeline.record(make_household(), "k", "as it was", now=NOW, week_start=MONDAY)
    with pytest.raises(HistoryIsFinal):
        edit(event)
    assert [row.text for row in TimelineEvent.objects.all()] == ["as it was"]
