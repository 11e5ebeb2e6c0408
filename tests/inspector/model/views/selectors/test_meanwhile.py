"""Which requests of a session were under way while its row changed."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.session import (
    ClockForced,
    SessionLoaded,
    SessionSeen,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.selectors.meanwhile import SessionRequests
from session_inspector.inspector.model.views.timeline import timeline_rows
from tests.inspector.sample import NOW, ended, started, written

SEEN = SessionSeen(
    at=NOW + 10, session="a", facts=written("a", NOW, "").facts, since=NOW + 9, seq=99
)


def request(name: str, begins: float, ends: float, session: str = "a") -> list[Event]:
    at = NOW + begins
    brought = SessionLoaded(at=at, cause=name, session=session, sub="", origin="rule")
    return [started(name, at, f"/{name}", "Chrome"), brought, ended(name, NOW + ends, 200)]


def meanwhile(*events: Event, seen: Event = SEEN) -> list[str]:
    state = fold(State(), [*events, seen])
    return list(SessionRequests(state, "a", state.timeline).find_meanwhile(seen))


def test_only_what_was_under_way_between_the_two_looks_counts() -> None:
    early = request("x1", 1, 8.9)
    late = request("x4", 10.1, 11)
    another = request("x5", 9.2, 9.3, session="b")
    assert meanwhile(*early, *request("x2", 8, 9.1), *late, *another) == ["x2"]
    assert meanwhile(*early, *late, *another) == []
    assert meanwhile(*request("x2", 9.1, 9.2), *request("x3", 9.9, 20)) == ["x2", "x3"]


def test_where_the_look_before_is_not_known_nothing_is_named() -> None:
    assert meanwhile(*request("x2", 9.1, 9.2), seen=replace(SEEN, since=0)) == []
    assert meanwhile(*request("x2", 9.1, 9.2), seen=replace(SEEN, cause="x2")) == []


def test_what_you_did_meanwhile_is_yours() -> None:
    yours = ClockForced(at=NOW + 9.5, session="a", cause="c1", clock="store")
    assert meanwhile(*request("x2", 9.1, 9.2), yours) == []


def test_the_timeline_of_the_session_names_it_too() -> None:
    known = written("a", NOW, "x0")
    state = fold(State(), [known, *request("x2", 9.1, 9.2), SEEN])
    row = next(row for row in timeline_rows(state, session="a") if row.title == "seen in the store")
    assert (row.exchange, row.cause) == ("x2", "since the look before only GET /x2 (Chrome)")
    state = fold(state, [*request("x3", 9.9, 9.95)])
    row = next(row for row in timeline_rows(state, session="a") if row.title == "seen in the store")
    assert (row.exchange, row.cause) == ("", "during one of 2 requests of it, or beside them")
