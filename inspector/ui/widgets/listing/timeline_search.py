"""The lines of the timeline as a person wants them; a long one is looked through in a thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from textual.dom import DOMNode

from session_inspector.inspector.model.facts.listing import Listing
from session_inspector.inspector.model.facts.logs import Reversed
from session_inspector.inspector.model.facts.rows import TimelineRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.lists.event_search import (
    AT_ONCE,
    Entry,
    describe_events,
    event_rows,
    match_events,
    newest_entries,
)
from session_inspector.inspector.model.views.timeline import timeline_rows
from session_inspector.inspector.ui.lookup import Lookup, Wanted

Found: TypeAlias = tuple[Sequence[Entry], int]
"""What fits, and how many entries there had ever been when it was looked for."""


class TimelineSearch:
    """Keeps what was found last."""

    def __init__(self, owner: DOMNode, when_found: Callable[[], object]) -> None:
        """`owner` runs the workers; `when_found` is called after each answer."""
        self._search: Lookup[Found] = Lookup(owner, "events", ((), 0), when_found)
        self._kept: tuple[object, Listing, list[Entry]] | None = None
        """Of a short timeline: what was looked through, for what, and what was found."""
        self._count = 0
        self._is_looking = False

    def find_rows(self, state: State, listing: Listing) -> Sequence[TimelineRow]:
        """Return the lines that are wanted."""
        rows = self._find(state, listing)
        self._count = len(rows)
        return rows

    def describe(self, listing: Listing) -> str:
        """Return what the title says of the order and the filter."""
        return describe_events(listing, self._count, is_busy=self._is_looking)

    def _find(self, state: State, listing: Listing) -> Sequence[TimelineRow]:
        self._is_looking = False
        if not listing.query.strip() and not listing.sort:
            self._search.forget()
            rows = timeline_rows(state)
            if listing.is_reversed:
                return Reversed(rows)
            return rows
        if len(state.loud) <= AT_ONCE:
            self._search.forget()
            return event_rows(state, self._find_at_once(state, listing))
        return event_rows(state, self._find_in_thread(state, listing))

    def _find_at_once(self, state: State, listing: Listing) -> Sequence[Entry]:
        searched = (state.loud.total, len(state.sweep))
        if self._kept is None or self._kept[:2] != (searched, listing):
            found = match_events(state, newest_entries(state), listing)
            self._kept = (searched, listing, found)
        return self._kept[2]

    def _find_in_thread(self, state: State, listing: Listing) -> Sequence[Entry]:
        """Return what was found last, with what has come since."""

        def find(is_wanted: Wanted) -> Found:
            entries = newest_entries(state)
            return match_events(state, entries, listing, is_wanted), state.loud.total

        found, total = self._search.ask(listing, find, state.loud, is_awaited=True)
        self._is_looking = self._search.is_busy
        if self._is_looking or total == state.loud.total:
            return found
        newer = match_events(state, newest_entries(state, total)[-AT_ONCE:], listing)
        if listing.is_reversed:
            return [*newer, *found]
        return [*found, *newer]
