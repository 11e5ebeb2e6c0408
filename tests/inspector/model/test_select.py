"""What the list says of each session, and what the ladder says ends it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.session import SessionDestroyed, SessionVanished
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold, update
from session_inspector.inspector.model.views.ladder import axis_marks, share_of, timer_rows
from session_inspector.inspector.model.views.search import (
    ASKED,
    SORTS,
    matching,
    ran_out,
    session_rows,
)
from session_inspector.inspector.model.views.select import cookie_rows, status
from tests.inspector.sample import NOW, login, sample_events, server, written

STATE = fold(State(), sample_events())


def test_each_session_has_its_life_and_reason() -> None:
    rows = {row.session: (row.life, row.reason) for row in session_rows(STATE, NOW)}
    assert rows == {
        "alice": ("live", ""),
        "bob": ("live", ""),
        "carol": ("revoked", "somebody deleted it in the store"),
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


def test_the_ladder_is_ordered_and_marks_one_end() -> None:
    rows = timer_rows(STATE, "alice", NOW)
    assert [row.name for row in rows] == [
        "access_token",
        "inactivity",
        "cookie",
        "sealed",
        "store",
        "absolute",
        "provider",
        "refresh_token",
    ]
    assert [row.name for row in rows if row.is_first] == ["inactivity"]
    assert all(0 < row.share <= 1 for row in rows)
    assert rows[-1].share == 1.0


def test_a_forced_clock_ends_when_it_was_forced() -> None:
    forced = next(row for row in timer_rows(STATE, "dave", NOW) if row.name == "inactivity")
    assert (forced.ends, forced.is_forced, forced.is_past) == (NOW - 360, True, True)
    assert forced.left == "over, 6 min ago"


def test_no_clock_ends_what_was_revoked() -> None:
    assert not any(row.is_first for row in timer_rows(STATE, "carol", NOW))


def test_an_unknown_session_has_no_ladder_and_no_cookies() -> None:
    assert (timer_rows(STATE, "x", NOW), cookie_rows(STATE, "x")) == ((), ())


def test_the_axis_is_logarithmic_from_now_to_the_furthest() -> None:
    assert [share_of(left, 1000.0) for left in (0, -5, 1000, 2000)] == [0.0, 0.0, 1.0, 1.0]
    marks = axis_marks(timer_rows(STATE, "alice", NOW), NOW)
    assert [label for _, label in marks] == ["1 min", "1 h", "1 d", "7 d"]
    assert sorted(share for share, _ in marks) == [share for share, _ in marks]


def test_cookies_are_listed_live_first_in_chunk_order() -> None:
    rows = [(row.name, row.chunk, row.is_deleted) for row in cookie_rows(STATE, "bob")]
    assert rows == [
        ("__session__0", 0, False),
        ("__session__1", 1, False),
        ("__session__2", 2, True),
    ]


def test_the_status_counts_and_tells_the_store() -> None:
    row = status(STATE, NOW, ran_out(STATE, NOW))
    assert (row.live, row.over, row.is_store_up, row.offset) == (2, 2, True, "+01:00:00")
    assert row.policy == "rolling · 1 d idle · 3 d absolute"


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


def test_five_thousand_exchanges_fold_into_a_bounded_timeline() -> None:
    events = [e for n in range(5_000) for e in login("a", NOW + n, n, "lab:a")[:1]]
    assert len(fold(State(), events).timeline) == 5_000


def test_a_search_that_is_not_wanted_any_more_ends() -> None:
    asked: list[int] = []

    def is_wanted() -> bool:
        asked.append(1)
        return len(asked) < 3

    state = fold(State(), (written(f"s{n}", NOW, f"x{n}") for n in range(5 * ASKED)))
    found = matching(state, NOW, is_wanted=is_wanted)
    assert (len(asked), len(found)) == (4, 0), "another one has begun: nobody takes the half of it"
    assert len(matching(state, NOW)) == 5 * ASKED


@pytest.mark.parametrize("sort", SORTS)
def test_a_search_finds_what_the_short_list_shows(sort: str) -> None:
    state = fold(State(), sample_events())
    rows = session_rows(state, NOW, query="state:live", sort=sort)
    found = matching(state, NOW, query="state:live", sort=sort)
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
    at_once = matching(state, NOW, sort=sort)
    monkeypatch.setattr("session_inspector.inspector.model.views.search.PORTION", 7)
    assert matching(state, NOW, sort=sort) == at_once
    assert sorted(at_once) == sorted(names)
    users = [session.who for session in session_rows(state, NOW, sort="user")]
    assert users == sorted(users)
