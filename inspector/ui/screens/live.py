"""The main screen: sessions, the selected one's clocks and cookies, and what happens."""

from __future__ import annotations

from contextlib import suppress

from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.events import DescendantFocus
from textual.widget import Widget

from session_inspector.inspector.model.lists.first_minute import Step, first_steps
from session_inspector.inspector.model.views.selectors.pulse import pulse_graphs
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.ui.messages import RowMarked, SessionHighlighted
from session_inspector.inspector.ui.screens.side_details import (
    WIDE,
    SideDetails,
    columns_beside,
    fit_beside,
)
from session_inspector.inspector.ui.screens.watching import Listener, WatchScreen
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.clocks_pane import ClocksPane
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.listing.filter_box import FilterBox
from session_inspector.inspector.ui.widgets.listing.first_minute import FirstMinute
from session_inspector.inspector.ui.widgets.listing.timeline_search import TimelineSearch
from session_inspector.inspector.ui.widgets.notice_line import NoticeLine
from session_inspector.inspector.ui.widgets.pulse_line import PulseLine
from session_inspector.inspector.ui.widgets.row_search import find_row
from session_inspector.inspector.ui.widgets.session_list import SessionList
from session_inspector.inspector.ui.widgets.sessions_pane import SessionsPane
from session_inspector.inspector.ui.widgets.status_bar import StatusBar
from session_inspector.inspector.ui.widgets.subject import go_to_session, subject_of
from session_inspector.inspector.ui.widgets.timeline import Timeline, entitle_with_graph
from session_inspector.inspector.ui.widgets.tones import is_shown, set_shown

TIMELINE = "Timeline"
NOTHING_YET = "  Nothing has happened yet."
NOTHING_FITS = mark_keys("  No event fits the filter. <back> empties it.")
ALONE = "-alone"
"""Class of a home that is only the card of the first steps."""
LEAST_LIST = 5
LEAST_TIMELINE = 5
"""Rows that each has at least."""
FILTER = 3
FOOTER = 1
HIGH = 32
"""Rows from which the pulse has a line, as the sheet says."""
PULSE = 1
SHORT_PULSE = 12
"""Characters of the graph in a title: four minutes."""


class LiveScreen(WatchScreen):
    """Everything at a glance."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-broad")]  # noqa: RUF012  # Textual's own form
    AUTO_FOCUS = ""  # `on_mount` does: Textual would focus the filter, which is hidden later

    def __init__(self, listener: Listener) -> None:
        super().__init__(listener)
        self._events = TimelineSearch(self, self._draw_again)
        self._is_back = False
        """What was on top has been closed, and the list is not drawn since."""

    def compose(self) -> ComposeResult:
        yield StatusBar(id="status")
        yield FilterBox()
        yield FirstMinute()
        yield SessionsPane(id="list")
        yield ClocksPane(id="clocks")
        yield PulseLine(id="pulse")
        yield Timeline(id="timeline", follows=True)
        yield SideDetails(id="beside")
        yield NoticeLine(id="said")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#sessions").focus()

    def draw(self, view: View) -> None:
        """Show what there is now; the filter box may have come or gone."""
        welcome(self, view)
        fit(self)
        self.query_one(SessionsPane).draw(view)
        self.query_one(ClocksPane).draw(view)
        self._draw_timeline(view)
        self.query_one(SideDetails).draw(view)
        self.draw_frame(view, board="", footer=name_footer(self.focused, view))
        if self._is_back:
            self.call_later(self._take_marked)

    def _draw_timeline(self, view: View) -> None:
        listing = view.listing("timeline")
        pane = self.query_one(Timeline)
        pane.is_whole = listing.is_plain
        pane.follows = not (listing.sort or listing.is_reversed)
        is_at_top = listing.is_reversed and pane.cursor == 0
        pane.empty = view.spell(NOTHING_FITS) if listing.query else NOTHING_YET
        pane.show(self._events.find_rows(view.state, listing))
        if is_at_top:
            pane.go_to(0, by_hand=False)
        words = self._events.describe(listing)
        draw_pulse(self, view, f"{TIMELINE} · {words}" if words else TIMELINE)

    def _draw_again(self) -> None:
        with suppress(NoMatches):  # the screen is being closed: half of its widgets are gone
            self._draw_timeline(self.view)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """In the timeline, begin at the newest event of the session that keys act on."""
        pane = event.widget
        if self.footer:
            self.footer = name_footer(pane, self.view)
        if isinstance(pane, Timeline) and subject_of(pane.current).session != self.view.session:
            go_to_session(pane, self.view.session)

    def on_resize(self) -> None:
        fit(self)
        beside = self.query_one(SideDetails)
        set_shown(beside, self.size.width >= WIDE and not self.has_class(ALONE))
        fit_beside(beside, self.size.width, self.size.height)
        self.query_one(ClocksPane).draw(self.view)
        beside.draw(self.view)

    def on_screen_resume(self) -> None:
        """Take the marked session when the list is drawn: it may be newer than what is listed."""
        self._is_back = True
        pane = self.query_one(SessionList)
        if find_row(pane.rows, self.listener.marked, pane.key_of, pane.cursor) is not None:
            self._take_marked()

    def _take_marked(self) -> None:
        """Put the cursor on the marked session where it is listed, else mark what is under it."""
        self._is_back = False
        sessions = self.query_one(SessionList)
        if sessions.current is None or sessions.current.session == self.listener.marked:
            return
        sessions.select(self.listener.marked)
        self.listener.mark_session(sessions.current.session)

    def on_row_marked(self, message: RowMarked) -> None:
        """Put the cursor of the list on the session of an event, where it is listed."""
        if message.is_by_hand and message.subject.session:
            self.query_one(SessionList).select(message.subject.session)

    def on_session_highlighted(self, message: SessionHighlighted) -> None:
        message.stop()
        self.listener.mark_session(message.session)


def name_footer(focused: Widget | None, view: View) -> str:
    """Return the view whose keys are offered: the timeline is filtered and sorted too."""
    if isinstance(focused, Timeline) and not view.is_recording:
        return "timeline"
    return "live"


def welcome(screen: LiveScreen, view: View) -> None:
    """Show the first steps: alone while there is no session, then in a line."""
    steps: tuple[Step, ...] = ()
    if view.is_new:
        steps = first_steps(view.state, has_read=view.has_read)
    card = screen.query_one(FirstMinute)
    is_alone = bool(steps) and not view.state.order
    card.show(steps, view.keys, is_line=not is_alone)
    if is_alone == screen.has_class(ALONE):
        return
    screen.zoom.end()
    screen.set_class(is_alone, ALONE)
    for name in ("list", "clocks", "timeline"):
        set_shown(screen.query_one(f"#{name}"), not is_alone)
    set_shown(screen.query_one(SideDetails), screen.size.width >= WIDE and not is_alone)
    if is_alone:
        card.focus()
    else:
        screen.query_one("#sessions").focus()


def fit(screen: LiveScreen) -> None:
    """Give the clocks the rows that list and timeline leave."""
    width = screen.size.width - columns_beside(screen.size.width)
    height = screen.size.height
    taken = StatusBar.rows_of(height) + FOOTER + LEAST_LIST + LEAST_TIMELINE
    if height >= HIGH:
        taken += PULSE
    if screen.query_one("#filter").display:
        taken += FILTER
    if is_shown(screen.query_one(FirstMinute)):
        taken += 1
    screen.query_one(ClocksPane).fit(width, height, height - taken)


def draw_pulse(screen: LiveScreen, view: View, title: str) -> None:
    """Draw it above the timeline; on a low screen the requests, in the timeline's title."""
    timeline = screen.query_one(Timeline)
    if screen.size.height >= HIGH:
        screen.query_one(PulseLine).show(view.state, view.now, is_plain=view.is_plain)
        timeline.entitle(title)
        return
    graphs = pulse_graphs(view.state, view.now, SHORT_PULSE, is_plain=view.is_plain)
    entitle_with_graph(timeline, title, graphs[0])
