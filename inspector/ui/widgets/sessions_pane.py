"""The sessions with the names of their columns; long lists are searched in a thread."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TypeAlias

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.css.query import NoMatches

from session_inspector.inspector.model.facts.logs import Concatenated, Reversed
from session_inspector.inspector.model.facts.rows import SessionRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.filters import compile_filter
from session_inspector.inspector.model.views.search import is_long, session_rows
from session_inspector.inspector.model.views.session_rows import list_sessions
from session_inspector.inspector.model.views.table.search import search
from session_inspector.inspector.model.views.watch_mode import welcome
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.ui.lookup import Lookup, Wanted
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.listing.column_heads import ColumnHeads
from session_inspector.inspector.ui.widgets.plain_title import plain_title
from session_inspector.inspector.ui.widgets.session_list import SessionList, name_columns

Found: TypeAlias = tuple[Sequence[str], int, int | None]
"""Names of sessions, how many there had ever been when they were looked for, and where the marked
one stands."""
NOTHING_FITS = mark_keys("\n  No session matches the filter. <back> clears it.")


class SessionsPane(Vertical):
    """Lists what fits the filter, in the chosen order."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._search: Lookup[Found] = Lookup(self, "search", ((), 0, None), self._draw_again)
        self._seen: Found = self._search.value
        self._marked_place: int | None = None
        """Where a search has found the marked session."""
        self._title = ""
        self._view = View()

    def compose(self) -> ComposeResult:
        yield ColumnHeads("sessions", id="heads")
        yield SessionList(id="sessions")

    def on_resize(self) -> None:
        sessions = self.query_one(SessionList)
        self._draw_names(sessions, is_shown=bool(sessions.rows))

    def draw(self, view: View) -> None:
        """Show what there is now."""
        self._view = view
        state = view.state
        sessions = self.query_one(SessionList)
        rows = self._find_rows(view)
        sessions.now = view.now
        sessions.marked = view.marked
        sessions.empty = view.spell(welcome(state, view.guide))
        if view.query and state.sessions:
            sessions.empty = view.spell(NOTHING_FITS)
        sessions.show(rows, self._marked_place)
        self._marked_place = None
        if is_long(state) and not sessions.is_touched:
            sessions.go_to(
                0, by_hand=False
            )  # a store is being read: nobody has marked what came first
        self._draw_names(sessions, is_shown=bool(rows))
        self._draw_title(view, len(rows))

    def _draw_names(self, sessions: SessionList, *, is_shown: bool) -> None:
        heads = self.query_one(ColumnHeads)
        if heads.display != is_shown:
            heads.display = is_shown
        listing = self._view.listing("sessions")
        columns = name_columns(sessions.scrollable_content_region.width)
        heads.show(columns, listing.sort, is_reversed=listing.is_reversed)

    def _draw_title(self, view: View, count: int) -> None:
        is_busy = self._search.is_busy and not _is_plain(view)
        title = f"Sessions · {_describe_list(view, count, is_busy=is_busy)}"
        if self._title != title:
            self._title = title
            self.border_title = plain_title(title)

    def _find_rows(self, view: View) -> Sequence[SessionRow]:
        """Return what the list shows; long ones are filtered and sorted in a thread."""
        state = view.state
        if not is_long(state):
            self._search.forget()
            listing = view.listing("sessions")
            return session_rows(
                state,
                view.now,
                query=listing.query,
                sort=listing.sort,
                is_reversed=listing.is_reversed,
            )
        names, total, place = self._ask(view)
        newer = 0
        if _is_plain(view):
            newer = len(state.order)  # no search has ended yet
            if total:
                newer = state.order.total - total
            names = _with_newer(state, newer, names)
        if self._search.value is not self._seen:  # rows may have moved far: find the marked one
            self._seen = self._search.value
            self._marked_place = None
            if place is not None:
                self._marked_place = newer + place
        return list_sessions(state, names, view.now)

    def _ask(self, view: View) -> Found:
        """Return what the last search found; a new one starts when it is time."""
        state = view.state
        listing = view.listing("sessions")

        def find(is_wanted: Wanted) -> Found:
            names, place = search(
                view.table, state, view.now, listing, marked=view.session, is_wanted=is_wanted
            )
            return names, state.order.total, place

        question = (listing.sort, listing.is_reversed, listing.query.strip())
        return self._search.ask(question, find, state.sessions, is_awaited=not _is_plain(view))

    def _draw_again(self) -> None:
        with suppress(NoMatches):  # the screen is being closed: half of its widgets are gone
            self.draw(self._view)


def _with_newer(state: State, count: int, names: Sequence[str]) -> Sequence[str]:
    """Return so many of the newest sessions before those that a search found."""
    return Concatenated(Reversed(state.order), count, names, len(state.order))


def _is_plain(view: View) -> bool:
    """Check whether the list shows all, the newest first: it need not wait for a search."""
    listing = view.listing("sessions")
    is_newest = listing.sort == "newest" and not listing.is_reversed
    return is_newest and not listing.query.strip()


def _describe_list(view: View, count: int, *, is_busy: bool) -> str:
    problem = compile_filter(view.query).problem
    total = len(view.state.order)
    if problem:
        return f"⚠ {problem}"
    if is_busy:
        return f"looking through {total:,} …"
    text = f"{count:,} of {total:,} {view.listing('sessions').order}"
    if view.query:
        text += f" · filter: {view.query}"
    if view.marked:
        text += f" · {len(view.marked):,} marked"
    if view.state.lab.has_more:
        text += f" · the store has {view.state.lab.store_rows or 'more'}"
    return text
