"""Deletions of one response are one entry of the timeline, in whatever batches they come."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.timeline import timeline_rows
from tests.inspector.sample import NOW, ended, started, swept

FIVE = [swept("", NOW, "x1", f"__session__{number}") for number in range(5)]
REST: list[Event] = [ended("x1", NOW, 200)]


@pytest.mark.parametrize("split", range(6))
def test_five_deletions_are_one_line(split: int) -> None:
    state = fold(State(), [started("x1", NOW, "/", "lab:a"), *FIVE[:split]])
    state = fold(state, [*FIVE[split:], *REST])
    titles = [row.title for row in timeline_rows(state)]
    assert titles == ["GET /", "5 cookies deleted", "200"]
    assert "__session__0, __session__1" in timeline_rows(state)[1].detail


def test_deletions_that_wait_for_their_end_are_shown_already() -> None:
    state = fold(State(), FIVE[:2])
    assert [row.title for row in timeline_rows(state)] == ["2 cookies deleted"]


def test_one_deletion_and_those_of_another_response_stay_apart() -> None:
    other = swept("", NOW, "x2", "__session__0")
    state = fold(State(), [FIVE[0], other, FIVE[1], *REST])
    titles = [row.title for row in timeline_rows(state)]
    assert titles[:3] == [
        "cookie __session__0 deleted",
        "cookie __session__0 deleted",
        "cookie __session__1 deleted",
    ]


def test_the_timeline_of_one_session_folds_them_too() -> None:
    mine = [swept("s", NOW, "x1", f"__session__{number}") for number in range(3)]
    state = fold(State(), mine)
    assert [row.title for row in timeline_rows(state, session="s")] == ["3 cookies deleted"]


def test_a_login_s_own_deletion_is_not_one_of_the_session_s_chunks() -> None:
    mine = [swept("s", NOW, "x1", f"__session__{number}") for number in range(2)]
    state = fold(State(), [*mine, swept("", NOW, "x1", "__txn_a"), *REST])
    titles = [row.title for row in timeline_rows(state)]
    assert titles == ["2 cookies deleted", "cookie __txn_a deleted", "200"]
