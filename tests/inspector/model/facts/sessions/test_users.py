"""Who was in a session at a moment, where another user has taken a place in its row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import (
    SessionLoaded,
    SessionSeen,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.boards.stories import StoryWindow
from session_inspector.inspector.model.facts.logs import Log
from session_inspector.inspector.model.facts.sessions.users import FormerUser, name_user_at
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.lists.event_search import Glance
from session_inspector.inspector.model.views.event_lines import line_of
from tests.inspector.model.events import ended, started, state_of

CARL = SessionFacts(kind="stateful", sub="carl", name="Carl")
FORMER = (FormerUser("alice", 10, 12), FormerUser("bob", 20, 22))


@pytest.mark.parametrize(
    ("at", "who"),
    [
        (1, "alice"),
        (10, "alice"),
        (11, "alice or bob"),
        (12, "bob"),
        (21, "bob or Carl"),
        (22, "Carl"),
    ],
)
def test_who_was_in_it_at_a_moment(at: float, who: str) -> None:
    assert name_user_at(CARL, FORMER, at) == who


def test_where_the_read_before_is_not_known_the_former_one_was_in_it() -> None:
    assert name_user_at(CARL, (FormerUser("bob", 0, 22),), 21) == "bob"


def taken() -> tuple[SessionWritten, SessionSeen]:
    """Return that bob has logged in, and that the row was read with Carl in it."""
    bob = SessionFacts(kind="stateful", sub="bob", login="x1", created_at=1, layout="connect-redis")
    return (
        SessionWritten(at=1, cause="x1", session="s", reason="login", facts=bob),
        SessionSeen(at=22, session="s", facts=CARL, since=20, taken_from="bob"),
    )


def known(state: State) -> tuple[str, str, str]:
    one = state.sessions["s"]
    return one.user, one.user_at(2), one.facts.login


def test_another_user_in_a_row_is_a_line_and_takes_nothing_of_before() -> None:
    events = taken()
    assert known(state_of(*events)) == ("Carl", "bob", "")
    assert line_of(events[-1])[1:3] == ("another user is in its row", "bob before, Carl now")


def test_a_row_that_was_only_read_again_has_its_user() -> None:
    """The near miss."""
    bob, _ = taken()
    again = SessionSeen(at=22, session="s", facts=bob.facts, since=20)
    assert known(state_of(bob, again)) == ("bob", "bob", "x1")
    assert line_of(again)[1] == "seen in the store"


def test_of_many_users_the_last_ones_are_kept() -> None:
    seen = [
        SessionSeen(at=number, session="s", facts=CARL, since=0, taken_from=f"u{number}")
        for number in range(1, 40)
    ]
    former = state_of(taken()[0], *seen).sessions["s"].former
    assert (len(former), former[-1].name) == (20, "u39")


def test_requests_and_lines_name_the_user_of_their_moment() -> None:
    login, seen = taken()
    after = replace(started("x2"), at=30)
    loaded = SessionLoaded(at=30, cause="x2", session="s", sub="carl", origin="rule")
    events: list[Event] = [started("x1"), login, ended("x1"), seen, after, loaded, ended("x2")]
    state = state_of(*events)
    stories = StoryWindow(100).read(state, Log(events))
    assert {one.exchange: one.who for one in stories} == {"x1": "bob", "x2": "Carl"}
    assert [Glance(state, one).user for one in (login, loaded)] == ["bob", "Carl"]
