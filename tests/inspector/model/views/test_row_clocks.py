"""Clocks of a row: which one counts, and what is said of those beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.base import Timer
from session_inspector.devserver.core.events.session import SessionDestroyed, SessionVanished
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.ladder import timer_rows
from session_inspector.inspector.model.views.session_rows import session_row
from tests.inspector.sample import NOW, server, written

ROW = Timer(name="store", ends=NOW + 30_000, ends_session=True)


def inside(ends: float, *, is_obeyed: bool = False) -> Timer:
    return Timer(name="inside", ends=ends, ends_session=is_obeyed, where="cookie.expires")


def state_of(*timers: Timer) -> State:
    made = written("alice", NOW, "x1")
    facts = replace(made.facts, kind="stateful", timers=timers, sid="")
    return fold(State(), [replace(made, facts=facts)])


def notes(*timers: Timer) -> dict[str, str]:
    return {row.name: row.note for row in timer_rows(state_of(*timers), "alice", NOW)}


@pytest.mark.parametrize(
    ("row", "end", "said"),
    [
        (ROW, NOW + 30, "⚠ cookie.expires, 8 h before the row ends: its framework ignores"),
        (ROW, NOW + 30_060, "⚠ cookie.expires, 1 min after the row ends: its framework ignores"),
        (ROW, NOW + 30_002, "cookie.expires: its framework ignores it"),
        (replace(ROW, ends=None), NOW, "⚠ cookie.expires, and the row itself never ends"),
    ],
)
def test_an_end_inside_a_row_that_disagrees_is_flagged(row: Timer, end: float, said: str) -> None:
    assert notes(row, inside(end))["inside"].startswith(said)


def test_an_end_inside_that_counts_says_so() -> None:
    state = state_of(ROW, inside(NOW + 30, is_obeyed=True))
    first = timer_rows(state, "alice", NOW)[0]
    assert (first.name, first.is_first) == ("inside", True)
    assert first.note == "cookie.expires: its framework refuses the row from then on"
    row = session_row(state, "alice", NOW + 31)
    assert row is not None
    assert (row.life, row.reason) == (
        "expired",
        "its framework refuses the row: the end inside it has passed",
    )


def test_a_session_is_live_while_its_row_is_whatever_stands_inside() -> None:
    row = session_row(state_of(ROW, inside(NOW - 60)), "alice", NOW)
    assert row is not None
    assert (row.life, row.ends, row.ended_by) == ("live", NOW + 30_000, "store")


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (NOW + 20, "⚠ ends 8 h before the row: browsers delete the cookie of a session that"),
        (NOW + 60_000, "⚠ ends 8 h after the row: it is still sent, and refused"),
        (NOW + 30_005, "the browser deletes the cookie"),
        (None, "the browser deletes the cookie"),
    ],
)
def test_a_cookie_that_outlives_its_row_or_dies_before_it_is_flagged(
    ends: float | None, said: str
) -> None:
    assert notes(ROW, Timer(name="cookie", ends=ends))["cookie"].startswith(said)


def test_an_end_that_only_cleans_up_ends_nothing() -> None:
    cleaned = Timer(name="store", ends=NOW - 5)
    assert "until it does, the app accepts it" in notes(cleaned)["store"]
    row = session_row(state_of(cleaned), "alice", NOW)
    assert row is not None
    assert row.life == "live"


def test_clocks_of_the_configuration_end_nothing_in_an_app_s_store() -> None:
    ours = Timer(name="absolute", ends=NOW - 5)
    assert "by [session] of the configuration" in notes(ROW, ours)["absolute"]


REVOKED = SessionDestroyed(at=NOW + 1, session="alice", reason="revoked", cause="cmd1")
GONE = SessionVanished(at=NOW + 1, session="alice", is_deleted=True, reason="it was deleted")


@pytest.mark.parametrize("end", [REVOKED, GONE, replace(GONE, reason="")])
@pytest.mark.parametrize("inner", [inside(NOW + 30), inside(NOW + 30, is_obeyed=True)])
def test_a_row_that_is_gone_has_no_clock_and_disagrees_with_nothing(
    end: Event, inner: Timer
) -> None:
    ours = Timer(name="absolute", ends=NOW + 90)
    state = state_of(ROW, inner, ours, Timer(name="cookie", ends=NOW + 20, ends_session=False))
    attached = replace(server(), upstream="http://localhost:3000")
    state = fold(state, [attached, end])
    rows = {row.name: row for row in timer_rows(state, "alice", NOW + 2)}
    assert rows["cookie"].note == "the browser deletes the cookie"
    assert (rows["store"].left, rows["inside"].left) == ("stopped", "stopped")
    assert not [row.note for row in rows.values() if "never ends" in row.note or "⚠" in row.note]
