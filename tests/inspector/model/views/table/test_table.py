"""The table finds the same sessions in the same order as a look at each of them does."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from session_inspector.devserver.core.events.base import Kind, TimerName
from session_inspector.devserver.core.events.session import (
    ClockForced,
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionVanished,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.listing import Listing
from session_inspector.inspector.model.facts.rows import RunOut
from session_inspector.inspector.model.facts.state import State, empty
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.search import (
    AT_ONCE,
    SORTS,
    count_run_out,
    match_sessions,
)
from session_inspector.inspector.model.views.table.table import SearchTable
from tests.inspector.model.events import answered
from tests.inspector.sample import (
    NOW,
    cookie,
    sample_events,
    seen_as_visitor,
    server,
    shown_again,
    started,
    written,
)

NAMES = ("s1", "S2", "ÄB", "s\ud800", "x-long", "İx", "st'r\"")
PEOPLE = (
    "Ann",
    "ÉMILE",
    "İlker",
    "ΣΟΦΟΣ",
    "straße",
    "中文 user",
    "o'b%_",
    "\udc00odd",
    "",
    "Zoë🦉",
)
CLIENTS = ("lab:alice", "Chrome", "ČHROMIUM", "store")
TIMES = (NOW - 400_000, NOW - 90_000, NOW - 3600, NOW - 1.5, NOW, NOW + 86_400)
WORDS = (
    *("user:", "user:É", "user:ü", "user:ann", "client:chrom", "client:Č", "state:", "state:live"),
    *(
        "state:exp",
        "state:re",
        "state:acc",
        "state:in-",
        "state:vis",
        "accepts",
        "kind:stateful",
        "kind:state",
        "kind:u",
        "id:s",
        "id:ä",
        "id:S2",
    ),
    *("size:>500", "size:<1k", "size:>0", "expires:<1d", "expires:>25h", "expires:<3d", "is:"),
    *("is:problem", "ann", "émile", "absolute", "inactivity", "hand", "live", "logged", "revoked"),
    *(
        "ς",
        "🦉",
        "σ",
        "o'b%_",
        "_",
        "%",
        "-",
        "!",
        "store",
        "clock",
        "<dc00>",
        "'",
        "i̇",
        "nothing:x",
    ),
)


def always() -> bool:
    return True


def made(number: int, name: str, person: str, at: float, kind: Kind) -> Iterable[Event]:
    exchange = f"x{number}"
    yield started(exchange, at, "/", CLIENTS[number % len(CLIENTS)])
    yield written(name, at, exchange, kind=kind, who=(f"local|{person}", person))
    if number % 3:
        yield cookie(name, at, exchange, size=100 + number)


def changed(what: int, name: str, at: float, timer: TimerName) -> Event:
    choices: Sequence[Event] = (
        SessionLoaded(at=at, cause="x1", session=name, sub="local|a"),
        SessionRefused(at=at, cause="x2", session=name, code="expired", reason="it has expired"),
        SessionRefused(at=at, session=name, code="unknown", reason="no row", origin="seen"),
        SessionDestroyed(at=at, session=name, reason="logout"),
        SessionDestroyed(at=at, session=name, reason="revoked"),
        shown_again(name, at, "accepted"),
        shown_again(name, at, "answered"),
        SessionVanished(at=at, session=name, reason="its row is gone"),
        ClockForced(at=at, session=name, clock=timer),
        seen_as_visitor(name, at),
        SessionRefused(at=at, session=name, code="401", reason="refused", origin="seen"),
        answered(name, at),
    )
    return choices[what % len(choices)]


EVENTS = st.one_of(
    st.builds(
        lambda *all_: list(made(*all_)),
        st.integers(0, 50),
        st.sampled_from(NAMES),
        st.sampled_from(PEOPLE),
        st.sampled_from(TIMES),
        st.sampled_from(get_args(Kind)),
    ),
    st.builds(
        lambda *all_: [changed(*all_)],
        st.integers(0, 11),
        st.sampled_from(NAMES),
        st.sampled_from(TIMES),
        st.sampled_from(get_args(TimerName)),
    ),
)
WORD = st.builds(
    lambda mark, word: mark + word, st.sampled_from(("", "", "-")), st.sampled_from(WORDS)
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(EVENTS, max_size=25),
    st.integers(2, 9),
    st.lists(st.tuples(st.lists(WORD, max_size=3), st.sampled_from(sorted(SORTS)), st.booleans())),
    st.sampled_from(TIMES),
)
def test_a_table_finds_the_same_in_the_same_order(
    histories: list[list[Event]],
    limit: int,
    questions: list[tuple[list[str], str, bool]],
    now: float,
) -> None:
    table = SearchTable()
    state = fold(empty(limit), [server(NOW)])
    for number, events in enumerate(histories):
        state = fold(state, events)
        if number % 5 == 0:
            assert table.count_run_out(state, now, always) == count_run_out(state, now)
    for words, sort, is_reversed in [([], "newest", False), *questions]:
        listing = Listing(" ".join(words), sort, is_reversed)
        assert found(table, state, now, listing) == looked(state, now, listing), listing


def found(table: SearchTable, state: State, now: float, listing: Listing) -> list[str]:
    names = table.find(state, now, listing, always)
    assert names is not None
    return list(names)


def looked(state: State, now: float, listing: Listing) -> list[str]:
    return list(
        match_sessions(
            state,
            now,
            query=listing.query,
            sort=listing.sort,
            is_reversed=listing.is_reversed,
        )
    )


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("now", [NOW, NOW + 100_000, NOW + 259_200])
def test_each_word_of_the_language_keeps_the_same_and_so_does_its_negation(
    word: str, now: float
) -> None:
    state = fold(State(), sample_events())
    table = SearchTable()
    for query in (word, f"-{word}", f"!{word} {word}"):
        listing = Listing(query, "newest")
        assert found(table, state, now, listing) == looked(state, now, listing)


@pytest.mark.parametrize("second", [-1, 0, 1])
def test_a_session_runs_out_at_the_exact_second(second: int) -> None:
    state = fold(State(), [written("a", NOW, "")])
    end = min(timer.ends or 0 for timer in state.sessions["a"].facts.timers if timer.ends_session)
    table = SearchTable()
    assert table.count_run_out(state, end + second, always) == RunOut(live=int(second >= 0))
    assert found(table, state, end + second, Listing("state:live", "user")) == ["a"] * (second < 0)


def crowd(count: int, first: int = 0) -> list[Event]:
    return [
        written(f"s{n}", NOW + n, "", who=(f"local|{n}", f"user {n * 7919 % 1000:03d}"))
        for n in range(first, first + count)
    ]


def test_an_older_state_finds_none_of_the_newer_sessions() -> None:
    older = fold(State(), crowd(5))
    newer = fold(older, crowd(5, first=5))
    table = SearchTable()
    assert len(found(table, newer, NOW, Listing("", "user"))) == 10
    assert found(table, older, NOW, Listing("", "newest")) == ["s4", "s3", "s2", "s1", "s0"]


def test_a_table_follows_in_portions_and_a_search_writes_the_rest() -> None:
    table = SearchTable()
    state = State()
    for first in range(0, 3000, 100):
        state = fold(state, crowd(100, first))
        table.follow(state)
    assert len(found(table, state, NOW, Listing("", "newest"))) == 3000
    state = fold(state, [replace(crowd(1)[0], at=NOW + 9999)])
    listing = Listing("user:000", "size")
    assert found(table, state, NOW, listing) == looked(state, NOW, listing)


def test_a_table_that_has_fallen_too_far_behind_is_written_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("session_inspector.inspector.model.facts.kept.known_sessions.NOTED", 10)
    state = fold(State(), crowd(3))
    table = SearchTable()
    found(table, state, NOW, Listing("", "newest"))
    state = fold(state, [*crowd(40), SessionDestroyed(at=NOW, session="s1", reason="logout")])
    for listing in (Listing("", "user"), Listing("state:logged-out", "newest")):
        assert found(table, state, NOW, listing) == looked(state, NOW, listing)


def test_sessions_that_newer_ones_have_pushed_out_are_not_found() -> None:
    table = SearchTable()
    state = empty(300)
    for first in range(0, 5000, 250):
        state = fold(state, crowd(250, first))
        table.follow(state)
    names = found(table, state, NOW, Listing("", "newest"))
    assert names == [f"s{n}" for n in range(4999, 4699, -1)]


def test_a_short_list_is_in_no_table() -> None:
    table = SearchTable()
    state = fold(State(), crowd(AT_ONCE))
    table.follow(state)
    assert table.find_number("s1") is None


def test_keys_do_not_wait_for_a_search() -> None:
    table = SearchTable()
    state = fold(State(), crowd(AT_ONCE + 1))
    with table._lock:
        writer = threading.Thread(target=table.follow, args=(state,))
        writer.start()
        writer.join(60)
        assert not writer.is_alive()
    assert table.find_number("s1") is None, "it was not written: a later one will be"
    table.follow(state)
    assert table.find_number("s1") == 1


def test_a_search_that_is_not_wanted_any_more_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("session_inspector.inspector.model.views.table.table.STEPS", 100)
    state = fold(State(), crowd(1000))
    table = SearchTable()
    found(table, state, NOW, Listing("", "user"))
    asked: list[int] = []

    def is_wanted() -> bool:
        asked.append(1)
        return len(asked) < 5

    assert table.find(state, NOW, Listing("", "user"), is_wanted) is None
    assert len(asked) <= 10, "it has not gone through all"
    assert len(found(table, state, NOW, Listing("", "user"))) == 1000
