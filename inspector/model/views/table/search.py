"""Searches a long list: in its table, and where that cannot say it, session by session."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.listing import Listing
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.search import find_position, match_sessions
from session_inspector.inspector.model.views.table.table import SearchTable


def search(
    table: SearchTable | None,
    state: State,
    now: Seconds,
    listing: Listing,
    *,
    marked: str,
    is_wanted: Callable[[], bool],
) -> tuple[Sequence[str], int | None]:
    """Return the names of the sessions that a list keeps, sorted, and where the marked one stands.

    It runs in a thread; what comes of it once it is not wanted any more is no answer.
    """
    if table is not None:
        try:
            return _search_table(table, state, now, listing, marked, is_wanted)
        except sqlite3.Error:  # a filter of a thousand words is too deep for SQLite
            pass
    names = match_sessions(
        state,
        now,
        query=listing.query,
        sort=listing.sort,
        is_reversed=listing.is_reversed,
        is_wanted=is_wanted,
    )
    return names, find_position(names, marked)


def _search_table(
    table: SearchTable,
    state: State,
    now: Seconds,
    listing: Listing,
    marked: str,
    is_wanted: Callable[[], bool],
) -> tuple[Sequence[str], int | None]:
    names = table.find(state, now, listing, is_wanted)
    if names is None:
        return (), None
    number = table.find_number(marked)
    if number is None:
        return names, None
    return names, names.find_number(number)
