"""What nobody is logged in to: neither live nor over, in list, header, filter and JSON alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionRefused,
    SessionSeen,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.boards.alarms import alarm_fields
from session_inspector.inspector.model.facts.listing import Listing
from session_inspector.inspector.model.facts.rows import RunOut
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.export import session_json
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.search import count_run_out, session_rows
from session_inspector.inspector.model.views.status import status
from session_inspector.inspector.model.views.table.table import SearchTable
from tests.inspector.agreement import disagreements
from tests.inspector.sample import NOW, cookie, ended, server, started, written

APP = replace(server(), upstream="http://localhost:3000")
WHY = "nobody is logged in: it holds only csrf_token"
LATER = NOW + 10**9


def of_visitor(name: str = "a", at: float = NOW) -> SessionWritten:
    event = written(name, at, "", kind="stateless")
    facts = replace(event.facts, sub="", name="Flask", visitor=WHY)
    return replace(event, reason="created", facts=facts)


def counts(state: State, now: float) -> tuple[int, int, int]:
    assert disagreements(state, now) == []
    row = status(state, now, count_run_out(state, now))
    return row.live, row.visitors, row.over


@pytest.mark.parametrize("now", [NOW + 1, LATER])
def test_a_visitor_s_counts_neither_as_live_nor_as_over_whatever_time_it_is(now: float) -> None:
    state = fold(State(), [APP, of_visitor()])
    (row,) = session_rows(state, now)
    assert (row.life, row.reason, row.origin) == ("visitor", WHY, "inside")
    assert counts(state, now) == (0, 1, 0)


def test_a_table_a_filter_and_json_say_the_same() -> None:
    state = fold(State(), [APP, of_visitor(), *(of_visitor(f"s{n}") for n in range(300))])
    state = fold(state, [written("b", NOW, "")])
    table = SearchTable()
    listing = Listing(query="state:live", sort="newest")
    found = table.find(state, NOW + 1, listing, lambda: True)
    assert found is not None
    assert (
        list(found)
        == ["b"]
        == [one.session for one in session_rows(state, NOW, query="-state:visitor")]
    )
    assert table.count_run_out(state, NOW + 1, lambda: True) == RunOut()
    assert count_run_out(state, NOW + 1) == RunOut()
    assert '"visitor"' in session_json(state, "a", NOW)


def test_what_is_seen_to_be_a_visitor_s_was_live_before_and_is_no_more() -> None:
    before = written("a", NOW, "", kind="stateless")
    state = fold(State(), [APP, before])
    assert counts(state, NOW) == (1, 0, 0)
    facts = replace(before.facts, visitor=WHY)
    state = fold(state, [SessionSeen(at=NOW + 1, cause="x2", session="a", facts=facts)])
    assert counts(state, NOW + 1) == (0, 1, 0)


def test_a_login_into_it_is_live_and_a_refusal_before_it_ended_nothing() -> None:
    refused = SessionRefused(
        at=NOW + 1, cause="x2", session="a", code="302", reason="sent to the login", origin="seen"
    )
    state = fold(State(), [APP, of_visitor(), refused])
    assert counts(state, NOW + 2) == (0, 1, 0)
    state = fold(state, [written("a", NOW + 3, "x3", kind="stateless")])
    assert counts(state, NOW + 4) == (1, 0, 0)


@pytest.mark.parametrize(("reason", "life"), [("revoked", "revoked"), ("logout", "logged-out")])
def test_what_was_done_to_it_for_good_is_shown(reason: str, life: str) -> None:
    end = SessionDestroyed(at=NOW + 1, cause="x2", session="a", reason=reason)  # type: ignore[arg-type]  # a literal
    events: list[Event] = [APP, of_visitor(), end]
    state = fold(State(), events)
    (row,) = session_rows(state, NOW + 2)
    assert (row.life, counts(state, NOW + 2)) == (life, (0, 0, 1))


def test_a_logout_that_leaves_a_visitor_s_cookie_has_taken_that_of_the_session() -> None:
    """Flask's logout leaves `_flashes` in the cookie: its value is another one, and nobody's."""
    events: list[Event] = [
        APP,
        started("x1", NOW, "/login", "firefox", "POST"),
        replace(written("a", NOW, "x1", kind="stateless"), cause="x1"),
        cookie("a", NOW, "x1"),
        started("x2", NOW + 5, "/logout", "firefox", "POST"),
        SessionDestroyed(at=NOW + 5, cause="x2", session="a", reason="logout"),
        replace(of_visitor("v", NOW + 5), cause="x2"),
        cookie("v", NOW + 5, "x2", size=60),
    ]
    state = fold(State(), events)
    (lamp, *_) = lamps_of(state, "a", NOW + 6)
    assert (lamp.name, lamp.how) == ("cookie", "○ dead")
    assert lamp.evidence == "x2 set it for another session"
    (lamp, *_) = lamps_of(state, "v", NOW + 6)
    assert lamp.how == "● alive"


def test_a_visitor_s_cookie_of_another_browser_takes_no_session_s() -> None:
    events: list[Event] = [
        APP,
        started("x1", NOW, "/login", "firefox", "POST"),
        replace(written("a", NOW, "x1", kind="stateless"), cause="x1"),
        cookie("a", NOW, "x1"),
        started("x2", NOW + 5, "/", "chrome"),
        replace(of_visitor("v", NOW + 5), cause="x2"),
        cookie("v", NOW + 5, "x2", size=60),
    ]
    (lamp, *_) = lamps_of(fold(State(), events), "a", NOW + 6)
    assert lamp.how == "● alive"


def cacheable(exchange: str, at: float, size: int = 159) -> list[Event]:
    """Return a response with the cookie of `a` that any cache may keep."""
    end = ended(exchange, at, 200)
    assert isinstance(end, ExchangeEnded)
    return [
        started(exchange, at, "/", "Chrome"),
        cookie("a", at, exchange, size=size),
        replace(end, cache_control="public"),
    ]


def kinds_of(state: State) -> list[tuple[str, int]]:
    assert dict(state.alarms.sessions) == Counter(one.session for one in state.alarms.raised)
    shown = alarm_fields(state)
    assert sum(field.value == "1 seen" for field in shown) == len(state.alarms.raised)
    return [(alarm.kind, alarm.count) for alarm in state.alarms.raised]


def test_an_alarm_that_only_a_session_deserves_leaves_a_visitor_s_cookie_until_its_login() -> None:
    before = written("a", NOW, "", kind="stateless")
    state = fold(State(), [APP, before, *cacheable("x1", NOW)])
    assert kinds_of(state) == [("cacheable", 1)]
    (row,) = session_rows(state, NOW, query="is:problem")
    assert row.session == "a"
    facts = replace(before.facts, visitor=WHY)
    state = fold(state, [SessionSeen(at=NOW + 1, cause="x2", session="a", facts=facts)])
    assert kinds_of(state) == []
    assert not session_rows(state, NOW + 1, query="is:problem")
    state = fold(state, cacheable("x3", NOW + 2))
    assert kinds_of(state) == [], "a later page of a visitor raises none"
    state = fold(state, [written("a", NOW + 3, "x4", kind="stateless")])
    assert kinds_of(state) == [("cacheable", 2)], "whoever got it from a cache is logged in"
    state = fold(state, cacheable("x5", NOW + 4))
    assert kinds_of(state) == [("cacheable", 3)]


def test_an_alarm_of_a_cookie_itself_stays_with_a_visitor_s_and_that_of_another_session() -> None:
    other = written("b", NOW, "", kind="stateless")
    before = written("a", NOW, "", kind="stateless")
    facts = replace(before.facts, visitor=WHY)
    state = fold(State(), [APP, other, before, *cacheable("x1", NOW, 4088)])
    state = fold(state, [replace(e, session="b") for e in cacheable("x2", NOW)])
    state = fold(state, [SessionSeen(at=NOW + 1, cause="x3", session="a", facts=facts)])
    assert kinds_of(state) == [("cookie too large", 1), ("cacheable", 1)]
    assert [alarm.session for alarm in state.alarms.raised] == ["a", "b"]
