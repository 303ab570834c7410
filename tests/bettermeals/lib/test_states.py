from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from bettermeals.lib.states import IllegalTransition, Transitions, move

# A table over a row that every installation has; its name plays the part of the status.
TABLE = Transitions({"draft": {"sent", "cancelled"}, "sent": {"cancelled"}})


@pytest.mark.django_db
def test_only_the_first_of_two_movers_wins() -> None:
    row = Group.objects.create(name="draft")
    moves = [move(Group, row.pk, table=TABLE, old="draft", new="sent", field="name") for _ in range(2)]
    row.refresh_from_db()
    assert (moves, row.name) == ([True, False], "sent")


@pytest.mark.django_db
def test_a_move_may_start_from_any_of_several_states() -> None:
    row = Group.objects.create(name="sent")
    assert move(Group, row.pk, table=TABLE, old=("draft", "sent"), new="cancelled", field="name") is True


@pytest.mark.django_db
def test_a_row_that_is_gone_was_moved_by_somebody_else() -> None:
    assert move(Group, 0, table=TABLE, old="draft", new="sent", field="name") is False


def test_a_move_that_the_table_does_not_have_is_a_bug_and_raises() -> None:
    with pytest.raises(IllegalTransition, match="no move from sent to draft"):
        move(Group, 1, table=TABLE, old="sent", new="draft", field="name")


def test_the_table_knows_where_a_state_may_come_from() -> None:
    assert TABLE.sources("cancelled") == {"draft", "sent"}
