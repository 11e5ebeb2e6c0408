"""Feed to State, as often as is painted; Command to Feed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeAlias

from session_inspector.devserver.core.commands import Command, Reply
from session_inspector.devserver.core.errors import describe_error
from session_inspector.devserver.core.events.server import WatchFailed
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds, Unsubscribe
from session_inspector.inspector.feed.backlog import Backlog
from session_inspector.inspector.feed.base import Feed
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.table.table import SearchTable
from session_inspector.inspector.ui.garbage import Collector
from session_inspector.inspector.ui.pace import RATE

EVERY = 1 / RATE
"""Seconds between the beginnings of two folds, however many events there are."""
AT_MOST = 0.04
"""Seconds that are folded before the next drawing: a recording of a million events is read while
keys still work."""
PORTION: Seconds = 0.004
"""Of a fold, after which whatever waits in the app's loop has its turn."""
MOST = 500
"""Events of a portion, however fast they are folded."""
GIVEN_WAY = 4
"""How many times as long as drawing took nothing is drawn: that is for keys."""
WHEN_BEHIND = 9
"""The same while events wait: what is drawn is old already, and they are folded meanwhile."""
AT_ONCE = 100
"""Events that are folded before the first drawing, however long that takes: what is selected then
stays selected."""
LONGEST: Seconds = 0.5
"""Between two drawings at most, however long one took."""
LATER: Seconds = 0.005
"""Until a fold that gave way to a key looks again."""
IsOver: TypeAlias = Callable[[float], bool]
"""Takes a moment of the loop: whether what is under way ends then."""


class Loop(Protocol):
    """What of an event loop is needed; tests hand in one that they turn themselves."""

    def time(self) -> float:
        """Return the loop's own seconds."""
        ...

    def call_at(self, when: float, callback: Callable[[], object]) -> object:
        """Call back at a moment of the loop's time."""
        ...

    def call_soon_threadsafe(self, callback: Callable[[], object]) -> object:
        """Call back in the loop's thread, from any thread."""
        ...


class Bridge:
    """Keeps the state of one feed; `changed` is called in the app's loop after each fold.

    The first event is shown at once. Under load a fold begins 59 ms after the last one began, or at
    once while more events wait. A key ends it after the event that is being folded: so folding may
    take all of the time that drawing leaves. Drawing, which no key can end, takes a fifth of the
    time at most, a tenth while events wait: where it takes long, as on a machine that others use,
    it is done less often.
    Between a key and its repaint nothing is folded or drawn that the key does not ask for.
    """

    def __init__(
        self,
        feed: Feed,
        changed: Callable[[State], None],
        state: State | None = None,
        *,
        take_painting: Callable[[], Seconds] = lambda: 0.0,
        has_key_waiting: Callable[[], bool] = lambda: False,
    ) -> None:
        """`take_painting` returns the seconds of the longest repaint since it was asked last.

        `has_key_waiting` returns whether a key was pressed, and what it did is not shown yet.
        """
        self._feed = feed
        self._changed = changed
        self._take_painting = take_painting
        self._has_key_waiting = has_key_waiting
        self._garbage = Collector()
        self._backlog = Backlog(feed)
        self._began = 0.0
        """Moment at which the last fold began."""
        self._next = 0.0
        """Moment of the loop before which no fold begins."""
        self._drawing = 0.0
        """Moment before which nothing is drawn."""
        self._is_pending = False
        self._stop: Unsubscribe | None = None
        self._event_loop: Loop | None = None
        self._empty = State() if state is None else state
        self.state = self._empty
        self.table = SearchTable()
        """Follows the state; long lists are sorted and filtered in it."""
        self._unfolded = 0
        """Events that could not be folded."""

    def start(self, loop: Loop | None = None) -> None:
        """Take what is there, then follow; call it in the app's loop."""
        self._event_loop = loop or asyncio.get_running_loop()
        self._garbage.start()
        self._stop = self._feed.on_change(self._wake)
        self.pull()

    def stop(self) -> None:
        """Stop following."""
        if self._stop is not None:
            self._stop()
            self._stop = None
            self._garbage.stop()

    def tidy_up(self) -> None:
        """Tidy up, when nothing has happened for a while; call it now and then."""
        if self._event_loop is not None and not self._is_pending:
            self._garbage.look(self._event_loop.time())

    @property
    def is_behind(self) -> bool:
        """Whether events wait that are not folded yet."""
        return bool(self._backlog)

    def now(self) -> Seconds:
        """Return the lab's time."""
        return self._feed.now()

    async def send(self, command: Command) -> Reply:
        """Carry out a command."""
        return await self._feed.send(command)

    def pull(self) -> None:
        """Fold what is new in one go, and draw it."""
        self._is_pending = False
        self._take_new()
        until = self._began + AT_MOST
        left = len(self._backlog) - AT_ONCE

        def is_over(now: float) -> bool:
            return now >= until and len(self._backlog) <= left

        self._fold_portion(is_over)
        while self._backlog and not is_over(self._moment()):
            self._fold_portion(is_over)
        self._show()

    def _take_new(self) -> None:
        """Take what is new, and begin a fold."""
        self._began = self._moment()
        self._backlog.take_new()

    def _fold_on(self, loop: Loop) -> None:
        """Fold a portion; then the next one, after what the loop has to do, or draw."""
        if not self._is_pending or self._stop is None:
            return  # all was folded and drawn meanwhile
        end = loop.time() + PORTION
        self._fold_portion(lambda now: now >= end or self._gives_way(now))
        now = loop.time()
        if self._gives_way(now):
            loop.call_at(now + LATER, self._later)
        elif now >= self._drawing and (not self._backlog or now >= self._began + AT_MOST):
            self._is_pending = False
            self._show()
        elif self._backlog:
            self._next = now
            loop.call_soon_threadsafe(lambda: self._fold_on(loop))
        else:
            self._next = min(self._began + EVERY, self._drawing)
            loop.call_at(self._next, self._later)

    def _show(self) -> None:
        """Draw what was folded, and plan the next fold."""
        began = self._moment()
        self._changed(self.state)
        self._garbage.busy(began)
        ended = self._moment()
        taken = ended - began + self._take_painting()
        self._next = self._began + EVERY
        self._drawing = ended + min(GIVEN_WAY * taken, LONGEST)
        if self._backlog:
            self._next = ended
            self._drawing = ended + min(WHEN_BEHIND * taken, LONGEST)
        if self._backlog or self._backlog.has_news:
            self._plan()

    def _moment(self) -> float:
        """Return the loop's seconds; 0 before the start."""
        if self._event_loop is None:
            return 0.0
        return self._event_loop.time()

    def _fold_portion(self, is_over: IsOver) -> None:
        """Fold some events, one at least, and no more when it is over."""
        folded: list[Event] = []
        dropped = self._backlog.pop_dropped()
        if not self._backlog and not dropped:
            return
        try:
            self.state = fold(self.state, self._take_until(is_over, folded), dropped)
        except Exception:  # a supervised watcher: one odd event must not hide the others
            self.state = self._fold_singly(folded, dropped)
        self.table.follow(self.state)
        self._garbage.folded(len(folded))

    def _take_until(self, is_over: IsOver, taken: list[Event]) -> Iterator[Event]:
        """Yield the events that wait until it is over, and note them in `taken`."""
        while self._backlog and len(taken) < MOST:
            event = self._backlog.pop()
            taken.append(event)
            yield event
            if is_over(self._moment()):
                break

    def _fold_singly(self, events: Sequence[Event], dropped: int) -> State:
        """Fold what can be folded; what cannot is told in the timeline and in the header."""
        state = replace(self.state, dropped=self.state.dropped + dropped)
        for event in events:
            try:
                state = fold(state, (event,))
            except Exception as error:  # as above
                self._unfolded += 1
                failed = WatchFailed(
                    at=event.at,
                    task="the screen's state",
                    reason=f"{type(event).__name__}: {describe_error(error)}",
                    count=self._unfolded,
                    seq=event.seq,
                )
                state = fold(state, (failed,))
        return state

    def restart(self) -> None:
        """Forget everything and fold from the first event: a recording went back in time."""
        self._backlog.restart()
        self.state = self._empty
        self.table = SearchTable()
        self.pull()

    def _wake(self) -> None:
        """Called from the server's thread after each event: crosses once until drained."""
        self._backlog.note_news()
        self._plan()

    def _plan(self) -> None:
        """Let a fold begin, if none is under way. Any thread."""
        if not self._is_pending and self._event_loop is not None:
            self._is_pending = True
            self._event_loop.call_soon_threadsafe(self._later)

    def _later(self) -> None:
        """Fold as soon as it is time, and no key waits; not more than `LONGEST` after its time."""
        loop = self._event_loop
        if loop is None or self._stop is None:
            return
        now = loop.time()
        if now < self._next:
            loop.call_at(self._next, self._later)
        elif self._gives_way(now):
            loop.call_at(now + LATER, self._later)
        else:
            self._take_new()
            self._fold_on(loop)

    def _gives_way(self, now: float) -> bool:
        """Check whether a key waits for its repaint, and nothing has waited too long for that."""
        return now < self._next + LONGEST and self._has_key_waiting()
