"""Feed to State, as often as is painted; Command to Feed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from session_inspector.devserver.core.commands import Command, Reply
from session_inspector.devserver.core.errors import describe_error
from session_inspector.devserver.core.events.server import WatchFailed
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds, Unsubscribe
from session_inspector.inspector.feed.base import Feed
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.table.table import SearchTable
from session_inspector.inspector.ui.garbage import Collector
from session_inspector.inspector.ui.pace import RATE

EVERY = 1 / RATE
"""Seconds between the beginnings of two folds, however many events there are."""
AT_MOST = 0.04
"""Seconds of one fold: a recording of a million events is read while keys still work."""
PORTION: Seconds = 0.004
"""Of a fold, after which whatever waits in the app's loop has its turn."""
SLICE = 25
"""Events that are folded in one go: 2 ms."""
GIVEN_WAY = 4
"""How many times as long as a fold and its repaint took nothing is folded: that is for keys."""
AT_ONCE = 100
"""Events that are folded before the first drawing, however long that takes: what is selected then
stays selected."""
CATCHING_UP = 4
"""One part in so many of a fold's time nothing is folded after it, while more events wait."""
LONGEST: Seconds = 0.5
"""Between two folds at most, however long one took."""
LATER: Seconds = 0.02
"""Until a fold that gave way to a key looks again."""


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

    The first event is shown at once. Under load a fold begins 59 ms after the last one began. Where
    folds and repaints take long, as on a machine that others use, there are fewer: they take a
    fifth of the time. The rest is for keys. While more events wait than one fold takes, drawing
    takes half of the time at most, and folding most of the other half: that is done 2 ms at a time,
    and a key ends it. Between a key and its repaint nothing is folded or drawn that the key does
    not ask for.
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
        """`take_painting` returns the seconds of repaints since it was asked last.

        `has_key_waiting` returns whether a key was pressed, and what it did is not shown yet.
        """
        self._feed = feed
        self._changed = changed
        self._take_painting = take_painting
        self._has_key_waiting = has_key_waiting
        self._garbage = Collector()
        self._seq = 0
        self._began = 0.0
        """Moment at which the last fold began."""
        self._folding: Seconds = 0.0
        """Time that was spent on folding since then."""
        self._next = 0.0
        """Moment of the loop before which nothing is folded."""
        self._is_pending = False
        self._has_news = False
        """The feed has called since events were taken last."""
        self._stop: Unsubscribe | None = None
        self._event_loop: Loop | None = None
        self._empty = State() if state is None else state
        self.state = self._empty
        self.table = SearchTable()
        """Follows the state; long lists are sorted and filtered in it."""
        self._unfolded = 0
        """Events that could not be folded."""
        self._rest: deque[Event] = deque()
        """Events that have been taken and not been folded yet: the feed need not keep them."""
        self._dropped = 0
        """Events that the feed had no longer, which the state does not know of yet."""

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
        left = len(self._rest) - AT_ONCE
        self._fold(lambda now: now >= until and len(self._rest) <= left)
        self._show()

    def _take_new(self) -> None:
        """Take what is new, and begin a fold."""
        self._began = self._moment()
        self._folding = 0.0
        self._has_news = False  # before they are taken: a call meanwhile is of later ones, or none
        taken, dropped = self._feed.since(self._seq)
        self._dropped += dropped
        if taken:
            self._rest.extend(taken)
            self._seq = taken[-1].seq

    def _fold_on(self, loop: Loop) -> None:
        """Fold a portion; then the next one, after what the loop has to do, or draw."""
        if not self._is_pending or self._stop is None:
            return  # all was folded and drawn meanwhile
        until = self._began + AT_MOST
        portion = min(until, loop.time() + PORTION)
        self._fold(lambda now: now >= portion or self._gives_way(now))
        now = loop.time()
        if self._gives_way(now):
            loop.call_at(now + LATER, self._later)
        elif not self._rest or now >= until:
            self._is_pending = False
            self._show()
        else:
            loop.call_soon_threadsafe(lambda: self._fold_on(loop))

    def _show(self) -> None:
        """Draw what was folded, and plan the next fold."""
        self._changed(self.state)
        self._garbage.busy(self._began)
        self._next = max(self._began + EVERY, self._give_way(self._began))
        if self._rest or self._has_news:
            self._plan()

    def _give_way(self, began: float) -> float:
        """Return until when keys have their turn, after a fold that began at a moment."""
        ended = self._moment()
        taken = ended - began + self._take_painting()
        if self._rest:
            drawing = taken - self._folding
            return ended + drawing + self._folding / CATCHING_UP
        return ended + min(GIVEN_WAY * taken, LONGEST)

    def _moment(self) -> float:
        """Return the loop's seconds; 0 before the start."""
        if self._event_loop is None:
            return 0.0
        return self._event_loop.time()

    def _fold(self, is_over: Callable[[float], bool]) -> None:
        """Fold events that were taken, in slices, until a moment at which it is over."""
        began = self._moment()
        while self._rest or self._dropped:
            events = [self._rest.popleft() for _ in range(min(SLICE, len(self._rest)))]
            self.state = self._fold_slice(events, self._dropped)
            self.table.follow(self.state)
            self._garbage.folded(len(events))
            self._dropped = 0
            if self._event_loop is not None and is_over(self._event_loop.time()):
                break
        self._folding += self._moment() - began

    def _fold_slice(self, events: Sequence[Event], dropped: int) -> State:
        try:
            return fold(self.state, events, dropped)
        except Exception:  # a supervised watcher: one odd event must not hide the others
            return self._fold_singly(events, dropped)

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
        self._seq = 0
        self.state = self._empty
        self.table = SearchTable()
        self._rest.clear()
        self.pull()

    def _wake(self) -> None:
        """Called from the server's thread after each event: crosses once until drained."""
        self._has_news = True
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
