"""One aligned line a request; open, its story; filtered and sorted."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from session_inspector.inspector.model.boards.request_list import (
    COLUMNS,
    REQUEST,
    SORTS,
    RequestView,
    describe_listing,
    find_request,
    name_columns,
    request_lines,
)
from session_inspector.inspector.model.facts.listing import Listing
from session_inspector.inspector.model.facts.rows import Field
from tests.inspector.busy import busy_events
from tests.inspector.model.events import state_of
from tests.inspector.sample import NOW, ended, started, swept

STATE = state_of(*busy_events())
WIDTHS = (40, 55, 75, 100, 136, 196)


def lines(
    query: str = "", sort: str = "", *, is_reversed: bool = False, width: int = 120
) -> Sequence[Field]:
    listing = Listing(query, sort, is_reversed)
    return request_lines(STATE, RequestView(listing=listing, width=width))


def names(found: Sequence[Field]) -> list[str]:
    return [line.exchange for line in found if line.key.startswith(REQUEST)]


def text_of(line: Field) -> str:
    return "".join(piece for piece, _ in line.lead) + line.value


def test_a_request_is_one_line_with_all_that_a_person_looks_for() -> None:
    (line,) = lines("id:x5", width=140)
    assert text_of(line).split() == [
        "▸",
        "x5",
        "08:46:20",
        "GET",
        "/protected",
        "200",
        "1.5",
        "Alice",
        "Archer",
        "alice",
        "169",
        "B",
        "→",
        "rolled",
    ]
    assert (line.session, line.exchange) == ("alice", "x5")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_line_is_aligned_with_the_names_above(width: int) -> None:
    columns = name_columns(width)[:-1]
    leads = {
        tuple(len(piece) for piece, _ in line.lead)
        for line in lines(width=width)
        if line.key.startswith(REQUEST)
    }
    assert leads == {tuple(column.width + 1 for column in columns)}
    if width >= 55:
        assert sum(next(iter(leads))) + len("→ rolled") <= width


def test_a_wide_line_has_every_column_and_a_narrow_one_what_matters_most() -> None:
    assert [column.name for column in name_columns(196)[:-1]] == [one.name for one in COLUMNS]
    narrow = [column.name for column in name_columns(55)]
    assert narrow == ["", "id", "time", "method", "path", "status", "ms", "cookie"]


def test_an_open_request_has_its_story_below_with_lanes() -> None:
    closed = lines()
    key = next(line.key for line in closed if line.exchange == "x30")
    opened = request_lines(STATE, RequestView(unfolded=frozenset({key})))
    at = next(at for at, line in enumerate(opened) if line.key == key)
    story = [line for line in opened[at + 1 : at + 4]]
    assert text_of(opened[at]).startswith("▾")
    assert all(line.exchange == "x30" for line in story)
    assert "●" in "".join(piece for piece, _ in story[0].lead)
    assert len(opened) > len(closed)


def test_the_sdks_chunk_deletions_are_one_line_of_the_story() -> None:
    sweeps = [swept("", NOW, "x9", f"__session__{number}") for number in range(10)]
    events = [started("x9", NOW, "/auth/logout", "c"), *sweeps, ended("x9", NOW, 307)]
    state = state_of(*events)
    (head,) = request_lines(state, RequestView())
    found = request_lines(state, RequestView(unfolded=frozenset({head.key})))
    assert len(found) == 4
    assert "deletes 10 cookies: __session__0, __session__1" in found[2].value


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("status:401", ["x6", "x32", "x44"]),
        ("status:>399 -status:401", ["x21", "x42"]),
        ("method:post -status:4", ["x40", "x41"]),
        ("is:provider", ["x40", "x41", "x42"]),
        ("cookie:set user:bob", ["x2"]),
        ("user:carol is:problem", ["x6"]),
        ("path:/api", ["x30"]),
        ("client:curl", ["x44"]),
        ("ms:>100", []),
        ("is:open", []),
    ],
)
def test_the_filter_speaks_of_requests(query: str, kept: list[str]) -> None:
    assert names(lines(query)) == kept


def test_a_wrong_word_is_named_and_keeps_all() -> None:
    found = lines("size:big")
    assert len(names(found)) == len(names(lines()))
    assert describe_listing(found, Listing("size:big")).startswith("⚠ size:big is not an amount")


def test_the_title_says_how_many_fit_and_in_which_order() -> None:
    listing = Listing("status:401", "ms", is_reversed=True)
    found = request_lines(STATE, RequestView(listing=listing))
    assert describe_listing(found, listing) == "by ms reversed · 3 fit the filter: status:401"
    assert describe_listing(lines(), Listing()) == ""


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_keeps_all_and_turns_round(sort: str) -> None:
    there = names(lines(sort=sort))
    assert sorted(there) == sorted(names(lines()))
    assert names(lines(sort=sort, is_reversed=True)) == there[::-1]


def test_the_worst_answers_come_first() -> None:
    assert names(lines(sort="status"))[:4] == ["x6", "x32", "x44", "x21"]


def test_a_request_is_found_by_its_name() -> None:
    found = lines()
    number = find_request(found, STATE, "x32")
    assert number is not None
    assert found[number].exchange == "x32"
    assert find_request(lines("status:200"), STATE, "x32") is None
    assert find_request(found, STATE, "x999") is None


def test_every_column_that_sorts_names_an_order() -> None:
    assert {column.sort for column in name_columns(200) if column.sort} <= set(SORTS)
