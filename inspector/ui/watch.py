"""One feed as it is watched: its bridge, and the view that screens draw."""

from __future__ import annotations

from collections.abc import Callable

from textual.dom import DOMNode

from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.feed.base import Distant, Feed, Stepped
from session_inspector.inspector.model.facts.rows import RunOut, WatchMode
from session_inspector.inspector.model.facts.state import State, empty
from session_inspector.inspector.model.lists.first_minute import begins_empty, is_beyond
from session_inspector.inspector.model.views.search import count_run_out, is_long
from session_inspector.inspector.model.views.watch_mode import detect_watch_mode
from session_inspector.inspector.ui.bridge import Bridge
from session_inspector.inspector.ui.lookup import Lookup
from session_inspector.inspector.ui.pace import Pace
from session_inspector.inspector.ui.playback import Playback
from session_inspector.inspector.ui.view import View


class Watch:
    """Keeps the view: actions change it, the open screen draws it."""

    def __init__(
        self,
        feed: Feed,
        view: View,
        keep: int,
        *,
        owner: DOMNode,
        paint: Callable[[View], None],
        pace: Callable[[], Pace],
    ) -> None:
        """`keep` is how many events, and how many sessions, are kept.

        `owner` runs the workers that count; `paint` draws a view on the open screen;
        `pace` returns who knows of keys and repaints.
        """
        self.bridge = Bridge(
            feed,
            self._redraw,
            empty(keep),
            take_painting=lambda: pace().take_painting(),
            has_key_waiting=lambda: pace().has_key_waiting,
        )
        self.view = view
        self._paint = paint
        self._owner = owner
        self._is_due = False
        """A view was taken, and is not drawn yet."""
        self._ended = Lookup(owner, "run out", RunOut(), self.draw)
        self._recording = feed if isinstance(feed, Stepped) else None
        self._waiting: list[Callable[[], object]] = []
        """What is done when the lab has started."""
        self._is_begun = False
        """Something has happened: whether the home began empty is known."""
        self.playback = Playback()
        """Whether the recording plays, and how fast."""
        self._distant = feed if isinstance(feed, Distant) else None
        self._read = 0
        """Events of the recording when all that were read were shown the last time."""
        self._last_alarm = 0
        """Number of the event that raised the last alarm of these."""

    @property
    def place(self) -> WatchMode:
        """Where one is looking: the lab, a real app, or a store alone."""
        return detect_watch_mode(self.bridge.state)

    def show(self, view: View) -> None:
        """Take another view, and draw it."""
        self.view = view
        self.draw()

    def show_soon(self, view: View) -> None:
        """Take another view at once, and draw it after the next repaint.

        Where a key moves a cursor, that is painted first: two lines, and not all that is told of
        what is under it.
        """
        self.view = view
        self._is_due = True
        self._owner.call_after_refresh(self._draw_if_due)

    def _draw_if_due(self) -> None:
        if self._is_due:
            self.draw()

    def draw(self) -> None:
        """Draw what there is now."""
        self._is_due = False
        state = self.bridge.state
        now = self.bridge.now()
        self.view = replace(
            self.view,
            state=state,
            now=now,
            table=self.bridge.table,
            run_out=self._count_ended(state, now),
            position=self._position(),
            may_have_alarms_ahead=self._may_have_alarms_ahead(state),
            playing=self.playback.describe(),
            trouble=self._trouble(),
        )
        self._look_for_beginners(state)
        self._paint(self.view)
        self._do_waiting(state)

    def when_begun(self, do: Callable[[], object]) -> None:
        """Do something once the lab has started: at once when it has."""
        self._waiting.append(do)
        self._do_waiting(self.bridge.state)

    def tick(self) -> None:
        """Draw the countdowns, and let the bridge tidy up; once a second."""
        self.draw()
        self.bridge.tidy_up()

    def step(self, by: int) -> bool:
        """Go through a recording, event by event; False: this is none."""
        if self._recording is None:
            return False
        self.playback.pause()
        self.go_to(self._recording.place[0] + by)
        return True

    def _do_waiting(self, state: State) -> None:
        if not state.timeline:
            return
        waiting = self._waiting
        self._waiting = []
        for do in waiting:
            do()

    def _look_for_beginners(self, state: State) -> None:
        """Show the first steps in a lab that begins empty; more sessions end them."""
        if state.timeline and not self._is_begun:
            self._is_begun = True
            may_change = self._recording is None and not self.view.is_read_only
            self.view = replace(self.view, is_new=may_change and begins_empty(state))
        if self.view.is_new and is_beyond(state):
            self.view = replace(self.view, is_new=False)

    @property
    def recording(self) -> Stepped | None:
        """The recording that is shown; None: it is none."""
        return self._recording

    def go_to(self, count: int, moment: Seconds | None = None) -> None:
        """Show so many events of the recording; forward only the new ones are folded."""
        if self._recording is None:
            return
        before = self._recording.place[0]
        self._recording.go_to(count, moment)
        if self._recording.place[0] < before:
            self.bridge.restart()
        else:
            self.bridge.pull()

    def play_on(self, elapsed: Seconds) -> None:
        """Show what a recording shows so many seconds later, while it plays."""
        if self._recording is None or not self.playback.is_playing:
            return
        shown = self._recording.place[0]
        following = self.playback.advance(self._recording.recorded(), shown, elapsed)
        self.go_to(following, self.playback.moment)

    def _redraw(self, state: State) -> None:
        self.draw()

    def _count_ended(self, state: State, now: Seconds) -> RunOut:
        """Return how many sessions a clock has ended; of many, how many a moment ago."""
        if is_long(state):
            table = self.bridge.table
            return self._ended.ask("", lambda is_wanted: table.count_run_out(state, now, is_wanted))
        self._ended.forget()
        return count_run_out(state, now)

    def _position(self) -> tuple[int, int] | None:
        if self._recording is None:
            return None
        return self._recording.place

    def _may_have_alarms_ahead(self, state: State) -> bool:
        """Check whether an alarm falls after what is shown; what was never shown may have one."""
        if self._recording is None:
            return False
        shown, total = self._recording.place
        if shown == total:
            self._read = total
            self._last_alarm = max((alarm.seq for alarm in state.alarms.raised), default=0)
            return False
        if total != self._read:
            return True
        return self._recording.recorded()[shown - 1].seq < self._last_alarm

    def _trouble(self) -> str:
        if self._distant is None:
            return ""
        return self._distant.trouble
