"""The timeline's filter speaks of events, in the language of every filter."""

from __future__ import annotations

import pytest

from session_inspector.inspector.model.facts.listing import Listing
from session_inspector.inspector.model.lists.event_search import (
    SORTS,
    compile_events,
    describe_events,
    event_rows,
    match_events,
    newest_entries,
)
from session_inspector.inspector.model.views.timeline import timeline_rows
from tests.inspector.busy import busy_events
from tests.inspector.model.events import state_of
from tests.inspector.sample import NOW, swept

STATE = state_of(*busy_events())


def titles(query: str = "", sort: str = "", *, is_reversed: bool = False) -> list[str]:
    listing = Listing(query, sort, is_reversed)
    found = match_events(STATE, newest_entries(STATE), listing)
    return [row.title for row in event_rows(STATE, found)]


def test_without_a_filter_it_is_the_timeline() -> None:
    assert titles() == [row.title for row in timeline_rows(STATE)]


@pytest.mark.parametrize(
    ("query", "some"),
    [
        ("event:rolled", {"rolled"}),
        ("user:alice event:created", {"session created"}),
        ("path:/protected event:rolled user:alice", {"rolled"}),
        ("id:x31 event:200", {"200"}),
        ("client:curl method:get event:401", {"401"}),
        ("carol event:refused", {"session refused: gone"}),
    ],
)
def test_all_words_must_fit(query: str, some: set[str]) -> None:
    assert set(titles(query)) == some


def test_a_word_is_turned_round() -> None:
    assert len(titles("event:rolled")) + len(titles("-event:rolled")) == len(titles())


def test_problems_are_what_is_drawn_as_one_and_what_raised_an_alarm() -> None:
    found = titles("is:problem")
    assert "login failed" in " ".join(found)
    assert "session created" not in found
    assert 0 < len(found) < len(titles())


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_turns_round(sort: str) -> None:
    assert titles(sort=sort, is_reversed=True) == titles(sort=sort)[::-1]


def test_deletions_of_one_response_are_one_entry_of_what_is_searched() -> None:
    sweeps = [swept("s", NOW, "x1", f"__session__{number}") for number in range(4)]
    state = state_of(*sweeps)
    found = match_events(state, newest_entries(state), Listing("event:deleted"))
    assert [row.title for row in event_rows(state, found)] == ["4 cookies deleted"]


def test_only_what_came_since_is_looked_through_again() -> None:
    total = STATE.loud.total
    assert len(newest_entries(STATE, total - 3)) == 3
    assert list(newest_entries(STATE, total)) == []


def test_a_search_that_nobody_wants_any_more_ends() -> None:
    assert match_events(STATE, newest_entries(STATE), Listing("rolled"), lambda: False) == []


def test_the_title_says_what_is_shown() -> None:
    assert describe_events(Listing(), 9) == ""
    assert describe_events(Listing("a"), 3) == "3 fit the filter: a"
    assert describe_events(Listing("", "", is_reversed=True), 9) == "newest first"
    assert describe_events(Listing("a", "user", is_reversed=True), 1) == (
        "by user reversed · 1 fit the filter: a"
    )
    assert describe_events(Listing("size:>1"), 9).startswith("⚠ size: is not a filter key")
    assert describe_events(Listing("a"), 0, is_busy=True) == "looking …"
    assert compile_events("is:problem").problem == ""
