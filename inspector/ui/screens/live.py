"""The main screen: sessions, the selected one's clocks and cookies, and what happens."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TypeAlias

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.css.query import NoMatches
from textual.widgets import Input, Static

from session_inspector.inspector.model.boards.registry import tabs
from session_inspector.inspector.model.facts.logs import Concatenated, Reversed
from session_inspector.inspector.model.facts.rows import SessionRow
from session_inspector.inspector.model.views.cookies import cookie_rows
from session_inspector.inspector.model.views.filters import compile_filter
from session_inspector.inspector.model.views.keeping import header_bytes, verdicts_of
from session_inspector.inspector.model.views.ladder import axis_marks, timer_rows
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.search import (
    find_position,
    is_long,
    match_sessions,
    session_rows,
)
from session_inspector.inspector.model.views.session_rows import list_sessions, session_row
from session_inspector.inspector.model.views.status import status
from session_inspector.inspector.model.views.timeline import timeline_rows
from session_inspector.inspector.model.views.watch_mode import (
    BEGIN,
    WELCOME,
    detect_watch_mode,
    welcome,
)
from session_inspector.inspector.ui.lookup import Lookup, Wanted
from session_inspector.inspector.ui.pace import PacedScreen
from session_inspector.inspector.ui.screens.view import View
from session_inspector.inspector.ui.widgets.cookie_panel import CookiePanel
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.ladder import Ladder
from session_inspector.inspector.ui.widgets.session_list import SessionList
from session_inspector.inspector.ui.widgets.status_bar import StatusBar
from session_inspector.inspector.ui.widgets.timeline import Timeline

LONGEST_QUERY = 1000
Found: TypeAlias = tuple[Sequence[str], int, int | None]
"""Names of sessions, how many there had ever been when they were looked for, and where the marked
one stands."""
NOTHING_FITS = "\n  No session fits the filter. esc empties it."


class LiveScreen(PacedScreen[None]):
    """Everything at a glance."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual's own form
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]  # noqa: RUF012  # as above

    def __init__(self) -> None:
        super().__init__()
        self._search: Lookup[Found] = Lookup(self, "search", ((), 0, None), self._found)
        self._seen: Found = ((), 0, None)
        self._place: int | None = None
        """Where a search has found the marked session."""
        self._heads: tuple[str, object] = ("", "")
        """The columns' names and their colour, which a turned theme changes."""
        self._view = View()

    def compose(self) -> ComposeResult:
        yield StatusBar(id="status")
        yield Input(
            id="filter",
            placeholder="user:alice state:live kind:stateful expires:<10m",
            max_length=LONGEST_QUERY,
        )
        with Horizontal(id="top"):
            with Vertical(id="list"):
                yield Static(id="heads", markup=False)
                yield SessionList(id="sessions", empty=WELCOME["lab"])
            yield CookiePanel(id="cookies")
        yield Ladder(id="ladder")
        yield Timeline(id="timeline", empty="  Nothing has happened yet.", follows=True)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        for name, title in (
            ("list", "Sessions"),
            ("filter", "Filter"),
            ("ladder", "Expiry ladder"),
            ("cookies", "Live cookies"),
            ("timeline", "Timeline"),
        ):
            self.query_one(f"#{name}").border_title = title
        self.query_one("#filter").display = False
        self.query_one("#sessions").focus()

    def draw(self, view: View) -> None:
        """Show what there is now."""
        self._view = view
        state, now, session = view.state, view.now, view.session
        place = detect_watch_mode(state)
        sessions = self.query_one(SessionList)
        rows = self._rows(view)
        sessions.now = now
        sessions.empty = NOTHING_FITS if view.query and state.sessions else welcome(state)
        sessions.show(rows, self._place)
        self._place = None
        if is_long(state) and not sessions.is_touched:
            sessions.to_top()  # a store is being read: nobody has marked what came first
        heads, words = self.query_one("#heads", Static), sessions.heads()
        drawn = words.plain, words.style
        if drawn != self._heads or heads.display != bool(rows):
            self._heads, heads.display = drawn, bool(rows)
            heads.update(words)
        is_busy = self._search.is_busy and not _is_plain(view)
        subtitle = _subtitle(view, len(rows), is_busy=is_busy).replace("[", "(")
        box = self.query_one("#list")
        if box.border_subtitle != subtitle:
            box.border_subtitle = subtitle
        timers = timer_rows(state, session, now)
        ladder = self.query_one(Ladder)
        ladder.empty = f"No session yet: {BEGIN[place]}."
        row = session_row(state, session, now)
        is_over = row is not None and row.life != "live"
        has_room = is_over or not self.has_class("-low")  # what outlives a session is worth a line
        lamps = lamps_of(state, session, now) if has_room else ()
        ladder.show(row, timers, axis_marks(timers, now), lamps)
        ladder.entitle(f"Expiry ladder · {row.who}" if row else "Expiry ladder")
        self.query_one(CookiePanel).show(
            cookie_rows(state, session, now),
            verdicts_of(state, session, now),
            header_bytes(state, session),
        )
        self.query_one(Timeline).show(timeline_rows(state))
        bar = self.query_one(StatusBar)
        bar.tabs, bar.said = tabs(state, ""), view.said
        bar.show(status(state, now, view.clocked), now)
        self.query_one(KeyBar).show(view.footer("live"), is_read_only=view.is_read_only)

    def _rows(self, view: View) -> Sequence[SessionRow]:
        """Return what the list shows; long ones are filtered and sorted in a thread."""
        state, now, query, sort = view.state, view.now, view.query, view.sort
        if not is_long(state):
            self._search.forget()
            return session_rows(state, now, query=query, sort=sort)

        def find(is_wanted: Wanted) -> Found:
            names = match_sessions(state, now, query=query, sort=sort, is_wanted=is_wanted)
            return names, state.order.total, find_position(names, view.session)

        names, total, place = self._search.ask(
            (sort, query.strip()), find, of=state.sessions, is_awaited=not _is_plain(view)
        )
        since = 0
        if _is_plain(view):  # what came since is the newest
            count = len(state.order)
            since = state.order.total - total if total else count
            names = Concatenated(Reversed(state.order), since, names, count)
        if self._search.value is not self._seen:  # rows may have moved far: find the marked one
            self._seen = self._search.value
            self._place = None if place is None else since + place
        return list_sessions(state, names, now)

    def _found(self) -> None:
        with suppress(NoMatches):  # it is being closed: half of its widgets are gone
            self.draw(self._view)

    def select(self, session: str) -> None:
        """Put the cursor on a session."""
        self.query_one(SessionList).select(session)

    def open_filter(self, text: str) -> None:
        """Let the person type a filter."""
        box = self.query_one("#filter", Input)
        box.display = True
        self.add_class("-filtering")
        box.value = text
        self.set_focus(box)  # now: the next key is typed already

    def close_filter(self) -> None:
        """Hide the filter box, and give the list the keys again."""
        self.query_one("#filter").display = False
        self.remove_class("-filtering")
        self.query_one("#sessions").focus()


def _is_plain(view: View) -> bool:
    """Say whether the list shows all, the newest first: it need not wait for a search."""
    return view.sort == "newest" and not view.query.strip()


def _subtitle(view: View, count: int, *, is_busy: bool) -> str:
    problem = compile_filter(view.query).problem
    if problem:
        return f"⚠ {problem}"
    if is_busy:
        return f"looking through {len(view.state.order):,} …"
    words = f" · filter: {view.query}" if view.query else ""
    more = " · the store has more" if view.state.lab.has_more else ""
    return f"{count:,} of {len(view.state.order):,} by {view.sort}{words}{more}"
