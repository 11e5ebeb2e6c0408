"""What the list says of each session, and what the ladder says ends it."""

from __future__ import annotations

import pytest

from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.search import (
    ASKED,
    SORTS,
    match_sessions,
    session_rows,
)
from tests.inspector.sample import NOW, sample_events, written

STATE = fold(State(), sample_events())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["dave", "carol", "bob", "alice"]),
        ("user:alice", ["alice"]),
        ("state:live", ["bob", "alice"]),
        ("kind:stateless client:chrome", ["bob"]),
        ("size:>4k", ["bob"]),
        ("size:<4k state:live", ["alice"]),
        ("expires:<30h", ["bob", "alice"]),
        ("expires:<1m", []),
        ("baker", ["bob"]),
        ("nothing:here", ["dave", "carol", "bob", "alice"]),
        ("size:big", ["dave", "carol", "bob", "alice"]),
    ],
)
def test_the_filter_keeps_what_fits_and_a_wrong_one_keeps_all(query: str, found: list[str]) -> None:
    assert [row.session for row in session_rows(STATE, NOW, query=query)] == found


@pytest.mark.parametrize(
    ("sort", "first"), [("newest", "dave"), ("user", "alice"), ("size", "bob"), ("expires", "bob")]
)
def test_sorting(sort: str, first: str) -> None:
    assert session_rows(STATE, NOW, sort=sort)[0].session == first


def test_a_search_that_is_not_wanted_any_more_ends() -> None:
    asked: list[int] = []

    def is_wanted() -> bool:
        asked.append(1)
        return len(asked) < 3

    state = fold(State(), (written(f"s{n}", NOW, f"x{n}") for n in range(5 * ASKED)))
    found = match_sessions(state, NOW, is_wanted=is_wanted)
    assert (len(asked), len(found)) == (4, 0), "another one has begun: nobody takes the half of it"
    assert len(match_sessions(state, NOW)) == 5 * ASKED


@pytest.mark.parametrize("sort", SORTS)
def test_a_search_finds_what_the_short_list_shows(sort: str) -> None:
    state = fold(State(), sample_events())
    rows = session_rows(state, NOW, query="state:live", sort=sort)
    found = match_sessions(state, NOW, query="state:live", sort=sort)
    assert found == [row.session for row in rows]


@pytest.mark.parametrize("sort", SORTS)
def test_a_list_that_is_sorted_in_portions_is_sorted(
    sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"s{n * 7919 % 60}" for n in range(60)]
    state = fold(
        State(),
        (
            written(name, NOW + n // 3, f"x{n}", who=(name, f"user {n % 11}"))
            for n, name in enumerate(names)
        ),
    )
    at_once = match_sessions(state, NOW, sort=sort)
    monkeypatch.setattr("session_inspector.inspector.model.views.search.PORTION", 7)
    assert match_sessions(state, NOW, sort=sort) == at_once
    assert sorted(at_once) == sorted(names)
    users = [session.who for session in session_rows(state, NOW, sort="user")]
    assert users == sorted(users)
