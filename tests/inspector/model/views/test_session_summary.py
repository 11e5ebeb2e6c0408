"""What the list shows of each session: its life, its end and the reason."""

from __future__ import annotations

import pytest

from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.search import (
    session_rows,
)
from session_inspector.inspector.model.views.session_summary import SessionSummary
from tests.inspector.sample import NOW, sample_events, server, written

STATE = fold(State(), sample_events())


def test_each_session_has_its_life_and_reason() -> None:
    rows = {row.session: (row.life, row.reason) for row in session_rows(STATE, NOW)}
    assert rows == {
        "alice": ("live", ""),
        "bob": ("live", ""),
        "carol": ("revoked", "it was deleted in the store"),
        "dave": ("expired", "the inactivity clock was expired by hand"),
    }


def test_rows_tell_who_holds_it_and_how_big_it_is() -> None:
    rows = {row.session: row for row in session_rows(STATE, NOW)}
    assert (rows["alice"].who, rows["alice"].client, rows["alice"].cookies) == (
        "Alice Archer",
        "lab:alice",
        1,
    )
    assert (rows["bob"].client, rows["bob"].cookies, rows["bob"].size) == ("Chrome", 2, 7000)


def test_rolling_moves_the_end_and_the_earliest_clock_names_it() -> None:
    alice = next(row for row in session_rows(STATE, NOW) if row.session == "alice")
    assert (alice.ends, alice.ended_by) == (NOW - 600 + 180 + 86_400, "inactivity")


def test_it_is_expired_at_the_exact_second_without_any_event() -> None:
    ends = NOW - 600 + 180 + 86_400
    for now, life in ((ends - 0.5, "live"), (ends, "expired")):
        alice = next(row for row in session_rows(STATE, now) if row.session == "alice")
        assert alice.life == life
    assert alice.reason == "inactivity: no request for 1 d"


def test_the_absolute_clock_is_named_when_it_comes_first() -> None:
    late = written("a", NOW + 200_000, "x1", reason="roll", created=NOW)
    state = fold(State(), [server(), late])
    (row,) = session_rows(state, NOW + 200_001)
    assert (row.ends, row.ended_by) == (NOW + 259_200, "absolute")
    (over,) = session_rows(state, NOW + 259_200)
    assert over.reason == "absolute: 3 d after login, whatever the user did"


def summary(session: str) -> SessionSummary:
    return SessionSummary(STATE, STATE.sessions[session], NOW)


def test_a_summary_is_its_row() -> None:
    found = summary("dave")
    row = found.make_row()
    assert (row.who, row.life, row.ends, row.ended_by) == (
        "Dave [bold]Diaz[/]",
        "expired",
        NOW - 360,
        "inactivity",
    )
    assert (row.size, row.reason) == (found.size, found.reason)


@pytest.mark.parametrize("word", ["alice", "archer", "stateful", "lab:", "live"])
def test_a_word_is_found_in_any_text(word: str) -> None:
    assert summary("alice").has_word(word)
    assert not summary("alice").has_word("carol")


def test_the_reason_is_searched_too() -> None:
    assert summary("carol").has_word("deleted in the store")
