"""What happens to sessions: written, seen, ended, replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.session import (
    ClockForced,
    SessionDestroyed,
    SessionRefused,
    SessionResurrected,
    SessionSeen,
    SessionVanished,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.fact import RowState
from session_inspector.inspector.model.facts.state import Ended, KnownSession, State
from session_inspector.inspector.model.fold.update import fold, update
from session_inspector.inspector.model.views.search import (
    session_rows,
)
from tests.inspector.sample import NOW, cookie, ended, login, server, started, written


def test_a_new_login_replaces_the_old_session() -> None:
    state = fold(State(), login("old", NOW, 1, "lab:a"))
    state = update(state, replace(written("new", NOW + 5, "x2"), previous="old"))
    lives = {row.session: row.life for row in session_rows(state, NOW + 6)}
    assert lives == {"old": "replaced", "new": "live"}


@pytest.mark.parametrize(
    ("event", "life"),
    [
        (SessionDestroyed(at=NOW, session="a", reason="logout"), "logged-out"),
        (SessionDestroyed(at=NOW, session="a", reason="back-channel"), "logged-out"),
        (SessionDestroyed(at=NOW, session="a", reason="absolute"), "expired"),
        (SessionVanished(at=NOW, session="a", reason="deleted by somebody"), "gone"),
    ],
)
def test_each_ending_is_a_life(event: Event, life: str) -> None:
    state = fold(State(), [*login("a", NOW, 1, "lab:a"), event])
    assert session_rows(state, NOW)[0].life == life


def known(*events: Event) -> KnownSession:
    return fold(State(), events).sessions["a"]


def test_a_request_that_was_sent_again_takes_no_session_from_its_browser() -> None:
    begun = login("a", NOW, 1, "lab:a")
    again = [
        started("x8", NOW + 1, "/", "lab:again-x1-1"),
        written("a", NOW + 1, "x8", reason="roll"),
        cookie("a", NOW + 1, "x8", size=200),
    ]
    found = known(*begun, *again)
    assert (found.client, found.rolls) == ("lab:a", 1)
    assert found.cookies == known(*begun).cookies


READ = RowState(is_there=True, at=NOW, origin="read", evidence="in the store")


def test_a_write_counts_and_keeps_the_cookies() -> None:
    found = known(*login("a", NOW, 1, "lab:a"), written("a", NOW + 5, "x9", reason="roll"))
    assert (found.client, found.writes, list(found.cookies)) == (
        "lab:a",
        2,
        [("__session", "", "/")],
    )
    assert found.facts == written("a", NOW + 5, "x9").facts


def test_a_row_that_no_request_brought_is_found_in_the_store() -> None:
    seen = SessionSeen(at=NOW, session="a", facts=written("a", NOW, "").facts)
    found = known(seen)
    assert (found.client, found.row) == ("store", READ)
    names = {timer.name for timer in found.facts.timers}
    assert not names & {"cookie", "sealed"}, "a row says nothing of the cookie"
    assert "store" in names
    brought = known(started("x1", NOW, "/", "Chrome"), replace(seen, cause="x1"))
    assert brought.client == "Chrome"


def test_a_row_that_is_seen_again_keeps_what_is_known() -> None:
    facts = written("a", NOW + 9, "").facts
    seen = SessionSeen(at=NOW + 9, session="a", facts=facts)
    before = known(*login("a", NOW, 1, "lab:a"))
    after = known(*login("a", NOW, 1, "lab:a"), seen)
    assert (after.cookies, after.client) == (before.cookies, before.client)
    assert (after.facts.written_at, after.row) == (NOW + 9, replace(READ, at=NOW + 9))
    ends = {timer.name: timer.ends for timer in after.facts.timers}
    assert (ends["cookie"], ends["sealed"]) == (NOW + 86_400, NOW + 86_400)
    assert ends["store"] == NOW + 86_409


@pytest.mark.parametrize(
    ("upstream", "end", "is_over"),
    [
        ("http://localhost:3000", SessionDestroyed(at=0, session="a", reason="revoked"), False),
        ("http://localhost:3000", SessionVanished(at=0, session="a", is_by_hand=True), False),
        ("http://localhost:3000", SessionDestroyed(at=0, session="a", reason="reuse"), True),
        ("http://localhost:3000", SessionDestroyed(at=0, session="a", reason="logout"), True),
        ("", SessionDestroyed(at=0, session="a", reason="revoked"), True),
    ],
)
def test_an_app_s_row_that_is_there_again_undoes_its_deletion_and_no_end_that_was_seen(
    upstream: str, end: SessionDestroyed | SessionVanished, is_over: bool
) -> None:
    app = replace(server(), upstream=upstream)
    seen = SessionSeen(at=NOW + 9, session="a", facts=written("a", NOW + 9, "").facts)
    ending: Event = replace(end, at=NOW + 5)
    found = known(app, *login("a", NOW, 1, "lab:a"), ending, seen)
    assert (found.ended is not None) == is_over


def test_the_first_ending_counts_and_refusals_only_repeat_it() -> None:
    events = [
        *login("a", NOW, 1, "lab:a"),
        SessionDestroyed(at=NOW + 1, session="a", reason="logout"),
        SessionRefused(at=NOW + 2, session="a", code="gone", reason="the store has none"),
    ]
    state = fold(State(), events)
    ended = Ended(life="logged-out", at=NOW + 1, reason="the user logged out")
    assert (state.sessions["a"].ended, state.over) == (ended, 1)


@pytest.mark.parametrize(("later", "life"), [(1.5, "logged-out"), (9, "gone")])
def test_a_response_says_why_the_row_is_gone_that_a_look_has_missed_before(
    later: float, life: str
) -> None:
    found = known(
        *login("a", NOW, 1, "lab:a"),
        SessionVanished(at=NOW + 1, session="a", reason="its row was deleted"),
        SessionDestroyed(at=NOW + 1 + later, session="a", reason="logout"),
    )
    assert found.ended is not None
    assert found.ended.life == life


@pytest.mark.parametrize("later", [0.2, 9])
def test_a_login_says_so_too(later: float) -> None:
    new = replace(written("b", NOW + 1 + later, "x2"), previous="a")
    found = known(
        *login("a", NOW, 1, "lab:a"),
        SessionVanished(at=NOW + 1, session="a", reason="its row was deleted"),
        new,
    )
    assert found.ended is not None
    assert found.ended.life == ("replaced" if later < 1 else "gone")


@pytest.mark.parametrize(
    ("began", "life"), [(NOW + 0.9, "replaced"), (NOW + 1.1, "gone")], ids=["before", "after"]
)
def test_a_login_that_began_after_the_row_had_gone_did_not_take_its_place(
    began: float, life: str
) -> None:
    vanished = SessionVanished(at=NOW + 1, session="a", reason="its row was deleted")
    asked = started("x2", began, "/login", "Chrome")
    new = replace(written("b", NOW + 1.2, "x2"), previous="a")
    found = known(*login("a", NOW, 1, "lab:a"), asked, vanished, new)
    assert found.ended is not None
    assert found.ended.life == life


def test_a_resurrected_session_is_not_over() -> None:
    events = [
        *login("a", NOW, 1, "lab:a"),
        SessionDestroyed(at=NOW + 1, session="a", reason="logout"),
        SessionResurrected(
            at=NOW + 2, session="a", destroyed_by="x2", destroyed_at=NOW + 1, reason="late"
        ),
    ]
    state = fold(State(), events)
    found = state.sessions["a"]
    assert (found.ended, found.is_resurrected, state.over) == (None, True, 0)


def test_a_write_starts_the_forced_clocks_again() -> None:
    events = [
        *login("a", NOW, 1, "lab:a"),
        ClockForced(at=NOW + 1, session="a", clock="absolute"),
    ]
    assert known(*events).forced == {"absolute": NOW + 1}
    assert known(*events, written("a", NOW + 2, "x9")).forced == {}


def test_events_of_an_unknown_session_change_none() -> None:
    events: list[Event] = [
        SessionDestroyed(at=NOW, session="a", reason="logout"),
        ClockForced(at=NOW, session="a", clock="absolute"),
        SessionResurrected(at=NOW, session="a", destroyed_by="x", destroyed_at=1, reason="r"),
    ]
    assert dict(fold(State(), events).sessions) == {}


def test_a_row_that_its_store_dropped_after_it_was_expired_by_hand_has_expired() -> None:
    forced = ClockForced(at=NOW + 1, session="a", clock="store")
    vanished = SessionVanished(at=NOW + 2, session="a", reason="deleted by somebody")
    orders: list[list[Event]] = [[forced, vanished], [vanished, forced]]
    for order in orders:
        ended = known(*login("a", NOW, 1, "lab:a"), *order).ended
        assert ended is not None
        assert (ended.life, ended.reason) == ("expired", "the store clock was expired by hand")
    token = ClockForced(at=NOW + 1, session="a", clock="access_token")
    ended = known(*login("a", NOW, 1, "lab:a"), token, vanished).ended
    assert ended is not None
    assert ended.life == "gone"


def test_a_row_that_its_store_dropped_at_its_end_has_expired() -> None:
    late = SessionVanished(at=NOW + 86_401, session="a", reason="its row has expired")
    ended = known(*login("a", NOW, 1, "lab:a"), late).ended
    assert ended == Ended(
        life="expired", at=NOW + 86_401, reason="its row has expired", origin="read"
    )


@pytest.mark.parametrize(
    ("began", "expected"), [(NOW + 1, "logged-out"), (NOW + 5, "gone")], ids=["before", "after"]
)
def test_a_look_that_came_before_a_slow_answer_does_not_say_how_the_session_ended(
    began: float, expected: str
) -> None:
    vanished = SessionVanished(at=NOW + 2, session="a", reason="its row was deleted")
    asked = started("x2", began, "/logout", "Chrome")
    logout = SessionDestroyed(at=NOW + 9, cause="x2", session="a", reason="logout")
    ended = known(*login("a", NOW, 1, "lab:a"), asked, vanished, logout).ended
    assert ended is not None
    assert ended.life == expected


def last_request(*events: Event) -> str:
    """Return which request brought session a last, in an app's traffic."""
    app = replace(server(), upstream="http://localhost:3000")
    numbered = [app, *login("a", NOW, 1, "Chrome"), *events]
    for seq, event in enumerate(numbered, 1):
        object.__setattr__(event, "seq", seq)
    sent = fold(State(), numbered).sessions["a"].sent
    return "" if sent is None else sent.exchange


def test_each_request_that_brings_a_session_is_its_last_one_without_a_verdict_too() -> None:
    first = (started("x2", NOW + 1, "/", "Chrome"), ended("x2", NOW + 1, 200, "a"))
    later = (started("x3", NOW + 5, "/", "Chrome"), ended("x3", NOW + 5, 200, "a"))
    assert last_request(*first) == "x2"
    assert last_request(*first, *later) == "x3"
    roll = (later[0], cookie("a", NOW + 5, "x3"), later[1])
    assert last_request(*first, *roll) == "x3"


def test_the_request_by_which_a_session_begins_has_not_brought_it() -> None:
    assert last_request() == ""
    asked = started("x2", NOW + 1, "/", "Chrome")
    assert isinstance(asked, ExchangeStarted)
    assert last_request(replace(asked, cookies=()), ended("x2", NOW + 1, 200, "a")) == ""
