"""One board: its lines, and what the marked one means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from session_inspector.inspector.keys import BUDGET, COOKIES, Key
from session_inspector.inspector.model.boards.budget import first_droppable
from session_inspector.inspector.model.boards.costs import WhatIf, find_inside
from session_inspector.inspector.model.boards.edited_cookie import forget_edits
from session_inspector.inspector.model.boards.registry import Board, BoardInput, title_of
from session_inspector.inspector.model.boards.request_list import (
    REQUEST,
    RequestView,
    describe_listing,
    find_request,
    name_columns,
)
from session_inspector.inspector.model.boards.requests import SCANNED
from session_inspector.inspector.model.boards.scenarios import PLAY
from session_inspector.inspector.model.boards.stories import StoryWindow
from session_inspector.inspector.model.views.watch_mode import detect_watch_mode, empty_text
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.ui.messages import RowMarked, RowOpened
from session_inspector.inspector.ui.offers import MarkedLine
from session_inspector.inspector.ui.screens.expected_cookie import ExpectedCookie
from session_inspector.inspector.ui.screens.side_details import WIDE, fit_beside
from session_inspector.inspector.ui.screens.watching import Listener, WatchScreen, draw_keys
from session_inspector.inspector.ui.screens.what_if import change_whatif
from session_inspector.inspector.ui.spelling import spell_fields
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.field_list import FieldList
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.listing.column_heads import ColumnHeads
from session_inspector.inspector.ui.widgets.listing.filter_box import FilterBox
from session_inspector.inspector.ui.widgets.listing.line_meaning import LineMeaning
from session_inspector.inspector.ui.widgets.notice_line import NoticeLine
from session_inspector.inspector.ui.widgets.status_bar import StatusBar
from session_inspector.inspector.ui.widgets.subject import go_to_session, subject_of

Playable: TypeAlias = Sequence[tuple[str, str, str]]
"""(key, name, title) of each scenario."""
HEADED = "-headed"
"""Class of a pane that leaves a line for the names of columns."""
NAMES_KEYS = ("budget", "scenarios", "compare")
"""Boards whose lines name keys; what lines mean may name some in every board."""
NOTHING_FITS = mark_keys("  No request fits the filter. <back> empties it.")
OWN_KEYS: Mapping[str, tuple[Key, ...]] = {"budget": BUDGET, "cookies": COOKIES}
"""View to the keys that only it has."""
CHANGING = frozenset(key.name for key in COOKIES if key.changes)


class BoardScreen(WatchScreen):
    """Draws one of the boards; the budget takes what-if keys."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-broad")]  # noqa: RUF012  # Textual's own form
    AUTO_FOCUS = ""  # `on_mount` does: Textual would focus the filter, which is hidden later
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.keys, key.action, key.label, show=False, id=key.name)
        for key in (*BUDGET, *COOKIES)
    ]

    def __init__(
        self,
        listener: Listener,
        board: Board,
        list_scenarios: Callable[[], Playable],
        play: Callable[[str], None],
        edit: Callable[[str], None],
    ) -> None:
        """`play` plays the scenario of a name.

        `edit` does what a key of the cookies says.
        """
        super().__init__(listener)
        self.board = board
        self._is_new = True
        """Nothing has been marked on it yet."""
        self._wanted = ""
        """The request to begin with."""
        self.expected = ExpectedCookie()
        self._unfolded: set[str] = set()
        """Keys of the requests whose story is shown."""
        self._query = ""
        """The filter of the repaint before."""
        self._window = StoryWindow(SCANNED)
        """The requests of the repaint before."""
        self._list_scenarios = list_scenarios
        self._play = play
        self._edit = edit
        self._whatif = WhatIf()
        self._view = View()

    def compose(self) -> ComposeResult:
        yield StatusBar(id="status")
        yield FilterBox()
        with Vertical(id="framed"):
            yield FieldList(id="board", follows=self.board.follows)
            yield ColumnHeads("requests", id="board-heads")
        yield LineMeaning(id="explain")
        yield NoticeLine(id="said")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#board").focus()

    def on_resize(self) -> None:
        fit_beside(self.query_one("#explain"), self.size.width, self.size.height)
        if self.board.name == "requests" and self._pane.rows:
            self.draw(self._view)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action != "do":
            return True
        keys = OWN_KEYS.get(self.board.name, ())
        name = str(parameters[0])
        is_off = self._view.is_read_only and name in CHANGING
        return any(key.name == name for key in keys) and not is_off

    def turn_to(self, board: Board, exchange: str = "") -> None:
        """Show another board in place of this one, from the line of a request, if one is named."""
        self.board = board
        self._is_new = True
        self._wanted = exchange
        self._whatif = WhatIf()
        self.expected.forget()
        pane = self._pane
        pane.empty = self._view.spell(board.empty)
        pane.follows = board.follows
        pane.show(())
        self.refresh_bindings()

    def draw(self, view: View) -> None:
        """Show what there is now."""
        self._view = view
        self.draw_frame(view, board=self.board.name, footer=self.board.name)
        pane = self._pane
        pane.revealed = view.revealed
        empty = empty_text(view.state, self.board.name, self.board.empty, view.guide)
        pane.empty = view.spell(empty)
        self._draw_lines(pane)
        if written := self.expected.find(pane.rows):
            pane.select(written)
        is_filtered_anew = _take_filter(self)
        if self._is_new and pane.rows:
            _begin(self, pane)
        elif is_filtered_anew and subject_of(pane.current).session != view.session:
            go_to_session(pane, view.session)  # what is hidden is no target
        explain(self)

    def on_row_marked(self, message: RowMarked) -> None:
        """Take the session of the line; not of one that came by itself, as in a log."""
        message.prevent_default().stop()
        explain(self)
        draw_keys(self)
        if message.is_by_hand:
            self.expected.forget()
        is_stale = message.subject != subject_of(self._pane.current)
        if is_stale or (self.board.follows and not message.is_by_hand):
            return
        if message.subject.session:
            self.listener.mark_session(message.subject.session)

    def on_row_opened(self, message: RowOpened) -> None:
        """Play a scenario, or show what a row is of."""
        message.prevent_default().stop()
        if message.key.startswith(PLAY):
            self._play(message.key.removeprefix(PLAY))
            return
        if message.key.startswith(REQUEST):
            self._unfolded ^= {message.key}
            self.draw(self._view)
            return
        subject = message.subject
        self.listener.open_subject(replace(subject, explain=subject.explain or self.board.about))

    def action_do(self, name: str) -> None:
        """Ask what the session would cost, or edit a cookie, as a key of the table says."""
        if self.board.name == "cookies":
            self._edit(name)
            return
        changed = change_whatif(self._whatif, name, self._pane.current)
        known = self._view.state.sessions.get(self._view.session)
        if known is None or not find_inside(known):
            self.notify("what if needs a session of which something inside was read", markup=False)
            return
        if changed is None:
            self.notify(
                mark_keys("select a line of the payload first (<down> and <up>)"),
                markup=False,
            )
            return
        self._whatif = changed
        self.draw(self._view)
        draw_keys(self)

    def find_line(self) -> MarkedLine:
        """Return what keys that act on a line find."""
        return replace(super().find_line(), is_grown=self._whatif.grown > 0)

    @property
    def _pane(self) -> FieldList:
        return self.query_one("#board", FieldList)

    def _draw_lines(self, pane: FieldList) -> None:
        look = _look(self)
        fields = self.board.fields(look)
        if self.board.name in NAMES_KEYS:
            fields = spell_fields(fields, self._view.keys)
        subtitle = self.board.summarize(look)
        if self.board.name == "requests":
            subtitle = describe_listing(fields, self._view.listing("requests"))
        _arrange(self, pane, self._view, is_headed=self.board.name == "requests" and bool(fields))
        pane.entitle(title_of(self.board, look), subtitle)
        pane.show(fields)


def _look(screen: BoardScreen) -> BoardInput:
    view = screen._view
    playable: Playable = ()
    if screen.board.name == "scenarios" and _can_play(view):
        playable = screen._list_scenarios()
    return BoardInput(
        state=view.state,
        session=view.session,
        now=view.now,
        whatif=screen._whatif,
        compared=view.compared,
        playable=playable,
        requests=RequestView(
            listing=view.listing("requests"),
            unfolded=frozenset(screen._unfolded),
            width=screen._pane.scrollable_content_region.width,
            window=screen._window,
        ),
    )


def _begin(screen: BoardScreen, pane: FieldList) -> None:
    """Put the cursor on the request that was named, else on the marked session."""
    screen._is_new = False
    if screen.board.name == "budget":
        pane.select(first_droppable(pane.rows))
        return
    if not screen._wanted:
        go_to_session(pane, screen._view.session)
        return
    number = find_request(pane.rows, screen._view.state, screen._wanted)
    if number is None:
        screen.notify(f"{screen._wanted} is older than what is shown here", markup=False)
    else:
        screen._unfolded |= {pane.rows[number].key}
        screen._draw_lines(pane)
    pane.go_to(number)


def _take_filter(screen: BoardScreen) -> bool:
    """Remember the filter of the requests; True: it is another one than before."""
    before = screen._query
    screen._query = ""
    if screen.board.name == "requests":
        screen._query = screen._view.listing("requests").query
    return screen._query != before


def _arrange(screen: BoardScreen, pane: FieldList, view: View, *, is_headed: bool) -> None:
    """Put names above the requests; follow only those that stand as they came."""
    heads = screen.query_one(ColumnHeads)
    heads.display = is_headed
    pane.set_class(is_headed, HEADED)
    if screen.board.name != "requests":
        return
    listing = view.listing("requests")
    pane.follows = not (listing.sort or listing.is_reversed)
    if listing.query.strip():
        pane.empty = view.spell(NOTHING_FITS)
    columns = name_columns(pane.scrollable_content_region.width)
    heads.show(columns, listing.sort or "time", is_reversed=listing.is_reversed)


def _can_play(view: View) -> bool:
    """Check whether scenarios can be played here."""
    return detect_watch_mode(view.state) == "lab" and not view.is_read_only


def explain(screen: BoardScreen) -> None:
    """Show what the marked line means; without words of its own, what the view shows."""
    row = screen.query_one("#board", FieldList).current
    text = screen.board.about
    if row is not None and row.explain:
        text = row.explain
    if screen.view.is_read_only:
        text = forget_edits(text)
    screen.query_one("#explain", LineMeaning).show(screen.view.spell(text))
