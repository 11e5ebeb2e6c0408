"""A search in the table, and without one."""

from __future__ import annotations

import pytest

from session_inspector.inspector.model.facts.listing import Listing
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.table.search import search
from session_inspector.inspector.model.views.table.table import SearchTable
from tests.inspector.sample import NOW, sample_events

STATE = fold(State(), sample_events())


@pytest.mark.parametrize(
    ("query", "found", "place"),
    [
        ("", ["alice", "bob", "carol", "dave"], 1),
        ("state:live", ["alice", "bob"], 1),
        ("-state:live", ["carol", "dave"], None),
        (" ".join(f"-w{n}" for n in range(3000)), ["alice", "bob", "carol", "dave"], 1),
    ],
)
@pytest.mark.parametrize("table", [None, SearchTable()])
def test_a_search_finds_names_and_the_place_of_the_marked_one(
    query: str, found: list[str], place: int | None, table: SearchTable | None
) -> None:
    listing = Listing(query, "user")
    names, at = search(table, STATE, NOW, listing, marked="bob", is_wanted=lambda: True)
    assert (list(names), at) == (found, place)


def test_a_session_that_is_not_known_stands_nowhere() -> None:
    for table in (None, SearchTable()):
        names, at = search(
            table, STATE, NOW, Listing("", "user"), marked="nobody", is_wanted=lambda: True
        )
        assert (len(names), at) == (4, None)


def test_a_search_that_is_not_wanted_finds_nothing() -> None:
    for table in (None, SearchTable()):
        names, at = search(
            table, STATE, NOW, Listing("", "user"), marked="bob", is_wanted=lambda: False
        )
        assert (list(names), at) == ([], None)
