"""A feed whose lab is still being built: the screen is painted first, the server comes behind.

Provider, client and server are 260 ms of imports alone. They run in a thread of their own that
begins when somebody listens, which the app does once its screen is painted.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Protocol

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Seconds, Unsubscribe
from session_inspector.inspector.feed.base import Beside, Feed

if TYPE_CHECKING:  # they come with the lab
    from session_inspector.devserver.core.commands import Command, Reply
    from session_inspector.devserver.core.events.union import Event

PATIENCE = 10.0
"""Seconds that leaving waits for a lab that is still being built."""


class Started(Protocol):
    """What building results in."""

    @property
    def feed(self) -> Feed:
        """The feed of the lab that runs now."""
        ...

    def close(self) -> None:
        """Stop it."""
        ...


class StartingFeed:
    """Has no events until the lab is there; commands wait for it."""

    def __init__(self, build: Callable[[], Started], clock: Clock) -> None:
        self._build = build
        self._clock = clock
        self._started: Future[Started] = Future()
        self._wakes: dict[object, tuple[Callable[[], None], Unsubscribe | None]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ask: Callable[[], int] = lambda: 0
        self.when_failed: Callable[[], None] = lambda: None
        """Called from the building thread when there will be no lab; `close` says why."""

    def since(self, seq: int) -> tuple[Sequence[Event], int]:
        """Return the events after number `seq`; none before the lab is there."""
        feed = self._running_feed()
        if feed is None:
            return (), 0
        return feed.since(seq)

    def on_change(self, wake: Callable[[], None]) -> Unsubscribe:
        """Call `wake` when there is something new; the first who listens begins the building."""
        key = object()
        with self._lock:
            feed = self._running_feed()
            unsubscribe = None
            if feed is not None:
                unsubscribe = feed.on_change(wake)
            self._wakes[key] = (wake, unsubscribe)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="starting", daemon=True)
                self._thread.start()

        def stop() -> None:
            with self._lock:
                _, unsubscribe = self._wakes.pop(key, (None, None))
            if unsubscribe is not None:
                unsubscribe()

        return stop

    async def send(self, command: Command) -> Reply:
        """Carry out a command, as soon as there is a lab."""
        try:
            started = await asyncio.shield(asyncio.wrap_future(self._started))
        except Exception as error:
            # whatever building raised: `close` raises it again, where it is shown
            from session_inspector.devserver.core.commands import Reply  # as above

            return Reply(is_ok=False, message=f"the lab could not be started: {error}")
        return await started.feed.send(command)

    def give_way_to(self, ask: Callable[[], int]) -> None:
        """Let what can wait give way, once the lab is there."""
        with self._lock:
            self._ask = ask
            feed = self._running_feed()
            if feed is not None:
                self._hand_on(feed)

    def now(self) -> Seconds:
        """Return the lab's moment; before it is there, the clock's."""
        feed = self._running_feed()
        if feed is None:
            return self._clock.now()
        return feed.now()

    def close(self) -> None:
        """Stop the lab. Raises: what building raised."""
        if self._thread is None:
            return
        self._thread.join(PATIENCE)
        if self._started.done():
            self._started.result().close()

    def _running_feed(self) -> Feed | None:
        if not self._started.done() or self._started.exception() is not None:
            return None
        return self._started.result().feed

    def _hand_on(self, feed: Feed) -> None:
        if isinstance(feed, Beside):
            feed.give_way_to(self._ask)

    def _run(self) -> None:
        try:
            started = self._build()
        except BaseException as error:
            # the app's thread waits for `_started`: whatever ends this one must reach it
            self._started.set_exception(error)
            self.when_failed()
            return
        with self._lock:
            self._started.set_result(started)
            self._hand_on(started.feed)
            for key, (wake, _) in self._wakes.items():
                self._wakes[key] = (wake, started.feed.on_change(wake))
            wakes = [wake for wake, _ in self._wakes.values()]
        for wake in wakes:
            wake()
